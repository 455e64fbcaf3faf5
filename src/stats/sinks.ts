import { formatCount, formatMs, formatNumber, formatShare } from '../model/format';

/** Takes values one by one and can say what it holds at any moment. */
export interface Sink {
  add(value: number): void;
  format(locale?: string): string;
  readonly isEmpty: boolean;
}

/** Σ of what was added. */
export interface Counter extends Sink {
  readonly total: number;
}

export const createCounter = (): Counter => {
  let [total, added] = [0, 0];
  return {
    add: (value) => {
      total += value;
      added++;
    },
    format: (locale) => formatNumber(total, { locale }),
    get isEmpty() {
      return added === 0;
    },
    get total() {
      return total;
    },
  };
};

/** The share of values that were not 0. */
export interface Rate extends Sink {
  /** 0…1, 0 while empty. */
  readonly share: number;
  readonly n: number;
}

export const createRate = (): Rate => {
  let [hits, n] = [0, 0];
  const share = (): number => (n === 0 ? 0 : hits / n);
  return {
    add: (value) => {
      n++;
      if (value !== 0) hits++;
    },
    format: (locale) => `${formatShare(share(), { locale })} of ${formatCount(n, locale)}`,
    get isEmpty() {
      return n === 0;
    },
    get share() {
      return share();
    },
    get n() {
      return n;
    },
  };
};

/** Count, least, mean and greatest, without keeping values. */
export interface Trend extends Sink {
  readonly n: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export const createTrend = (): Trend => {
  let [n, sum, min, max] = [0, 0, Infinity, -Infinity];
  return {
    add: (value) => {
      n++;
      sum += value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    },
    format: (locale) =>
      n === 0
        ? '–'
        : `${formatMs(min, locale)} / ${formatMs(sum / n, locale)} / ${formatMs(max, locale)} (n ${formatCount(n, locale)})`,
    get isEmpty() {
      return n === 0;
    },
    get n() {
      return n;
    },
    get min() {
      return n === 0 ? NaN : min;
    },
    get mean() {
      return n === 0 ? NaN : sum / n;
    },
    get max() {
      return n === 0 ? NaN : max;
    },
  };
};

/** Counts in buckets whose width grows with the value, for live views and for merging; a percentile is off by at most 0.8 %. */
export interface Histogram extends Sink {
  readonly n: number;
  /** NaN while empty; p in 0…1, nearest rank. */
  percentile(p: number): number;
  /** Adds another's counts; percentiles come from merged counts, never from percentiles. */
  merge(other: Histogram): void;
  readonly buckets: ReadonlyMap<number, number>;
}

/** 64 buckets a doubling: 2^(1/64) is 1.09 % wide, half of it the error; below a thousandth everything is one bucket. */
const perDoubling = 64;
const least = 0.001;

export const createHistogram = (): Histogram => {
  const buckets = new Map<number, number>();
  let n = 0;
  const put = (bucket: number, count: number): void => {
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
    n += count;
  };
  const percentile = (p: number): number => {
    const rank = Math.max(1, Math.ceil(p * n));
    let seen = 0;
    for (const [bucket, count] of [...buckets].sort((a, b) => a[0] - b[0])) {
      seen += count;
      if (seen >= rank) return bucket < 0 ? 0 : least * 2 ** ((bucket + 0.5) / perDoubling);
    }
    return NaN;
  };
  return {
    add: (value) => put(value < least ? -1 : Math.floor(Math.log2(value / least) * perDoubling), 1),
    percentile,
    merge: (other) => {
      for (const [bucket, count] of other.buckets) put(bucket, count);
    },
    format: (locale) =>
      n === 0
        ? '–'
        : `p50 ${formatMs(percentile(0.5), locale)}, p95 ${formatMs(percentile(0.95), locale)} (n ${formatCount(n, locale)})`,
    get isEmpty() {
      return n === 0;
    },
    get n() {
      return n;
    },
    buckets,
  };
};
