import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Load } from '../../../../src/model/plan';
import {
  blocksOf,
  describeLoad,
  loadSteps,
  plannedExecutions,
  scheduleOf,
  validateLoad,
  type BaseLoad,
} from '../../../../src/run/shapes';

const wrong = (load: Load) => validateLoad(load).map((problem) => problem.path);

describe('iterations', () => {
  it('says itself', () => {
    expect(describeLoad({ kind: 'iterations', executions: 25, concurrency: 1 })).toBe('25 executions, 1 at a time');
    expect(describeLoad({ kind: 'iterations', executions: 1, concurrency: 1, thinkMs: 50 })).toBe(
      '1 execution, 1 at a time, 50 ms apart',
    );
  });

  it('never has more slots than executions', () => {
    expect(scheduleOf({ kind: 'iterations', executions: 3, concurrency: 10 })).toEqual({
      model: 'closed',
      executions: 3,
      concurrency: 3,
      thinkMs: 0,
    });
  });

  it('checks all its numbers', () => {
    expect(wrong({ kind: 'iterations', executions: 0, concurrency: 0, thinkMs: -1 })).toEqual([
      '/load/executions',
      '/load/concurrency',
      '/load/thinkMs',
    ]);
    expect(wrong({ kind: 'iterations', executions: 1e9, concurrency: 1 })).toEqual(['/load/executions']);
    expect(wrong({ kind: 'iterations', executions: 10, concurrency: 10, thinkMs: 0 })).toEqual([]);
  });

  it('is cut into single pairs at concurrency 1, into blocks that hold the concurrency above', () => {
    expect(blocksOf({ kind: 'iterations', executions: 25, concurrency: 1 })).toHaveLength(25);
    const blocks = blocksOf({ kind: 'iterations', executions: 100, concurrency: 30 });
    expect(blocks.map((block) => (block.kind === 'iterations' ? block.executions : 0))).toEqual([30, 30, 30, 10]);
  });

  it('loses and adds no execution when it is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 200 }), (executions, concurrency) => {
        const blocks = blocksOf({ kind: 'iterations', executions, concurrency });
        expect(blocks.reduce((sum, block) => sum + plannedExecutions(block), 0)).toBe(executions);
      }),
    );
  });
});

describe('burst', () => {
  const load = { kind: 'burst', executions: 4 } as const;
  it('means every start for the same moment', () => {
    expect(scheduleOf(load)).toEqual({ model: 'open', startsAt: [0, 0, 0, 0], maxInFlight: 4 });
    expect(describeLoad(load)).toBe('4 executions at once');
    expect(blocksOf(load)).toEqual([load]);
  });
  it('checks its size', () => expect(wrong({ kind: 'burst', executions: 1_000_000 })).toEqual(['/load/executions']));
});

describe('arrival rate', () => {
  const load = (changes: Partial<Extract<Load, { kind: 'arrivalRate' }>> = {}): BaseLoad => ({
    kind: 'arrivalRate',
    rate: 10,
    durationMs: 2_000,
    maxInFlight: 100,
    ...changes,
  });
  const starts = (each: BaseLoad) => {
    const schedule = scheduleOf(each);
    return schedule.model === 'open' ? schedule.startsAt : [];
  };

  it('spaces constant starts evenly', () => {
    expect(starts(load())).toHaveLength(20);
    expect(starts(load()).slice(0, 3)).toEqual([0, 100, 200]);
  });

  it('rises so that each start comes when the area under the rate reaches its number', () => {
    const ramp = load({ rate: 1, endRate: 9, durationMs: 4_000 });
    const at = starts(ramp);
    expect(at).toHaveLength(20);
    at.forEach((ms, k) => {
      const t = ms / 1000;
      expect(t + (8 / 4) * (t * t) * 0.5).toBeCloseTo(k, 6);
    });
  });

  it('starts all within its time, in order, whatever the rates', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.integer({ min: 1_000, max: 20_000 }),
        (rate, endRate, durationMs) => {
          const at = starts(load({ rate, endRate, durationMs }));
          expect(at[0]).toBe(0);
          for (let i = 1; i < at.length; i++) expect(at[i]).toBeGreaterThanOrEqual(at[i - 1] as number);
          expect(at.at(-1)).toBeLessThanOrEqual(durationMs + 1e-6);
        },
      ),
    );
  });

  it('says itself, rising or not', () => {
    expect(describeLoad(load())).toBe('10 starts a second for 2 s, at most 100 in flight');
    expect(describeLoad(load({ endRate: 30 }))).toBe('from 10 to 30 starts a second for 2 s, at most 100 in flight');
  });

  it('checks all its numbers, and how many executions come out', () => {
    expect(wrong(load({ rate: 0, endRate: -1, durationMs: 0, maxInFlight: 0.5 }))).toEqual([
      '/load/rate',
      '/load/endRate',
      '/load/durationMs',
      '/load/maxInFlight',
    ]);
    expect(validateLoad(load({ rate: 10_000, durationMs: 3_600_000 }))[0]?.message).toMatch(
      /36,000,000 executions; one run starts at most/,
    );
  });
});

