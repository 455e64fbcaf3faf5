/** ValidateStateMachineDefinition. */
import type { WorkflowType } from '../../model/machine';
import type { Operation } from '../door/jsonProtocol';
import { examine } from './definition';
import { inputs } from './inputs';

/** Diagnostics of `severity` and above; `result` looks at errors only, and at all of them. */
export const validateOperation: Operation = {
  input: inputs.ValidateStateMachineDefinition,
  run: (input) => {
    const { diagnostics } = examine(input.definition as string, (input.type ?? 'STANDARD') as WorkflowType);
    const asked = diagnostics.filter((one) => one.severity === 'ERROR' || input.severity === 'WARNING');
    const most = (input.maxResults as number | undefined) || 100;
    return {
      result: diagnostics.some((one) => one.severity === 'ERROR') ? 'FAIL' : 'OK',
      diagnostics: asked.slice(0, most),
      truncated: asked.length > most,
    };
  },
};
