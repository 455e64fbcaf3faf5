/** A split of latencies into a fast and a slow group. */
export interface Split {
  /** Values above it belong to the slow group. */
  readonly threshold: number;
  readonly slow: number;
  /** Share of the variance (of logarithms) that the split explains, 0…1. */
  readonly explained: number;
}

const sum = (values: Float64Array, count: number): number => {
  let found = 0;
  for (let i = 0; i < count; i++) found += values[i]!;
  return found;
};

/**
 * Splits positive latencies in two where the variance of their logarithms between the groups is greatest (Otsu 1979), for
 * telling cold from warm where nothing reports it. Null unless the groups are plainly two: at least 10 samples, 2 in each
 * group, and 85 % of the variance explained (one normal hump gives 64 %, a uniform spread 75 %), 90 % below 15 samples, where one
 * hump reaches 85 % too often by chance: test/bench/coverage.mjs prints how often. Nor are they two where the slow one takes less than a
 * fifth longer: no start of a function is that short, but a machine's hiccup is.
 */
export const splitInTwo = (sorted: ArrayLike<number>): Split | null => {
  const n = sorted.length;
  if (n < 10 || !(sorted[0]! > 0)) return null;
  let total = 0;
  let squares = 0;
  const logs = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const log = Math.log(sorted[i]!);
    logs[i] = log;
    total += log;
    squares += log * log;
  }
  const variance = squares - (total * total) / n;
  if (variance <= 1e-12 * Math.max(1, squares)) return null;
  let best = 0;
  let cut = 0;
  let below = 0;
  for (let i = 1; i < n; i++) {
    below += logs[i - 1]!;
    const difference = below / i - (total - below) / (n - i);
    const between = ((i * (n - i)) / n) * difference * difference;
    if (between > best) {
      best = between;
      cut = i;
    }
  }
  const slow = n - cut;
  if (cut < 2 || slow < 2 || best / variance < (n < 15 ? 0.9 : 0.85)) return null;
  const fast = sum(logs, cut);
  if ((total - fast) / slow - fast / cut < Math.log(1.2)) return null;
  return { threshold: (sorted[cut - 1]! + sorted[cut]!) / 2, slow, explained: best / variance };
};
