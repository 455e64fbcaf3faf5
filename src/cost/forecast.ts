import { isObject, type JsonObject } from '../model/json';
import type { CostLine } from '../model/cost';
import { formatNumber } from '../model/format';
import type { WorkflowType } from '../model/machine';
import { statesOfDefinition } from '../trace/states';
import { bill, totalOf, type BillItem, type Rates } from './bill';
import { billedDurationMs, gbSeconds } from './express';
import { itemsOf, type CostContext, type FunctionConfig } from './items';
import { costStates } from './tasks';
import type { ArmUsage, StateUsage } from './usage';

/** What is assumed where nothing has been measured; each may be told. */
export interface ForecastAssumptions {
  /** Visits of each state in one execution, e.g. of a trial execution; without it the longest way to a good end is taken. */
  readonly visits?: Readonly<Record<string, number>>;
  /** ms a task works, by state path, by function (`lambda:NAME`), by service (`lambda`, `dynamodb`, …) or `default`. */
  readonly taskMs?: Readonly<Record<string, number>>;
  /** ms a task waits to be started, by the same keys; 0 unless told. */
  readonly queueMs?: Readonly<Record<string, number>>;
  /** Share (0 to 1) of a function's invocations that are cold starts, by its name (see `coldShares`); 0 unless told. */
  readonly coldShare?: Readonly<Record<string, number>>;
  /** ms that a cold start adds to an invocation, billed with it, by the keys of `taskMs`; 300 unless told. */
  readonly initMs?: Readonly<Record<string, number>>;
  /** ms between two states, and before the first; 0 unless told. */
  readonly transitionMs?: number;
  readonly startMs?: number;
  /** ms of a whole execution; without it the tasks' and Waits' times along the way. */
  readonly durationMs?: number;
  /** Items of a Map without a known number. */
  readonly mapItems?: number;
  /** Bytes of input or output of a state. */
  readonly payloadBytes?: number;
  /** Whether the log of an Express execution carries inputs and outputs. */
  readonly logsData?: boolean;
  /** An Express workflow that is being timed writes its log; `false` for one that is not. */
  readonly logged?: boolean;
}

export interface CostForecast {
  readonly type: WorkflowType;
  readonly executions: number;
  readonly lines: readonly CostLine[];
  readonly total: number;
  readonly perExecution: number;
  readonly perMillion: number;
  readonly complete: boolean;
  /** Entered states of one execution, as billed by Standard. */
  readonly transitions: number;
  readonly durationMs: number;
  /** What the figure rests on, in sentences. */
  readonly assumptions: readonly string[];
  /** Of one execution: for months and break-evens. */
  readonly items: readonly BillItem[];
}

const defaultTaskMs: Readonly<Record<string, number>> = {
  lambda: 200,
  dynamodb: 15,
  sns: 25,
  sqs: 15,
  events: 25,
  default: 50,
};

/** A function of a few dependencies in Node or Python; nothing is known of it. */
const defaultInitMs = 300;

/** Names that a state may lead to. */
const nextOf = (state: JsonObject): string[] => {
  const next = [state.Next, state.Default].filter((name) => typeof name === 'string');
  for (const choice of Array.isArray(state.Choices) ? state.Choices : [])
    if (isObject(choice) && typeof choice.Next === 'string') next.push(choice.Next);
  return next;
};

/** The edges of the graph without those that close a loop, as a depth-first walk meets them. */
const withoutLoops = (states: JsonObject, startAt: string): Map<string, readonly string[]> => {
  const forward = new Map<string, string[]>();
  const onWay = new Set<string>();
  const visit = (name: string): void => {
    const state = states[name];
    const kept: string[] = [];
    forward.set(name, kept);
    onWay.add(name);
    for (const next of isObject(state) ? nextOf(state) : []) {
      if (onWay.has(next)) continue;
      kept.push(next);
      if (!forward.has(next)) visit(next);
    }
    onWay.delete(name);
  };
  visit(startAt);
  return forward;
};

