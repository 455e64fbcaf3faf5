import { describe, expect, it } from 'vitest';
import { proportionDifference } from '../../../src/stats/intervals';
import { seeded } from '../../../src/stats/random';

describe('the interval of a difference of two proportions', () => {
  // Newcombe 1998, table II, method 10.
  it.each([
    [[56, 70], [48, 80], 0.0524, 0.3339],
    [[9, 10], [3, 10], 0.1705, 0.809],
    [[5, 56], [0, 29], -0.0381, 0.1926],
    [[0, 10], [0, 20], -0.1611, 0.2775],
    [[10, 10], [0, 20], 0.6791, 1],
  ] as const)('%j less %j', (after, before, low, high) => {
    const found = proportionDifference(before, after)!;
    expect(found[0]).toBeCloseTo(low, 4);
    expect(found[1]).toBeCloseTo(high, 4);
    const mirrored = proportionDifference(after, before)!;
    expect([mirrored[0], mirrored[1]]).toEqual([expect.closeTo(-high, 4), expect.closeTo(-low, 4)]);
  });

  it('is none where either has no executions', () => {
    expect(proportionDifference([0, 0], [1, 5])).toBeNull();
    expect(proportionDifference([1, 5], [0, 0])).toBeNull();
  });

  it('holds the truth about 95 times of 100, also of rare failures', () => {
    const random = seeded(4);
    const drawn = (n: number, p: number) => {
      let count = 0;
      for (let i = 0; i < n; i++) if (random() < p) count++;
      return [count, n] as const;
    };
    for (const [p, q, n, m] of [
      [0.02, 0.02, 25, 25],
      [0.01, 0.1, 100, 25],
      [0.3, 0.5, 50, 50],
      [0.002, 0.004, 1000, 1000],
    ] as const) {
      let holds = 0;
      const rounds = 1000;
      for (let i = 0; i < rounds; i++) {
        const [low, high] = proportionDifference(drawn(n, p), drawn(m, q))!;
        if (low <= q - p && q - p <= high) holds++;
      }
      expect(holds / rounds).toBeGreaterThan(0.93);
    }
  });
});
