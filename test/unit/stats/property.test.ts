/** The statistics against naive ones, on anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createArm,
  distribution,
  evaluateThreshold,
  orderStatisticInterval,
  parseThreshold,
  quantile,
  type Sample,
} from '../../../src/stats';
import { statuses } from '../../../src/stats/samples';
import { seeded } from '../../../src/stats/random';
import { statesOfDefinition, traceExecution } from '../../../src/trace';
import { definitionOf, simulate, type Step } from '../trace/simulate';

const anySample: fc.Arbitrary<Sample> = fc.record(
  {
    name: fc.string({ maxLength: 12 }),
    atMs: fc.integer({ min: 0, max: 20_000 }),
    latencyMs: fc.integer({ min: 0, max: 20_000 }),
    status: fc.constantFrom(...statuses),
    error: fc.constantFrom('A', 'B'),
    warmup: fc.boolean(),
    cold: fc.constantFrom(true, false, null),
    throttles: fc.nat(3),
    startMs: fc.nat(100),
  },
  { requiredKeys: ['name', 'atMs', 'latencyMs', 'status'] },
);

const build = (samples: readonly Sample[]) => {
  const arm = createArm({ type: 'EXPRESS', system: 'express', load: { kind: 'burst', executions: 10 }, states: [] });
  for (const sample of samples) arm.add(sample);
  return arm;
};

describe('an arm of any samples', () => {
  it('loses none and counts none twice', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 60 }), (samples) => {
        const {
          executions,
          warmups,
          errors,
          samples: points,
          latencyMs,
          startMs,
        } = build(samples).snapshot({ final: true });
        const measured = samples.filter((sample) => !sample.warmup);
        const of = (status: Sample['status']) => measured.filter((sample) => sample.status === status).length;
        expect(warmups).toBe(samples.length - measured.length);
        expect(executions.started).toBe(measured.length);
        expect(
          executions.succeeded +
            executions.failed +
            executions.timedOut +
            executions.aborted +
            (executions.unknown ?? 0),
        ).toBe(measured.length);
        expect([executions.succeeded, executions.failed, executions.unknown ?? 0]).toEqual([
          of('succeeded'),
          of('failed'),
          of('unknown'),
        ]);
        expect(executions.throttled).toBe(measured.reduce((sum, sample) => sum + (sample.throttles ?? 0), 0));
        expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(measured.length - of('succeeded'));
        expect(points.map((point) => [point.name, point.latencyMs, point.status])).toEqual(
          measured.map((sample) => [sample.name, sample.latencyMs, sample.status]),
        );
        expect(latencyMs).toEqual(
          distribution(measured.filter((sample) => sample.status !== 'unknown').map((sample) => sample.latencyMs)),
        );
        expect(startMs?.n ?? 0).toBe(measured.filter((sample) => sample.startMs !== undefined).length);
      }),
    );
  });
  it('has a series that adds up, second by second', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 60 }), (samples) => {
        const measured = samples.filter((sample) => !sample.warmup);
        const { series } = build(samples).snapshot();
        expect(series.reduce((sum, point) => sum + point.started, 0)).toBe(measured.length);
        expect(series.reduce((sum, point) => sum + point.finished, 0)).toBe(measured.length);
        expect(series.at(-1)?.running ?? 0).toBe(0);
        for (const point of series) expect(point.running).toBeGreaterThanOrEqual(0);
        series.forEach((point, i) => expect(point.atMs).toBe(i * 1000));
      }),
    );
  });
  it('tells cold and warm apart only where it was told, and puts each on one side', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 40 }), (samples) => {
        const arm = build(samples).snapshot({ final: true });
        const told = samples.filter(
          (sample) => !sample.warmup && sample.status !== 'unknown' && typeof sample.cold === 'boolean',
        );
        if (arm.coldBasis === 'reported')
          expect((arm.coldLatencyMs?.n ?? 0) + (arm.warmLatencyMs?.n ?? 0)).toBe(told.length);
        else expect(told).toEqual([]);
        if (arm.coldBasis === 'clusters')
          expect((arm.coldLatencyMs?.n ?? 0) + (arm.warmLatencyMs?.n ?? 0)).toBe(arm.latencyMs!.n);
      }),
    );
  });
  it('is the same whether it was looked at on the way or not', () => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 40 }), (samples) => {
        const watched = createArm({
          type: 'EXPRESS',
          system: 'express',
          load: { kind: 'burst', executions: 10 },
          states: [],
        });
        for (const sample of samples) {
          watched.add(sample);
          watched.snapshot();
        }
        expect(watched.snapshot({ final: true })).toEqual(build(samples).snapshot({ final: true }));
      }),
    );
  });
});

describe('figures of states', () => {
  const steps = (works: readonly number[]): Step[] => [
    { kind: 'task', name: 'A', gap: 0, attempts: [[1, works[0]!, 0]] },
    {
      kind: 'parallel',
      name: 'P',
      gap: 5,
      branches: [
        [{ kind: 'task', name: 'B', gap: 0, attempts: [[2, works[1]!, 0]] }],
        [{ kind: 'wait', name: 'W', ms: works[2]!, gap: 0 }],
      ],
    },
    {
      kind: 'task',
      name: 'C',
      gap: 7,
      attempts: [
        [0, 3, 0],
        [0, works[3]!, 11],
      ],
    },
  ];
  const states = statesOfDefinition(definitionOf(steps([1, 1, 1, 1])));
  const ms = fc.integer({ min: 1, max: 400 });
  it('sum as their parts do, and share the critical path without going over it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms, ms, ms), { minLength: 1, maxLength: 12 }), (runs) => {
        const arm = createArm({
          type: 'STANDARD',
          system: 'standard',
          load: { kind: 'burst', executions: runs.length },
          states: states.map(({ path, type }) => ({ path, type, hash: '' })),
        });
        let walls = 0;
        let transitions = 0;
        for (const works of runs) {
          const { events, wallMs } = simulate(steps(works));
          arm.addTrace(
            arm.add({ name: 'x', atMs: 0, latencyMs: wallMs, status: 'succeeded' }),
            traceExecution(events, states),
          );
          walls += 1;
          transitions += 12 / wallMs;
        }
        const { states: figures, traced, transitionTotalMs } = arm.snapshot({ final: true });
        expect(traced).toBe(runs.length);
        expect([transitionTotalMs!.min, transitionTotalMs!.max]).toEqual([12, 12]);
        for (const { parts, durationMs, visits, path, retries } of figures) {
          expect(visits).toBe(runs.length);
          expect(parts.pre + parts.queue + parts.work + parts.wait + parts.backoff + parts.post).toBeCloseTo(
            durationMs!.mean,
            9,
          );
          expect(retries).toBe(path === 'C' ? runs.length : 0);
        }
        // States and the transitions between them are the whole of every execution.
        expect(figures.reduce((sum, state) => sum + state.criticalShare, 0)).toBeCloseTo(1 - transitions / walls, 9);
      }),
      { numRuns: 50 },
    );
  });
});

describe('intervals of percentiles', () => {
  it.each([
    [0.5, 25],
    [0.95, 120],
  ])('hold the true %d-quantile at least 95 times in 100, drawn from %i samples', (p, n) => {
    const random = seeded(p * 100 + n);
    let hits = 0;
    for (let i = 0; i < 600; i++) {
      const [low, high] = orderStatisticInterval(
        Float64Array.from({ length: n }, () => -Math.log(1 - random())).sort(),
        p,
      )!;
      const truth = -Math.log(1 - p);
      if (low <= truth && truth <= high) hits++;
    }
    expect(hits / 600).toBeGreaterThan(0.935);
  });
});

describe('thresholds', () => {
  it('agree with the raw samples, whatever the percentile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 1, max: 5000 }),
        (latencies, percentile, limit) => {
          const arm = build(
            latencies.map((latencyMs, i) => ({ name: `e-${i}`, atMs: 0, latencyMs, status: 'succeeded' as const })),
          ).snapshot({ final: true });
          const parsed = parseThreshold(`latency.p${percentile} < ${limit}`);
          if (!parsed.ok) throw new Error(parsed.problem);
          const truth = quantile(
            latencies.toSorted((a, b) => a - b),
            percentile / 100,
          );
          expect(evaluateThreshold(parsed.threshold, [arm], true)).toEqual({
            expression: `latency.p${percentile} < ${limit}`,
            value: truth,
            ok: truth < limit,
          });
        },
      ),
    );
  });
});
