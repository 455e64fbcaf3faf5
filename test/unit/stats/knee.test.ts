/** The knee and the lines of sweeps against a simulation that knows the truth. Seeded: the same numbers on every machine. */
import { describe, expect, it } from 'vitest';
import type { Load } from '../../../src/model/plan';
import type { Arm } from '../../../src/model/run';
import { fitSweep } from '../../../src/stats';
import { findKnee, studentWithin } from '../../../src/stats/knee';
import { normal, seeded } from '../../../src/stats/random';
import { orderArm } from '../report/document';

const doubling = [1, 2, 5, 10, 20, 50, 100, 200];
const even = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
const few = [1, 2, 4, 8];
const rounds = 300;

/** How often each knee was found, as shares of all rounds; the key `none` where none was. */
const found = (loads: readonly number[], truth: (load: number) => number, noise: number, seed = 1) => {
  const random = seeded(seed);
  const counts = new Map<number | 'none', number>();
  for (let i = 0; i < rounds; i++) {
    const knee = findKnee(
      loads,
      loads.map((load) => truth(load) * (1 + noise * normal(random))),
    );
    counts.set(knee ?? 'none', (counts.get(knee ?? 'none') ?? 0) + 1 / rounds);
  }
  return (...at: (number | 'none')[]): number => at.reduce((sum: number, each) => sum + (counts.get(each) ?? 0), 0);
};

const capped = (cap: number) => (load: number) => 10 * Math.min(load, cap);

describe('the knee of throughput = min(k · load, cap), with noise', () => {
  it.each(doubling.slice(1, -1))('is where it is: at %d, without noise always', (cap) => {
    expect(findKnee(doubling, doubling.map(capped(cap)))).toBe(cap);
    expect(found(doubling, capped(cap), 0.05)(cap)).toBeGreaterThan(0.95);
    expect(found(doubling, capped(cap), 0.1)(cap)).toBeGreaterThan(0.8);
  });

  it.each([
    [[5, 10], 7],
    [[20, 50], 35],
    [[50, 100], 80],
  ])('is at one of the loads %j where it lies between them, at %d', (loads, cap) => {
    expect(found(doubling, capped(cap), 0.05)(...loads)).toBeGreaterThan(0.95);
  });

  it('is found among evenly spread loads, and near where noise hides the place', () => {
    expect(found(even, capped(40), 0.05)(40)).toBeGreaterThan(0.9);
    expect(found(even, capped(60), 0.05)(50, 60, 70)).toBeGreaterThan(0.95);
  });

  it('is also where throughput falls after it', () => {
    expect(found(doubling, (load) => (load <= 20 ? 10 * load : 200 - 0.3 * (load - 20)), 0.03)(20)).toBeGreaterThan(
      0.95,
    );
  });
});

describe('no knee', () => {
  const truths = {
    'a straight line': (load: number) => 10 * load,
    'a straight line that does not begin at nothing': (load: number) => 100 + 10 * load,
    'what is flat from the first load on': () => 50,
    'what falls': (load: number) => 500 - load,
    'what steepens': (load: number) => load * load,
  };
  const cases = Object.keys(truths).flatMap((name) => [0, 0.02, 0.05, 0.1].map((noise) => [name, noise] as const));
  it.each(cases)('is found in %s, but for chance: noise %d', (name, noise) => {
    const truth = truths[name as keyof typeof truths];
    for (const loads of [doubling, even, few, [1, 2, 5, 10, 20]])
      expect(found(loads, truth, noise)('none')).toBeGreaterThan(noise === 0 ? 1 - 1e-9 : 0.94);
  });

  it('is told from fewer than four loads, and from four only if they lie nearly on the bend', () => {
    expect(found([1, 2, 4], capped(2), 0.02)('none')).toBeCloseTo(1);
    expect(findKnee([1, 2, 2, 4, 4], [10, 20, 20, 20, 20])).toBeNull();
    expect(findKnee(few, few.map(capped(4)))).toBe(4);
    expect(found(few, capped(4), 0.1)('none')).toBeGreaterThan(0.5);
    expect(findKnee([], [])).toBeNull();
    expect(findKnee(few, [0, 0, 0, 0])).toBeNull();
  });

  it('depends on the units of either axis, or on the order of the points', () => {
    const random = seeded(3);
    const ys = doubling.map((load) => capped(20)(load) * (1 + 0.05 * normal(random)));
    for (const scale of [1e-6, 1, 1e6]) {
      const knee = findKnee(
        doubling.map((x) => x * scale),
        ys.map((y) => y / scale),
      );
      expect(knee).toBeCloseTo(20 * scale, 12);
    }
    expect(findKnee([...doubling].reverse(), [...ys].reverse())).toBe(20);
  });
});

