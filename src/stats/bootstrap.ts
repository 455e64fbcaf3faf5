import type { Interval } from '../model/distribution';
import { quantile } from './distribution';
import { beta, type Random } from './random';

/**
 * The p-quantile (type 7) of one bootstrap resample of an ascending sample, without drawing it: the k-th smallest of n draws with
 * replacement is the element at ⌈n·U(k)⌉, where U(k), the k-th smallest of n uniforms, is Beta(k, n − k + 1). So a resample costs
 * the same for ten samples as for a million.
 */
const resampledQuantile = (sorted: ArrayLike<number>, p: number, random: Random): number => {
  const n = sorted.length;
  const position = (n - 1) * p;
  const k = Math.floor(position) + 1;
  const fraction = position - (k - 1);
  const uniform = beta(k, n - k + 1, random);
  const at = (u: number): number => sorted[Math.min(n - 1, Math.floor(u * n))]!;
  const low = at(uniform);
  if (fraction === 0) return low;
  // The next one up, given this one: the smallest of the n − k uniforms that remain above it.
  const next = 1 - (1 - uniform) * (1 - random()) ** (1 / (n - k));
  return low + (at(next) - low) * fraction;
};

/** The middle 95 % of resampled values. */
const middle = (values: Float64Array, confidence: number): Interval => {
  values.sort();
  const tail = (1 - confidence) / 2;
  return [quantile(values, tail), quantile(values, 1 - tail)];
};

/** Interval of the relative difference of two independent samples' quantiles, (candidate − baseline) / baseline. Both ascending; baseline's quantile must not be 0. */
export const unpairedDifference = (
  baseline: ArrayLike<number>,
  candidate: ArrayLike<number>,
  p: number,
  random: Random,
  resamples = 2000,
  confidence = 0.95,
): Interval => {
  const values = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const base = resampledQuantile(baseline, p, random);
    values[i] = base === 0 ? 0 : resampledQuantile(candidate, p, random) / base - 1;
  }
  return middle(values, confidence);
};

/** Ranks of values in ascending order. */
const order = (values: ArrayLike<number>): Int32Array => {
  const indices = Int32Array.from({ length: values.length }, (_, i) => i);
  return indices.sort((a, b) => values[a]! - values[b]!);
};

/** The type-7 quantile of a multiset given as counts of the elements of an ascending order. */
const countedQuantile = (values: ArrayLike<number>, ascending: Int32Array, counts: Uint16Array, p: number): number => {
  const position = (ascending.length - 1) * p;
  const below = Math.floor(position);
  let seen = 0;
  for (let i = 0; i < ascending.length; i++) {
    seen += counts[ascending[i]!]!;
    if (seen <= below) continue;
    const low = values[ascending[i]!]!;
    const fraction = position - below;
    if (fraction === 0 || seen > below + 1) return low;
    for (let j = i + 1; j < ascending.length; j++)
      if (counts[ascending[j]!]! > 0) return low + (values[ascending[j]!]! - low) * fraction;
    return low;
  }
  return NaN;
};

/**
 * The same for pairs: pair i is baseline[i] with candidate[i], and whole pairs are drawn, so what both share (an hour, a warm cache)
 * cancels. Both of one length. Fewer resamples for many pairs, at least 200, so that it stays below some 5 million draws.
 */
export const pairedDifference = (
  baseline: ArrayLike<number>,
  candidate: ArrayLike<number>,
  p: number,
  random: Random,
  resamples = 2000,
  confidence = 0.95,
): Interval => {
  const n = baseline.length;
  if (candidate.length !== n)
    throw new RangeError(`Pairs need two samples of one length, not ${n} and ${candidate.length}.`);
  const times = Math.max(200, Math.min(resamples, Math.floor(5e6 / n)));
  const [first, second] = [order(baseline), order(candidate)];
  const counts = new Uint16Array(n);
  const values = new Float64Array(times);
  for (let i = 0; i < times; i++) {
    counts.fill(0);
    for (let k = 0; k < n; k++) counts[Math.floor(random() * n)]!++;
    const base = countedQuantile(baseline, first, counts, p);
    values[i] = base === 0 ? 0 : countedQuantile(candidate, second, counts, p) / base - 1;
  }
  return middle(values, confidence);
};
