import { formatCount } from '../model/format';
import type { BillItem } from './bill';
import { billedMemoryMb, estimatedMemoryMb, gbSeconds } from './express';
import type { CostState } from './tasks';
import type { ArmUsage, StateUsage } from './usage';

/** A function's settings as far as its bill needs them. */
export interface FunctionConfig {
  readonly memoryMb: number;
  readonly architecture?: 'x86_64' | 'arm64';
}

/** What a bill needs to know of a workflow besides what was counted. */
export interface CostContext {
  readonly states: readonly CostState[];
  readonly definitionBytes: number;
  /** Lambda functions by name. One that is missing leaves its duration unpriced. */
  readonly functions: Readonly<Record<string, FunctionConfig>>;
}

/** An item, and how much of it each state is answerable for; retries' part apart. Fractions of the whole item sum to at most 1. */
export interface StateItem extends BillItem {
  readonly shares: ReadonlyMap<string, { readonly share: number; readonly retries: number }>;
}

interface Weight {
  readonly path: string;
  readonly amount: number;
  readonly retries: number;
}

const sharesOf = (weights: readonly Weight[]): StateItem['shares'] => {
  const total = weights.reduce((sum, each) => sum + each.amount, 0);
  const shares = new Map<string, { share: number; retries: number }>();
  if (total > 0)
    for (const { path, amount, retries } of weights)
      if (amount > 0) shares.set(path, { share: amount / total, retries: retries / total });
  return shares;
};

const sum = <T>(list: readonly T[], of: (each: T) => number): number =>
  list.reduce((total, each) => total + of(each), 0);

/** Parts of one item as they were counted in the traced executions, scaled to all of them. */
const scaledItem = (
  usage: ArmUsage,
  price: string,
  weights: readonly Weight[],
  rest: {
    readonly extra?: number;
    readonly provenance: BillItem['provenance'];
    readonly notes?: readonly (string | undefined)[];
  },
): StateItem => {
  const counted = sum(weights, (each) => each.amount) + (rest.extra ?? 0);
  const scale = usage.traced === 0 ? null : usage.executions / usage.traced;
  const sampled = usage.traced > 0 && usage.traced < usage.executions;
  const notes = [
    ...(rest.notes ?? []),
    usage.traced === 0 && usage.executions > 0 ? 'No history has been read yet.' : undefined,
    sampled ? `Scaled from ${usage.traced} of ${usage.executions} histories.` : undefined,
  ].filter(Boolean);
  return {
    price,
    quantity: scale === null ? (usage.executions === 0 ? 0 : null) : counted * scale,
    provenance: sampled && rest.provenance === 'measured' ? 'derived' : rest.provenance,
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
    shares: sharesOf(weights),
  };
};

const standard = (usage: ArmUsage, context: CostContext): StateItem => {
  const unbilled = new Set(context.states.flatMap((state) => (state.inExpressChild ? [state.path] : [])));
  const weights = usage.states
    .filter(({ path }) => !unbilled.has(path))
    .map(({ path, visits, retries }) => ({ path, amount: visits + retries, retries }));
  const uncertain = [
    usage.containerRetries > 0
      ? `Whether AWS bills the ${usage.containerRetries} retries of whole Map or Parallel states is not documented; they are not in it.`
      : undefined,
    usage.mapRunsUncounted > 0
      ? `The children of ${usage.mapRunsUncounted} distributed Map runs could not be counted.`
      : undefined,
    'Entered states, retries, distributed Map children and redrives; whether AWS also counts the start or end is not documented.',
  ];
  return scaledItem(usage, 'states.transitions', weights, {
    extra: usage.mapRunChildren + usage.redrives,
    provenance: 'measured',
    notes: uncertain,
  });
};

