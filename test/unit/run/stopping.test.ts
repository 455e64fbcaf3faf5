import { describe, expect, it } from 'vitest';
import { createStopSwitch, stopInFlight } from '../../../src/run/stopping';
import { watchCompletions } from '../../../src/run/completion';
import { createPacer } from '../../../src/run/pace';
import { arnOf, count, fakeLane, fakeService, machineArn, throttled, virtualClock } from './fakes';

const free = { bucket: Infinity, refill: Infinity };

const setUp = (executions: number) => {
  const clock = virtualClock(1_000_000);
  const service = fakeService(clock);
  service.durationMs = 600_000;
  const watch = watchCompletions({
    hot: service,
    clock,
    machineArn,
    describes: createPacer(free, clock),
    lists: createPacer(free, clock),
  });
  const lane = fakeLane({ watch });
  const ends = Promise.all(
    Array.from({ length: executions }, async (_, i) => {
      const { executionArn, startedAt } = await service.startExecution({
        stateMachineArn: machineArn,
        name: `n${i}`,
        input: '{}',
      });
      lane.inFlight.set(`n${i}`, { index: i, warmup: false, intendedAt: 0, executionArn });
      const end = await watch.wait(executionArn, startedAt);
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
    await stopInFlight([lane], service, undefined);
    expect((await ends).every((each) => each.kind === 'ended' && each.end.status === 'ABORTED')).toBe(true);
    expect(count(service, 'StopExecution')).toBe(200);
    expect(service.executions.get(arnOf('n0'))?.stopped).toBeGreaterThan(0);
  });

  it('is over in 550 ms of its own time, whatever answers', async () => {
    const { clock, service, lane, ends } = setUp(3);
    const outside = new AbortController();
    const stop = createStopSwitch(outside.signal, clock);
    stop.arm([lane], service);
    await clock.sleep(100);
    service.faults['StopExecution'] = Array.from({ length: 50 }, throttled);
    const before = clock.now();
    outside.abort('stopped by you');
    expect([stop.stop.aborted, stop.calls.aborted, stop.reason]).toEqual([true, false, 'stopped by you']);
    expect((await ends).every((each) => each.kind === 'lost')).toBe(true);
    expect(clock.now() - before).toBe(550);
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
