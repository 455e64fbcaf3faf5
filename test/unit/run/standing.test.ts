import { describe, expect, it } from 'vitest';
import { noQuotas } from '../../../src/plan/quotas';
import { createCollector } from '../../../src/run/collecting';
import { lookOn } from '../../../src/run/looking';
import type { Lane } from '../../../src/run/lane';
import { createRandom } from '../../../src/run/random';
import { createStandingWatch } from '../../../src/run/standing';
import { traceExecution } from '../../../src/trace';
import { arnOf, count, fakeLane, fakeService, throttled, virtualClock } from './fakes';

const at = 1_764_000_000_000;

/** In state A, or (`between`) on the way on from it; newest first, as asked for. */
const latest = (between: boolean) =>
  [
    { id: 1, previousEventId: 0, type: 'ExecutionStarted' },
    { id: 2, previousEventId: 0, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'A' } },
    ...(between
      ? [{ id: 3, previousEventId: 2, type: 'TaskStateExited', stateExitedEventDetails: { name: 'A' } }]
      : []),
  ]
    .map((event) => ({ ...event, timestamp: at / 1000 + event.id }))
    .reverse();

const setUp = (options: { inFlight?: number; lane?: Partial<Lane>; bucket?: number; refill?: number } = {}) => {
  const clock = virtualClock(at);
  const service = fakeService(clock);
  const lane = fakeLane({ planned: 0, ...options.lane });
  for (let i = 0; i < (options.inFlight ?? 4); i++) {
    const executionArn = arnOf(`n${i}`);
    lane.inFlight.set(`n${i}`, { index: i, warmup: false, intendedAt: 0, executionArn });
    service.histories.set(executionArn, latest(i % 4 === 3));
  }
  const { bucket, refill = 20 } = options;
  const collector = createCollector({
    hot: service,
    clock,
    random: createRandom(1),
    signal: new AbortController().signal,
    quotas: noQuotas(bucket === undefined ? {} : { getExecutionHistory: { bucket, refill } }),
    states: [{ path: 'A', name: 'A', type: 'Task' }],
    definitionBytes: 100,
    most: 100,
    logPatienceMs: 10_000,
  });
  const looking = { on: true };
  const isWatched = () => looking.on;
  const watch = createStandingWatch({ clock, isWatched, random: createRandom(2), glance: collector.glance });
  return { clock, service, lane, collector, watch, looking };
};

const ended = traceExecution(
  [
    { id: 1, previousEventId: 0, type: 'ExecutionStarted', timestamp: at, details: {} },
    { id: 2, previousEventId: 0, type: 'TaskStateEntered', timestamp: at, details: { name: 'A' } },
    { id: 3, previousEventId: 2, type: 'TaskStateExited', timestamp: at + 50, details: { name: 'A' } },
    { id: 4, previousEventId: 3, type: 'ExecutionSucceeded', timestamp: at + 100, details: {} },
  ],
  [{ path: 'A', name: 'A', type: 'Task' }],
);

