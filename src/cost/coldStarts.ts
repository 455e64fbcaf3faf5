import { isObject, type JsonObject } from '../model/json';
import type { Load } from '../model/plan';
import type { LatencyProfile } from '../model/profile';
import { costStates } from './tasks';

/** A stretch of load of one type. Stretches follow one another in time and find the environments that those before them left. */
export interface LoadStretch {
  readonly type: string;
  readonly executions: number;
  /** In flight together, at most. */
  readonly atOnce: number;
}

/** What is known of a function besides the load. */
export interface ColdModel {
  /** Share (0 to 1) of executions that find their environments gone although some are idle; the first of all counts among them. */
  readonly shareOf: (type: string, functionName: string) => number;
  /** Every invocation is a cold start. */
  readonly forced?: boolean;
  /** Iterations of a Map that has no limit of its own. */
  readonly mapItems?: number;
}

/** Executions that a load of one kind has, and how many of them are in flight together if one takes `durationMs`. */
export const stretchOf = (type: string, load: Exclude<Load, { kind: 'sweep' }>, durationMs: number): LoadStretch => {
  switch (load.kind) {
    case 'iterations':
      return { type, executions: load.executions, atOnce: Math.min(load.executions, load.concurrency) };
    case 'burst':
      return { type, executions: load.executions, atOnce: load.executions };
    case 'arrivalRate': {
      const last = load.endRate ?? load.rate;
      const executions = Math.floor(((load.rate + last) / 2) * (load.durationMs / 1000));
      // Little's law, at the rate at its highest.
      const atOnce = Math.ceil((Math.max(load.rate, last) * durationMs) / 1000);
      return { type, executions, atOnce: Math.max(1, Math.min(executions, load.maxInFlight, atOnce)) };
    }
  }
};

/** Environments of each function that one execution needs at once: branches add up, iterations multiply, what follows reuses. */
const sideBySide = (definition: JsonObject, mapItems: number): ReadonlyMap<string, number> => {
  const functions = new Map(
    costStates(definition).flatMap(({ path, billing }) =>
      billing?.kind === 'lambda' ? [[path, billing.functionName] as const] : [],
    ),
  );
  const inScope = (scope: unknown, prefix: string): Map<string, number> => {
    const needed = new Map<string, number>();
    if (!isObject(scope) || !isObject(scope.States)) return needed;
    for (const [name, state] of Object.entries(scope.States)) {
      if (!isObject(state)) continue;
      const path = `${prefix}${name}`;
      const own = new Map<string, number>();
      const add = (inner: ReadonlyMap<string, number>, times: number) =>
        inner.forEach((count, each) => own.set(each, (own.get(each) ?? 0) + count * times));
      const fn = functions.get(path);
      if (fn !== undefined) own.set(fn, 1);
      if (Array.isArray(state.Branches))
        state.Branches.forEach((branch, i) => add(inScope(branch, `${path}/Branches[${i}]/`), 1));
      const limit =
        typeof state.MaxConcurrency === 'number' && state.MaxConcurrency > 0 ? state.MaxConcurrency : mapItems;
      for (const field of ['ItemProcessor', 'Iterator'])
        add(inScope(state[field], `${path}/${field}/`), Math.min(limit, mapItems));
      own.forEach((count, each) => needed.set(each, Math.max(needed.get(each) ?? 0, count)));
    }
    return needed;
  };
  return inScope(definition, '');
};

/**
 * How many of the turns `from` … `to − 1` find their environments gone, where that is counted: the first turn, then every
 * 1/share-th (as the embedded engine counts them; elsewhere the expected number).
 */
const goneBetween = (from: number, to: number, share: number): number => {
  if (share <= 0 || to <= from) return 0;
  const until = (turn: number) => (turn <= 0 ? 0 : 1 + Math.floor((turn - 1) * share));
  return Math.min(to - from, until(to) - until(from));
};

/**
 * Expected cold starts of each function in each of the stretches, as a share (0 to 1) of its invocations there: the executions
 * in flight together need an environment each for as many invocations as run side by side, less those that are idle already,
 * whichever type made them; later executions reuse them, but for those that find theirs gone.
 */
export const coldShares = (
  definition: JsonObject,
  stretches: readonly LoadStretch[],
  model: ColdModel,
): readonly Readonly<Record<string, number>>[] => {
  const shares = stretches.map((): Record<string, number> => ({}));
  for (const [fn, side] of sideBySide(definition, model.mapItems ?? 10)) {
    let environments = 0;
    const turns = new Map<string, number>();
    stretches.forEach(({ type, executions, atOnce }, i) => {
      if (executions <= 0) return;
      const share = model.shareOf(type, fn);
      const turn = turns.get(type) ?? 0;
      turns.set(type, turn + executions);
      const gone = goneBetween(turn, turn + executions, share);
      const goneAtFirst = goneBetween(turn, turn + Math.min(atOnce, executions), share);
      const wanting = Math.max(0, (Math.min(atOnce, executions) - goneAtFirst) * side - environments);
      environments += gone * side + wanting;
      // All invocations of an execution share its fate; of the others only those that run side by side can be new.
      shares[i]![fn] = model.forced ? 1 : Math.min(1, (gone + wanting / side) / executions);
    });
  }
  return shares;
};

/** What a latency profile says of environments that are gone. */
export const shareOfProfile =
  (profile: LatencyProfile | undefined): ColdModel['shareOf'] =>
  (type, fn) => {
    const tasks = type === 'STANDARD' || type === 'EXPRESS' ? profile?.types[type]?.tasks : undefined;
    const task = tasks?.[`lambda:${fn}`] ?? tasks?.lambda ?? tasks?.default;
    return task?.coldShare ?? 0;
  };
