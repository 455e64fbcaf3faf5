import { describe, expect, it } from 'vitest';
import { orderBlocks, runBlock, warmUp, type LoadingContext } from '../../../src/run/loading';
import { parseLine } from '../../../src/run/sampleLine';
import { createRandom } from '../../../src/run/random';
import type { Inputs } from '../../../src/run/inputs';
import type { Lane } from '../../../src/run/lane';
import {
  broken,
  denied,
  fakeLane,
  fakeService,
  refused,
  systemOn,
  serverError,
  throttled,
  virtualClock,
  type FakeService,
} from './fakes';

const setUp = (changes: Partial<Lane> = {}, prepare: (service: FakeService) => void = () => undefined) => {
  const clock = virtualClock(1_000_000);
  const service = fakeService(clock);
  prepare(service);
  const given: string[] = [];
  const inputs: Inputs = {
    size: 1,
    takesPayload: false,
    text: ({ index, payloadBytes }) => {
      given.push(`${index}${payloadBytes === undefined ? '' : `/${payloadBytes}`}`);
      return '{}';
    },
  };
  const stop = new AbortController();
  const type = changes.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  const lane = fakeLane({ system: systemOn(type, service, clock, stop.signal), ...changes });
  const context: LoadingContext = {
    clock,
    random: createRandom(1),
    inputs,
    signal: stop.signal,
    mayStart: () => true,
    monitor: { saturated: false, worst: { lagMs: 0, busy: 0 }, stop: () => undefined },
    lines: [],
    sharesMachine: false,
  };
  const arm = () => lane.arm.snapshot({ final: true });
  return { clock, service, lane, context, given, arm, stop };
};

const sumOf = (executions: ReturnType<ReturnType<typeof setUp>['arm']>['executions']) =>
  executions.succeeded + executions.failed + executions.timedOut + executions.aborted + (executions.unknown ?? 0);

describe('running a block', () => {
  it('makes a sample of each execution, and a line of each start and end', async () => {
    const { lane, context, arm, given } = setUp();
    await runBlock({ lane, load: { kind: 'iterations', executions: 5, concurrency: 2 } }, context);
    expect(arm().executions).toMatchObject({ started: 5, succeeded: 5 });
    expect(arm().latencyMs).toMatchObject({ n: 5, p50: 100 });
    expect(given).toEqual(['0', '1', '2', '3', '4']);
    const lines = context.lines.map((line) => parseLine(JSON.parse(line), undefined)?.kind);
    expect(lines.filter((kind) => kind === 'started')).toHaveLength(5);
    expect(lines.filter((kind) => kind === 'ended')).toHaveLength(5);
    expect(lane.unread).toHaveLength(5);
    expect(lane.inFlight.size).toBe(0);
  });

  it('goes on counting and on its own time in the next block', async () => {
    const { lane, context, clock, arm } = setUp();
    const load = { kind: 'iterations', executions: 2, concurrency: 1 } as const;
    await runBlock({ lane, load }, context);
    const active = lane.activeMs;
    await clock.sleep(60_000);
    await runBlock({ lane, load }, context);
    const { samples } = arm();
    expect(samples.map((each) => each.name)).toEqual(['sb-0-0', 'sb-0-1', 'sb-0-2', 'sb-0-3']);
    // The minute in which the other type ran is not in this arm's time.
    expect(samples[2]?.atMs).toBeCloseTo(active, 6);
  });

  it('keeps warm-ups apart', async () => {
    const { lane, context, arm } = setUp({ load: { kind: 'iterations', executions: 5, concurrency: 2 } });
    await warmUp(lane, 3, context);
    expect(arm()).toMatchObject({ warmups: 3, executions: { started: 0 } });
    expect(lane.unread).toEqual([]);
    expect(lane.activeMs).toBe(0);
    expect([...new Set(context.lines.map((line) => (JSON.parse(line) as unknown[])[3]))]).toEqual([1]);
  });

  it('never loses or doubles an execution, whatever fails', async () => {
    const { lane, context, arm } = setUp({}, (service) => {
      service.faults['StartExecution'] = [
        throttled(),
        'afterwards',
        undefined,
        serverError(),
        denied(),
        undefined,
        broken(),
        'afterwards',
      ];
      service.statusOf = (name) => (name.endsWith('2') ? 'FAILED' : 'SUCCEEDED');
    });
    await runBlock({ lane, load: { kind: 'iterations', executions: 8, concurrency: 4 } }, context);
    const { executions, errors } = arm();
    expect(executions.started).toBe(sumOf(executions));
    expect(executions.started + executions.dropped).toBe(8);
    expect(executions.dropped).toBe(1);
    expect(executions.throttled).toBe(1);
    expect(errors).toMatchObject({ 'Order.Failed': 1 });
    expect(lane.tally.notStarted.get('not authorized')).toBe(1);
  });

  it('names the executions whose end is not known', async () => {
    const { lane, context, arm } = setUp({ type: 'EXPRESS' }, (service) => {
      service.faults['StartSyncExecution'] = Array.from({ length: 7 }, broken);
    });
    await runBlock({ lane, load: { kind: 'iterations', executions: 2, concurrency: 1 } }, context);
    expect(lane.unknown).toEqual(['sb-0-0']);
    expect(arm().executions).toMatchObject({ started: 2, succeeded: 1, unknown: 1 });
  });

  it('counts what could not start since too many were in flight', async () => {
    const { lane, context, arm } = setUp({}, (service) => (service.durationMs = 5_000));
    await runBlock({ lane, load: { kind: 'arrivalRate', rate: 10, durationMs: 1_000, maxInFlight: 4 } }, context);
    expect(arm().executions).toMatchObject({ started: 4, succeeded: 4, dropped: 6 });
  });

  it('marks samples that come in while the client is saturated', async () => {
    const { lane, context } = setUp();
    const monitor = { ...context.monitor, saturated: true };
    await runBlock({ lane, load: { kind: 'iterations', executions: 2, concurrency: 1 } }, { ...context, monitor });
    expect(lane.tally.saturated).toBe(2);
  });

  it.each([
    [{ kind: 'iterations', executions: 10, concurrency: 1 }, 0],
    [{ kind: 'iterations', executions: 10, concurrency: 4 }, 4],
    [{ kind: 'burst', executions: 30 }, 30],
    [{ kind: 'arrivalRate', rate: 100, durationMs: 1_000, maxInFlight: 50 }, 6],
    [{ kind: 'arrivalRate', rate: 1_000, durationMs: 100, maxInFlight: 20 }, 20],
  ] as const)('opens the connections that %j needs at once, before it', async (load, connections) => {
    const { lane, context, service } = setUp();
    await runBlock({ lane, load }, context);
    expect(service.calls.filter((each) => each === 'warm')).toHaveLength(connections);
    expect(service.calls.lastIndexOf('warm')).toBeLessThan(service.calls.indexOf('StartExecution'));
  });

  it('marks samples whose call was held up on this machine, and none where the service is elsewhere', async () => {
    for (const sharesMachine of [true, false]) {
      const { lane, context, service, clock } = setUp();
      const start = service.startExecution;
      service.startExecution = async (input, options) => {
        const answer = await start(input, options);
        if (input.name.endsWith('2')) await clock.sleep(80);
        return answer;
      };
      await runBlock(
        { lane, load: { kind: 'iterations', executions: 4, concurrency: 1 } },
        { ...context, sharesMachine },
      );
      expect(lane.tally.saturated).toBe(sharesMachine ? 1 : 0);
    }
  });

  it('hands the swept payload to the inputs', async () => {
    const { lane, context, given } = setUp({ payloadBytes: 2_048 });
    await runBlock({ lane, load: { kind: 'burst', executions: 2 } }, context);
    expect(given).toEqual(['0/2048', '1/2048']);
  });
});

