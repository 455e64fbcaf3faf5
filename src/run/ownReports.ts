import { parseReportLine } from '../cost';
import type { ExecutionTrace } from '../model/visit';
import { readLog, type Paced } from '../target/collect';
import type { HotCalls } from '../target/hot/calls';
import type { Lane } from './lane';

/** Lambda writes a report when an invocation has ended, perhaps a moment after the order that waited for it. */
const slackMs = 2_000;

interface Turn {
  readonly lane: Lane;
  readonly from: number;
  readonly to: number;
}

/** The arm whose turn it was: the last to begin before, if the moment is not long after its end. */
const ownerOf = (turns: readonly Turn[], at: number): Lane | undefined => {
  const turn = turns.findLast(({ from }) => from <= at);
  return turn && at <= turn.to + slackMs ? turn.lane : undefined;
};

/** An invocation that an order told of. A retry has its id too, and a report of its own. */
interface Invocation {
  readonly lane: Lane;
  readonly path: string;
  readonly sampleIndex: number;
  reported: boolean;
  cold: boolean;
}

/** What Lambda reported of systems whose functions no history names. */
export interface OwnReports {
  /** The invocations that a trace names by their ids. */
  note(lane: Lane, sampleIndex: number, trace: ExecutionTrace): void;
  /**
   * Gives each arm the reports of its own functions: by the invocation's id, else, as arms never overlap in time, by the turn in
   * which it was written. An order all of whose invocations were reported is cold or warm as they were. A function without a readable
   * log leaves its part of the bill to the cost model, and its orders untold.
   */
  read(lanes: readonly Lane[], hot: HotCalls, paced: Paced): Promise<void>;
}

export const createOwnReports = (): OwnReports => {
  const invocations = new Map<string, Invocation>();
  return {
    note: (lane, sampleIndex, { visits }) => {
      if (sampleIndex < 0) return;
      for (const { path, requestIds = [] } of visits)
        for (const id of requestIds) invocations.set(id, { lane, path, sampleIndex, reported: false, cold: false });
    },
    read: async (lanes, hot, paced) => {
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
            if (!report) return;
            const { billedMs, memoryMb, initMs, restoreMs } = report;
            const invocation = invocations.get(report.requestId);
            const lane = invocation?.lane ?? ownerOf(turns, at);
            if (!lane?.system.functions?.includes(name)) return;
            lane.arm.addReport({ functionName: name, billedMs, memoryMb, ...(initMs === undefined ? {} : { initMs }) });
            if (!invocation) return;
            invocation.reported = true;
            invocation.cold ||= initMs !== undefined || restoreMs !== undefined;
          },
        ).catch(() => undefined);
      }
      tellColdStarts(invocations.values());
    },
  };
};

/** An order is cold when one of its invocations was, and warm when all were reported and none was. */
const tellColdStarts = (invocations: Iterable<Invocation>): void => {
  const orders = new Map<Lane, Map<number, Invocation[]>>();
  for (const each of invocations) {
    const ofLane = orders.get(each.lane) ?? new Map<number, Invocation[]>();
    orders.set(each.lane, ofLane);
    const order = ofLane.get(each.sampleIndex);
    if (order) order.push(each);
    else ofLane.set(each.sampleIndex, [each]);
  }
  for (const [{ arm }, ofLane] of orders)
    for (const [sampleIndex, order] of ofLane) {
      for (const { path, cold } of order) if (cold) arm.noteColdStarts(path, 1, sampleIndex);
      const [first] = order;
      if (first && order.every(({ reported, cold }) => reported && !cold))
        arm.noteColdStarts(first.path, 0, sampleIndex);
    }
};
