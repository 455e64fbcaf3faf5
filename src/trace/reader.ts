import type { HistoryEvent } from '../model/event';
import { stateTypes, type StateType } from '../model/machine';
import type { OpenVisit, Scope } from './build';
import { createScopes, top } from './scopes';
import type { StateIndex } from './states';

/** What a history says besides its visits; see ExecutionTrace. */
interface Counters {
  unplaced: number;
  mapRuns: number;
  redrives: number;
  containerRetries: number;
}

export interface HistoryReader {
  read(event: HistoryEvent): void;
  /** Index of the visit an event belongs to, −1 where there is none. */
  readonly ownerOf: (eventId: number) => number;
  readonly visits: readonly OpenVisit[];
  /** The event that ended the execution, if it has. */
  readonly finished: HistoryEvent | undefined;
  readonly counters: Readonly<Counters>;
}

const kinds = new Map<string, readonly [StateType, 'Entered' | 'Exited']>(
  stateTypes.flatMap((type) =>
    (['Entered', 'Exited'] as const).map((side) => [`${type}State${side}`, [type, side]] as const),
  ),
);

const outcomes = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  TimedOut: 'timedOut',
  ScheduleFailed: 'failed',
  StartFailed: 'failed',
  SubmitFailed: 'failed',
} as const;
const taskPhase =
  /^(?:Activity|LambdaFunction|Task)(Scheduled|Started|Submitted|Succeeded|Failed|TimedOut|ScheduleFailed|StartFailed|SubmitFailed)$/;
type Phase = 'Scheduled' | 'Started' | 'Submitted' | keyof typeof outcomes;
const phases = new Map<string, Phase | null>();
const phaseOf = (type: string): Phase | null => {
  let phase = phases.get(type);
  if (phase === undefined) {
    phase = (taskPhase.exec(type)?.[1] ?? null) as Phase | null;
    phases.set(type, phase);
  }
  return phase;
};

