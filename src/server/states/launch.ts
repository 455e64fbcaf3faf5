/** From an accepted call to a running execution. */
import { startExecution, type Execution } from '../../engine';
import type { ExecutionIdentity } from '../../engine/contract';
import type { Json } from '../../model/json';
import { ServiceError } from '../contract';
import type { StatesContext } from './context';
import type { ExecutionRecord } from './executions';
import { jsonFault } from './jackson';
import type { Target } from './machines';

const maxInputBytes = 262_144;

/** Parses an execution's input. Throws InvalidExecutionInput in Jackson's words. */
export function parseInput(text: string): Json {
  const invalid = (why: string): ServiceError =>
    new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);
  if (Buffer.byteLength(text) > maxInputBytes) throw invalid(`Input exceeds the maximum of ${maxInputBytes} bytes.`);
  if (text.trim() === '') throw invalid('Invalid execution input.');
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid(jsonFault(text)?.message ?? 'Invalid execution input.');
  }
}

export interface Launch {
  readonly target: Target;
  readonly arn: string;
  readonly name: string;
  /** The text as it was sent, and what it says. */
  readonly text: string;
  readonly input: Json;
  readonly traceHeader?: string;
  /** The execution that starts this one. */
  readonly parentArn?: string;
  readonly synchronous?: boolean;
  /** Case of the mock file that this execution plays: `stateMachineArn#Case`, as in Step Functions Local. */
  readonly testCase?: string;
}

/** `stateMachineArn#Case` → the two; the case only where a mock file was given. Throws ValidationException for an unknown one. */
export function splitTestCase(
  states: StatesContext,
  arn: string,
): { readonly arn: string; readonly testCase?: string } {
  const mocks = states.mocks();
  const at = arn.indexOf('#');
  if (!mocks || at < 0) return { arn };
  const [machineArn, testCase] = [arn.slice(0, at), arn.slice(at + 1)];
  const machine = machineArn.split(':')[6] ?? '';
  if (!mocks.hasTestCase(machine, testCase)) {
    throw new ServiceError(
      'ValidationException',
      `The mock file has no test case '${testCase}' for the state machine '${machine}'.`,
    );
  }
  return { arn: machineArn, testCase };
}

/** The mocks of one execution: chosen before it starts, forgotten when it is over. */
function withMocks(
  states: StatesContext,
  arn: string,
  testCase: string | undefined,
  begin: () => Execution,
): Execution {
  const mocks = states.mocks();
  if (!mocks) return begin();
  if (testCase !== undefined) mocks.choose(arn, testCase);
  const execution = begin();
  void execution.done.then(() => mocks.forget(arn));
  return execution;
}

/** Starts it; it has run as far as it can without waiting when this returns. */
export function launch(
  states: StatesContext,
  { target, arn, name, text, input, traceHeader, parentArn, synchronous, testCase }: Launch,
): ExecutionRecord {
  const { machine, revision, version, alias } = target;
  const startedAt = states.clock.now();
  const identity: ExecutionIdentity = {
    arn,
    name,
    roleArn: revision.roleArn,
    stateMachine: { arn: machine.arn, name: machine.name },
    type: machine.type,
    startedAt,
    redriveCount: 0,
    ...(alias && { stateMachineAliasArn: alias.arn }),
    ...(version && { stateMachineVersionArn: version.arn }),
    ...(traceHeader !== undefined && { traceHeader }),
    ...(parentArn !== undefined && { parentArn }),
    ...(synchronous && { synchronous }),
  };
  return {
    arn,
    name,
    type: machine.type,
    machineArn: machine.arn,
    machineName: machine.name,
    revision,
    ...(version && { versionArn: version.arn }),
    ...(alias && { aliasArn: alias.arn }),
    ...(traceHeader !== undefined && { traceHeader }),
    input: text,
    startedAt,
    engine: withMocks(states, arn, testCase, () =>
      startExecution(revision.compiled, { identity, input, inputText: text }, states.host),
    ),
  };
}