/** Most states that one way from `StartAt` to a good end passes, loops not gone round again; Catch is not taken. */
const longestWay = (states: JsonObject, startAt: string): readonly string[] => {
  const forward = withoutLoops(states, startAt);
  const known = new Map<string, readonly string[] | null>();
  const from = (name: string): readonly string[] | null => {
    if (known.has(name)) return known.get(name)!;
    const state = states[name];
    if (!isObject(state) || state.Type === 'Fail') return null;
    let best: readonly string[] | null = state.Type === 'Succeed' || state.End === true ? [] : null;
    for (const next of forward.get(name) ?? []) {
      const rest = from(next);
      if (rest && (!best || rest.length >= best.length)) best = rest;
    }
    const way = best && [name, ...best];
    known.set(name, way);
    return way;
  };
  return from(startAt) ?? (isObject(states[startAt]) ? [startAt] : []);
};

/** Expected visits by path for one execution. */
const visitsOf = (definition: JsonObject, mapItems: number): Map<string, number> => {
  const visits = new Map<string, number>();
  const walk = (scope: unknown, prefix: string, times: number): void => {
    if (!isObject(scope) || !isObject(scope.States) || typeof scope.StartAt !== 'string') return;
    const { States: states } = scope;
    for (const name of longestWay(states, scope.StartAt)) {
      const state = states[name];
      if (!isObject(state)) continue;
      const path = `${prefix}${name}`;
      visits.set(path, times);
      if (Array.isArray(state.Branches))
        state.Branches.forEach((branch, i) => walk(branch, `${path}/Branches[${i}]/`, times));
      for (const field of ['ItemProcessor', 'Iterator']) walk(state[field], `${path}/${field}/`, times * mapItems);
    }
  };
  walk(definition, '', 1);
  return visits;
};

/** Bytes one event of a log has besides its data: measured on events of the embedded engine, rounded up. */
const eventBytes = 311;
const perEventOverhead = 26;

/** Events a state writes for one visit. */
const eventsOf = (type: string): number =>
  type === 'Task' ? 5 : type === 'Fail' ? 1 : type === 'Map' || type === 'Parallel' ? 4 : 2;

/**
 * What `executions` of a workflow will cost, from its definition alone (and whatever the caller knows better). Every line is
 * labelled assumed; nothing is known of failures or retries, so none are in it. RangeError for a count below 0.
 */
