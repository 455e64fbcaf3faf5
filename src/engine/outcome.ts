/** How a stay in a state, or a whole path of states, ends. Values, not exceptions: nothing is thrown on the hot path. */
import type { Json } from '../model/json';
import type { StateNode } from './nodes';

/** The state is done; `next` absent ends the path. */
export interface Done {
  readonly kind: 'done';
  readonly output: Json;
  /** `output` as compact JSON text: the exit's output and the next entry's input share it. */
  readonly text: string;
  readonly next?: StateNode;
  /** Values of `Assign`, as they were assigned; absent where there are none. */
  readonly assigned?: Readonly<Record<string, Json>>;
  /** The same as compact JSON. */
  readonly assignedTexts?: Readonly<Record<string, string>>;
}

/**
 * The state failed. `fatal` (States.Runtime) ends the execution whatever Retry and Catch say, and without the events by
 * which a Map or Parallel tells of a failed iteration.
 */
export interface Failure {
  readonly kind: 'failed';
  readonly error?: string;
  readonly cause?: string;
  readonly fatal?: boolean;
  /** A further name it goes by in ErrorEquals: a missed heartbeat is reported as States.Timeout but is a States.HeartbeatTimeout too. */
  readonly alias?: string;
}

/** Somebody ended the path from outside: a sibling failed or the execution stopped. Nothing more is written. */
export interface Aborted {
  readonly kind: 'aborted';
}

export type Outcome = Done | Failure | Aborted;

export const aborted: Aborted = { kind: 'aborted' };

export const failure = (error: string | undefined, cause?: string, more?: Partial<Failure>): Failure => ({
  kind: 'failed',
  error,
  cause,
  ...more,
});
