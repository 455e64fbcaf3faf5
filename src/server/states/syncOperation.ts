/** StartSyncExecution: an Express execution whose end the caller waits for. */
import type { Json, JsonObject } from '../../model/json';
import { isObject } from '../../model/json';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import { checkName } from './arn';
import type { StatesContext } from './context';
import { ending, inputOf, statusOf, type ExecutionRecord } from './executions';
import { inputs } from './inputs';
import { launch, parseInput, splitTestCase } from './launch';
import { seconds } from './machineOperations';

async function startSync(states: StatesContext, input: JsonObject): Promise<object> {
  const { arn: machineArn, testCase } = splitTestCase(states, input.stateMachineArn as string);
  const target = states.machines.resolve(machineArn);
  const { machine } = target;
  if (machine.type !== 'EXPRESS') {
    throw new ServiceError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  }
  const name = (input.name as string | undefined) ?? states.uuid();
  checkName(name);
  const text = (input.input as string | undefined) ?? '{}';
  const arn = states.arns.express(machine.name, name, states.uuid());
  const record = launch(states, {
    target,
    arn,
    name,
    text,
    input: parseInput(text),
    traceHeader: input.traceHeader as string | undefined,
    synchronous: true,
    testCase,
  });
  states.express.add(record);
  states.log(record);
  await record.engine.done;
  return syncResult(record, input.includedData !== 'METADATA_ONLY');
}

function syncResult(record: ExecutionRecord, included: boolean): object {
  const end = ending(record);
  const stoppedAt = end?.timestamp ?? record.startedAt;
  return {
    executionArn: record.arn,
    stateMachineArn: record.machineArn,
    name: record.name,
    startDate: seconds(record.startedAt),
    stopDate: seconds(stoppedAt),
    status: statusOf(record),
    ...(included && end?.details.error !== undefined && { error: end.details.error }),
    ...(included && end?.details.cause !== undefined && { cause: end.details.cause }),
    ...(included && { input: inputOf(record) }),
    inputDetails: { included },
    ...(included && end?.details.output !== undefined && { output: end.details.output }),
    outputDetails: { included },
    ...(record.traceHeader !== undefined && { traceHeader: record.traceHeader }),
    billingDetails: billing(record, inputOf(record), stoppedAt - record.startedAt),
  };
}

/**
 * Billed memory by the pricing page's estimate: 50 MB + definition + payload × number of Parallel and Map steps, rounded up
 * to 64 MB; duration rounded up to 100 ms.
 */
function billing(
  { revision }: Pick<ExecutionRecord, 'revision'>,
  input: string,
  durationMs: number,
): { billedMemoryUsedInMB: number; billedDurationInMilliseconds: number } {
  const { definition, compiled } = revision;
  const bytes = Buffer.byteLength(definition) + Buffer.byteLength(input) * parallelSteps(compiled.definition);
  const megabytes = 50 + bytes / 1024 / 1024;
  return {
    billedMemoryUsedInMB: Math.ceil(megabytes / 64) * 64,
    billedDurationInMilliseconds: Math.max(100, Math.ceil(Math.round(durationMs) / 100) * 100),
  };
}

function parallelSteps(value: Json): number {
  if (Array.isArray(value))
    return (value as readonly Json[]).reduce<number>((sum, item) => sum + parallelSteps(item), 0);
  if (!isObject(value)) return 0;
  const own = value.Type === 'Map' || value.Type === 'Parallel' ? 1 : 0;
  return Object.values(value).reduce<number>((sum, item) => sum + (item === undefined ? 0 : parallelSteps(item)), own);
}

export const syncOperation = (states: StatesContext): Operation => ({
  input: inputs.StartSyncExecution,
  run: (input) => startSync(states, input),
});
