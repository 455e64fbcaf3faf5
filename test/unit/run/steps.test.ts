import { describe, expect, it } from 'vitest';
import type { LoadingContext } from '../../../src/run/loading';
import { runBlock } from '../../../src/run/loading';
import { createRandom } from '../../../src/run/random';
import { runSteps } from '../../../src/run/steps';
import { fakeLane, fakeService, systemOn, virtualClock } from './fakes';

const setUp = (concurrencies: readonly number[], monitor: { saturated: boolean } = { saturated: false }) => {
  const clock = virtualClock(1_000_000);
  const service = fakeService(clock);
  const stop = new AbortController();
  let starts = Infinity;
  const lanes = concurrencies.map((concurrency, number) =>
    fakeLane({
      ...{ number, namePrefix: `sb-${number}-`, system: systemOn('STANDARD', service, clock, stop.signal) },
      load: { kind: 'iterations', executions: 4, concurrency },
    }),
  );
  const context: LoadingContext = {
    ...{ clock, random: createRandom(1), signal: stop.signal, lines: [], sharesMachine: false },
    inputs: { size: 1, takesPayload: false, text: () => '{}' },
    mayStart: () => starts-- > 0,
    monitor: { ...monitor, worst: { lagMs: 0, busy: 0 }, stop: () => undefined },
  };
  const phases: string[] = [];
  const run = (warmup: number) =>
    runSteps(
      lanes.map((lane) => [lane]),
      context,
      {
        ...{ warmup, whole: false },
        onPhase: (phase) => phases.push(phase),
        run: (block) => runBlock(block, context),
      },
    );
  const startsOf = (number: number) =>
    [...service.executions.values()].filter(({ name }) => name.startsWith(`sb-${number}-`));
  return { clock, stop, lanes, phases, run, startsOf, limit: (n: number) => (starts = n), context };
};

describe('the steps of a load', () => {
  it('are each warmed up, with as many in flight as the step will have, and the warm-up is kept apart', async () => {
    const { lanes, phases, run, startsOf } = setUp([1, 4]);
    await run(4);
    expect(phases).toEqual(['warmingUp', 'loading', 'warmingUp', 'loading']);
    for (const lane of lanes) {
      expect(lane.arm.snapshot()).toMatchObject({ warmups: 4, executions: { started: 4, succeeded: 4 } });
      expect(lane.unread).toHaveLength(4);
    }
    const moments = (number: number) =>
      new Set(
        startsOf(number)
          .filter(({ name }) => name.includes('w'))
          .map(({ startedAt }) => startedAt),
      ).size;
    expect([moments(0), moments(1)]).toEqual([4, 1]);
  });

  it('begin when the one before has ended and the client has come to rest', async () => {
    const { lanes, run, startsOf } = setUp([2, 2, 2]);
    await run(0);
    for (const number of [1, 2]) {
      const before = Math.max(...startsOf(number - 1).map(({ endsAt }) => endsAt));
      expect(Math.min(...startsOf(number).map(({ startedAt }) => startedAt)) - before).toBeGreaterThanOrEqual(500);
    }
    // The rest is nobody's time: throughput counts the arm's own alone.
    for (const { activeMs } of lanes) expect(activeMs).toBeLessThan(500);
  });

  it('wait for a client that does not come to rest, but not for ever', async () => {
    const { clock, run, startsOf } = setUp([1, 1], { saturated: true });
    const from = clock.now();
    await run(0);
    const gap = Math.min(...startsOf(1).map(({ startedAt }) => startedAt)) - from;
    expect(gap).toBeGreaterThanOrEqual(5_000);
    expect(gap).toBeLessThan(6_500);
  });

  it('end where nothing more may be started, and at once on a stop', async () => {
    const capped = setUp([1, 1]);
    capped.limit(3);
    await capped.run(0);
    expect([capped.startsOf(0).length, capped.startsOf(1).length]).toEqual([2, 0]);
    const stopped = setUp([1, 1]);
    stopped.clock.after(600, () => stopped.stop.abort(new Error('stopped')));
    await stopped.run(0);
    expect(stopped.startsOf(1)).toEqual([]);
  });
});
