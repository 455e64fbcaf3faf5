import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../src/engine';
import type { Target } from '../../../src/model/plan';
import { createReach } from '../../../src/run/reach';
import type { CallFailure } from '../../../src/target/hot/failure';
import { arnOf, broken, denied, fakeService, refused } from './fakes';

const endpoint: Target = { kind: 'endpoint', url: 'http://localhost:1' };

const setUp = (target: Target = endpoint) => {
  const clock = virtualClock();
  const service = fakeService(clock);
  const reach = createReach(target, clock);
  const told: [number, string][] = [];
  reach.onGone((why) => told.push([clock.now() - begun, why]));
  const hot = reach.watch(service);
  const begun = clock.now();
  /** A describe every 400 ms, each answered as `faults` says. */
  const ask = async (faults: readonly (CallFailure | undefined)[]) => {
    for (const fault of faults) {
      service.faults['DescribeExecution'] = [fault];
      await hot.describeExecution(arnOf('one')).catch(() => undefined);
      await clock.sleep(400);
    }
  };
  return { clock, service, reach, hot, told, ask };
};
const many = <T>(count: number, each: () => T): T[] => Array.from({ length: count }, each);

describe('the reach of a target', () => {
  it('is lost when every call has been refused for three seconds, and told once', async () => {
    const { reach, told, ask } = setUp();
    await ask(many(20, refused));
    expect(reach.gone).toBe(true);
    expect(told).toHaveLength(1);
    expect(told[0]?.[0]).toBeGreaterThanOrEqual(3_000);
    expect(told[0]?.[0]).toBeLessThan(3_500);
    expect(told[0]?.[1]).toBe('cannot be reached');
  });

  it('is told in time although the next call would come much later', async () => {
    const { clock, told, ask } = setUp();
    await ask(many(3, refused));
    await clock.sleep(60_000);
    expect(told[0]?.[0]).toBeLessThan(3_500);
  });

  it('is not lost while anything answers, be it with an error', async () => {
    const { reach, ask } = setUp();
    for (let round = 0; round < 10; round++) await ask([...many(6, refused), round % 2 === 0 ? denied() : undefined]);
    expect(reach.gone).toBe(false);
  });

  it('is not lost by one refused call, however long ago', async () => {
    const { clock, reach, ask } = setUp();
    await ask(many(2, refused));
    await clock.sleep(60_000);
    expect(reach.gone).toBe(false);
    reach.dispose();
  });

  it('waits longer where connections only break, as before a proxy whose service is gone', async () => {
    const { told, ask } = setUp();
    await ask(many(60, broken));
    expect(told[0]?.[0]).toBeGreaterThanOrEqual(9_000);
    expect(told[0]?.[0]).toBeLessThan(12_500);
  });

  it('gives AWS more time: a network comes back', async () => {
    const { told, ask } = setUp({ kind: 'aws' });
    await ask(many(45, refused));
    expect(told).toEqual([]);
    await ask(many(10, refused));
    expect(told[0]?.[0]).toBeGreaterThanOrEqual(20_000);
  });

  it('leaves answers and errors as they are', async () => {
    const { service, hot } = setUp();
    const { executionArn } = await hot.startExecution({ stateMachineArn: 'm', name: 'one', input: '{}' });
    expect(executionArn).toBe(arnOf('one'));
    const failure = denied();
    service.faults['DescribeExecution'] = [failure];
    await expect(hot.describeExecution(executionArn)).rejects.toBe(failure);
  });

  it('can be lost by other signs, and tells a listener that comes later', () => {
    const reach = createReach(endpoint, virtualClock());
    reach.lose('ten starts in a row');
    reach.lose('again');
    const told: string[] = [];
    reach.onGone((why) => told.push(why));
    expect(told).toEqual(['ten starts in a row']);
  });
});
