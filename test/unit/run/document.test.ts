import { describe, expect, it } from 'vitest';
import type { RunDocument } from '../../../src/model/run';
import { defaultPlan } from '../../../src/plan';
import { addNote, newRunId, renderDocument, type RunState } from '../../../src/run/document';
import { laneLabel } from '../../../src/run/lane';
import { compareTypes, parseThresholds, watchCost } from '../../../src/run/figures';
import { tellLanes } from '../../../src/run/notes';
import { startPump } from '../../../src/run/pump';
import { createArm } from '../../../src/stats';
import { createArmPricer, priceTable } from '../../../src/cost';
import { fakeLane, virtualClock } from './fakes';

const state = (changes: Partial<RunState> = {}): RunState => ({
  id: 'r',
  startedAt: 1_764_000_000_000,
  version: '1',
  plan: defaultPlan('/w/x.asl.json'),
  workflow: { file: 'x', name: 'x', definitionBytes: 10, states: [] },
  target: { kind: 'embedded', region: 'us-east-1', simulated: 'none' },
  status: { kind: 'running', phase: 'loading' },
  lanes: [],
  notes: [],
  planned: 10,
  thresholds: [],
  ...changes,
});
const add = (lane: ReturnType<typeof fakeLane>, n: number, latencyMs = 10) => {
  for (let i = 0; i < n; i++) lane.arm.add({ name: `n${i}`, atMs: i, latencyMs: latencyMs + i, status: 'succeeded' });
};

describe('a document of a run', () => {
  it('is whole from the first moment on', () => {
    expect(renderDocument(state(), 0, false)).toMatchObject({
      schema: 'stepbench.run/1',
      startedAt: '2025-11-24T16:00:00.000Z',
      finishedAt: null,
      progress: { planned: 10, done: 0, running: 0, remainingMs: null },
      arms: [],
      notes: [],
    });
  });

  it('counts what is in flight as started, warm-ups not', () => {
    const lane = fakeLane();
    add(lane, 2);
    lane.inFlight.set('a', { index: 3, warmup: false, intendedAt: 0 });
    lane.inFlight.set('w', { index: 0, warmup: true, intendedAt: 0 });
    const document = renderDocument(state({ lanes: [lane] }), 0, false);
    expect(document.arms[0]?.executions).toMatchObject({ started: 3, succeeded: 2 });
    expect(document.progress).toMatchObject({ done: 2, running: 2 });
  });

  it('says where executions stand while the run loads, and never after', () => {
    const standing = () => ({ basis: 'measured' as const, inFlight: 1, sampled: 1, between: 0, states: [] });
    const of = (changes: Partial<RunState>) =>
      renderDocument(state({ lanes: [fakeLane()], standing, ...changes }), 0, false).arms[0];
    expect(of({})?.standing).toEqual(standing());
    expect(of({ standing: () => undefined })).not.toHaveProperty('standing');
    expect(of({ status: { kind: 'running', phase: 'collecting' } })).not.toHaveProperty('standing');
    expect(of({ status: { kind: 'finished' } })).not.toHaveProperty('standing');
  });

  it('estimates the rest from the pace so far, once there is one', () => {
    const lane = fakeLane();
    lane.activeMs = 5_000;
    expect(renderDocument(state({ lanes: [lane] }), 0, false).progress.remainingMs).toBeNull();
    add(lane, 5);
    expect(renderDocument(state({ lanes: [lane] }), 0, false).progress.remainingMs).toBe(5_000);
    expect(
      renderDocument(state({ lanes: [lane], status: { kind: 'finished' } }), 0, true).progress.remainingMs,
    ).toBeNull();
  });

  it('shows some points while it lives and all at its end', () => {
    const lane = fakeLane();
    add(lane, 1_000);
    expect(renderDocument(state({ lanes: [lane] }), 0, false).arms[0]?.samples.length).toBeLessThanOrEqual(250);
    expect(renderDocument(state({ lanes: [lane] }), 0, true).arms[0]?.samples).toHaveLength(1_000);
  });

  it('sends points of a live run short, and whole ones at the end', () => {
    const lane = fakeLane();
    const index = lane.arm.add({ name: 'n', atMs: 1.23456, latencyMs: 98.7654321, status: 'succeeded' });
    lane.arm.addTrace(index, {
      ...{ startedAt: 0, finishedAt: 10, visits: [], criticalPath: [], events: 2 },
      transitionTotalMs: 4,
    });
    const points = (final: boolean) => renderDocument(state({ lanes: [lane] }), 0, final).arms[0]?.samples;
    expect(points(false)).toEqual([
      { index, name: 'n', atMs: 1.23, latencyMs: 98.77, status: 'succeeded', cold: null },
    ]);
    expect(points(true)).toMatchObject([{ latencyMs: 98.7654321, transitionMs: 4 }]);
  });

  it('evaluates thresholds in every snapshot', () => {
    const lane = fakeLane();
    add(lane, 10, 100);
    const thresholds = parseThresholds(['latency.p50<50', 'latency.p50<5000']);
    expect(
      renderDocument(state({ lanes: [lane], thresholds, status: { kind: 'finished' } }), 0, true).thresholds?.map(
        (each) => each.ok,
      ),
    ).toEqual([false, true]);
  });

  it('says a thing once', () => {
    const each = state();
    addNote(each, 'info', 'x');
    addNote(each, 'info', 'x');
    addNote(each, 'unknown', 'x');
    expect(each.notes).toHaveLength(2);
  });

  it('has ids that sort by time and fit into names', () => {
    const ids = [newRunId(0), newRunId(1_000), newRunId(86_400_000)];
    expect([...ids].sort()).toEqual(ids);
    expect(ids[0]).toMatch(/^19700101-000000-[0-9a-f]{6}$/);
  });
});

