import type { StateType } from './machine';

/** One try of a task inside a visit; a retry is a further attempt of the same visit. Times are epoch ms, service clock. */
export interface Attempt {
  readonly scheduledAt: number;
  readonly startedAt?: number;
  /** `.sync` and callbacks: when the service took the job. */
  readonly submittedAt?: number;
  readonly closedAt?: number;
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted';
  readonly error?: string;
  readonly cause?: string;
}

/** How a visit ended. A caught failure exits; an uncaught one never does. */
export type VisitOutcome = 'exited' | 'caught' | 'failed' | 'aborted' | 'running';

/**
 * The parts of a visit's duration in ms; they sum to `exitedAt - enteredAt`.
 * pre: entered → first scheduled. queue: Σ scheduled → started. work: Σ started → closed.
 * backoff: Σ closed → next scheduled. post: last closed → exited. A state without attempts is all `work`
 * (a Wait is all `wait`; a Map or Parallel is `work` from its start to its end).
 */
export interface StageParts {
  readonly pre: number;
  readonly queue: number;
  readonly work: number;
  readonly wait: number;
  readonly backoff: number;
  readonly post: number;
}

/** One stay of one execution in one state. */
export interface Visit {
  /** Index in the trace; `previous` and `parent` refer to it. */
  readonly index: number;
  /** Key of the state: see StateOutline.path. */
  readonly path: string;
  readonly name: string;
  readonly type: StateType;
  /** Which iteration or branch: '' at the top, else e.g. `Orders[3]` or `Orders[3]/Inner[0]`. */
  readonly scope: string;
  readonly enteredEventId: number;
  readonly exitedEventId?: number;
  readonly enteredAt: number;
  /** Exit, failure or abort; undefined while running. */
  readonly exitedAt?: number;
  readonly outcome: VisitOutcome;
  readonly attempts: readonly Attempt[];
  /** The visit whose exit led here along previousEventId, within the same scope. */
  readonly previous?: number;
  /** The Map or Parallel visit around it. */
  readonly parent?: number;
  /** Entered − previous exited on the same path, ms. Undefined for the first state of a scope. */
  readonly transitionInMs?: number;
  readonly parts: StageParts;
  /** Error name, where it failed or its failure was caught. */
  readonly error?: string;
  /** Lambda's ids of its invocations, where the system tells them: no history of Step Functions does. */
  readonly requestIds?: readonly string[];
}

/** One execution, read from its history: the pure output of `trace/`. */
export interface ExecutionTrace {
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly visits: readonly Visit[];
  /** Σ transitionInMs over all visits plus start → first entered and last exited → end. */
  readonly transitionTotalMs: number;
  /** Indices of visits on the true critical path, in time order. */
  readonly criticalPath: readonly number[];
  /** How many events were read. */
  readonly events: number;
  /** Events that could not be tied to a visit: the history has gaps. Absent when 0, as the three below. */
  readonly unplaced?: number;
  /** Distributed Map runs; their children have histories of their own. */
  readonly mapRuns?: number;
  readonly redrives?: number;
  /** Further tries of whole Map and Parallel states; whether AWS bills one is not documented. */
  readonly containerRetries?: number;
}
