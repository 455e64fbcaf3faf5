import { describe, expect, it } from 'vitest';
import {
  createCounter,
  createHistogram,
  createRate,
  createTrend,
  findKnee,
  fitLine,
  fitSweep,
} from '../../../src/stats';
import type { Arm } from '../../../src/model/run';
import { seeded } from '../../../src/stats/random';
import { orderArm } from '../report/document';

describe('sinks', () => {
  it('count', () => {
    const counter = createCounter();
    expect([counter.isEmpty, counter.format()]).toEqual([true, '0']);
    counter.add(3);
    counter.add(4);
    expect([counter.isEmpty, counter.total, counter.format()]).toEqual([false, 7, '7']);
  });
  it('rate', () => {
    const rate = createRate();
    expect([rate.isEmpty, rate.share]).toEqual([true, 0]);
    for (const value of [1, 0, 0, 0]) rate.add(value);
    expect([rate.share, rate.n, rate.format()]).toEqual([0.25, 4, '25.0 % of 4']);
  });
  it('trend', () => {
    const trend = createTrend();
    expect([trend.isEmpty, trend.format(), trend.mean]).toEqual([true, '–', NaN]);
    for (const value of [10, 20, 60]) trend.add(value);
    expect([trend.n, trend.min, trend.mean, trend.max]).toEqual([3, 10, 30, 60]);
    expect(trend.format()).toBe('10.0 ms / 30.0 ms / 60.0 ms (n 3)');
  });
  it('histogram, to one per cent of the raw percentile, merged as if never apart', () => {
    const [whole, a, b] = [createHistogram(), createHistogram(), createHistogram()];
    const random = seeded(2);
    const raw = Array.from({ length: 5000 }, () => 10 ** (4 * random()));
    raw.forEach((value, i) => {
      whole.add(value);
      (i % 2 ? a : b).add(value);
    });
    a.merge(b);
    const sorted = raw.toSorted((x, y) => x - y);
    for (const p of [0.01, 0.5, 0.95, 0.99]) {
      expect(whole.percentile(p) / sorted[Math.ceil(p * 5000) - 1]!).toBeCloseTo(1, 1);
      expect(Math.abs(whole.percentile(p) / sorted[Math.ceil(p * 5000) - 1]! - 1)).toBeLessThan(0.01);
      expect(a.percentile(p)).toBe(whole.percentile(p));
    }
    expect(createHistogram().percentile(0.5)).toBeNaN();
    expect([createHistogram().format(), whole.isEmpty, whole.n]).toEqual(['–', false, 5000]);
    const zeros = createHistogram();
    zeros.add(0);
    expect(zeros.percentile(0.5)).toBe(0);
  });
});

describe('a line', () => {
  it('goes through points on a line', () => {
    const line = fitLine([6, 9, 14, 17], [332, 498, 775, 941])!;
    expect(line.slope).toBeCloseTo(55.36, 1);
    expect(line.r2).toBeGreaterThan(0.9999);
    expect(line.residuals.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 9);
  });
  it('does not exist through fewer than two different x', () => {
    expect(fitLine([1], [1])).toBeNull();
    expect(fitLine([2, 2], [1, 5])).toBeNull();
    expect(fitLine([1, 2], [3, 3])).toMatchObject({ slope: 0, intercept: 3, r2: null });
  });
  it('bends where throughput stops rising', () => {
    expect(findKnee([1, 2, 4, 8, 16, 32], [10, 20, 40, 80, 82, 83])).toBe(8);
    expect(findKnee([1, 2, 4, 8, 16, 32], [10, 20, 40, 80, 160, 320])).toBeNull();
    expect(findKnee([1, 2, 4], [1, 2, 2])).toBeNull();
  });
});

describe('a sweep', () => {
  const base = orderArm('STANDARD', 10, 60).snapshot({ final: true });
  const at = (concurrency: number, p50: number, perSecond: number): Arm => ({
    ...base,
    load: { kind: 'iterations', executions: 10, concurrency },
    latencyMs: { ...base.latencyMs!, p50 },
    throughputPerSecond: perSecond,
  });
  it('has a line for latency and one for throughput with its knee', () => {
    const fits = fitSweep([at(16, 400, 41), at(1, 100, 10), at(4, 160, 40), at(8, 240, 40.5), at(2, 120, 20)]);
    expect(fits.map((fit) => [fit.over, fit.of, fit.unit])).toEqual([
      ['concurrency', 'p50', 'ms per execution in flight'],
      ['concurrency', 'throughput', 'executions a second per execution in flight'],
    ]);
    expect(fits[0]).toMatchObject({
      slope: expect.closeTo(20, 6) as number,
      intercept: expect.closeTo(80, 6) as number,
      r2: expect.closeTo(1, 6) as number,
    });
    expect(fits[1]!.knee).toBe(4);
    expect(fits[0]!.points.map((point) => point.x)).toEqual([1, 2, 4, 8, 16]);
  });
  it('fits ms per KB and per transition where it is told what each arm stood for', () => {
    const arms = [at(1, 100, 1), at(1, 140, 1), at(1, 180, 1)];
    expect(fitSweep(arms, { over: 'payload', values: [0, 10_240, 20_480] })[0]).toMatchObject({
      unit: 'ms per KB',
      slope: expect.closeTo(4, 9) as number,
    });
    expect(fitSweep(arms, { over: 'transitions', values: [6, 9, 17] })).toHaveLength(2);
  });
  it('has nothing to say of one load', () => expect(fitSweep([at(1, 100, 1)])).toEqual([]));
  it('nor of two, whose line would fit by itself', () => {
    expect(fitSweep([at(1, 100, 1), at(10, 90, 8)])).toEqual([]);
    expect(fitSweep([at(1, 100, 1), at(10, 90, 8), at(10, 91, 8)])).toEqual([]);
  });
});
