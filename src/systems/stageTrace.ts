import type { ExecutionTrace, Visit } from '../model/visit';

/** One stage of a system that is no state machine: when it began and ended on that system's own clock, epoch ms. */
export interface Stage {
  readonly name: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly failed?: boolean;
  /** Lambda's ids of the invocations that did its work, as REPORT lines have them. */
  readonly requestIds?: readonly string[];
}

/**
 * Stages in a row as a trace, so that figures of every system are gathered alike. What lies between one stage's end and the
 * next one's begin is the transition; before the first and after the last it counts to the total too.
 */
export const traceStages = (stages: readonly Stage[], startedAt: number, finishedAt: number): ExecutionTrace => {
  const ordered = [...stages].sort((a, b) => a.startedAt - b.startedAt);
  const visits = ordered.map((stage, index): Visit => {
    const before = ordered[index - 1];
    const duration = Math.max(0, stage.finishedAt - stage.startedAt);
    return {
      index,
      path: stage.name,
      name: stage.name,
      type: 'Task',
      scope: '',
      enteredEventId: index + 1,
      exitedEventId: index + 1,
      enteredAt: stage.startedAt,
      exitedAt: stage.startedAt + duration,
      outcome: stage.failed ? 'failed' : 'exited',
      attempts: [],
      ...(stage.requestIds ? { requestIds: stage.requestIds } : {}),
      parts: { pre: 0, queue: 0, work: duration, wait: 0, backoff: 0, post: 0 },
      ...(before ? { previous: index - 1, transitionInMs: Math.max(0, stage.startedAt - before.finishedAt) } : {}),
    };
  });
  const work = visits.reduce((sum, visit) => sum + visit.parts.work, 0);
  return {
    startedAt,
    finishedAt,
    visits,
    transitionTotalMs: Math.max(0, finishedAt - startedAt - work),
    criticalPath: visits.map((visit) => visit.index),
    events: visits.length,
  };
};
