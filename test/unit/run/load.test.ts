import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/model/clock';
import { carryOut, type LoadContext } from '../../../src/run/load';
import { virtualClock } from './fakes';

interface Start {
  readonly index: number;
  readonly intendedAt: number;
  readonly at: number;
}

const setUp = (takes: (index: number) => number, changes: Partial<LoadContext> = {}) => {
  const clock: Clock = virtualClock(0);
  const starts: Start[] = [];
  const dropped: number[] = [];
  let most = 0;
  const context: LoadContext = {
    clock,
    signal: new AbortController().signal,
    mayStart: () => true,
    state: { inFlight: 0, started: 0, dropped: 0 },
    onDropped: (index) => dropped.push(index),
    run: async (index, intendedAt) => {
      starts.push({ index, intendedAt, at: clock.now() });
      most = Math.max(most, context.state.inFlight);
      await clock.sleep(takes(index));
    },
    ...changes,
  };
  return { clock, starts, dropped, context, most: () => most };
};

describe('a closed load', () => {
  it('keeps its concurrency and starts each index once', async () => {
    const { context, starts, most, clock } = setUp(() => 100);
    await carryOut({ model: 'closed', executions: 10, concurrency: 3, thinkMs: 0 }, 5, context);
    expect(starts.map((each) => each.index)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(most()).toBe(3);
    expect(clock.now()).toBe(400);
    expect(context.state).toMatchObject({ inFlight: 0, started: 10 });
  });

  it('means each start for the moment its slot was free', async () => {
    const { context, starts } = setUp(() => 100);
    await carryOut({ model: 'closed', executions: 3, concurrency: 1, thinkMs: 0 }, 0, context);
    expect(starts.map((each) => each.intendedAt)).toEqual([0, 100, 200]);
  });

  it('thinks between executions but not after the last', async () => {
    const { context, starts, clock } = setUp(() => 10);
    await carryOut({ model: 'closed', executions: 2, concurrency: 1, thinkMs: 1_000 }, 0, context);
    expect(starts.map((each) => each.at)).toEqual([0, 1_010]);
    expect(clock.now()).toBe(1_020);
  });

  it('starts no more after a stop, also while thinking', async () => {
    const stop = new AbortController();
    const { context, starts, clock } = setUp(() => 10, { signal: stop.signal });
    clock.after(500, () => stop.abort(new Error('stopped')));
    await carryOut({ model: 'closed', executions: 100, concurrency: 2, thinkMs: 1_000 }, 0, context);
    expect(starts).toHaveLength(2);
    expect(clock.now()).toBe(500);
  });

  it('starts no more once it may not', async () => {
    let left = 4;
    const { context, starts } = setUp(() => 10, { mayStart: () => left-- > 0 });
    await carryOut({ model: 'closed', executions: 100, concurrency: 1, thinkMs: 0 }, 0, context);
    expect(starts).toHaveLength(4);
  });
});

describe('an open load', () => {
  it('starts by the clock, whatever the replies', async () => {
    const { context, starts, clock } = setUp(() => 10_000);
    await carryOut({ model: 'open', startsAt: [0, 100, 200], maxInFlight: 10 }, 0, context);
    expect(starts.map((each) => each.at)).toEqual([0, 100, 200]);
    expect(clock.now()).toBe(10_200);
  });

  it('drops and counts what would exceed the cap in flight', async () => {
    const { context, starts, dropped } = setUp(() => 250);
    await carryOut({ model: 'open', startsAt: [0, 100, 200, 300, 400], maxInFlight: 2 }, 0, context);
    expect(starts.map((each) => each.index)).toEqual([0, 1, 3, 4]);
    expect(dropped).toEqual([2]);
    expect(context.state.dropped).toBe(1);
  });

  it('starts a burst in one moment', async () => {
    const { context, starts } = setUp(() => 5);
    await carryOut({ model: 'open', startsAt: Array.from({ length: 1_000 }, () => 0), maxInFlight: 1_000 }, 0, context);
    expect(new Set(starts.map((each) => each.at)).size).toBe(1);
    expect(starts).toHaveLength(1_000);
  });

  it('keeps the intended start of one that comes late', async () => {
    const { context, starts, clock } = setUp(() => 1);
    const blocked = { ...context, mayStart: () => true };
    void clock.sleep(50);
    await carryOut({ model: 'open', startsAt: [0, 20], maxInFlight: 10 }, 0, blocked);
    expect(starts.map((each) => each.intendedAt)).toEqual([0, 20]);
  });

  it('ends its wait at a stop', async () => {
    const stop = new AbortController();
    const { context, starts, clock } = setUp(() => 1, { signal: stop.signal });
    clock.after(30, () => stop.abort(new Error('stopped')));
    await carryOut({ model: 'open', startsAt: [0, 60_000], maxInFlight: 10 }, 0, context);
    expect(starts).toHaveLength(1);
    expect(clock.now()).toBeLessThan(60_000);
  });
});