/** Express orchestration is billed for the whole execution: states answer for it by their share of the time inside leaves. */
const timeShares = (usage: ArmUsage, context: CostContext): StateItem['shares'] => {
  const types = new Map(context.states.map((state) => [state.path, state.type]));
  const leaves = usage.states.filter(({ path }) => types.get(path) !== 'Map' && types.get(path) !== 'Parallel');
  const byTime = leaves.map(({ path, durationMs }) => ({ path, amount: durationMs, retries: 0 }));
  return sharesOf(
    sum(byTime, (each) => each.amount) > 0
      ? byTime
      : leaves.map(({ path, visits }) => ({ path, amount: visits, retries: 0 })),
  );
};

const express = (usage: ArmUsage, context: CostContext): StateItem[] => {
  const { billed, billedGbSeconds, estimated, estimatedMs, payloadBytes } = usage.express;
  const steps = context.states.filter((state) => state.type === 'Map' || state.type === 'Parallel').length;
  const memoryMb = billedMemoryMb(estimatedMemoryMb(context.definitionBytes, payloadBytes, steps));
  const shares = timeShares(usage, context);
  const notes = [
    billed > 0 && estimated > 0 ? `${billed} of ${billed + estimated} executions carried billing details.` : undefined,
    estimated > 0
      ? `Memory estimated as ${memoryMb} MB (50 MB + definition + payload × ${steps} Map and Parallel steps).`
      : undefined,
  ].filter(Boolean);
  return [
    { price: 'states.express.requests', quantity: usage.executions, provenance: 'measured', shares },
    {
      price: 'states.express.gbSeconds',
      quantity: billedGbSeconds + gbSeconds(estimatedMs, memoryMb),
      provenance: estimated > 0 ? 'derived' : 'measured',
      ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
      shares,
    },
  ];
};

const logs = (usage: ArmUsage): StateItem[] => {
  if (usage.logged === 0) return [];
  const gb = (usage.logBytes / 1024 ** 3) * (usage.executions / usage.logged);
  const note = `The log that timing needs: ${formatCount(usage.logBytes / usage.logged)} bytes an execution.`;
  const shares = sharesOf(usage.states.map(({ path, visits }) => ({ path, amount: visits, retries: 0 })));
  return [
    {
      price: 'logs.ingestedGb',
      quantity: gb,
      provenance: usage.logged === usage.executions ? 'measured' : 'derived',
      note,
      shares,
    },
  ];
};

const retryShare = ({ attempts, retries }: StateUsage): number => (attempts > 0 ? retries / attempts : 0);

const lambda = (usage: ArmUsage, context: CostContext): StateItem[] => {
  const tasks = context.states.flatMap((state) => {
    const used = usage.states.find((each) => each.path === state.path);
    return state.billing?.kind === 'lambda' && used && used.attempts > 0
      ? [{ used, name: state.billing.functionName }]
      : [];
  });
  if (tasks.length === 0) return [];
  const items: StateItem[] = [];
  const requests = tasks.map(({ used }) => ({ path: used.path, amount: used.attempts, retries: used.retries }));
  items.push(scaledItem(usage, 'lambda.requests', requests, { provenance: 'measured' }));
  const reported = new Map(usage.functions.map((each) => [each.name, each]));
  const missing: string[] = [];
  const priced: Record<'x86_64' | 'arm64', { reported: number; derived: Weight[]; paths: Weight[] }> = {
    x86_64: { reported: 0, derived: [], paths: [] },
    arm64: { reported: 0, derived: [], paths: [] },
  };
  const counted = new Set<string>();
  for (const { used, name } of tasks) {
    const report = reported.get(name);
    const config = context.functions[name];
    const group = priced[config?.architecture ?? 'x86_64'];
    if (report) {
      // Weights within one function by its attempts; the function's own total is what Lambda says.
      const attempts = sum(
        tasks.filter((task) => task.name === name),
        (task) => task.used.attempts,
      );
      const seconds = ((report.billedMbMs / 1000 / 1024) * used.attempts) / attempts;
      if (!counted.has(name)) group.reported += report.billedMbMs / 1000 / 1024;
      counted.add(name);
      group.paths.push({ path: used.path, amount: seconds, retries: seconds * retryShare(used) });
    } else if (config) {
      const seconds = gbSeconds(used.workMs, config.memoryMb);
      group.derived.push({ path: used.path, amount: seconds, retries: seconds * retryShare(used) });
    } else if (!missing.includes(name)) missing.push(name);
  }
  for (const [architecture, { reported: seconds, derived, paths }] of Object.entries(priced)) {
    const price = architecture === 'arm64' ? 'lambda.gbSeconds.arm64' : 'lambda.gbSeconds';
    if (seconds > 0)
      items.push({
        price,
        quantity: seconds,
        provenance: 'measured',
        note: 'From REPORT lines, init included.',
        shares: sharesOf(paths),
      });
    if (derived.length > 0)
      items.push(
        scaledItem(usage, price, derived, {
          provenance: 'derived',
          notes: ['Run time of the task × configured memory; a cold start’s init is inside it.'],
        }),
      );
  }
  if (missing.length > 0) {
    items.push({
      price: 'lambda.gbSeconds',
      quantity: null,
      provenance: 'assumed',
      note: `The memory of ${missing.join(', ')} is not known: its duration is not in the sum.`,
      shares: new Map(),
    });
  }
  return items;
};

