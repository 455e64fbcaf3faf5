/** RedriveExecution, and whether an execution can be redriven. */
import type { JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import type { StatesContext } from './context';
import { closing, statusOf, type ExecutionRecord } from './executions';
import { inputs } from './inputs';
import { seconds } from './machineOperations';

const windowMs = 14 * 24 * 3_600_000;

/** Fields of DescribeExecution. `now` is the service's clock, epoch ms. */
export function redriveStatus(
  record: ExecutionRecord,
  now: number,
): { redriveStatus: string; redriveStatusReason?: string } {
  const status = statusOf(record);
  if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE') {
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${status} and cannot be redriven` };
  }
  if ((closing(record)?.id ?? 0) >= 24_999) {
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'Execution history event limit exceeded' };
  }
  if (now - (closing(record)?.timestamp ?? now) > windowMs) {
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'Execution has exceeded the redrivable period' };
  }
  return { redriveStatus: record.mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN' };
}

function redrive(states: StatesContext, input: JsonObject): object {
  const record = states.executions.get(input.executionArn as string);
  const token = input.clientToken as string | undefined;
  const { redrivenAt } = record.engine.identity;
  // The same token within its 15 minutes is the same redrive.
  if (token !== undefined && states.redriveTokens.get(record) === token && redrivenAt !== undefined)
    return { redriveDate: seconds(redrivenAt) };
  const status = redriveStatus(record, states.clock.now());
  if (status.redriveStatus !== 'REDRIVABLE' || !record.engine.redrivable) {
    throw new ServiceError(
      'ExecutionNotRedrivable',
      `Execution Not Redrivable: '${status.redriveStatusReason ?? `Execution ${record.arn} cannot be redriven`}'`,
    );
  }
  states.executions.resume(record, () => record.engine.redrive());
  states.log(record);
  if (token !== undefined) states.redriveTokens.set(record, token);
  return { redriveDate: seconds(record.engine.identity.redrivenAt ?? states.clock.now()) };
}

export const redriveOperation = (states: StatesContext): Operation => ({
  input: inputs.RedriveExecution,
  run: (input) => redrive(states, input),
});
