import { parseReportLine } from '../cost';
import { readLog, type Paced } from '../target/collect';
import type { HotCalls } from '../target/hot/calls';
import type { Lane } from './lane';

/** Lambda writes a report when an invocation has ended, perhaps a moment after the order that waited for it. */
const slackMs = 60;

/**
 * Gives systems whose traces do not name functions what Lambda reported of theirs: an arm's are those written in its turns, for
 * arms never overlap in time. A function without a readable log leaves its part of the bill to the cost model.
 */
export const readOwnReports = async (lanes: readonly Lane[], hot: HotCalls, paced: Paced): Promise<void> => {
  const own = lanes.filter((lane) => lane.turns.length > 0 && (lane.system.functions ?? []).length > 0);
  for (const name of new Set(own.flatMap((lane) => lane.system.functions ?? []))) {
    const users = own.filter((lane) => lane.system.functions?.includes(name));
    const startTime = Math.floor(Math.min(...users.flatMap((lane) => lane.turns.map((turn) => turn.from))));
    await readLog(
      hot,
      { logGroupName: `/aws/lambda/${name}`, startTime, filterPattern: 'REPORT' },
      paced,
      (message, at) => {
        const report = parseReportLine(message);
        const lane = report && users.find(({ turns }) => turns.some(({ from, to }) => at >= from && at <= to + slackMs));
        if (!lane) return;
        const { billedMs, memoryMb, initMs } = report;
        lane.arm.addReport({ functionName: name, billedMs, memoryMb, ...(initMs === undefined ? {} : { initMs }) });
      },
    ).catch(() => undefined);
  }
};
