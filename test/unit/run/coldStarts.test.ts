import { describe, expect, it } from 'vitest';
import type { ExecutionTrace } from '../../../src/model/visit';
import { createColdStarts } from '../../../src/run/coldStarts';
import { fakeLane, fakeService, virtualClock } from './fakes';

const trace = (from: number, to: number): ExecutionTrace => ({
  startedAt: from,
  visits: [
    {
      index: 0,
      path: 'Charge',
      name: 'Charge',
      type: 'Task',
      scope: '',
      enteredEventId: 2,
      enteredAt: from,
      exitedAt: to,
      outcome: 'exited',
      attempts: [{ scheduledAt: from, startedAt: from, closedAt: to, outcome: 'succeeded' }],
      parts: { pre: 0, queue: 0, work: to - from, wait: 0, backoff: 0, post: 0 },
    },
  ],
  transitionTotalMs: 0,
  criticalPath: [0],
  events: 6,
});

const report = (at: number, init?: number) => ({
  timestamp: at,
  message: `REPORT RequestId: r-${at}\tDuration: 10.00 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB${init === undefined ? '' : `\tInit Duration: ${init}.00 ms`}\t\n`,
});

const match = async (spans: readonly (readonly [number, number])[], reports: readonly ReturnType<typeof report>[]) => {
  const service = fakeService(virtualClock(0));
  service.filterLogEvents = () =>
    Promise.resolve({ events: reports.map((each, i) => ({ eventId: String(i), ...each })) });
  const lane = fakeLane();
  const cold = createColdStarts(new Map([['Charge', 'charge']]));
  spans.forEach(([from, to], i) => {
    const index = lane.arm.add({ name: `n${i}`, atMs: from, latencyMs: to - from, status: 'succeeded' });
    cold.note(lane, index, trace(from, to));
  });
  await cold.match(service, (call) => call());
  return {
    lane,
    samples: lane.arm.snapshot({ final: true }).samples.map((each) => each.cold),
    functions: lane.arm.usage().functions,
  };
};

describe('cold starts', () => {
  it('are told by the reports of the function', async () => {
    const { samples, functions } = await match(
      [
        [0, 300],
        [400, 420],
        [500, 520],
      ],
      [report(301, 250), report(420), report(519)],
    );
    expect(samples).toEqual([true, false, false]);
    expect(functions).toEqual([{ name: 'charge', requests: 3, billedMbMs: 3 * 10 * 128 }]);
  });

  it('give each report to one invocation, the nearest end first', async () => {
    const { samples } = await match(
      [
        [0, 100],
        [0, 110],
        [0, 300],
      ],
      [report(110), report(100), report(300, 200)],
    );
    expect(samples).toEqual([false, false, true]);
  });

  it('leave an invocation without a report untold', async () => {
    const { samples } = await match([[0, 100]], [report(5_000, 200)]);
    expect(samples).toEqual([null]);
  });

  it('do without a log that cannot be read', async () => {
    const service = fakeService(virtualClock(0));
    service.filterLogEvents = () => Promise.reject(new Error('ResourceNotFoundException'));
    const lane = fakeLane();
    const cold = createColdStarts(new Map([['Charge', 'charge']]));
    cold.note(lane, lane.arm.add({ name: 'n', atMs: 0, latencyMs: 1, status: 'succeeded' }), trace(0, 1));
    await expect(cold.match(service, (call) => call())).resolves.toBeUndefined();
  });
});