describe('thresholds of a plan', () => {
  it('are refused together, each with what is wrong', () => {
    expect(() => parseThresholds(['foo', 'latency.p95<800', 'bar'])).toThrow(/foo[\s\S]*bar/);
    expect(parseThresholds(['latency.p95<800'])).toHaveLength(1);
  });
});

describe('the comparison of the two types', () => {
  const lanes = (concurrency: number) => {
    const load = { kind: 'iterations', executions: 20, concurrency } as const;
    const made = [fakeLane({ number: 0, load }), fakeLane({ number: 1, type: 'EXPRESS', load })];
    made.forEach((lane, i) => add(lane, 20, 100 - 50 * i));
    return made;
  };
  const compare = (made: ReturnType<typeof lanes>) =>
    compareTypes(
      state(),
      [made],
      made.map((lane) => lane.arm.snapshot({ final: true })),
    );

  it('is paired where executions took turns', () => {
    expect(compare(lanes(1))).toMatchObject({ paired: true, n: [20, 20] });
    expect(compare(lanes(5))).toMatchObject({ paired: false });
    expect(compare(lanes(1))?.p50?.difference).toBeLessThan(0);
  });

  it('says under which load, where there are several', () => {
    const first = lanes(1);
    const arms = first.map((lane) => lane.arm.snapshot({ final: true }));
    expect(compareTypes(state(), [first], arms)?.sentence).toMatch(/n = 20 each, in pairs\.$/);
    expect(compareTypes(state(), [first, lanes(10)], arms)?.sentence).toMatch(
      /n = 20 each, in pairs \(20 executions, 1 at a time\)\.$/,
    );
  });

  it('needs two', () => {
    const lane = fakeLane();
    expect(compareTypes(state(), [[lane]], [lane.arm.snapshot()])).toBeUndefined();
    expect(compareTypes(state(), [], [])).toBeUndefined();
  });
});

describe('the cap on cost', () => {
  const priced = () => {
    const load = { kind: 'burst', executions: 10 } as const;
    const price = createArmPricer(
      { states: [], definitionBytes: 100, functions: {} },
      { table: priceTable(), region: 'us-east-1' },
    );
    return fakeLane({
      type: 'EXPRESS',
      load,
      arm: createArm({ type: 'EXPRESS', system: 'express', load, states: [], price }),
    });
  };

  it('stops new starts once it is reached, and says so once', async () => {
    const clock = virtualClock(0);
    const lane = priced();
    const each = state({ lanes: [lane] });
    const mayStart = watchCost(each, 0.0001, clock);
    expect(mayStart()).toBe(true);
    add(lane, 200);
    await clock.sleep(300);
    expect([mayStart(), mayStart()]).toEqual([false, false]);
    expect(each.notes.filter((note) => note.kind === 'costCap')).toHaveLength(1);
  });

  it('counts what is in flight at what was forecast, until more is known: a burst ends where its money does', () => {
    const clock = virtualClock(0);
    const lane = priced();
    const each = state({ lanes: [lane] });
    const mayStart = watchCost(each, 0.01, clock, { EXPRESS: 0.001 });
    let started = 0;
    // No time passes in a burst.
    while (mayStart() && started < 1_000)
      lane.inFlight.set(`n${started++}`, { index: 0, warmup: false, intendedAt: 0 });
    expect(started).toBe(10);
    expect(each.notes.map(({ message }) => message)).toEqual([
      'No more was started after $0.01: the cap is $0.01. What had been started was measured to its end.',
    ]);
  });

  it('takes the bill itself once it is whole, however high the forecast was', () => {
    const clock = virtualClock(0);
    const lane = priced();
    add(lane, 5);
    const mayStart = watchCost(state({ lanes: [lane] }), 0.01, clock, { EXPRESS: 1 });
    expect([mayStart(), mayStart()]).toEqual([true, true]);
  });

  it('lets everything through below it, and without one', async () => {
    const clock = virtualClock(0);
    const lane = priced();
    add(lane, 200);
    const each = state({ lanes: [lane] });
    const [below, none] = [watchCost(each, 5, clock), watchCost(each, 0, clock)];
    await clock.sleep(300);
    expect([below(), none()]).toEqual([true, true]);
  });
});