describe('sweep', () => {
  const base: BaseLoad = { kind: 'iterations', executions: 25, concurrency: 1 };

  it('makes a load for each value', () => {
    expect(loadSteps({ kind: 'sweep', over: 'concurrency', values: [1, 100], base })).toEqual([
      { load: { kind: 'iterations', executions: 25, concurrency: 1 } },
      { load: { kind: 'iterations', executions: 100, concurrency: 100 } },
    ]);
    expect(loadSteps({ kind: 'sweep', over: 'burst', values: [5], base })).toEqual([
      { load: { kind: 'burst', executions: 5 } },
    ]);
    expect(loadSteps({ kind: 'sweep', over: 'payload', values: [0, 1024], base })).toEqual([
      { load: base, payloadBytes: 0 },
      { load: base, payloadBytes: 1024 },
    ]);
  });

  it('keeps the time and the cap of a rate, and its think time of iterations', () => {
    const rate: BaseLoad = { kind: 'arrivalRate', rate: 1, durationMs: 3_000, maxInFlight: 7 };
    expect(loadSteps({ kind: 'sweep', over: 'rate', values: [20], base: rate })[0]?.load).toEqual({
      kind: 'arrivalRate',
      rate: 20,
      durationMs: 3_000,
      maxInFlight: 7,
    });
    expect(loadSteps({ kind: 'sweep', over: 'rate', values: [20], base })[0]?.load).toMatchObject({
      kind: 'arrivalRate',
      durationMs: 10_000,
    });
    const thinking: BaseLoad = { ...base, thinkMs: 10 };
    expect(loadSteps({ kind: 'sweep', over: 'concurrency', values: [2], base: thinking })[0]?.load).toMatchObject({
      thinkMs: 10,
    });
  });

  it('says itself', () => {
    expect(describeLoad({ kind: 'sweep', over: 'concurrency', values: [1, 10], base })).toBe(
      '25 executions at each concurrency of 1, 10',
    );
    expect(describeLoad({ kind: 'sweep', over: 'payload', values: [1, 10], base })).toBe(
      'a sweep over payload bytes 1, 10: 25 executions, 1 at a time',
    );
  });

  it('refuses no values, equal ones, wrong ones and a wrong base', () => {
    expect(wrong({ kind: 'sweep', over: 'concurrency', values: [], base })).toEqual(['/load/values']);
    expect(wrong({ kind: 'sweep', over: 'concurrency', values: [1, 1], base })).toEqual(['/load/values']);
    expect(wrong({ kind: 'sweep', over: 'rate', values: [0], base: { ...base, executions: 0 } })).toEqual([
      '/load/values/0',
      '/load/base/executions',
    ]);
    expect(wrong({ kind: 'sweep', over: 'payload', values: [1e9], base })).toEqual(['/load/values/0']);
  });

  it('counts the executions of all steps', () => {
    expect(plannedExecutions({ kind: 'sweep', over: 'burst', values: [1, 100, 200], base })).toBe(301);
  });
});
