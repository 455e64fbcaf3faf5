import { describe, expect, it } from 'vitest';
import type { Load } from '../../../src/model/plan';
import type { Arm } from '../../../src/model/run';
import { fitSweep } from '../../../src/stats';
import { fitLine } from '../../../src/stats/fit';
import { findKnee } from '../../../src/stats/knee';
import { orderArm } from '../report/document';

const whole = orderArm('EXPRESS', 10, 5).snapshot({ final: true });
const armAt = (load: Load, p50: number, throughputPerSecond = 1): Arm => ({
  ...whole,
  load,
  throughputPerSecond,
  latencyMs: { ...whole.latencyMs!, p50 },
});
const at = (concurrency: number): Load => ({ kind: 'iterations', executions: 10, concurrency });

describe('a line of least squares', () => {
  it('goes through points on it, with nothing left over', () => {
    const line = fitLine([1, 2, 4], [12, 14, 18]);
    expect(line?.slope).toBeCloseTo(2, 9);
    expect(line?.intercept).toBeCloseTo(10, 9);
    expect(line?.r2).toBeCloseTo(1, 9);
    for (const residual of line?.residuals ?? [NaN]) expect(residual).toBeCloseTo(0, 9);
  });

  it('leaves residuals that sum to nothing, and says what share it explains', () => {
    const line = fitLine([1, 2, 3, 4], [1, 3, 2, 4]);
    // By hand: Sxy = 4, Sxx = 5, Syy = 5, R² = 16 / 25.
    expect(line?.slope).toBeCloseTo(0.8, 12);
    expect(line?.r2).toBeCloseTo(0.64, 12);
    expect(line?.residuals.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 12);
  });

  it('has no R² where all y are alike, and does not exist through one x', () => {
    expect(fitLine([1, 2, 3], [5, 5, 5])?.r2).toBeNull();
    expect(fitLine([2, 2, 2], [1, 2, 3])).toBeNull();
    expect(fitLine([], [])).toBeNull();
  });
});

describe('the knee', () => {
  it('is where throughput stops to grow with the load', () => {
    expect(findKnee([1, 2, 4, 8, 16, 32], [10, 20, 40, 80, 81, 80])).toBe(8);
  });

  it('is not in a straight line, a curve that steepens, or three points', () => {
    expect(findKnee([1, 2, 3, 4, 5], [10, 20, 30, 40, 50])).toBeNull();
    expect(findKnee([1, 2, 3, 4, 5], [1, 2, 3, 30, 60])).toBeNull();
    expect(findKnee([1, 2, 3], [1, 2, 2])).toBeNull();
  });
});

describe('the lines through a sweep', () => {
  it('are latency and throughput over what was swept, the latter with its knee', () => {
    const fits = fitSweep([1, 2, 4, 8, 16].map((c) => armAt(at(c), 100 + 3 * c, Math.min(c, 4))));
    expect(fits.map(({ system, over, of, unit }) => [system, over, of, unit])).toEqual([
      ['express', 'concurrency', 'p50', 'ms per execution in flight'],
      ['express', 'concurrency', 'throughput', 'executions a second per execution in flight'],
    ]);
    expect(fits[0]?.slope).toBeCloseTo(3, 9);
    expect(fits[0]).not.toHaveProperty('knee');
    expect(fits[1]?.knee).toBe(4);
  });

  it('are ms per KB where payloads were swept', () => {
    const arms = [1, 2, 3].map((kb) => armAt(at(1), 50 + 7 * kb));
    const [fit] = fitSweep(arms, { over: 'payload', values: [1_024, 2_048, 3_072] });
    expect(fit).toMatchObject({ over: 'payload', unit: 'ms per KB' });
    expect(fit?.slope).toBeCloseTo(7, 9);
    expect(fit?.points.map(({ x }) => x)).toEqual([1, 2, 3]);
  });

  it('are not drawn through loads of different shapes', () =>
    expect(fitSweep([armAt(at(1), 5), armAt({ kind: 'burst', executions: 5 }, 6), armAt(at(3), 7)])).toEqual([]));
});
