import type { HistoryEvent } from '../model/event';
import type { ExecutionTrace } from '../model/visit';
import { finishVisit, type OpenVisit } from './build';
import { criticalPath } from './criticalPath';
import { createReader } from './reader';
import { indexStates, type MachineState } from './states';

/** Events by ascending id, each id once: logs come in any order and may repeat. */
const inOrder = (events: readonly HistoryEvent[]): readonly HistoryEvent[] => {
  let last = 0;
  for (const event of events) {
    if (event.id <= last) {
      const byId = new Map<number, HistoryEvent>();
      for (const each of events) if (!byId.has(each.id)) byId.set(each.id, each);
      return [...byId.values()].sort((a, b) => a.id - b.id);
    }
    last = event.id;
  }
  return events;
};

/**
 * Reads one execution from its history: every visit with its stages, transitions and the critical path, matched along
 * `previousEventId` and scoped by Map iteration and Parallel branch, never paired by name order.
 * Times are the service's, in ms. A history that is incomplete (still running, or a log with gaps) gives what it holds;
 * `trace.unplaced` counts events that could not be tied to a visit. Without `machine` a state's path is its name within
 * what encloses it, and a Parallel's branches cannot be told apart.
 */
export const traceExecution = (
  events: readonly HistoryEvent[],
  machine: readonly MachineState[] = [],
): ExecutionTrace => {
  const ordered = inOrder(events);
  const reader = createReader(ordered, indexStates(machine));
  for (const event of ordered) reader.read(event);
  const { visits } = reader;
  const started = ordered.find((event) => event.type === 'ExecutionStarted') ?? ordered[0];
  const finished = reader.finished;
  const end = finished?.timestamp;
  return {
    startedAt: started?.timestamp ?? 0,
    finishedAt: end,
    visits: visits.map(finishVisit),
    transitionTotalMs: transitionTotal(visits, started?.timestamp, finished, reader.ownerOf),
    criticalPath: criticalPath(visits, finished, reader.ownerOf),
    events: ordered.length,
    ...Object.fromEntries(Object.entries(reader.counters).filter(([, count]) => count > 0)),
  };
};

const transitionTotal = (
  visits: readonly OpenVisit[],
  startedAt: number | undefined,
  finished: HistoryEvent | undefined,
  ownerOf: (id: number) => number,
): number => {
  let total = 0;
  for (const visit of visits) total += visit.transitionInMs ?? 0;
  const first = visits[0];
  if (first && startedAt !== undefined && first.scope.container < 0) total += Math.max(0, first.enteredAt - startedAt);
  if (finished) {
    let last = visits[ownerOf(finished.previousEventId)];
    while (last && last.scope.container >= 0) last = visits[last.scope.container];
    if (last?.exitedAt !== undefined) total += Math.max(0, finished.timestamp - last.exitedAt);
  }
  return total;
};
