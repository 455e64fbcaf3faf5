import { describe, expect, it } from 'vitest';
import { createOwnReports } from '../../../src/run/ownReports';
import type { Lane } from '../../../src/run/lane';
import { traceStages } from '../../../src/systems/stageTrace';
import { fakeLane, fakeService, idleSystem, virtualClock } from './fakes';

const report = (at: number, init?: number) => ({
  timestamp: at,
  message: `REPORT RequestId: r-${at}\tDuration: 90.00 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB${init === undefined ? '' : `\tInit Duration: ${init}.00 ms`}\t\n`,
});

const laneOf = (type: Lane['type'], functions: readonly string[], ...turns: [number, number][]): Lane => ({
  ...fakeLane({ type, system: { ...idleSystem(type), functions } }),
  turns: turns.map(([from, to]) => ({ from, to })),
});

const read = async (
  lanes: readonly Lane[],
  reports: readonly ReturnType<typeof report>[],
  fail = false,
  own = createOwnReports(),
) => {
  const service = fakeService(virtualClock(0));
  const asked: string[] = [];
  await own.read(
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

  it('belong to the order that names the invocation, which is cold or warm as it was, whatever the clocks say', async () => {
    const chain = laneOf('EVENT_DRIVEN', ['charge'], [1_000, 2_000]);
    const gateway = laneOf('GATEWAY', ['charge'], [3_000, 4_000]);
    const own = createOwnReports();
    const add = (lane: Lane, ...stages: readonly (readonly string[])[]) => {
      const index = lane.arm.add({
        ...{ name: 'n', atMs: 0, latencyMs: 10, serviceMs: 10, status: 'succeeded', cold: null },
      });
      const trace = traceStages(
        stages.map((requestIds, i) => ({ name: `S${i}`, startedAt: i, finishedAt: i + 1, requestIds })),
        0,
        9,
      );
      own.note(lane, index, trace);
    };
    add(chain, ['r-1100'], ['r-1200']);
    add(chain, ['r-1300'], ['r-1400']);
    // One of its invocations is reported nowhere.
    add(chain, ['r-1500'], ['r-9']);
    // Written long after its own turn, in that of nobody.
    add(gateway, ['r-90000']);
    own.note(gateway, -1, traceStages([{ name: 'S0', startedAt: 0, finishedAt: 1, requestIds: ['r-3100'] }], 0, 1));
    const { requests } = await read(
      [chain, gateway],
      [
        report(1_100),
        report(1_200, 80),
        report(1_300),
        report(1_400),
        report(1_500),
        report(3_100, 70),
        report(90_000),
      ],
      false,
      own,
    );
    expect(requests).toEqual([[['charge', 5]], [['charge', 2]]]);
    expect(chain.arm.snapshot({ final: true }).samples.map(({ cold }) => cold)).toEqual([true, false, null]);
    expect(gateway.arm.snapshot({ final: true }).samples.map(({ cold }) => cold)).toEqual([false]);
  });
});