describe('where executions in flight stand', () => {
  it('is counted where all of them can be asked', async () => {
    const { lane, watch, service } = setUp();
    await watch.look(lane);
    expect(watch.of(lane)).toEqual({
      basis: 'measured',
      inFlight: 4,
      sampled: 4,
      between: 1,
      states: [{ path: 'A', executions: 3 }],
    });
    expect(count(service, 'GetExecutionHistory')).toBe(4);
  });

  it('is a sample of two dozen where there are many', async () => {
    const { lane, watch, service } = setUp({ inFlight: 400 });
    await watch.look(lane);
    expect(count(service, 'GetExecutionHistory')).toBe(24);
    const standing = watch.of(lane)!;
    expect(standing).toMatchObject({ inFlight: 400, sampled: 24 });
    expect(standing.between + standing.states[0]!.executions).toBeCloseTo(400, 0);
  });

  it('leaves warm-ups out, and knows of those not taken yet only that they stand nowhere', async () => {
    const { lane, watch } = setUp({ inFlight: 1 });
    lane.inFlight.set('w', { index: 0, warmup: true, intendedAt: 0, executionArn: arnOf('w') });
    lane.inFlight.set('n9', { index: 9, warmup: false, intendedAt: 0 });
    await watch.look(lane);
    expect(watch.of(lane)).toMatchObject({ inFlight: 2, sampled: 1, between: 1 });
  });

  it('is believed for a moment, then derived from those that have ended', async () => {
    const { lane, watch, clock } = setUp();
    await watch.look(lane);
    watch.ended(lane, ended);
    expect(watch.of(lane)?.basis).toBe('measured');
    await clock.sleep(3_000);
    expect(watch.of(lane)).toEqual({
      basis: 'derived',
      inFlight: 4,
      sampled: 1,
      between: 2,
      states: [{ path: 'A', executions: 2 }],
    });
  });

  it('is derived for a type that has no histories, and nobody is asked', async () => {
    const { lane, watch, service } = setUp({ lane: { type: 'EXPRESS' } });
    await watch.look(lane);
    expect(watch.of(lane)).toBeUndefined();
    watch.ended(lane, ended);
    expect(watch.of(lane)).toMatchObject({ basis: 'derived', inFlight: 4 });
    expect(service.calls).toEqual([]);
  });

  it('is derived, and nobody is asked, while nobody looks', async () => {
    const { lane, watch, service, looking } = setUp();
    looking.on = false;
    await watch.look(lane);
    watch.ended(lane, ended);
    expect(service.calls).toEqual([]);
    expect(watch.of(lane)?.basis).toBe('derived');
    looking.on = true;
    await watch.look(lane);
    expect(watch.of(lane)?.basis).toBe('measured');
  });

  it('is nobody anywhere while the other type has its turn', async () => {
    const { lane, watch } = setUp();
    await watch.look(lane);
    watch.ended(lane, ended);
    lane.inFlight.clear();
    expect(watch.of(lane)).toMatchObject({ inFlight: 0, states: [] });
  });
});

describe('asking costs nothing that the end will want', () => {
  it('takes only what a quota has to spare', async () => {
    const { lane, watch, service } = setUp({ inFlight: 400, bucket: 400 });
    await watch.look(lane);
    // Between two looks the refill of 20 a second is more than the ten that are read meanwhile.
    expect(count(service, 'GetExecutionHistory')).toBe(10);
  });

  it('takes more where the end wants little', async () => {
    const { lane, watch, service } = setUp({ inFlight: 20, bucket: 400, lane: { planned: 200, nextIndex: 100 } });
    await watch.look(lane);
    expect(count(service, 'GetExecutionHistory')).toBe(20);
  });

  it('stops asking when the service throws a call back', async () => {
    const { lane, watch, service } = setUp({ bucket: 400, inFlight: 10 });
    service.faults['GetExecutionHistory'] = [throttled(), throttled()];
    await watch.look(lane);
    expect(count(service, 'GetExecutionHistory')).toBe(2);
    expect(watch.of(lane)).toBeUndefined();
  });
});

describe('looking on', () => {
  it('looks each second until it is ended, and waits for the look that is out', async () => {
    const { lane, watch, clock, collector, service } = setUp({ inFlight: 2 });
    const end = lookOn(clock, [lane], collector, watch);
    await clock.sleep(2_900);
    expect(count(service, 'GetExecutionHistory')).toBe(4);
    await end();
    await clock.sleep(5_000);
    expect(count(service, 'GetExecutionHistory')).toBe(4);
  });

  it('asks nobody where nobody looks on', async () => {
    const { lane, clock, collector, service } = setUp();
    const end = lookOn(clock, [lane], collector);
    await clock.sleep(2_900);
    await end();
    expect(service.calls).toEqual([]);
  });
});
