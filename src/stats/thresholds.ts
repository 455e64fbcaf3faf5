import type { Distribution } from '../model/distribution';
import type { Arm, ThresholdResult } from '../model/run';
import { hasLatency } from './compare';
import { quantile } from './distribution';

/** A threshold as k6 writes them, read: `latency.p95<800`. */
export interface Threshold {
  readonly expression: string;
  readonly metric: Metric;
  readonly operator: Operator;
  /** ms, USD, or a share (a `%` is divided by 100). */
  readonly limit: number;
  /** Only arms of this system; all where absent. */
  readonly system?: string;
}

type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

type Metric =
  | { readonly kind: 'latency' | 'transitions' | 'start' | 'cold' | 'warm'; readonly field: string }
  | {
      readonly kind: 'state';
      readonly state: string;
      readonly of: 'duration' | 'transition' | 'count';
      readonly field: string;
    }
  | { readonly kind: 'cost'; readonly field: 'perMillion' | 'perExecution' | 'total' | 'orchestrationPerMillion' }
  | {
      readonly kind: 'outcome';
      readonly outcome: 'failed' | 'timedOut' | 'aborted' | 'throttled' | 'dropped';
      readonly field: 'rate' | 'count';
    }
  | { readonly kind: 'throughput' };

export type ParsedThreshold =
  { readonly ok: true; readonly threshold: Threshold } | { readonly ok: false; readonly problem: string };

const compare: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};

const distributions = {
  latency: 'latency',
  transition: 'transitions',
  transitions: 'transitions',
  start: 'start',
  cold: 'cold',
  warm: 'warm',
} as const;
const kept = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'max'];
const aliases: Readonly<Record<string, string>> = { avg: 'mean', med: 'p50', median: 'p50' };
const counted = ['visits', 'retries', 'failures', 'coldStarts', 'criticalShare', 'costPerMillion'];
const outcomes = ['failed', 'timedOut', 'aborted', 'throttled', 'dropped'] as const;
const costs = ['perMillion', 'perExecution', 'total', 'orchestrationPerMillion'] as const;

const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;

const oneOf = <T extends string>(names: readonly T[], name: string): T | undefined =>
  names.find((each) => each === name);

/** The metric of the left side, or why there is none. */
const readMetric = (text: string): Metric | string => {
  // A percentile may have a fraction of its own: latency.p97.5.
  const [, head = text, rawField = ''] = /^(.+)\.(p\d+\.\d+)$/s.exec(text) ?? /^(.*)\.([^.]*)$/s.exec(text) ?? [];
  const field = aliases[rawField] ?? rawField;
  if (text === 'throughput' || text === 'throughput.rate') return { kind: 'throughput' };
  if (head.startsWith('states.')) {
    const inner = head.slice('states.'.length);
    if (counted.includes(field)) return { kind: 'state', state: inner, of: 'count', field };
    if (!kept.includes(field)) return `“${rawField}” is not known of a state: use ${listed([...kept, ...counted])}`;
    const transition = inner.endsWith('.transition');
    return {
      kind: 'state',
      state: transition ? inner.slice(0, -'.transition'.length) : inner,
      of: transition ? 'transition' : 'duration',
      field,
    };
  }
  const sample = distributions[head as keyof typeof distributions];
  if (sample) {
    const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/.test(field);
    const raw = sample === 'latency' && percentile;
    return kept.includes(field) || raw
      ? { kind: sample, field }
      : `“${rawField}” is not known of ${head}: use ${listed(kept)}${sample === 'latency' ? ', or any percentile as p97.5' : ''}`;
  }
  if (head === 'cost') {
    const name = oneOf(costs, field);
    return name ? { kind: 'cost', field: name } : `“${rawField}” is not known of the cost: use ${listed(costs)}`;
  }
  const outcome = oneOf(outcomes, head);
  if (outcome)
    return field === 'rate' || field === 'count'
      ? { kind: 'outcome', outcome, field }
      : `“${rawField}” is not known of ${head}: use rate or count`;
  return `“${head || text}” cannot be measured: use ${listed(['latency', 'transition', 'start', 'cold', 'warm', 'states.NAME', 'cost', ...outcomes, 'throughput'])}`;
};

/**
 * Reads `METRIC[{SYSTEM}].FIELD OPERATOR NUMBER[ms|s|%]`, e.g. `latency.p95<800`, `latency{express}.p99<1.5s`, `states.Charge.p95<300`,
 * `states.Order/Branches[0]/Charge.transition.p50<20`, `cost.perMillion<30`, `failed.rate<1%`.
 */
