import { describe, expect, it } from 'vitest';
import { splitInTwo } from '../../../src/stats/clusters';
import { createArm, createSampleStore, distribution, type Sample } from '../../../src/stats';
import { seeded } from '../../../src/stats/random';
import { traceExecution } from '../../../src/trace';
import { history } from '../trace/history';
import { orderArm } from '../report/document';

const sample = (change: Partial<Sample> = {}): Sample => ({
  name: 'e-1',
  atMs: 0,
  latencyMs: 100,
  status: 'succeeded',
  ...change,
});
const load = { kind: 'iterations', executions: 10, concurrency: 1 } as const;
const arm = (states: Parameters<typeof createArm>[0]['states'] = []) =>
  createArm({ type: 'STANDARD', system: 'standard', load, states });

describe('an arm', () => {
  it('begins empty', () => {
    expect(arm().snapshot()).toMatchObject({
      latencyMs: null,
      cost: null,
      samples: [],
      series: [],
      throughputPerSecond: 0,
      traced: 0,
      model: 'closed',
      executions: { started: 0, succeeded: 0 },
    });
  });
  it('has no figure of what a stop of ours ended, but counts it', () => {
    const built = arm();
    for (const [latencyMs, cold] of [
      [100, true],
      [200, false],
    ] as const)
      built.add(sample({ latencyMs, cold }));
    built.add(sample({ latencyMs: 9_000, status: 'aborted', cut: true, cold: true }));
    built.add(sample({ latencyMs: 20_000, status: 'unknown' }));
    const found = built.snapshot({ final: true });
    expect(found.executions).toMatchObject({ started: 4, succeeded: 2, aborted: 1, cut: 1, unknown: 1 });
    expect(found.latencyMs).toMatchObject({ n: 2, max: 200 });
    expect(found.coldLatencyMs).toMatchObject({ n: 1, max: 100 });
    expect(found.throughputPerSecond).toBe(10);
    expect(found.errors).toEqual({ unknown: 1 });
    expect(found.samples.map((each) => each.cut)).toEqual([undefined, undefined, true, undefined]);
    expect(built.usage().loadedMs).toBe(20_000);
  });
  it('learns later what an error was called, and counts it once', () => {
    const built = arm();
    const named = built.add(sample({ status: 'failed', error: 'Known' }));
    const [failed, fine] = [built.add(sample({ status: 'failed' })), built.add(sample())];
    expect(built.snapshot().errors).toEqual({ Known: 1, failed: 1 });
    for (const index of [named, failed, failed, fine, -1]) built.nameError(index, 'Boom');
    expect(built.snapshot().errors).toEqual({ Known: 1, Boom: 1 });
    expect(built.snapshot({ final: true }).samples.map((each) => each.error)).toEqual(['Known', 'Boom', undefined]);
  });
  it('counts every way an execution can go', () => {
    const built = arm();
    for (const status of ['succeeded', 'succeeded', 'failed', 'timedOut', 'aborted', 'unknown'] as const)
      built.add(sample({ status, error: status === 'failed' ? 'Boom' : undefined }));
    built.count('dropped', 3);
    built.count('throttled');
    built.noteStarted(0);
    built.noteStarted(0);
    for (let i = 0; i < 6; i++) built.noteStarted(10);
    const { executions, errors, latencyMs, failedLatencyMs } = built.snapshot();
    expect(executions).toEqual({
      started: 14,
      succeeded: 2,
      failed: 1,
      timedOut: 1,
      aborted: 1,
      throttled: 1,
      dropped: 3,
      unknown: 1,
    });
    expect(errors).toEqual({ Boom: 1, timedOut: 1, aborted: 1, unknown: 1 });
    expect(latencyMs!.n).toBe(5);
    expect(failedLatencyMs!.n).toBe(3);
  });
  it('takes children of a distributed Map as visits of its inner states, weighted where only some were read', () => {
    const built = arm([{ path: 'Each', type: 'Map', hash: 'h' }]);
    built.add(sample());
    built.noteMapRunChildren(10);
    const child = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['PassStateEntered', 0, 'Inner'],
        ['PassStateExited', 2, 'Inner'],
        ['ExecutionSucceeded', 3],
      ]),
    );
    const inside = {
      ...child,
      visits: child.visits.map((visit) => ({ ...visit, path: `Each/ItemProcessor/${visit.path}` })),
    };
    built.addChildTrace(inside, 5);
    built.addChildTrace(inside, 5);
    const inner = built.snapshot().states.find((state) => state.path.startsWith('Each/ItemProcessor/'));
    expect(inner).toMatchObject({ visits: 10, durationMs: { n: 2 } });
    expect(built.usage()).toMatchObject({ mapRunChildren: 10, traced: 0 });
    built.noteChildren({
      executions: 2,
      standardTransitions: 4,
      expressRequests: 0,
      expressGbSeconds: 0,
      uncounted: 1,
    });
    built.noteChildren({ executions: 1, standardTransitions: 2, expressRequests: 0, expressGbSeconds: 0 });
    expect(built.usage().children).toMatchObject({ executions: 3, standardTransitions: 6, uncounted: 1 });
  });
  it('takes no stay for a state’s that a stop cut short', () => {
    const built = arm();
    const stopped = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['PassStateEntered', 0, 'A'],
        ['PassStateExited', 2, 'A'],
        ['WaitStateEntered', 3, 'W'],
        ['WaitStateAborted', 4, {}, 5_000],
        ['ExecutionAborted', 5, {}, 0],
      ]),
    );
    built.addTrace(built.add(sample({ status: 'aborted', cut: true })), stopped);
    const [first, second] = built.snapshot().states;
    expect(first).toMatchObject({ path: 'A', visits: 1, durationMs: { n: 1, max: 10 }, criticalShare: 0 });
    expect(second).toMatchObject({ path: 'W', visits: 1, durationMs: null, parts: { wait: 0 }, criticalShare: 0 });
    expect(built.snapshot()).toMatchObject({ traced: 1, transitionTotalMs: null });
    // One that the workflow itself cut is what it is.
    built.addTrace(built.add(sample({ status: 'aborted' })), stopped);
    expect(built.snapshot().states[1]).toMatchObject({ visits: 2, durationMs: { n: 1, max: 5_000 } });
    expect(built.snapshot().states[1]!.criticalShare).toBeGreaterThan(0.9);
  });
  it('keeps warm-ups apart', () => {
    const built = arm();
    expect(built.add(sample({ warmup: true, latencyMs: 5000 }))).toBeLessThan(0);
    expect(built.add(sample())).toBe(0);
    built.addTrace(
      -1,
      traceExecution(
        history([
          ['ExecutionStarted', 0],
          ['PassStateEntered', 0, 'A'],
          ['PassStateExited', 2, 'A'],
          ['ExecutionSucceeded', 3],
        ]),
      ),
    );
    expect(built.snapshot()).toMatchObject({
      warmups: 1,
      traced: 0,
      states: [],
      latencyMs: { n: 1, max: 100 },
      warmupSamples: [{ latencyMs: 5000 }],
    });
  });
  it('draws the arm second by second', () => {
    const built = arm();
    built.noteStarted(0);
    built.noteStarted(200);
    built.add(sample({ atMs: 0, latencyMs: 500 }));
    built.add(sample({ atMs: 200, latencyMs: 2000, status: 'failed' }));
    expect(built.snapshot().series).toEqual([
      { atMs: 0, started: 2, finished: 1, failed: 0, running: 1, p50: 500, p95: 500 },
      { atMs: 1000, started: 0, finished: 0, failed: 0, running: 1, p50: null, p95: null },
      { atMs: 2000, started: 0, finished: 1, failed: 1, running: 0, p50: 2000, p95: 2000 },
    ]);
    expect(built.snapshot().throughputPerSecond).toBeCloseTo(2 / 2.2);
  });
  it('gathers figures of states from traces', () => {
    const { states, transitionTotalMs, traced, cost } = orderArm('STANDARD', 25, 60).snapshot({ final: true });
    const [check, pause, announce, never] = states as [
      (typeof states)[0],
      (typeof states)[0],
      (typeof states)[0],
      (typeof states)[0],
    ];
    expect([traced, transitionTotalMs!.p50]).toEqual([25, 120]);
    expect(check).toMatchObject({
      path: 'Check',
      visits: 25,
      retries: 3,
      failures: 0,
      transitionMs: null,
      errors: { Flaky: 3 },
    });
    expect(check.parts.backoff).toBeCloseTo((3 * 100) / 25);
    expect(pause).toMatchObject({
      parts: { wait: 1000 },
      transitionMs: { p50: 60 },
      criticalShare: expect.closeTo(1000 / 1212, 1) as number,
    });
    for (const { parts, durationMs } of [check, pause, announce]) {
      expect(parts.pre + parts.queue + parts.work + parts.wait + parts.backoff + parts.post).toBeCloseTo(
        durationMs!.mean,
        9,
      );
    }
    expect(never).toMatchObject({ visits: 0, durationMs: null, costPerMillion: 0 });
    expect(states.reduce((sum, state) => sum + (state.costPerMillion ?? 0), 0)).toBeCloseTo(cost!.perMillion, 9);
  });
  it('takes in a state that the workflow did not name', () => {
    const built = arm();
    built.add(sample());
    built.addTrace(
      0,
      traceExecution(
        history([
          ['ExecutionStarted', 0],
          ['FailStateEntered', 0, 'X'],
          ['ExecutionFailed', 2, { error: 'No' }],
        ]),
      ),
    );
    expect(built.snapshot().states).toMatchObject([{ path: 'X', visits: 1, failures: 1, errors: { No: 1 }, hash: '' }]);
  });
  it('splits nothing where no state is a task: there nothing starts cold', () => {
    const split = (type: 'Task' | 'Pass') => {
      const built = arm([{ path: 'A', type, hash: '' }]);
      for (let i = 0; i < 40; i++) built.add(sample({ latencyMs: (i < 8 ? 3_000 : 1_000) + i }));
      return built.snapshot({ final: true }).coldBasis;
    };
    expect([split('Task'), split('Pass')]).toEqual(['clusters', undefined]);
  });
  it('tells cold from warm as reported, else by two plain clusters, else not', () => {
    const told = arm();
    told.add(sample({ cold: true, latencyMs: 900 }));
    for (let i = 0; i < 5; i++) told.add(sample({ cold: false }));
    told.add(sample());
    told.noteColdStarts('A', 1, 6);
    expect(told.snapshot()).toMatchObject({ coldBasis: 'reported', coldLatencyMs: { n: 2 }, warmLatencyMs: { n: 5 } });
    const guessed = arm();
    for (let i = 0; i < 20; i++) guessed.add(sample({ latencyMs: i % 4 === 0 ? 4700 + i : 2700 + i }));
    expect(guessed.snapshot()).toMatchObject({
      coldBasis: 'clusters',
      coldLatencyMs: { n: 5 },
      warmLatencyMs: { n: 15 },
    });
    const one = arm();
    for (let i = 0; i < 20; i++) one.add(sample({ latencyMs: 100 + i }));
    expect(one.snapshot()).not.toHaveProperty('coldBasis');
  });
  it('thins the points of a live snapshot, never those of the last', () => {
    const built = arm();
    for (let i = 0; i < 5000; i++) built.add(sample({ name: `e-${i}`, latencyMs: i }));
    const live = built.snapshot({ maxPoints: 100 }).samples;
    expect([live.length, live[0]!.index, live.at(-1)!.index]).toEqual([100, 0, 4999]);
    const last = built.snapshot({ final: true });
    expect(last.samples).toHaveLength(5000);
    expect(last.latencyMs).toEqual(distribution(Array.from({ length: 5000 }, (_, i) => i)));
  });
  it('is never far behind while it is live', () => {
    const built = arm();
    for (let i = 0; i < 4000; i++) {
      built.add(sample({ latencyMs: i + 1 }));
      if (i % 500 === 0) expect(built.snapshot().latencyMs!.n).toBeGreaterThanOrEqual((i + 1) * 0.98);
    }
  });
  it('calls a burst and an arrival rate open, and a sweep what its base is', () => {
    const model = (of: Parameters<typeof createArm>[0]['load']) =>
      createArm({ type: 'EXPRESS', system: 'express', load: of, states: [] }).snapshot().model;
    expect(model({ kind: 'burst', executions: 5 })).toBe('open');
    expect(model({ kind: 'arrivalRate', rate: 5, durationMs: 1000, maxInFlight: 10 })).toBe('open');
    expect(model({ kind: 'sweep', over: 'concurrency', values: [1], base: load })).toBe('closed');
  });
});

