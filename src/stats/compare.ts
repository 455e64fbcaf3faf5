import type { Distribution, Interval } from '../model/distribution';
import { formatChange, formatCount, formatInterval, formatShare } from '../model/format';
import type { Arm, Comparison, SamplePoint } from '../model/run';
import { pairedDifference, unpairedDifference } from './bootstrap';
import { quantile, sortedCopy } from './distribution';
import { orderStatisticRanks } from './intervals';
import { seeded } from './random';

export interface CompareOptions {
  /** What the samples are called in the sentence. */
  readonly baseline: string;
  readonly candidate: string;
  /** Sample i of one belongs to sample i of the other. */
  readonly paired?: boolean;
  readonly seed?: number;
}

type Difference = { readonly difference: number; readonly ci95: Interval | null };

const percentiles = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/**
 * Compares two samples of latencies by relative differences of their percentiles with seeded bootstrap 95 % intervals, and says it in a
 * sentence. A percentile is left out where either sample is too small for an interval of its own (6 for p50, 59 for p95, 299 for p99).
 */
export const compareSamples = (
  baseline: ArrayLike<number>,
  candidate: ArrayLike<number>,
  options: CompareOptions,
): Comparison => {
  const paired = options.paired === true && baseline.length === candidate.length;
  const [first, second] = [sortedCopy(baseline), sortedCopy(candidate)];
  const found: Partial<Record<'p50' | 'p95' | 'p99', Difference | null>> = {};
  for (const [name, p] of percentiles) {
    const enough = orderStatisticRanks(first.length, p) !== null && orderStatisticRanks(second.length, p) !== null;
    const base = quantile(first, p);
    if (!enough || !(base > 0)) {
      found[name] = null;
      continue;
    }
    const random = seeded((options.seed ?? 1) + p * 1000);
    const ci95 = paired
      ? pairedDifference(baseline, candidate, p, random)
      : unpairedDifference(first, second, p, random);
    found[name] = { difference: quantile(second, p) / base - 1, ci95 };
  }
  const n: readonly [number, number] = [first.length, second.length];
  const p50 = found.p50 ?? null;
  return {
    baseline: options.baseline,
    candidate: options.candidate,
    n,
    p50,
    p95: found.p95 ?? null,
    p99: found.p99 ?? null,
    paired,
    costRatio: null,
    sentence: sentenceOf(options.baseline, options.candidate, p50, n, paired),
  };
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const counts = ([a, b]: readonly [number, number]): string =>
  a === b ? `n = ${formatCount(a)} each` : `n = ${formatCount(a)} and ${formatCount(b)}`;

/** "Express is 37 % faster at p50, 95 % interval 31–42 %, n = 25 each." */
const sentenceOf = (
  baseline: string,
  candidate: string,
  p50: Difference | null,
  n: readonly [number, number],
  paired: boolean,
): string => {
  if (!p50)
    return `There is too little data to compare ${candidate} with ${baseline}: ${counts(n)}, and each needs 6 at least.`;
  const tail = `${counts(n)}${paired ? ', in pairs' : ''}`;
  const { difference, ci95 } = p50;
  if (ci95 && ci95[0] <= 0 && ci95[1] >= 0) {
    return `No difference between ${candidate} and ${baseline} can be told at p50: ${formatChange(difference)}, 95 % interval ${formatInterval(ci95, 'share')}, ${tail}.`;
  }
  const faster = difference < 0;
  // Bounds of "how much faster" are those of the difference with the sign turned.
  const interval: Interval | null = ci95 && faster ? [-ci95[1], -ci95[0]] : ci95;
  return `${capital(candidate)} is ${formatShare(Math.abs(difference), { digits: 2 })} ${faster ? 'faster' : 'slower'} than ${baseline} at p50, 95 % interval ${formatInterval(interval, 'share')}, ${tail}.`;
};

/** Its latency says something: its end is known, and no stop of ours was it. */
export const hasLatency = (sample: SamplePoint): boolean => sample.status !== 'unknown' && !sample.cut;

/**
 * Two arms against each other, from the samples their document holds; with `paired`, executions of one index are pairs where both ended.
 * Costs are compared where both have one.
 */
export const compareArms = (baseline: Arm, candidate: Arm, options: Partial<CompareOptions> = {}): Comparison => {
  const names = {
    baseline: options.baseline ?? capital(baseline.system),
    candidate: options.candidate ?? capital(candidate.system),
    seed: options.seed ?? 1,
  };
  const [first, second] = [baseline.samples.filter(hasLatency), candidate.samples.filter(hasLatency)];
  let latencies: [number[], number[]] = [
    first.map((sample) => sample.latencyMs),
    second.map((sample) => sample.latencyMs),
  ];
  let paired = false;
  if (options.paired) {
    const other = new Map(second.map((sample) => [sample.index, sample.latencyMs]));
    const pairs = first.filter((sample) => other.has(sample.index));
    // Pairs that are few next to what there is would throw data away: then the arms stand for themselves.
    if (pairs.length >= 0.9 * Math.min(first.length, second.length)) {
      latencies = [pairs.map((sample) => sample.latencyMs), pairs.map((sample) => other.get(sample.index)!)];
      paired = true;
    }
  }
  const compared = compareSamples(latencies[0], latencies[1], { ...names, paired });
  const costRatio =
    baseline.cost && candidate.cost && baseline.cost.perExecution > 0
      ? candidate.cost.perExecution / baseline.cost.perExecution
      : null;
  return { ...compared, costRatio };
};

/**
 * Relative difference of one percentile of two distributions whose raw samples are gone, its interval recovered from theirs (MOVER:
 * Zou and Donner 2008), on the logarithms, for it is the ratio that is asked for; where a bound is 0 ms, on the values themselves.
 * Null where a distribution is missing or the baseline is 0; ci95 null where either has no interval.
 */
export const compareDistributions = (
  baseline: Distribution | null,
  candidate: Distribution | null,
  percentile: 'p50' | 'p95' | 'p99',
): Difference | null => {
  const base = baseline?.[percentile];
  const value = candidate?.[percentile];
  if (base === undefined || value === undefined || base === 0) return null;
  const [a, b] = [baseline?.ci95?.[percentile], candidate?.ci95?.[percentile]];
  const ci95 =
    !a || !b ? null : a[0] > 0 && b[0] > 0 ? ratioInterval(base, a, value, b) : plainInterval(base, a, value, b);
  return { difference: value / base - 1, ci95 };
};

const ratioInterval = (base: number, a: Interval, value: number, b: Interval): Interval => [
  (value / base) * Math.exp(-Math.hypot(Math.log(value / b[0]), Math.log(a[1] / base))) - 1,
  (value / base) * Math.exp(Math.hypot(Math.log(b[1] / value), Math.log(base / a[0]))) - 1,
];

/** A duration cannot fall by more than the whole of it. */
const plainInterval = (base: number, a: Interval, value: number, b: Interval): Interval => [
  Math.max(-1, (value - base - Math.hypot(value - b[0], a[1] - base)) / base),
  (value - base + Math.hypot(b[1] - value, base - a[0])) / base,
];
