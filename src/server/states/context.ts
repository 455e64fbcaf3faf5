/** What the operations of the Step Functions service share. Each gets this and its input, nothing else. */
import type { EngineHost } from '../../engine/contract';
import type { Clock } from '../../model/clock';
import type { TaskTokens } from '../../engine';
import type { ActivityRegistry } from './activities';
import type { Arns } from './arn';
import type { ExecutionRecord, Executions } from './executions';
import type { Machines } from './machines';
import type { MapRuns } from './mapRuns';

/** The mock file's test cases, chosen for one execution; services/mocks.ts. */
export interface TestCases {
  hasTestCase(machine: string, testCase: string): boolean;
  choose(executionArn: string, testCase: string): void;
  forget(executionArn: string): void;
}

export interface StatesContext {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  readonly arns: Arns;
  readonly machines: Machines;
  readonly executions: Executions;
  /** Express executions that run, and a few that have: the API cannot describe them, the server's own integrations can. */
  readonly express: Executions;
  readonly activities: ActivityRegistry;
  readonly tokens: TaskTokens;
  readonly mapRuns: MapRuns;
  /** Client token of an execution's last redrive. */
  readonly redriveTokens: WeakMap<ExecutionRecord, string>;
  readonly host: EngineHost;
  readonly mocks: () => TestCases | undefined;
  readonly uuid: () => string;
  readonly random: () => number;
  /** Writes its events to its log group, if its machine has one. */
  readonly log: (record: ExecutionRecord) => void;
  readonly groupExists: (group: string) => boolean;
}