describe('the store of samples', () => {
  it('gives back what was put in, names of any form', () => {
    const store = createSampleStore();
    const names = ['run-1-000017', 'run-1-17', 'plain', '42', 'x-99999999999999999999', 'ü/😀-3', ''];
    names.forEach((name, i) =>
      store.add(
        sample({
          name,
          atMs: i,
          latencyMs: i * 2,
          status: 'failed',
          error: i % 2 ? 'A' : undefined,
          cold: i === 3 ? true : null,
          saturated: i === 4,
        }),
      ),
    );
    expect(names.map((_, i) => store.point(i).name)).toEqual(names);
    expect(store.point(3)).toEqual({
      index: 3,
      name: '42',
      atMs: 3,
      latencyMs: 6,
      status: 'failed',
      cold: true,
      error: 'A',
    });
    expect(store.point(4)).toMatchObject({ saturated: true, cold: null });
    store.setCold(3, false);
    expect(store.cold(3)).toBe(false);
  });
  it('refuses a latency that is no number', () =>
    expect(() => createSampleStore().add(sample({ latencyMs: NaN }))).toThrow('finite'));
});

describe('a split in two', () => {
  it('finds the study’s two groups and nothing in one hump', () => {
    const random = seeded(5);
    const groups = Float64Array.from({ length: 25 }, (_, i) =>
      i < 17 ? 2500 + 500 * random() : 4500 + 500 * random(),
    ).sort();
    expect(splitInTwo(groups)).toMatchObject({ slow: 8 });
    expect(
      splitInTwo(Float64Array.from({ length: 200 }, () => 1000 + 300 * (random() + random() + random())).sort()),
    ).toBeNull();
    expect(splitInTwo(Float64Array.from({ length: 200 }, () => 1000 + 900 * random()).sort())).toBeNull();
    expect(splitInTwo([1, 2, 3])).toBeNull();
    // Ten samples need plainer groups than fifty; a hiccup of a fiftieth is no cold start, however plain.
    const two = (n: number, times: number) =>
      Float64Array.from({ length: n }, (_, i) => (i < n / 2 ? 100 : 100 * times) * (1 + 0.001 * i)).sort();
    expect(splitInTwo(two(10, 2))).toMatchObject({ slow: 5 });
    expect(splitInTwo(two(50, 1.1))).toBeNull();
    expect(splitInTwo(new Float64Array(20).fill(7))).toBeNull();
  });
});