describe('what is told of an arm', () => {
  const notes = (prepare: (lane: ReturnType<typeof fakeLane>) => void, changes: Partial<RunState> = {}) => {
    const lane = fakeLane();
    prepare(lane);
    const each = state({ lanes: [lane], ...changes });
    tellLanes(each);
    return each.notes.map((note) => `${note.kind}: ${note.message}`);
  };

  it('names the load where a type has several, and one sample in the singular', () => {
    const lanes = [1, 10].map((concurrency) =>
      fakeLane({ type: 'EXPRESS', load: { kind: 'iterations', executions: 25, concurrency } }),
    );
    lanes[0]!.tally.saturated = 1;
    lanes[1]!.tally.saturated = 2;
    const each = state({ lanes });
    tellLanes(each);
    expect(each.notes.map(({ message }) => message)).toEqual([
      'Express, 25 executions, 1 at a time: while 1 sample came in, this machine itself was saturated; it is marked, and its latency may hold the machine’s own delay.',
      'Express, 25 executions, 10 at a time: while 2 samples came in, this machine itself was saturated; they are marked, and their latencies may hold the machine’s own delay.',
    ]);
    expect(laneLabel({ ...lanes[0]!, payloadBytes: 4_096 }, lanes)).toBe(
      'Express, 25 executions, 1 at a time, 4,096 bytes of payload',
    );
    expect(laneLabel(lanes[0]!, [lanes[0]!])).toBe('Express');
  });

  it('is nothing where there is nothing to tell', () => expect(notes(() => undefined)).toEqual([]));

  it.each<[string, Parameters<typeof notes>[0], RegExp]>([
    [
      'unknown ends, by name',
      (lane) => lane.unknown.push('a', 'b'),
      /^unknown: Standard: how 2 executions ended is not known: a, b\.$/,
    ],
    ['throttled starts', (lane) => (lane.tally.throttles = 1), /^throttled: Standard: 1 start call met a quota/],
    ['failed calls', (lane) => (lane.tally.failures = 3), /3 start calls failed on the way/],
    [
      'what could not start',
      (lane) => lane.tally.notStarted.set('denied', 4),
      /4 executions could not be started: denied/,
    ],
    ['a saturated client', (lane) => (lane.tally.saturated = 2), /^saturated: .*2 samples/],
    [
      'incomplete logs',
      (lane) => (lane.tally.incompleteLogs = 5),
      /^incomplete: .*5 executions did not arrive complete/,
    ],
  ])('%s', (_name, prepare, message) => expect(notes(prepare).join('\n')).toMatch(message));

  it('a sample of the histories', () => {
    const told = notes((lane) => {
      add(lane, 50);
      lane.tally.read = 10;
    });
    expect(told).toEqual([expect.stringMatching(/^sampled: .*random sample of 10 of 50 executions/)]);
  });

  it('not what a stop kept from starting', () => {
    expect(notes((lane) => lane.tally.notStarted.set('stopped', 4))).toEqual([]);
    expect(notes((lane) => lane.unknown.push('a'), { status: { kind: 'stopped', reason: 'x' } })[0]).toMatch(
      /in flight when the run was stopped/,
    );
  });
});

describe('the pump', () => {
  const setUp = (renderMs = 0) => {
    const clock = virtualClock(0);
    let now = 0;
    const seen: number[] = [];
    const order: string[] = [];
    let saves = 0;
    const pump = startPump({
      clock: { ...clock, now: () => clock.now() + now },
      flush: () => order.push('flush'),
      render: () => {
        now += renderMs;
        return { status: { kind: 'running' } } as unknown as RunDocument;
      },
      show: () => {
        seen.push(clock.now());
        order.push('show');
      },
      save: () => {
        saves++;
        return Promise.resolve();
      },
    });
    return { clock, pump, seen, order, saves: () => saves };
  };

  it('shows ten times a second, saves once, and writes samples before it shows them', async () => {
    const { clock, pump, seen, order, saves } = setUp();
    await clock.sleep(3_050);
    pump.stop();
    expect(seen).toHaveLength(30);
    expect(saves()).toBeGreaterThanOrEqual(2);
    expect(saves()).toBeLessThanOrEqual(4);
    expect(order.slice(0, 4)).toEqual(['flush', 'show', 'flush', 'show']);
  });

  it('shows less often when rendering takes long', async () => {
    const { clock, pump, seen } = setUp(50);
    await clock.sleep(3_000);
    pump.stop();
    expect(seen.length).toBeLessThanOrEqual(6);
  });

  it('shows at once when asked, and no more after its stop', async () => {
    const { clock, pump, seen } = setUp();
    pump.now();
    expect(seen).toEqual([0]);
    pump.stop();
    await clock.sleep(1_000);
    expect(seen).toHaveLength(1);
  });
});