const services = (usage: ArmUsage, context: CostContext): StateItem[] => {
  const byPrice = new Map<string, { weights: Weight[]; notes: Set<string> }>();
  for (const state of context.states) {
    const used = usage.states.find((each) => each.path === state.path);
    if (state.billing?.kind !== 'units' || !used || used.attempts === 0) continue;
    const { price, units, note } = state.billing;
    const group = byPrice.get(price) ?? { weights: [], notes: new Set<string>() };
    byPrice.set(price, group);
    group.weights.push({ path: state.path, amount: used.attempts * units, retries: used.retries * units });
    if (note) group.notes.add(note);
  }
  return [...byPrice].map(([price, { weights, notes }]) =>
    scaledItem(usage, price, weights, { provenance: 'derived', notes: [...notes] }),
  );
};

/** Nested workflows and children of distributed Maps: counted with their parent where their histories were read, else named as missing. */
const nested = (usage: ArmUsage, context: CostContext): StateItem[] => {
  const starts = context.states.filter(
    (state) =>
      state.billing?.kind === 'workflow' && usage.states.some((each) => each.path === state.path && each.attempts > 0),
  );
  const { children } = usage;
  const none = new Map<string, never>();
  if (!children) {
    if (starts.length === 0) return [];
    const note = `What the executions started by ${starts.map((state) => state.path).join(', ')} cost is not counted.`;
    return [{ price: 'states.transitions', quantity: null, provenance: 'assumed', note, shares: none }];
  }
  const { executions, uncounted = 0, standardTransitions, expressRequests, expressGbSeconds } = children;
  const note = `Of ${executions} child executions; what their tasks call is not in it.`;
  const lost = `${uncounted} of ${executions} child executions could not be looked into, or still ran; what they cost is not counted.`;
  const item = (price: string, amount: number, provenance: BillItem['provenance']): StateItem =>
    scaledItem(usage, price, [], { extra: amount, provenance, notes: [note] });
  return [
    ...(standardTransitions > 0 ? [item('states.transitions', standardTransitions, 'measured')] : []),
    ...(expressRequests > 0
      ? [
          item('states.express.requests', expressRequests, 'measured'),
          item('states.express.gbSeconds', expressGbSeconds, 'derived'),
        ]
      : []),
    ...(uncounted > 0
      ? [{ price: 'states.transitions', quantity: null, provenance: 'assumed' as const, note: lost, shares: none }]
      : []),
  ];
};

/** Everything an arm will be billed for, orchestration first. */
export const itemsOf = (usage: ArmUsage, context: CostContext): StateItem[] => [
  ...(usage.type === 'STANDARD' ? [standard(usage, context)] : usage.type === 'EXPRESS' ? express(usage, context) : []),
  ...nested(usage, context),
  ...lambda(usage, context),
  ...services(usage, context),
  ...logs(usage),
];
