/**
 * A history event, the same whether it came from GetExecutionHistory, from a log of an Express execution, or from the
 * embedded engine. Details are unwrapped (`stateEnteredEventDetails.name` → `details.name`), as the log writes them.
 */
export interface HistoryEvent {
  /** From 1, dense. */
  readonly id: number;
  /** 0 for ExecutionStarted and for the first state entered. */
  readonly previousEventId: number;
  /** Epoch milliseconds on the service's clock. */
  readonly timestamp: number;
  readonly type: HistoryEventType;
  readonly details: EventDetails;
}

/** Every field any `…EventDetails` carries; inputs and outputs are JSON texts as AWS sends them. */
export interface EventDetails {
  readonly name?: string;
  readonly index?: number;
  readonly length?: number;
  readonly input?: string;
  readonly output?: string;
  readonly parameters?: string;
  readonly resource?: string;
  readonly resourceType?: string;
  readonly region?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly state?: string;
  readonly location?: string;
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
  readonly workerName?: string;
  readonly mapRunArn?: string;
  readonly redriveCount?: number;
  readonly roleArn?: string;
  readonly stateMachineAliasArn?: string;
  readonly stateMachineVersionArn?: string;
  readonly assignedVariables?: Readonly<Record<string, string>>;
  readonly taskCredentials?: { readonly roleArn?: string };
  readonly truncated?: boolean;
}

type Attempted<Family extends string> = `${Family}${'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut'}`;
type Entered = `${'Choice' | 'Map' | 'Parallel' | 'Pass' | 'Succeed' | 'Task' | 'Wait'}State${'Entered' | 'Exited'}`;

/** The 62 event types of the API (SDK model of client-sfn 3.1164). */
export type HistoryEventType =
  | Attempted<'Activity' | 'LambdaFunction' | 'Task'>
  | 'ActivityScheduleFailed'
  | 'LambdaFunctionScheduleFailed'
  | 'LambdaFunctionStartFailed'
  | 'TaskStartFailed'
  | 'TaskSubmitFailed'
  | 'TaskSubmitted'
  | Entered
  | 'FailStateEntered'
  | `${'Map' | 'Parallel'}State${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `${'Task' | 'Wait'}StateAborted`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `MapRun${'Started' | 'Succeeded' | 'Failed' | 'Aborted' | 'Redriven'}`
  | `Execution${'Started' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Aborted' | 'Redriven'}`
  | 'EvaluationFailed';

/** How an execution ended, or that it has not. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
