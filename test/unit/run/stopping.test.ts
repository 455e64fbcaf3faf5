import { describe, expect, it } from 'vitest';
import { createStopSwitch, stopInFlight } from '../../../src/run/stopping';
import { arnOf, count, fakeLane, fakeService, systemOn, throttled, virtualClock } from './fakes';

const setUp = (executions: number) => {
  const clock = virtualClock(1_000_000);
  const service = fakeService(clock);
  service.durationMs = 600_000;
  const signal = new AbortController();
  const lane = fakeLane({ system: systemOn('STANDARD', service, clock, signal.signal) });
  const ends = Promise.all(
    Array.from({ length: executions }, async (_, i) => {
      const flight = { index: i, warmup: false, intendedAt: 0 };
      lane.inFlight.set(`n${i}`, flight);
      const end = await lane.system.start(`n${i}`, '{}', clock.now(), (executionArn) =>
        Object.assign(flight, { executionArn }),
      );
      lane.inFlight.delete(`n${i}`);
      return end;
    }),
  );
  return { clock, service, lane, ends };
};

describe('a stop', () => {
  it('stops every execution in flight, each once, and they end as aborted', async () => {
    const { clock, service, lane, ends } = setUp(200);
    await clock.sleep(10);
    await stopInFlight([lane], undefined);
    expect((await ends).every((each) => each.kind === 'ended' && each.status === 'aborted')).toBe(true);
    expect(count(service, 'StopExecution')).toBe(200);
    expect(service.executions.get(arnOf('n0'))?.stopped).toBeGreaterThan(0);
  });

  it.each([
    ['a last look that answers', 0, 552],
    ['a last look that does not', 60_000, 800],
  ])('is over in 800 ms of its own time at most: %s', async (_name, listMs, overMs) => {
    const { clock, service, lane, ends } = setUp(3);
    const { listExecutions } = service;
    service.listExecutions = async (input) => {
      if (listMs > 0) await clock.sleep(listMs);
      return listExecutions(input);
    };
    const outside = new AbortController();
    const stop = createStopSwitch(outside.signal, clock);
    stop.arm([lane]);
    await clock.sleep(100);
    service.faults['StopExecution'] = Array.from({ length: 50 }, throttled);
    const before = clock.now();
    outside.abort('stopped by you');
    expect([stop.stop.aborted, stop.calls.aborted, stop.reason]).toEqual([true, false, 'stopped by you']);
    expect((await ends).every((each) => each.kind === 'unknown')).toBe(true);
    expect(clock.now() - before).toBe(overMs);
    expect(stop.calls.aborted).toBe(true);
    stop.dispose();
  });

  it('takes the first reason, from outside or within', () => {
    const outside = new AbortController();
    const stop = createStopSwitch(outside.signal, virtualClock(0));
    stop.throw('the server ended');
    outside.abort('stopped by you');
    expect(stop.reason).toBe('the server ended');
    // Nothing is in flight yet: calls of the preparation are given up at once.
    expect(stop.calls.aborted).toBe(true);
  });

  it('is known when it came before the run', () => {
    const outside = new AbortController();
    outside.abort('early');
    expect(createStopSwitch(outside.signal, virtualClock(0)).reason).toBe('early');
  });

  it('does nothing after the run', () => {
    const outside = new AbortController();
    const stop = createStopSwitch(outside.signal, virtualClock(0));
    stop.dispose();
    outside.abort('late');
    expect(stop.stop.aborted).toBe(false);
  });
});
