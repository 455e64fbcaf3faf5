import type { Standing } from '../model/run';
import type { ExecutionTrace, Visit } from '../model/visit';

/** States that an execution is in at the last event of its trace, each once: a task in a Map's iteration and the Map itself. */
export const openStates = (trace: ExecutionTrace): readonly string[] =>
  trace.finishedAt === undefined
    ? [...new Set(trace.visits.filter((visit) => visit.exitedAt === undefined).map((visit) => visit.path))]
    : [];

/**
 * Where the executions in flight stand, from some of them that were asked. What was seen of the `asked` ones is scaled to
 * all that are under way: `inFlight` less those the service has not taken yet, which stand nowhere.
 */
export const measuredStanding = (
  inFlight: number,
  underWay: number,
  asked: readonly (readonly string[])[],
): Standing => {
  const scale = asked.length === 0 ? 0 : underWay / asked.length;
  const seen = new Map<string, number>();
  for (const states of asked) for (const path of states) seen.set(path, (seen.get(path) ?? 0) + 1);
  const nowhere = asked.filter((states) => states.length === 0).length;
  return {
    basis: 'measured',
    inFlight,
    sampled: asked.length,
    between: round(inFlight - underWay + nowhere * scale),
    states: [...seen].map(([path, count]) => ({ path, executions: round(count * scale) })),
  };
};

/** How long executions stay where: of the last ones that have ended. */
export interface Stays {
  add(trace: ExecutionTrace): void;
  /** Undefined before the first has ended. */
  standing(inFlight: number): Standing | undefined;
}

/** Recent enough to follow a load that changes, enough to be steady. */
const kept = 100;

interface Stay {
  readonly whole: number;
  readonly covered: number;
  readonly byState: ReadonlyMap<string, number>;
}

/**
 * Little's law for each state: executions in it = starts a second × mean stay. Both the whole (in flight = starts a second ×
 * mean duration) and the state obey it, so the share of a state in the duration of the executions that have ended is its
 * share of those in flight, whatever their pace. True while the load is steady; derived, never seen.
 */
export const createStays = (): Stays => {
  const last: Stay[] = [];
  return {
    add: (trace) => {
      const whole = (trace.finishedAt ?? trace.startedAt) - trace.startedAt;
      if (whole <= 0) return;
      const byState = new Map<string, number>();
      for (const [path, visits] of grouped(trace.visits)) byState.set(path, union(visits));
      last.push({ whole, covered: Math.min(whole, union(trace.visits)), byState });
      if (last.length > kept) last.shift();
    },
    standing: (inFlight) => {
      if (last.length === 0) return undefined;
      const [whole, covered] = [sum(last.map((each) => each.whole)), sum(last.map((each) => each.covered))];
      const stays = new Map<string, number>();
      for (const { byState } of last) for (const [path, ms] of byState) stays.set(path, (stays.get(path) ?? 0) + ms);
      return {
        basis: 'derived',
        inFlight,
        sampled: last.length,
        between: round((inFlight * (whole - covered)) / whole),
        states: [...stays]
          .map(([path, ms]) => ({ path, executions: round((inFlight * ms) / whole) }))
          .filter(({ executions }) => executions > 0),
      };
    },
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** To a tenth: more would be more than a sample can say. */
const round = (executions: number): number => Math.round(executions * 10) / 10;

const grouped = (visits: readonly Visit[]): ReadonlyMap<string, readonly Visit[]> => {
  const groups = new Map<string, Visit[]>();
  for (const visit of visits) {
    const group = groups.get(visit.path);
    if (group) group.push(visit);
    else groups.set(visit.path, [visit]);
  }
  return groups;
};

/** Ms in which at least one of the visits lasted: iterations of a Map beside each other count once. */
const union = (visits: readonly Visit[]): number => {
  let [total, until] = [0, -Infinity];
  for (const { enteredAt, exitedAt = enteredAt } of [...visits].sort((a, b) => a.enteredAt - b.enteredAt)) {
    total += Math.max(0, exitedAt - Math.max(enteredAt, until));
    until = Math.max(until, exitedAt);
  }
  return total;
};
