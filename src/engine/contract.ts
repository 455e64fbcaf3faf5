/**
 * The engine's outside. The interpreter knows nothing of HTTP, Lambda or files: it asks a host for time, chance, names and
 * for tasks to be run. Owned by the engine; the server implements EngineHost.
 */
import type { Clock } from '../model/clock';
import type { Json, JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { Activities } from './activities';
import type { MapRunObserver } from './mapRuns';
import type { MaybePromise } from './query/contract';
import type { TaskTokens } from './tokens';

export type { MaybePromise } from './query/contract';

/** Who an execution is: feeds the context object and its ARNs. */
export interface ExecutionIdentity {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly stateMachine: { readonly arn: string; readonly name: string };
  readonly type: WorkflowType;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly redriveCount: number;
  readonly stateMachineAliasArn?: string;
  readonly stateMachineVersionArn?: string;
  /** Epoch ms of the last redrive. */
  readonly redrivenAt?: number;
  /** A child of a distributed Map. */
  readonly mapRunArn?: string;
  /** STARTED_BY of a nested execution: arn of the parent. */
  readonly parentArn?: string;
  readonly traceHeader?: string;
  /** Started by StartSyncExecution: AWS leaves RedriveCount out of its context object. */
  readonly synchronous?: boolean;
}

/**
 * What a Task state's Resource means.
 * `arn:aws:lambda:…:function:f` → {service:'lambda', action:'', pattern:'direct'}; an activity ARN → service 'activity';
 * `arn:aws:states:::[aws-sdk:]svc:action[.sync|.sync:2|.waitForTaskToken]` → the rest.
 */
export interface Integration {
  readonly service: string;
  readonly action: string;
  readonly sdk: boolean;
  readonly pattern: 'direct' | 'requestResponse' | 'sync' | 'sync:2' | 'waitForTaskToken';
  /** `resourceType` and `resource` as the history shows them. */
  readonly resourceType: string;
  readonly resource: string;
}

export interface TaskRequest {
  /** The ARN as the state gives it. */
  readonly resourceArn: string;
  readonly integration: Integration;
  readonly parameters: Json;
  /** `parameters` as the history shows them: compact JSON that keeps the numbers' spelling (`0.0`) where the input had it. */
  readonly parametersText: string;
  readonly execution: ExecutionIdentity;
  readonly stateName: string;
  /** `$$.State.RetryCount`: 0 for the first attempt. */
  readonly retryCount: number;
  readonly credentialsRoleArn?: string;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  /** Present for waitForTaskToken. */
  readonly taskToken?: string;
  /** Aborted when the task times out or its execution ends. */
  readonly signal: AbortSignal;
}

/** `event` names the failing phase; 'failed' unless told. */
export type TaskResult =
  /** `text` is `output` as compact JSON where the runner has it anyway; it keeps spellings that parsing loses (`0.0`). */
  | { readonly ok: true; readonly output: Json; readonly text?: string }
  | {
      readonly ok: false;
      readonly error?: string;
      readonly cause?: string;
      readonly event?: 'failed' | 'scheduleFailed' | 'startFailed' | 'submitFailed' | 'timedOut';
    };

/** The runner reports phases as they happen; each writes its event. A runner that never calls `started` is taken to start at once. */
export interface TaskPhases {
  started(): void;
  /** `.sync` and callbacks: the service took the job and answered with `output`. */
  submitted(output: Json): void;
}

/** Runs one attempt of a task. For waitForTaskToken it only submits; the engine then waits for the token. */
export interface TaskRunner {
  /** Why these parameters cannot start such a task at all, in AWS's words: the execution fails before anything is scheduled. */
  refuse?(integration: Integration, parameters: Json): string | undefined;
  run(request: TaskRequest, phases: TaskPhases): MaybePromise<TaskResult>;
}

/** Objects standing for S3: ItemReader and ResultWriter of a distributed Map. */
export interface ObjectStore {
  get(bucket: string, key: string): MaybePromise<Buffer | undefined>;
  put(bucket: string, key: string, body: Buffer): MaybePromise<void>;
  list(bucket: string, prefix: string): MaybePromise<readonly JsonObject[] | undefined>;
}

/** Delays of a latency profile, drawn per event; absent on the bare engine. Tasks are delayed by the TaskRunner, not here. */
export interface EngineLatency {
  /** ms from accepted to ExecutionStarted. */
  start(type: WorkflowType): number;
  /** ms between a state's exit and the next one's entry, and before the first. */
  transition(type: WorkflowType): number;
  /** A transition ended `ms` later than it was to, by the clock: a timer's own delay, which the next ones may make up for. */
  late?(type: WorkflowType, ms: number): void;
}

export interface EngineHost {
  readonly clock: Clock;
  readonly tasks: TaskRunner;
  readonly objects?: ObjectStore;
  readonly latency?: EngineLatency;
  readonly region: string;
  readonly accountId: string;
  /** Uniform in [0, 1); seeded in tests. */
  random(): number;
  uuid(): string;
  /** Where tokens of callbacks and activities are kept; without it such tasks fail with States.Runtime. */
  readonly tokens?: TaskTokens;
  readonly activities?: Activities;
  /** Told of Map Runs and their child executions, so that a server can list and describe them. */
  readonly mapRuns?: MapRunObserver;
}