/** Reads events in order of id, tying each to its visit by way of its predecessor. */
export const createReader = (events: readonly HistoryEvent[], states: StateIndex): HistoryReader => {
  const visits: OpenVisit[] = [];
  const owners = new Int32Array((events[events.length - 1]?.id ?? 0) + 1).fill(-1);
  /** Scopes begun by an event of their own: MapIterationStarted. */
  const begun = new Map<number, Scope>();
  /** Visits by the event before their entry: EvaluationFailed names its state only by sharing that predecessor. */
  const { branchScope, pathIn, lost } = createScopes(visits, states);
  const enteredAfter = new Map<number, number[]>();
  const counters: Counters = { unplaced: 0, mapRuns: 0, redrives: 0, containerRetries: 0 };
  let finished: HistoryEvent | undefined;

  const ownerOf = (id: number): number => (id > 0 && id < owners.length ? owners[id]! : -1);
  const isOpen = (visit: OpenVisit): boolean => visit.exitedAt === undefined;
  /** From a visit outwards through what encloses it: the first that satisfies the condition. */
  const climb = (from: number, wanted: (visit: OpenVisit) => boolean): OpenVisit | undefined => {
    let visit = visits[from];
    while (visit && !wanted(visit)) visit = visits[visit.scope.container];
    return visit;
  };
  const place = (event: HistoryEvent, visit: OpenVisit | undefined): OpenVisit | undefined => {
    if (visit) owners[event.id] = visit.index;
    else counters.unplaced++;
    return visit;
  };
  const close = (visit: OpenVisit, event: HistoryEvent, outcome: OpenVisit['outcome'], at = event.timestamp): void => {
    const attempt = visit.attempts[visit.attempts.length - 1];
    if (attempt?.outcome === 'running') {
      attempt.closedAt = at;
      attempt.outcome = outcome === 'exited' ? 'succeeded' : outcome === 'aborted' ? 'aborted' : 'failed';
    }
    visit.exitedAt = at;
    visit.outcome = outcome;
    visit.closedBy = event;
    if (visit.decidedBy === undefined || ownerOf(event.previousEventId) !== visit.index)
      visit.decidedBy = event.previousEventId;
    const error =
      outcome === 'exited'
        ? undefined
        : (attempt?.error ?? visit.error ?? (outcome === 'failed' ? event.details.error : undefined));
    if (error !== undefined) visit.error = error;
  };
  /** A visit taken for failed goes on (a further attempt, or a redrive), and so does what encloses it. */
  const reopen = (index: number): void => {
    for (
      let visit = visits[index];
      visit && !isOpen(visit) && visit.exitedEventId === undefined;
      visit = visits[visit.scope.container]
    ) {
      visit.exitedAt = undefined;
      visit.closedBy = undefined;
      visit.decidedBy = undefined;
      visit.outcome = 'running';
    }
  };

  const whereEntered = (event: HistoryEvent, name: string): { scope: Scope; path: string; previous?: OpenVisit } => {
    const before = event.previousEventId;
    const iteration = begun.get(before);
    if (iteration) return { scope: iteration, path: pathIn(iteration, name) };
    const previous = visits[ownerOf(before)];
    if (!previous) return before === 0 ? { scope: top, path: pathIn(top, name) } : lost(name);
    if (isOpen(previous) && (previous.type === 'Parallel' || previous.type === 'Map'))
      return branchScope(previous, name, before);
    return { scope: previous.scope, path: pathIn(previous.scope, name), previous };
  };

  const enter = (event: HistoryEvent, type: StateType): void => {
    const name = event.details.name ?? '';
    const { scope, path, previous } = whereEntered(event, name);
    if (
      event.previousEventId > 1 &&
      !previous &&
      !begun.has(event.previousEventId) &&
      ownerOf(event.previousEventId) < 0
    )
      counters.unplaced++;
    const visit: OpenVisit = {
      index: visits.length,
      path,
      name,
      type,
      scope,
      enteredEventId: event.id,
      enteredAt: event.timestamp,
      outcome: 'running',
      attempts: [],
    };
    if (previous && previous.closedBy?.id === event.previousEventId) {
      visit.previous = previous.index;
      if (previous.exitedAt !== undefined) visit.transitionInMs = Math.max(0, event.timestamp - previous.exitedAt);
    }
    if (scope.container >= 0) {
      visit.parent = scope.container;
      reopen(scope.container);
    }
    visits.push(visit);
    owners[event.id] = visit.index;
    const siblings = enteredAfter.get(event.previousEventId);
    if (siblings) siblings.push(visit.index);
    else enteredAfter.set(event.previousEventId, [visit.index]);
    if (type === 'Fail') close(visit, event, 'failed');
  };

  const exit = (event: HistoryEvent, type: StateType): void => {
    const { name } = event.details;
    const wanted = (visit: OpenVisit): boolean =>
      visit.type === type &&
      (name === undefined || visit.name === name) &&
      visit.exitedEventId === undefined &&
      visit.outcome !== 'aborted';
    const visit = place(
      event,
      climb(ownerOf(event.previousEventId), wanted) ??
        (type === 'Map' || type === 'Parallel' ? undefined : evaluated(event, wanted)),
    );
    if (!visit) return;
    const caught =
      visit.outcome === 'failed' ||
      (visit.attempts.length > 0 &&
        visit.attempts.at(-1)!.outcome !== 'succeeded' &&
        visit.attempts.at(-1)!.outcome !== 'running');
    close(visit, event, caught ? 'caught' : 'exited');
    visit.exitedEventId = event.id;
  };

  /** The visit entered from the same predecessor as this event. */
  const evaluated = (event: HistoryEvent, wanted: (visit: OpenVisit) => boolean): OpenVisit | undefined => {
    const siblings = enteredAfter.get(event.previousEventId) ?? [];
    return siblings.map((index) => visits[index]!).findLast(wanted);
  };

  const task = (event: HistoryEvent, phase: Phase): void => {
    const visit = place(
      event,
      climb(ownerOf(event.previousEventId), (each) => each.type === 'Task'),
    );
    if (!visit) return;
    if (phase === 'Scheduled' || phase === 'ScheduleFailed') {
      reopen(visit.index);
      visit.attempts.push({ scheduledAt: event.timestamp, outcome: 'running' });
    }
    const attempt = visit.attempts[visit.attempts.length - 1];
    if (!attempt) return;
    if (phase === 'Started') attempt.startedAt = event.timestamp;
    else if (phase === 'Submitted') attempt.submittedAt = event.timestamp;
    else if (phase !== 'Scheduled') {
      attempt.closedAt = event.timestamp;
      attempt.outcome = outcomes[phase];
      if (event.details.error !== undefined) attempt.error = event.details.error;
      if (event.details.cause !== undefined) attempt.cause = event.details.cause;
    }
  };

  const container = (event: HistoryEvent, type: 'Map' | 'Parallel', what: string): void => {
    const visit = place(
      event,
      climb(
        ownerOf(event.previousEventId),
        // A Map whose items could not be evaluated has failed already when MapStateFailed or its retry follows.
        (each) => each.type === type && (isOpen(each) || each.closedBy?.type === 'EvaluationFailed'),
      ) ?? evaluated(event, (each) => each.type === type),
    );
    if (!visit) return;
    const attempt = visit.attempts[visit.attempts.length - 1];
    if (what === 'Started') {
      if (attempt) {
        counters.containerRetries++;
        if (attempt.outcome === 'running')
          Object.assign(attempt, { closedAt: failureBefore(event, attempt.scheduledAt), outcome: 'failed' });
      }
      cutOff(visit, event);
      reopen(visit.index);
      visit.startedAfter = event.previousEventId;
      visit.attempts.push({ scheduledAt: event.timestamp, startedAt: event.timestamp, outcome: 'running' });
    } else if (what === 'Succeeded') {
      if (attempt) Object.assign(attempt, { closedAt: event.timestamp, outcome: 'succeeded' });
    } else {
      cutOff(visit, event);
      close(visit, event, what === 'Failed' ? 'failed' : 'aborted');
    }
  };

  const failureBefore = (event: HistoryEvent, atLeast: number): number => {
    const culprit = visits[ownerOf(event.previousEventId)];
    return Math.max(atLeast, culprit?.exitedAt ?? culprit?.attempts.at(-1)?.closedAt ?? event.timestamp);
  };

  /** Ends what is still open inside a container that failed or begins again: the culprit failed, its siblings were aborted. */
  const cutOff = (outer: OpenVisit, event: HistoryEvent): void => {
    const culprit = ownerOf(event.previousEventId);
    for (let index = outer.index + 1; index < visits.length; index++) {
      const visit = visits[index]!;
      if (!isOpen(visit) || !climb(visit.scope.container, (each) => each === outer)) continue;
      const failed = visit.index === culprit || climb(culprit, (each) => each === visit) !== undefined;
      close(
        visit,
        event,
        failed ? 'failed' : 'aborted',
        failed ? (visit.attempts.at(-1)?.closedAt ?? event.timestamp) : event.timestamp,
      );
    }
  };

  const iteration = (event: HistoryEvent, what: string): void => {
    const { name, index = 0 } = event.details;
    const map = place(
      event,
      climb(
        ownerOf(event.previousEventId),
        (each) => each.type === 'Map' && (name === undefined || each.name === name),
      ),
    );
    if (!map) return;
    if (what === 'Started') {
      const outer = map.scope.label;
      begun.set(event.id, {
        label: `${outer ? `${outer}/` : ''}${map.name}[${index}]`,
        container: map.index,
        position: index,
        begunBy: event.id,
        after: ownerOf(event.previousEventId) === map.index ? (map.startedAfter ?? 0) : event.previousEventId,
      });
    } else if (what === 'Failed') {
      const attempt = map.attempts.at(-1);
      if (attempt?.outcome === 'running')
        Object.assign(attempt, { closedAt: event.timestamp, outcome: 'failed', error: event.details.error });
      const culprit = climb(ownerOf(event.previousEventId), (each) => each.scope.container === map.index);
      if (culprit && isOpen(culprit))
        close(culprit, event, 'failed', culprit.attempts.at(-1)?.closedAt ?? event.timestamp);
    }
  };

  /** TaskStateAborted and WaitStateAborted name nobody; their predecessor is the failure that cut them off, or their own chain. */
  const aborted = (event: HistoryEvent, type: StateType): void => {
    const own = visits[ownerOf(event.previousEventId)];
    if (
      own &&
      own.type === type &&
      isOpen(own) &&
      own.attempts.at(-1)?.outcome !== 'failed' &&
      own.attempts.at(-1)?.outcome !== 'timedOut'
    ) {
      owners[event.id] = own.index;
      close(own, event, 'aborted');
      return;
    }
    const outer = own?.scope.container ?? -1;
    const open = visits.find(
      (visit) =>
        visit !== own &&
        visit.type === type &&
        isOpen(visit) &&
        (outer < 0 || climb(visit.index, (each) => each.index === outer)),
    );
    if (open) close(open, event, 'aborted');
    // The culprit itself may be reported aborted too; its failure is on record already.
    owners[event.id] = open?.index ?? own?.index ?? -1;
    if (!open && !own) counters.unplaced++;
  };

  const finish = (event: HistoryEvent): void => {
    finished = event;
    const culprit = event.type === 'ExecutionFailed' ? ownerOf(event.previousEventId) : -1;
    owners[event.id] = ownerOf(event.previousEventId);
    const failing = visits[culprit];
    if (failing?.type === 'Fail' && event.details.error !== undefined) failing.error ??= event.details.error;
    for (const visit of visits) {
      if (!isOpen(visit)) continue;
      const failed = culprit >= 0 && climb(culprit, (each) => each === visit) !== undefined;
      close(
        visit,
        event,
        failed ? 'failed' : 'aborted',
        failed ? (visit.attempts.at(-1)?.closedAt ?? event.timestamp) : event.timestamp,
      );
    }
  };

  const evaluationFailed = (event: HistoryEvent): void => {
    const { state, name = state, error } = event.details;
    const wanted = (each: OpenVisit): boolean => (name === undefined || each.name === name) && isOpen(each);
    const visit = place(
      event,
      evaluated(event, wanted) ?? climb(ownerOf(event.previousEventId), wanted) ?? visits.findLast(wanted),
    );
    const attempt = visit?.attempts.at(-1);
    if (!visit) return;
    if (attempt?.outcome === 'running') Object.assign(attempt, { closedAt: event.timestamp, outcome: 'failed', error });
    visit.outcome = 'failed';
    visit.exitedAt = event.timestamp;
    visit.closedBy = event;
    visit.error = error;
  };

  const read = (event: HistoryEvent): void => {
    const { type } = event;
    const kind = kinds.get(type);
    if (kind) return kind[1] === 'Entered' ? enter(event, kind[0]) : exit(event, kind[0]);
    const phase = phaseOf(type);
    if (phase) return task(event, phase);
    if (type.startsWith('MapIteration')) return iteration(event, type.slice(12));
    if (type.startsWith('MapState')) return container(event, 'Map', type.slice(8));
    if (type.startsWith('ParallelState')) return container(event, 'Parallel', type.slice(13));
    switch (type) {
      case 'TaskStateAborted':
        return aborted(event, 'Task');
      case 'WaitStateAborted':
        return aborted(event, 'Wait');
      case 'EvaluationFailed':
        return evaluationFailed(event);
      case 'ExecutionSucceeded':
      case 'ExecutionFailed':
      case 'ExecutionTimedOut':
      case 'ExecutionAborted':
        return finish(event);
      case 'ExecutionRedriven':
        counters.redrives++;
        finished = undefined;
        owners[event.id] =
          ownerOf(event.previousEventId) >= 0
            ? ownerOf(event.previousEventId)
            : visits.findLastIndex((visit) => visit.outcome === 'failed' || visit.outcome === 'aborted');
        return;
      default:
        if (type.startsWith('MapRun')) {
          if (type === 'MapRunStarted') counters.mapRuns++;
          place(
            event,
            climb(ownerOf(event.previousEventId), (each) => each.type === 'Map'),
          );
        }
    }
  };

  return {
    read,
    ownerOf,
    visits,
    get finished() {
      return finished;
    },
    counters,
  };
};
