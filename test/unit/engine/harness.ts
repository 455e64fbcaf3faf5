/** Runs machines on a virtual clock with scripted tasks. */
import {
  Activities,
  compileMachine,
  startExecution,
  TaskTokens,
  virtualClock,
  type Execution,
} from '../../../src/engine';
import type { EngineHost, ExecutionIdentity, TaskPhases, TaskRequest, TaskResult } from '../../../src/engine/contract';
import type { StartOptions } from '../../../src/engine/execution';
import type { Json, JsonObject } from '../../../src/model/json';
import type { WorkflowType } from '../../../src/model/machine';

export type Script = (request: TaskRequest, phases: TaskPhases) => TaskResult | Promise<TaskResult>;

export const start = 1_700_000_000_000;

export const ok = (output: Json): TaskResult => ({ ok: true, output });
export const failed = (error: string, cause?: string): TaskResult => ({ ok: false, error, cause });

export const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:f';

export const hostWith = (script: Script = () => ok(null), more: Partial<EngineHost> = {}): EngineHost => {
  let n = 0;
  return {
    clock: virtualClock(start),
    region: 'us-east-1',
    accountId: '123456789012',
    random: () => 0.5,
    uuid: () => `uuid-${++n}`,
    tokens: new TaskTokens(() => `token-${++n}`),
    activities: new Activities(),
    tasks: { run: script },
    ...more,
  };
};

export const identity = (type: WorkflowType = 'STANDARD'): ExecutionIdentity => ({
  arn: 'arn:aws:states:us-east-1:123456789012:execution:m:e',
  name: 'e',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  stateMachine: { arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', name: 'm' },
  type,
  startedAt: start,
  redriveCount: 0,
});

export interface RunOptions extends Partial<StartOptions> {
  readonly host?: EngineHost;
  readonly script?: Script;
  readonly type?: WorkflowType;
}

/** Starts a machine and leaves it running. */
export const begin = (definition: JsonObject, input: Json, options: RunOptions = {}): Execution => {
  const { host = hostWith(options.script), type, ...rest } = options;
  return startExecution(compileMachine(definition), { identity: identity(type), input, ...rest }, host);
};

/** Runs a machine to its end. */
export const runMachine = async (
  definition: JsonObject,
  input: Json = {},
  options: RunOptions = {},
): Promise<Execution> => {
  const execution = begin(definition, input, options);
  await execution.done;
  return execution;
};

/** Runs one state, named S, that ends the machine. */
export const runOne = (state: JsonObject, input: Json = {}, options: RunOptions = {}): Promise<Execution> =>
  runMachine({ StartAt: 'S', States: { S: { End: true, ...state } } }, input, options);

/** `1<0 ExecutionStarted`, one a line: ids, links and types of a history. */
export const links = (execution: Execution): string[] =>
  execution.history.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);

export const types = (execution: Execution): string[] => execution.history.map(({ type }) => type);

/** Details of the first event of a type. */
export const detailsOf = (execution: Execution, type: string): unknown =>
  execution.history.find((event) => event.type === type)?.details;

/** Lets all that is due at this instant happen. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
