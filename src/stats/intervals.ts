import type { Interval } from '../model/distribution';

/**
 * Ranks (1-based, inclusive) whose order statistics enclose the p-quantile with at least the given confidence, whatever
 * the distribution: P(X(l) ≤ q < X(u)) = P(l ≤ B < u) for B ~ Binomial(n, p). Conover, Practical Nonparametric Statistics, §3.2.
 * Null where even the extremes do not reach the confidence: n < 6 for the median, < 59 for p95, < 299 for p99 at 95 %.
 */
export const orderStatisticRanks = (n: number, p: number, confidence = 0.95): readonly [number, number] | null => {
  const key = `${n}/${p}/${confidence}`;
  const known = ranks.get(key);
  if (known !== undefined) return known;
  const found = n > 2000 ? normalRanks(n, p, confidence) : exactRanks(n, p, confidence);
  if (ranks.size > 5000) ranks.clear();
  ranks.set(key, found);
  return found;
};

const ranks = new Map<string, readonly [number, number] | null>();

/** Binomial probabilities P(B = k), k = 0…n, in logarithms so that no factor underflows. */
const binomial = (n: number, p: number): Float64Array => {
  const masses = new Float64Array(n + 1);
  let log = n * Math.log1p(-p);
  const odds = Math.log(p) - Math.log1p(-p);
  for (let k = 0; k <= n; k++) {
    masses[k] = Math.exp(log);
    log += Math.log((n - k) / (k + 1)) + odds;
  }
  return masses;
};

const exactRanks = (n: number, p: number, confidence: number): readonly [number, number] | null => {
  if (n < 1) return null;
  const masses = binomial(n, p);
  const risk = 1 - confidence;
  const fromBelow = (budget: number): readonly [number, number] => {
    let below = 0;
    let lower = 0;
    while (lower < n && below + masses[lower]! <= budget) below += masses[lower++]!;
    return [lower, below];
  };
  const fromAbove = (budget: number): readonly [number, number] => {
    let above = 0;
    let upper = n + 1;
    while (upper > 0 && above + masses[upper - 1]! <= budget) above += masses[--upper]!;
    return [upper, above];
  };
  // Half the risk on each side; where an extreme sample alone risks more than its half, the other side gives up its part.
  let [lower, below] = fromBelow(risk / 2);
  let [upper, above] = fromAbove(risk / 2);
  if (upper > n) {
    [upper, above] = [n, masses[n]!];
    [lower, below] = fromBelow(risk - above);
  }
  if (lower < 1) {
    [lower, below] = [1, masses[0]!];
    if (above > risk - below) [upper, above] = fromAbove(risk - below);
  }
  if (lower < 1 || upper > n) return null;
  return 1 - below - above >= confidence && lower < upper ? [lower, upper] : null;
};

const normalRanks = (n: number, p: number, confidence: number): readonly [number, number] | null => {
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const spread = z * Math.sqrt(n * p * (1 - p));
  const lower = Math.floor(n * p - spread);
  const upper = Math.ceil(n * p + spread) + 1;
  return lower >= 1 && upper <= n ? [lower, upper] : exactRanks(n, p, confidence);
};

/** Interval of the p-quantile of an ascending array from its own order statistics; null with too few samples. */
export const orderStatisticInterval = (sorted: ArrayLike<number>, p: number, confidence = 0.95): Interval | null => {
  const found = orderStatisticRanks(sorted.length, p, confidence);
  return found ? [sorted[found[0] - 1]!, sorted[found[1] - 1]!] : null;
};

/** Quantile of the standard normal, relative error below 1.2e-9 (Acklam's rational approximation). RangeError unless 0 < p < 1. */
export const normalQuantile = (p: number): number => {
  if (p <= 0 || p >= 1) throw new RangeError(`A probability must lie between 0 and 1, not ${p}.`);
  const tailOf = (q: number): number => {
    const r = Math.sqrt(-2 * Math.log(q));
    return (
      (((((-7.784894002430293e-3 * r - 0.3223964580411365) * r - 2.400758277161838) * r - 2.549732539343734) * r +
        4.374664141464968) *
        r +
        2.938163982698783) /
      ((((7.784695709041462e-3 * r + 0.3224671290700398) * r + 2.445134137142996) * r + 3.754408661907416) * r + 1)
    );
  };
  if (p < 0.02425) return tailOf(p);
  if (p > 1 - 0.02425) return -tailOf(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
};

const z = 1.959964;

/** 95 % score interval of a proportion, `count` of `n` ≥ 1 (Wilson 1927). */
const wilson = (count: number, n: number): Interval => {
  const [share, square] = [count / n, z * z];
  const middle = (share + square / (2 * n)) / (1 + square / n);
  const half = (z / (1 + square / n)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n));
  return [middle - half, middle + half];
};

/**
 * 95 % interval of a difference of two independent proportions, `after` − `before`, each `[count, n]`, in [−1, 1]: from the score intervals of
 * both (Newcombe 1998, Statistics in Medicine 17:873–890, method 10). It holds also where nobody or everybody counts. Null where an n is 0.
 */
export const proportionDifference = (
  before: readonly [number, number],
  after: readonly [number, number],
): Interval | null => {
  if (before[1] === 0 || after[1] === 0) return null;
  const [p, q] = [before[0] / before[1], after[0] / after[1]];
  const [b, a] = [wilson(...before), wilson(...after)];
  return [q - p - Math.hypot(q - a[0], b[1] - p), q - p + Math.hypot(a[1] - q, p - b[0])];
};

/**
 * 97.5 % point of Student's t with `df` degrees of freedom, by the Cornish–Fisher expansion (Abramowitz and Stegun 26.7.5); within 1 %
 * from 3 degrees on.
 */
const student = (df: number): number =>
  z +
  (z ** 3 + z) / (4 * df) +
  (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df ** 2) +
  (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * df ** 3);

/** 95 % interval of the mean by Student's t; undefined below 4 values, where it says nothing of use. */
export const meanInterval = (values: readonly number[]): readonly [number, number] | undefined => {
  const n = values.length;
  if (n < 4) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = student(n - 1) * Math.sqrt(variance / n);
  return [mean - half, mean + half];
};
