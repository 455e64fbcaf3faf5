import { describe, expect, it } from 'vitest';
import { readOwnReports } from '../../../src/run/ownReports';
import type { Lane } from '../../../src/run/lane';
import { fakeLane, fakeService, idleSystem, virtualClock } from './fakes';

const report = (at: number, init?: number) => ({
  timestamp: at,
  message: `REPORT RequestId: r-${at}\tDuration: 90.00 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB${init === undefined ? '' : `\tInit Duration: ${init}.00 ms`}\t\n`,
});

const laneOf = (type: Lane['type'], functions: readonly string[], ...turns: [number, number][]): Lane => ({
  ...fakeLane({ type, system: { ...idleSystem(type), functions } }),
  turns: turns.map(([from, to]) => ({ from, to })),
});

const read = async (lanes: readonly Lane[], reports: readonly ReturnType<typeof report>[], fail = false) => {
  const service = fakeService(virtualClock(0));
  const asked: string[] = [];
  await readOwnReports(
    lanes,
    {
      ...service,
      filterLogEvents: ({ logGroupName }) => {
        asked.push(logGroupName);
        return fail
          ? Promise.reject(new Error('no such group'))
          : Promise.resolve({ events: reports.map((each, i) => ({ ...each, eventId: String(i) })) });
      },
    },
    (call) => call(),
  );
  return { asked, requests: lanes.map((lane) => lane.arm.usage().functions.map((each) => [each.name, each.requests])) };
};

describe('reports of functions that only a system knows of', () => {
  it('belong to the arm in whose turn they were written', async () => {
    const gateway = laneOf('GATEWAY', ['charge'], [1_000, 2_000], [5_000, 6_000]);
    const standard = laneOf('STANDARD', [], [2_000, 5_000]);
    const { asked, requests } = await read(
      [gateway, standard],
      [report(500), report(1_500), report(2_500), report(5_500, 80), report(7_000), report(60_000)],
    );
    expect(asked).toEqual(['/aws/lambda/charge']);
    // 2,500 is the other arm's, 500 and 60,000 are nobody's; 7,000 is late, but no one's turn has begun.
    expect(requests).toEqual([[['charge', 3]], []]);
  });

  it('are billed as Lambda says', async () => {
    const gateway = laneOf('GATEWAY', ['charge'], [0, 1_000]);
    await read([gateway], [report(10), report(20)]);
    expect(gateway.arm.usage().functions).toEqual([{ name: 'charge', requests: 2, billedMbMs: 2 * 100 * 128 }]);
  });

  it('are left out where the log cannot be read, or nothing was loaded', async () => {
    expect((await read([laneOf('GATEWAY', ['charge'], [0, 1_000])], [], true)).requests).toEqual([[]]);
    expect((await read([laneOf('GATEWAY', ['charge'])], [report(1)])).asked).toEqual([]);
    expect((await read([laneOf('EXPRESS', [], [0, 1])], [report(1)])).asked).toEqual([]);
  });
});