export const forecast = (
  definition: JsonObject,
  type: WorkflowType,
  executions: number,
  functions: Readonly<Record<string, FunctionConfig>>,
  rates: Rates,
  assumed: ForecastAssumptions = {},
): CostForecast => {
  if (!(executions >= 0) || !Number.isFinite(executions))
    throw new RangeError(`A number of executions must be a number from 0, not ${executions}.`);
  const states = costStates(definition);
  const { mapItems = 10, payloadBytes = 1024, logsData = false, logged = type === 'EXPRESS' } = assumed;
  const visits = assumed.visits ? new Map(Object.entries(assumed.visits)) : visitsOf(definition, mapItems);
  const waits = new Map(
    statesOfDefinition(definition).map(({ path, state }) => [
      path,
      typeof state.Seconds === 'number' ? state.Seconds * 1000 : 0,
    ]),
  );
  const keyed = (
    table: Readonly<Record<string, number>> | undefined,
    path: string,
    service: string,
  ): number | undefined => table?.[path] ?? table?.[service] ?? table?.[service.split(':')[0]!] ?? table?.default;
  const taskMs = (path: string, service: string): number =>
    keyed(assumed.taskMs, path, service) ?? defaultTaskMs[service.split(':')[0]!] ?? defaultTaskMs.default!;

  const used: StateUsage[] = [];
  let events = 2;
  let cold = { starts: 0, ms: 0 };
  // The first state has a way in as every other.
  let alongMs = assumed.startMs ?? 0;
  for (const state of states) {
    const count = visits.get(state.path) ?? 0;
    const { billing } = state;
    const service =
      billing === undefined
        ? ''
        : billing.kind === 'lambda'
          ? `lambda:${billing.functionName}`
          : billing.kind === 'units'
            ? billing.price.split('.')[0]!
            : 'default';
    const share = billing?.kind === 'lambda' ? (assumed.coldShare?.[billing.functionName] ?? 0) : 0;
    const init = share > 0 ? share * (keyed(assumed.initMs, state.path, service) ?? defaultInitMs) : 0;
    cold = { starts: cold.starts + share * count, ms: cold.ms + init * count };
    const work = state.type === 'Task' ? Math.ceil(taskMs(state.path, service) + init) : 0;
    const queue = state.type === 'Task' ? (keyed(assumed.queueMs, state.path, service) ?? 0) : 0;
    const stay = state.type === 'Wait' ? (waits.get(state.path) ?? 0) : work + queue;
    used.push({
      path: state.path,
      visits: count,
      attempts: state.type === 'Task' ? count : 0,
      retries: 0,
      workMs: work * count,
      durationMs: stay * count,
    });
    events += eventsOf(state.type) * count;
    // Iterations and branches run side by side: inside them a state counts once.
    const times = state.parent === undefined ? count : Math.min(1, count);
    alongMs += (stay + (assumed.transitionMs ?? 0)) * times;
  }
  const durationMs = assumed.durationMs ?? alongMs;
  const inExpress = new Set(states.flatMap((state) => (state.inExpressChild ? [state.path] : [])));
  const expressMaps = states.filter(
    (state) => state.distributed && states.some((each) => each.parent === state.path && inExpress.has(each.path)),
  );
  const expressChildren = expressMaps.filter((state) => (visits.get(state.path) ?? 0) > 0).length * mapItems;
  const childMs = used.reduce((sum, each) => sum + (inExpress.has(each.path) ? each.durationMs : 0), 0);
  const usage: ArmUsage = {
    type,
    executions: 1,
    warmups: 0,
    traced: 1,
    states: used,
    mapRunChildren: states.filter((state) => state.distributed && (visits.get(state.path) ?? 0) > 0).length * mapItems,
    mapRunsUncounted: 0,
    redrives: 0,
    containerRetries: 0,
    express: { billedGbSeconds: 0, billed: 0, estimatedMs: billedDurationMs(durationMs), estimated: 1, payloadBytes },
    logBytes: logged ? events * (eventBytes + perEventOverhead + (logsData ? payloadBytes : 0)) : 0,
    logged: logged ? 1 : 0,
    functions: [],
    ...(expressChildren > 0
      ? {
          children: {
            executions: expressChildren,
            standardTransitions: 0,
            expressRequests: expressChildren,
            expressGbSeconds: gbSeconds(billedDurationMs(childMs / expressChildren), 64) * expressChildren,
          },
        }
      : {}),
  };
  const context: CostContext = { states, definitionBytes: JSON.stringify(definition).length, functions };
  const items = itemsOf(usage, context).map(({ shares: _, ...item }): BillItem => ({ ...item, provenance: 'assumed' }));
  const lines = bill(items, rates, { times: executions });
  const { total, complete } = totalOf(lines);
  const perExecution = executions > 0 ? total / executions : totalOf(bill(items, rates)).total;
  return {
    type,
    executions,
    lines,
    total,
    perExecution,
    perMillion: perExecution * 1e6,
    complete,
    transitions:
      used.reduce((sum, each) => sum + (inExpress.has(each.path) ? 0 : each.visits), 0) + usage.mapRunChildren,
    durationMs,
    assumptions: sentences(
      assumed,
      states.some((state) => state.type === 'Map'),
      mapItems,
      durationMs,
      cold,
    ),
    items,
  };
};

const sentences = (
  assumed: ForecastAssumptions,
  maps: boolean,
  mapItems: number,
  durationMs: number,
  cold: { readonly starts: number; readonly ms: number },
): string[] => [
  assumed.visits
    ? 'States are visited as in the execution that was tried.'
    : 'The longest way to a good end is taken, once round each loop; no retries.',
  ...(maps && !assumed.visits ? [`A Map has ${mapItems} items.`] : []),
  assumed.durationMs === undefined
    ? `One execution takes ${Math.round(durationMs)} ms, from assumed task times${assumed.coldShare ? '' : '; cold starts are not in it'}.`
    : `One execution takes ${Math.round(durationMs)} ms, as told.`,
  ...(assumed.coldShare
    ? [
        cold.starts > 0
          ? `In it are ${formatNumber(cold.starts, { digits: 2 })} cold starts of ${Math.round(cold.ms / cold.starts)} ms each, derived from the load.`
          : 'All functions are warm, derived from the load.',
      ]
    : []),
];