describe('Student’s t', () => {
  // Two-sided 5 % points of the usual tables.
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [3, 3.18245],
    [4, 2.77645],
    [5, 2.57058],
    [10, 2.22814],
    [30, 2.04227],
  ])('with %d degrees of freedom has 95 % within %d', (df, t) => expect(studentWithin(t, df)).toBeCloseTo(0.95, 5));
});

describe('the line of a sweep whose truth is known', () => {
  const whole = orderArm('EXPRESS', 10, 5).snapshot({ final: true });
  const load: Load = { kind: 'iterations', executions: 10, concurrency: 1 };
  const armAt = (p50: number): Arm => ({ ...whole, load, latencyMs: { ...whole.latencyMs!, p50 } });
  const states = [2, 4, 6, 8, 10, 12, 14, 16];
  const [intercept, slope, sigma] = [40, 12, 5];

  it('has the slope, R² and residuals of ms per transition, as unsure as theory says', () => {
    const random = seeded(11);
    const mean = states.reduce((sum, x) => sum + x, 0) / states.length;
    const sxx = states.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const slopes: number[] = [];
    const squares: number[] = [];
    for (let i = 0; i < rounds; i++) {
      const truth = states.map((x) => intercept + slope * x + sigma * normal(random));
      const [fit] = fitSweep(truth.map(armAt), { over: 'transitions', values: states });
      const { points, r2 } = fit!;
      slopes.push(fit!.slope);
      squares.push(points.reduce((sum, { residual }) => sum + residual ** 2, 0));
      // A line of least squares leaves residuals that know nothing of x, and R² is the square of the correlation.
      expect(points.reduce((sum, { residual }) => sum + residual, 0)).toBeCloseTo(0, 8);
      expect(points.reduce((sum, { x, residual }) => sum + x * residual, 0)).toBeCloseTo(0, 7);
      for (const { x, y, residual } of points) expect(fit!.intercept + fit!.slope * x + residual).toBeCloseTo(y, 8);
      const my = truth.reduce((sum, y) => sum + y, 0) / truth.length;
      const sxy = states.reduce((sum, x, k) => sum + (x - mean) * (truth[k]! - my), 0);
      const syy = truth.reduce((sum, y) => sum + (y - my) ** 2, 0);
      expect(r2).toBeCloseTo(sxy ** 2 / (sxx * syy), 9);
    }
    const average = slopes.reduce((sum, each) => sum + each, 0) / rounds;
    const spread = Math.sqrt(slopes.reduce((sum, each) => sum + (each - slope) ** 2, 0) / rounds);
    const error = sigma / Math.sqrt(sxx);
    // Four standard errors of the mean of all rounds; the seed is fixed, so this is no matter of luck.
    expect(Math.abs(average - slope)).toBeLessThan((4 * error) / Math.sqrt(rounds));
    expect(spread / error).toBeGreaterThan(0.85);
    expect(spread / error).toBeLessThan(1.15);
    // Residual squares are σ² times n − 2 on average.
    const left = squares.reduce((sum, each) => sum + each, 0) / rounds / (states.length - 2);
    expect(left / sigma ** 2).toBeGreaterThan(0.9);
    expect(left / sigma ** 2).toBeLessThan(1.1);
  });

  it('is nothing from two different values, however many arms', () => {
    expect(fitSweep([50, 60, 51, 61].map(armAt), { over: 'transitions', values: [2, 4, 2, 4] })).toEqual([]);
  });

  it('explains nothing where latency does not depend on what was swept', () => {
    const random = seeded(5);
    const r2s = Array.from({ length: rounds }, () => {
      const ys = states.map(() => 100 + sigma * normal(random));
      return fitSweep(ys.map(armAt), { over: 'transitions', values: states })[0]!.r2!;
    });
    // R² of no relation is 1 / (n − 1) on average.
    const average = r2s.reduce((sum, each) => sum + each, 0) / rounds;
    expect(average).toBeGreaterThan(0.11);
    expect(average).toBeLessThan(0.18);
  });
});
