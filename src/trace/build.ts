import type { HistoryEvent } from '../model/event';
import type { StateType } from '../model/machine';
import type { Attempt, StageParts, Visit, VisitOutcome } from '../model/visit';

/** An attempt while it is being read; becomes an Attempt as it stands. */
export type OpenAttempt = { -readonly [K in keyof Attempt]: Attempt[K] };

/** One run through the states of a level: the top, one Map iteration, one Parallel branch. */
export interface Scope {
  readonly label: string;
  /** The Map or Parallel visit around it; −1 at the top. */
  readonly container: number;
  /** Iteration or branch number. */
  readonly position: number;
  /** Event that began it, 0 at the top. */
  readonly begunBy: number;
  /** Event that let it begin: the container's own entry, an exit inside an earlier iteration, or the failure of an earlier try. */
  readonly after: number;
}

/** A visit while it is being read. */
export interface OpenVisit {
  index: number;
  path: string;
  name: string;
  type: StateType;
  scope: Scope;
  enteredEventId: number;
  exitedEventId?: number;
  enteredAt: number;
  exitedAt?: number;
  outcome: VisitOutcome;
  attempts: OpenAttempt[];
  previous?: number;
  parent?: number;
  transitionInMs?: number;
  error?: string;
  /** The event that closed it: exit, failure, abort. */
  closedBy?: HistoryEvent;
  /** Map and Parallel: the event inside that decided its end, and the predecessor of its latest start. */
  decidedBy?: number;
  startedAfter?: number;
}

/** Stage parts of a closed visit; see StageParts. They sum to its duration because each instant is given to exactly one part. */
const stageParts = (visit: Pick<OpenVisit, 'type' | 'enteredAt' | 'exitedAt' | 'attempts'>): StageParts => {
  const parts = { pre: 0, queue: 0, work: 0, wait: 0, backoff: 0, post: 0 };
  if (visit.exitedAt === undefined) return parts;
  const end = visit.exitedAt;
  if (visit.attempts.length === 0) {
    parts[visit.type === 'Wait' ? 'wait' : 'work'] = end - visit.enteredAt;
    return parts;
  }
  let at = visit.enteredAt;
  const advance = (part: keyof typeof parts, to: number | undefined): void => {
    if (to === undefined) return;
    const until = Math.min(end, Math.max(at, to));
    parts[part] += until - at;
    at = until;
  };
  visit.attempts.forEach((attempt, i) => {
    advance(i === 0 ? 'pre' : 'backoff', attempt.scheduledAt);
    advance('queue', attempt.startedAt);
    // An attempt that closed without starting, or was cut off, worked until it ended.
    advance(
      attempt.startedAt === undefined && attempt.closedAt !== undefined ? 'queue' : 'work',
      attempt.closedAt ?? end,
    );
  });
  advance('post', end);
  return parts;
};

/** The finished visit; keys that do not apply are left out. */
export const finishVisit = (visit: OpenVisit): Visit => ({
  index: visit.index,
  path: visit.path,
  name: visit.name,
  type: visit.type,
  scope: visit.scope.label,
  enteredEventId: visit.enteredEventId,
  exitedEventId: visit.exitedEventId,
  enteredAt: visit.enteredAt,
  exitedAt: visit.exitedAt,
  outcome: visit.outcome,
  attempts: visit.attempts,
  previous: visit.previous,
  parent: visit.parent,
  transitionInMs: visit.transitionInMs,
  parts: stageParts(visit),
  ...(visit.error === undefined ? {} : { error: visit.error }),
});
