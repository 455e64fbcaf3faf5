import type { Distribution, Interval } from '../model/distribution';
import { orderStatisticInterval } from './intervals';

/**
 * The p-th quantile (0…1) of an ascending array by linear interpolation between closest ranks: Hyndman and Fan's type 7,
 * the one of R, NumPy and k6. NaN for an empty array.
 */
export const quantile = (sorted: ArrayLike<number>, p: number): number => {
  const n = sorted.length;
  if (n === 0) return NaN;
  const position = (n - 1) * Math.min(1, Math.max(0, p));
  const below = Math.floor(position);
  const low = sorted[below]!;
  if (position === below) return low;
  return low + (sorted[below + 1]! - low) * (position - below);
};

/** An ascending copy; NaN and infinities are refused where they come from, so they are an error here. */
export const sortedCopy = (values: ArrayLike<number>): Float64Array => {
  const copy = Float64Array.from(values);
  for (const value of copy) {
    if (!Number.isFinite(value)) throw new RangeError(`A sample must be a finite number, but one is ${value}.`);
  }
  return copy.sort();
};

const mean = (values: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

const intervalsOf = (sorted: Float64Array): NonNullable<Distribution['ci95']> => {
  const found: { p50?: Interval; p95?: Interval; p99?: Interval } = {};
  for (const [key, p] of [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const) {
    const interval = orderStatisticInterval(sorted, p);
    if (interval) found[key] = interval;
  }
  return found;
};

/** Figures of an ascending array, nothing trimmed; null without samples. The ci95 fields are there where n allows them. */
export const distributionOfSorted = (sorted: Float64Array): Distribution | null => {
  const n = sorted.length;
  if (n === 0) return null;
  const ci95 = intervalsOf(sorted);
  return {
    n,
    min: sorted[0]!,
    mean: mean(sorted),
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted[n - 1]!,
    ...(Object.keys(ci95).length > 0 ? { ci95 } : {}),
  };
};

/** Figures of raw samples in any order and unit; null where there are none. Throws a RangeError on NaN or infinity. */
export const distribution = (samples: ArrayLike<number>): Distribution | null =>
  distributionOfSorted(sortedCopy(samples));
