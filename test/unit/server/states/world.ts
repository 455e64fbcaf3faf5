/** A Step Functions service without a door: its operations called by name, over a virtual or real clock and tasks of the test's own. */
import { randomUUID } from 'node:crypto';
import { createClock } from '../../../../src/engine';
import type { TaskRunner } from '../../../../src/engine/contract';
import type { ClockKind } from '../../../../src/model/clock';
import type { Json, JsonObject } from '../../../../src/model/json';
import { LogStore } from '../../../../src/server/logs/store';
import type { Quotas } from '../../../../src/server/quotas';
import { createStates, type StatesService } from '../../../../src/server/states/service';

export interface World {
  readonly states: StatesService;
  readonly logs: LogStore;
  now(): number;
  /** One operation; its answer. Rejects with ServiceError. */
  call(operation: string, input?: object): Promise<Record<string, unknown>>;
  /** `Code: message` of the error it is refused with. */
  refused(operation: string, input?: object): Promise<string>;
  /** A machine that stands; its ARN. */
  machine(definition: JsonObject, more?: object): Promise<string>;
  /** DescribeExecution's answer once it has ended. */
  ended(executionArn: unknown): Promise<Record<string, unknown>>;
  /** Runs one to its end; DescribeExecution's answer. */
  run(machineArn: string, input?: Json): Promise<Record<string, unknown>>;
}

export interface WorldOptions {
  readonly clock?: ClockKind;
  readonly tasks?: TaskRunner;
  readonly kept?: number;
  readonly random?: () => number;
  readonly quotas?: Quotas;
  readonly testCases?: Parameters<typeof createStates>[0]['mocks'];
}

const noTasks: TaskRunner = { run: ({ resourceArn }) => ({ ok: false, error: 'NoTask', cause: resourceArn }) };

export const role = 'arn:aws:iam::111111111111:role/test';

export function world({
  clock: kind = 'real',
  tasks = noTasks,
  kept = 10_000,
  random = Math.random,
  quotas,
  testCases,
}: WorldOptions = {}): World {
  const clock = createClock(kind);
  const logs = new LogStore(() => clock.now(), 1_000_000);
  const states = createStates({
    context: {
      clock,
      region: 'us-east-1',
      accountId: '111111111111',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      endpoint: () => 'http://127.0.0.1:1',
      uuid: randomUUID,
      random,
      log: () => undefined,
    },
    logs,
    tasks: () => tasks,
    objects: () => ({ get: () => undefined, put: () => undefined, list: () => undefined }),
    mocks: testCases,
    keptExecutions: kept,
    quotas,
  });
  const call = async (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
    states.backend.call(operation, input as JsonObject);
  const ended = (executionArn: unknown): Promise<Record<string, unknown>> =>
    new Promise((resolve) => states.backend.onFinished(executionArn as string, resolve));
  return {
    ended,
    states,
    logs,
    now: () => clock.now(),
    call,
    refused: async (operation, input) => {
      try {
        await call(operation, input);
      } catch (error) {
        return `${(error as { code: string }).code}: ${(error as Error).message}`;
      }
      return 'accepted';
    },
    machine: async (definition, more = {}) =>
      (
        await call('CreateStateMachine', {
          name: randomUUID(),
          definition: JSON.stringify(definition),
          roleArn: role,
          ...more,
        })
      ).stateMachineArn as string,
    run: async (stateMachineArn, input = {}) => {
      const { executionArn } = await call('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
      return ended(executionArn);
    },
  };
}

export const pass: JsonObject = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
export const waiting = (Seconds: number): JsonObject => ({
  StartAt: 'A',
  States: { A: { Type: 'Wait', Seconds, End: true } },
});
export const failing: JsonObject = { StartAt: 'A', States: { A: { Type: 'Fail', Error: 'E', Cause: 'C' } } };
export const working = (Resource = 'arn:aws:states:::sqs:sendMessage', more: JsonObject = {}): JsonObject => ({
  StartAt: 'A',
  States: { A: { Type: 'Task', Resource, End: true, ...more } },
});
