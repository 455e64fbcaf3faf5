/** SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. */
import { TokenError } from '../../engine/tokens';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import type { StatesContext } from './context';
import { inputs } from './inputs';

const answered = (act: () => void): object => {
  try {
    act();
  } catch (error) {
    if (error instanceof TokenError) throw new ServiceError(error.code, error.message);
    throw error;
  }
  return {};
};

export function tokenOperations({ tokens }: StatesContext): Record<string, Operation> {
  return {
    SendTaskSuccess: {
      input: inputs.SendTaskSuccess,
      run: (input) => answered(() => tokens.succeed(input.taskToken as string, input.output as string)),
    },
    SendTaskFailure: {
      input: inputs.SendTaskFailure,
      run: (input) =>
        answered(() =>
          tokens.fail(input.taskToken as string, input.error as string | undefined, input.cause as string | undefined),
        ),
    },
    SendTaskHeartbeat: {
      input: inputs.SendTaskHeartbeat,
      run: (input) => answered(() => tokens.heartbeat(input.taskToken as string)),
    },
  };
}
