import type { Distribution } from '../model/distribution';
import { distributionOfSorted } from './distribution';

/** A growing column of raw numbers, 8 bytes each, whose distribution is kept ready at little cost. */
export interface Column {
  add(value: number): void;
  readonly length: number;
  at(index: number): number;
  /** A view of the raw values in order of arrival; valid until the next add. */
  values(): Float64Array;
  /** Ascending view of all values; valid until the next call. */
  sorted(): Float64Array;
  /**
   * The distribution of all values, or with `slack` > 0 (a share, for live views) possibly that of an earlier moment as long as it
   * held at least 1 − slack of them; its `n` always says how many it is of.
   */
  distribution(slack?: number): Distribution | null;
}

/** Merges two ascending arrays into a new one. */
const merge = (a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> => {
  const merged = new Float64Array(a.length + b.length);
  for (let i = 0, j = 0, k = 0; k < merged.length; k++) {
    merged[k] = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!;
  }
  return merged;
};

export const createColumn = (): Column => {
  let raw = new Float64Array(16);
  let length = 0;
  let sorted = new Float64Array(0);
  let known: Distribution | null = null;

  const values = (): Float64Array => raw.subarray(0, length);
  const bringUpToDate = (): Float64Array => {
    if (sorted.length === length) return sorted;
    const fresh = raw.slice(sorted.length, length).sort();
    sorted = sorted.length === 0 ? fresh : merge(sorted, fresh);
    return sorted;
  };
  return {
    add: (value) => {
      if (!Number.isFinite(value)) throw new RangeError(`A sample must be a finite number, but one is ${value}.`);
      if (length === raw.length) {
        const wider = new Float64Array(length * 2);
        wider.set(raw);
        raw = wider;
      }
      raw[length++] = value;
    },
    get length() {
      return length;
    },
    at: (index) => (index >= 0 && index < length ? raw[index]! : NaN),
    values,
    sorted: bringUpToDate,
    distribution: (slack = 0) => {
      if (known && known.n >= length * (1 - slack)) return known;
      known = distributionOfSorted(bringUpToDate());
      return known;
    },
  };
};
