import type { HistoryEvent } from '../model/event';
import type { ExecutionTrace, Visit } from '../model/visit';
import type { OpenVisit } from './build';

/** End for comparison: what has not ended is the latest of all. */
const endOf = (visit: OpenVisit): number => visit.exitedAt ?? Infinity;

/**
 * The chain of visits that decided when the execution ended, walked backwards along `previousEventId`: from the last state
 * to the one before it; into the last-finishing branch or iteration of a Parallel or Map; and from an iteration that had to
 * wait for a slot (or followed a failed try) to the visit whose end let it begin. Containers are in the list, before what is
 * inside them. Indices in order of entry.
 */
export const criticalPath = (
  visits: readonly OpenVisit[],
  finished: HistoryEvent | undefined,
  ownerOf: (id: number) => number,
): number[] => {
  if (visits.length === 0) return [];
  const inside = new Map<number, OpenVisit[]>();
  for (const visit of visits) {
    const siblings = inside.get(visit.scope.container);
    if (siblings) siblings.push(visit);
    else inside.set(visit.scope.container, [visit]);
  }
  /** The visit directly inside `container` that holds the visit `index`, or undefined if it is not inside. */
  const within = (index: number, container: number): OpenVisit | undefined => {
    let visit = visits[index];
    while (visit && visit.scope.container !== container) visit = visits[visit.scope.container];
    return visit;
  };
  const lastInside = (container: number, decidedBy: number | undefined): OpenVisit | undefined => {
    const candidates = inside.get(container);
    if (!candidates) return undefined;
    const named = decidedBy === undefined ? undefined : within(ownerOf(decidedBy), container);
    let best = named;
    for (const visit of candidates) {
      if (visit === named) continue;
      // On a tie of the millisecond clock the event the service itself named decides, then the later entry.
      if (
        !best ||
        endOf(visit) > endOf(best) ||
        (endOf(visit) === endOf(best) && best !== named && visit.index > best.index)
      )
        best = visit;
    }
    // A failure ends its container at once: what else was still open was cut off and decided nothing.
    return named && (named.outcome === 'failed' || named.outcome === 'caught') ? named : best;
  };

  const found = new Set<number>();
  const pending: OpenVisit[] = [];
  const last = lastInside(-1, finished?.previousEventId);
  if (last) pending.push(last);
  for (let visit = pending.pop(); visit; visit = pending.pop()) {
    if (found.has(visit.index)) continue;
    found.add(visit.index);
    const inner = lastInside(visit.index, visit.decidedBy);
    if (inner) pending.push(inner);
    if (visit.previous !== undefined) {
      pending.push(visits[visit.previous]!);
      continue;
    }
    // First of its scope: what began the scope may be a visit of an earlier iteration or try.
    const before = visit.scope.container < 0 ? undefined : within(ownerOf(visit.scope.after), visit.scope.container);
    if (before && before !== visit) pending.push(before);
  }
  return [...found].sort((a, b) => a - b);
};

/**
 * What each visit of the critical path adds to the execution's time, ms: a leaf its duration, a Map or Parallel what its
 * critical inner visits and the transitions between them leave over. With the transitions on the path they sum to the whole.
 */
export const criticalContributions = (trace: ExecutionTrace): Map<number, number> => {
  const added = new Map<number, number>();
  const own = (visit: Visit): number => (visit.exitedAt ?? trace.finishedAt ?? visit.enteredAt) - visit.enteredAt;
  for (const index of trace.criticalPath) added.set(index, own(trace.visits[index]!));
  for (const index of trace.criticalPath) {
    const visit = trace.visits[index]!;
    if (visit.parent === undefined || !added.has(visit.parent)) continue;
    added.set(visit.parent, added.get(visit.parent)! - own(visit) - (visit.transitionInMs ?? 0));
  }
  for (const [index, ms] of added) if (ms < 0) added.set(index, 0);
  return added;
};
