import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createColumn } from '../../../src/stats/column';
import { distribution, quantile } from '../../../src/stats/distribution';
import { normalQuantile, orderStatisticInterval, orderStatisticRanks } from '../../../src/stats/intervals';
import { beta, gamma, normal, seeded } from '../../../src/stats/random';

describe('percentiles', () => {
  it('interpolate between closest ranks, as R’s type 7', () => {
    const sorted = [1, 2, 3, 4];
    expect([0, 0.25, 0.5, 0.9, 1].map((p) => quantile(sorted, p))).toEqual([1, 1.75, 2.5, 3.7, 4]);
    expect(quantile([], 0.5)).toBeNaN();
    expect(quantile([7], 0.99)).toBe(7);
  });
  it('make a distribution with its n, nothing trimmed', () => {
    expect(distribution([3, 1, 2])).toEqual({ n: 3, min: 1, mean: 2, p50: 2, p90: 2.8, p95: 2.9, p99: 2.98, max: 3 });
    expect(distribution([])).toBeNull();
    expect(() => distribution([1, NaN])).toThrow('finite');
  });
  it('lie between the extremes and in order, whatever the samples', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 }), (samples) => {
        const { min, p50, p90, p95, p99, max } = distribution(samples)!;
        const figures = [min, p50, p90, p95, p99, max];
        expect(figures).toEqual(figures.toSorted((a, b) => a - b));
        expect(min).toBe(Math.min(...samples));
        expect(max).toBe(Math.max(...samples));
      }),
    );
  });
});

describe('order-statistic intervals', () => {
  it('need 6 samples for the median, 59 for p95 and 299 for p99', () => {
    const least = (p: number): number => {
      let n = 1;
      while (!orderStatisticRanks(n, p)) n++;
      return n;
    };
    expect([least(0.5), least(0.95), least(0.99)]).toEqual([6, 59, 299]);
  });
  it('match the table for 25 samples', () => {
    // Binomial(25, 1/2): P(B ≤ 7) = 0.0216, so ranks 8 and 18.
    expect(orderStatisticRanks(25, 0.5)).toEqual([8, 18]);
  });
  it('cover at least what they promise, exactly', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
    for (const n of [6, 13, 25, 59, 100]) {
      for (const p of [0.5, 0.95]) {
        const ranks = orderStatisticRanks(n, p);
        if (!ranks) continue;
        let coverage = 0;
        for (let k = ranks[0]; k < ranks[1]; k++) coverage += choose(n, k) * p ** k * (1 - p) ** (n - k);
        expect(coverage).toBeGreaterThanOrEqual(0.95);
      }
    }
  });
  it('go over to the normal approximation without a jump', () => {
    const [exact, near] = [orderStatisticRanks(2000, 0.5)!, orderStatisticRanks(2001, 0.5)!];
    expect(Math.abs(exact[0] - near[0])).toBeLessThanOrEqual(2);
    expect(Math.abs(exact[1] - near[1])).toBeLessThanOrEqual(2);
    expect(orderStatisticRanks(1_000_000, 0.99)![1]).toBeLessThan(1_000_000);
  });
  it('take the samples at those ranks', () => {
    expect(
      orderStatisticInterval(
        Float64Array.from({ length: 25 }, (_, i) => i + 1),
        0.5,
      ),
    ).toEqual([8, 18]);
    expect(orderStatisticInterval([1, 2, 3], 0.5)).toBeNull();
  });
  it('rest on a normal quantile that is right to nine digits', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 8);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 8);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });
});

describe('a column', () => {
  it('keeps its distribution ready as values come', () => {
    const column = createColumn();
    const random = seeded(3);
    const all: number[] = [];
    for (let i = 0; i < 500; i++) {
      const value = random() * 1000;
      all.push(value);
      column.add(value);
      if (i % 37 === 0) expect(column.distribution()).toEqual(distribution(all));
    }
    expect([...column.values()]).toEqual(all);
    expect([...column.sorted()]).toEqual(all.toSorted((a, b) => a - b));
    expect([column.at(0), column.at(500)]).toEqual([all[0], NaN]);
  });
  it('may be behind by the slack it is allowed, and says of how many it speaks', () => {
    const column = createColumn();
    for (let i = 0; i < 100; i++) column.add(i);
    expect(column.distribution(0.02)!.n).toBe(100);
    column.add(1e6);
    expect(column.distribution(0.02)).toMatchObject({ n: 100, max: 99 });
    expect(column.distribution()).toMatchObject({ n: 101, max: 1e6 });
  });
  it('refuses what is no number', () => expect(() => createColumn().add(Infinity)).toThrow('finite'));
});

describe('seeded chance', () => {
  const sample = (n: number, draw: () => number): { mean: number; variance: number } => {
    const values = Array.from({ length: n }, draw);
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n };
  };
  it('repeats for a seed', () => {
    const [a, b, c] = [seeded(1), seeded(1), seeded(2)];
    expect(a()).toBe(b());
    expect(a()).not.toBe(c());
  });
  it('has the moments it should', () => {
    const random = seeded(11);
    expect(sample(20_000, random).mean).toBeCloseTo(0.5, 1);
    const bell = sample(20_000, () => normal(random));
    expect(bell.mean).toBeCloseTo(0, 1);
    expect(bell.variance).toBeCloseTo(1, 1);
    expect(sample(20_000, () => gamma(4, random)).mean).toBeCloseTo(4, 0);
    const share = sample(20_000, () => beta(3, 7, random));
    expect(share.mean).toBeCloseTo(0.3, 2);
    expect(share.variance).toBeCloseTo(21 / (100 * 11), 3);
  });
});