export const parseThreshold = (expression: string): ParsedThreshold => {
  const refuse = (why: string): ParsedThreshold => ({
    ok: false,
    problem: `The threshold “${expression}” cannot be read: ${why}. An example: latency.p95<800`,
  });
  // The right side holds no sign of comparison, so the operator is the last one: a state's name may hold others.
  const parts = /^(.+?)\s*(<=|>=|==|!=|<|>)\s*\$?([^<>=!]*)$/s.exec(expression.trim());
  if (!parts) return refuse('it has no comparison (<, <=, >, >=, ==, !=)');
  const [, left = '', operator = '', right = ''] = parts;
  const number = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(ms|s|%|)$/.exec(right.trim());
  if (!number) return refuse(`“${right.trim()}” is not a number (with ms, s or % after it)`);
  const tag = /^([^{}]*)\{([^{}]+)\}(.*)$/s.exec(left.trim());
  const metric = readMetric(tag ? tag[1]! + tag[3]! : left.trim());
  if (typeof metric === 'string') return refuse(metric);
  const limit = Number(number[1]) * { ms: 1, s: 1000, '%': 0.01, '': 1 }[number[2] as 'ms' | 's' | '%' | ''];
  return {
    ok: true,
    threshold: {
      expression,
      metric,
      operator: operator as Operator,
      limit,
      ...(tag ? { system: tag[2]!.toLowerCase() } : {}),
    },
  };
};

/** Why a threshold could never have a value in a run of these states and systems; undefined where it can. */
export const thresholdSlip = (
  { expression, metric, system }: Threshold,
  states: readonly string[],
  systems: readonly string[],
): string | undefined => {
  if (system !== undefined && !systems.includes(system))
    return `The threshold “${expression}” is about the system ${system}, but this run has ${systems.join(' and ')}.`;
  if (metric.kind !== 'state' || states.some((path) => path === metric.state || path.endsWith(`/${metric.state}`)))
    return undefined;
  return `The threshold “${expression}” is about a state ${metric.state}, but the workflow has ${states.join(', ')}.`;
};

const fieldOf = (distribution: Distribution | null | undefined, field: string): number | null =>
  distribution ? distribution[field as 'p50'] : null;

const latencyOf = (arm: Arm, field: string): number | null => {
  if (kept.includes(field)) return fieldOf(arm.latencyMs, field);
  const sorted = Float64Array.from(arm.samples.filter(hasLatency).map((sample) => sample.latencyMs)).sort();
  return sorted.length === 0 ? null : quantile(sorted, Number(field.slice(1)) / 100);
};

/** Every value the metric has in an arm: one, or one for each state of the name. */
const valuesOf = (metric: Metric, arm: Arm): (number | null)[] => {
  switch (metric.kind) {
    case 'latency':
      return [latencyOf(arm, metric.field)];
    case 'transitions':
      return [fieldOf(arm.transitionTotalMs, metric.field)];
    case 'start':
      return [fieldOf(arm.startMs, metric.field)];
    case 'cold':
      return [fieldOf(arm.coldLatencyMs, metric.field)];
    case 'warm':
      return [fieldOf(arm.warmLatencyMs, metric.field)];
    case 'state': {
      const exact = arm.states.filter((state) => state.path === metric.state);
      const found = exact.length > 0 ? exact : arm.states.filter((state) => state.path.endsWith(`/${metric.state}`));
      if (metric.of === 'count') return found.map((state) => state[metric.field as 'visits']);
      return found.map((state) =>
        fieldOf(metric.of === 'transition' ? state.transitionMs : state.durationMs, metric.field),
      );
    }
    case 'cost':
      return [arm.cost && arm.cost.executions > 0 ? arm.cost[metric.field] : null];
    case 'outcome': {
      const count = arm.executions[metric.outcome];
      if (metric.field === 'count') return [count];
      const { started, dropped, throttled } = arm.executions;
      const base =
        metric.outcome === 'dropped'
          ? started + dropped
          : metric.outcome === 'throttled'
            ? started + throttled
            : started;
      return [base === 0 ? null : count / base];
    }
    case 'throughput':
      return [arm.throughputPerSecond > 0 ? arm.throughputPerSecond : null];
  }
};

/**
 * Judges a threshold over arms: it must hold in each of the system it names. The value is the first that fails, else the last seen. While
 * a run goes on (`final` false) what has no value yet is not failed; at the end it is.
 */
export const evaluateThreshold = (threshold: Threshold, arms: readonly Arm[], final: boolean): ThresholdResult => {
  const { expression, metric, operator, limit, system } = threshold;
  let value: number | null = null;
  for (const arm of arms) {
    if (system !== undefined && arm.system.toLowerCase() !== system) continue;
    for (const each of valuesOf(metric, arm)) {
      if (each === null) continue;
      value = each;
      if (!compare[operator](each, limit)) return { expression, value, ok: false };
    }
  }
  return { expression, value, ok: value !== null || !final };
};

export const evaluateThresholds = (
  thresholds: readonly Threshold[],
  arms: readonly Arm[],
  final: boolean,
): ThresholdResult[] => thresholds.map((threshold) => evaluateThreshold(threshold, arms, final));