describe('the order of blocks', () => {
  const lanes = (load: Lane['load']) => [fakeLane({ number: 0, load }), fakeLane({ number: 1, type: 'EXPRESS', load })];

  it('pairs the types, one by one, in an order drawn by the seed', () => {
    const steps = [lanes({ kind: 'iterations', executions: 20, concurrency: 1 })];
    const order = (seed: number) => orderBlocks(steps, createRandom(seed)).map((block) => block.lane.number);
    const numbers = order(1);
    expect(numbers).toHaveLength(40);
    for (let i = 0; i < 40; i += 2) expect([numbers[i], numbers[i + 1]].sort()).toEqual([0, 1]);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    const first = numbers.filter((_, i) => i % 2 === 0);
    expect(first).toContain(0);
    expect(first).toContain(1);
  });

  it('ends each step of a sweep before the next begins', () => {
    const steps = [1, 10].map((concurrency) => lanes({ kind: 'iterations', executions: 10, concurrency }));
    const loads = orderBlocks(steps, createRandom(1)).map(({ load }) =>
      load.kind === 'iterations' ? load.concurrency : 0,
    );
    expect([...loads].sort((a, b) => a - b)).toEqual(loads);
  });

  it('leaves one type alone as it is', () => {
    const lane = fakeLane({ load: { kind: 'iterations', executions: 20, concurrency: 1 } });
    expect(orderBlocks([[lane]], createRandom(1))).toEqual([{ lane, load: lane.load }]);
    expect(orderBlocks([[]], createRandom(1))).toEqual([]);
  });
});

describe('a target that is gone', () => {
  const gone = async (failing: number) => {
    const told: string[] = [];
    const set = setUp({}, (service) => {
      service.faults['StartExecution'] = Array.from({ length: failing }, refused);
    });
    const context = { ...set.context, onGone: (why: string) => told.push(why) };
    await runBlock({ lane: set.lane, load: { kind: 'iterations', executions: 30, concurrency: 1 } }, context);
    return { told, ...set };
  };

  it('is told once, after ten starts in a row that reached nobody', async () => {
    const { told } = await gone(1000);
    expect(told).toEqual(['cannot be reached']);
  });

  it('is not a target that was away for a moment', async () => {
    const { told, arm } = await gone(12);
    expect(told).toEqual([]);
    expect(arm().executions.succeeded).toBeGreaterThan(20);
  });
});
