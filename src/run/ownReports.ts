import { parseReportLine } from '../cost';
import { readLog, type Paced } from '../target/collect';
import type { HotCalls } from '../target/hot/calls';
import type { Lane } from './lane';

/** Lambda writes a report when an invocation has ended, perhaps a moment after the order that waited for it. */
const slackMs = 2_000;

/** The arm whose turn it was: the last to begin before, if the moment is not long after its end. */
const ownerOf = (turns: readonly Turn[], at: number): Lane | undefined => {
  const turn = turns.findLast(({ from }) => from <= at);
  return turn && at <= turn.to + slackMs ? turn.lane : undefined;
};

interface Turn {
  readonly lane: Lane;
  readonly from: number;
  readonly to: number;
}

/**
 * Gives systems whose traces do not name functions what Lambda reported of theirs: arms never overlap in time, so a report is
 * that of the arm in whose turn it was written. A function without a readable log leaves its part of the bill to the cost model.
 */
export const readOwnReports = async (lanes: readonly Lane[], hot: HotCalls, paced: Paced): Promise<void> => {
  const turns = lanes
    .flatMap((lane) => lane.turns.map(({ from, to }): Turn => ({ lane, from, to })))
    .sort((a, b) => a.from - b.from);
  const own = turns.filter(({ lane }) => (lane.system.functions ?? []).length > 0);
  for (const name of new Set(own.flatMap(({ lane }) => lane.system.functions ?? []))) {
    const first = own.find(({ lane }) => lane.system.functions?.includes(name));
    await readLog(
      hot,
      { logGroupName: `/aws/lambda/${name}`, startTime: Math.floor(first?.from ?? 0), filterPattern: 'REPORT' },
      paced,
      (message, at) => {
        const report = parseReportLine(message);
        const lane = ownerOf(turns, at);
        if (!report || !lane?.system.functions?.includes(name)) return;
        const { billedMs, memoryMb, initMs } = report;
        lane.arm.addReport({ functionName: name, billedMs, memoryMb, ...(initMs === undefined ? {} : { initMs }) });
      },
    ).catch(() => undefined);
  }
};
