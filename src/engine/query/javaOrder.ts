/** Java's hash codes and chance, where AWS's answers show them: the order of a HashSet and what a seed draws. */
import { isObject, type Json } from '../../model/json';
import { deepEqual, isArray } from './values';

function stringHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

function numberHash(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) {
    const low = value | 0;
    if (low === value) return low;
    const bits = BigInt.asUintN(64, BigInt(value));
    return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getInt32(0) ^ view.getInt32(4);
}

/** `Object.hashCode` of the value as Java's plain maps, lists, strings and numbers. */
export function javaHash(value: Json): number {
  if (value === null) return 0;
  if (typeof value === 'string') return stringHash(value);
  if (typeof value === 'boolean') return value ? 1231 : 1237;
  if (typeof value === 'number') return numberHash(value);
  if (isArray(value)) return value.reduce<number>((hash, item) => (Math.imul(hash, 31) + javaHash(item)) | 0, 1);
  if (!isObject(value)) return 0;
  return Object.keys(value).reduce((hash, key) => (hash + (stringHash(key) ^ javaHash(value[key] as Json))) | 0, 0);
}

/** The distinct values in the order a growing `java.util.HashSet` gives them: by bucket, within one by arrival. */
export function hashSetOrder(values: readonly Json[]): Json[] {
  const byHash = new Map<number, Json[]>();
  const distinct: { value: Json; spread: number }[] = [];
  for (const value of values) {
    const hash = javaHash(value);
    const same = byHash.get(hash);
    if (same?.some((other) => deepEqual(other, value))) continue;
    if (same) same.push(value);
    else byHash.set(hash, [value]);
    distinct.push({ value, spread: hash ^ (hash >>> 16) });
  }
  let capacity = 16;
  while (distinct.length > capacity * 0.75) capacity *= 2;
  return distinct
    .map(({ value, spread }, arrival) => ({ value, bucket: spread & (capacity - 1), arrival }))
    .sort((a, b) => a.bucket - b.bucket || a.arrival - b.arrival)
    .map(({ value }) => value);
}

/** `java.util.Random` with a seed: the linear congruential generator its documentation specifies. */
export function javaRandom(seed: number): { nextDouble(): number; nextInt(bound: number): number } {
  const mask = (1n << 48n) - 1n;
  let state = (BigInt.asIntN(64, BigInt(Math.trunc(seed))) ^ 0x5deece66dn) & mask;
  const next = (bits: number): number => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return Number(BigInt.asIntN(32, state >> BigInt(48 - bits)));
  };
  return {
    nextDouble: () => ((next(26) >>> 0) * 0x8000000 + (next(27) >>> 0)) / 2 ** 53,
    nextInt(bound) {
      if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(next(31))) >> 31n);
      for (;;) {
        const bits = next(31);
        const value = bits % bound;
        if (bits - value + (bound - 1) <= 0x7fffffff) return value;
      }
    },
  };
}
