import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/run/random';
import { stratifiedSample } from '../../../src/run/sampling';

const all = (n: number, status: (i: number) => string = () => 'succeeded') =>
  Array.from({ length: n }, (_, i) => ({ id: i, status: status(i), latencyMs: (i * 7919) % n }));

describe('a stratified sample', () => {
  it('is everything when there is room', () => {
    const items = all(5);
    expect(stratifiedSample(items, 5, createRandom(1))).toEqual(items);
    expect(stratifiedSample(items, 50, createRandom(1))).toEqual(items);
  });

  it('is nothing when there is none', () => expect(stratifiedSample(all(5), 0, createRandom(1))).toEqual([]));

  it('takes each status and each quarter of latency by its share', () => {
    const items = all(1_000, (i) => (i % 10 === 0 ? 'failed' : 'succeeded'));
    const chosen = stratifiedSample(items, 100, createRandom(1));
    // Of 2.5 a quarter either 2 or 3.
    expect(Math.abs(chosen.filter((each) => each.status === 'failed').length - 10)).toBeLessThanOrEqual(2);
    const slow = chosen.filter((each) => each.status === 'succeeded' && each.latencyMs >= 750).length;
    expect(Math.abs(slow - 22.5)).toBeLessThanOrEqual(2);
  });

  it('has the rare failure in it', () => {
    const items = all(10_000, (i) => (i === 4_321 ? 'failed' : 'succeeded'));
    expect(stratifiedSample(items, 50, createRandom(1)).some((each) => each.status === 'failed')).toBe(true);
  });

  it('repeats for a seed, and differs for another', () => {
    const items = all(1_000);
    const ids = (seed: number) => stratifiedSample(items, 20, createRandom(seed)).map((each) => each.id);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
  });

  it('always has exactly the size asked for, each item once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 5 }),
        (n, size, kinds) => {
          const items = all(n, (i) => `s${i % kinds}`);
          const chosen = stratifiedSample(items, size, createRandom(n));
          expect(chosen).toHaveLength(Math.min(n, size));
          expect(new Set(chosen.map((each) => each.id)).size).toBe(chosen.length);
        },
      ),
    );
  });
});
