import { parseReportLine } from '../cost';
import type { ExecutionTrace } from '../model/visit';
import type { Paced } from '../target/collect';
import { readLog } from '../target/collect';
import type { HotCalls } from '../target/hot/calls';
import type { Lane } from './lane';

/** One attempt of a task that invoked a function; times on the service's clock. */
interface Invocation {
  readonly lane: Lane;
  readonly path: string;
  readonly sampleIndex: number;
  readonly from: number;
  readonly to: number;
  taken: boolean;
  cold: boolean;
}

/** Gathers the invocations of functions while traces come in, and matches Lambda's REPORT lines to them at the end. */
export interface ColdStarts {
  note(lane: Lane, sampleIndex: number, trace: ExecutionTrace): void;
  /** Reads the functions' logs. A function without a readable log leaves its invocations untold. */
  match(hot: HotCalls, paced: Paced): Promise<void>;
}

/** A report is written when the invocation ends; its line may be stamped a little after the task has closed. */
const slackMs = 60;
const mostInvocations = 40_000;

/**
 * `functions`: path of a state → name of the function it invokes. A history does not say which invocation was whose, so a
 * report belongs to the attempt of that function within whose time it was written; the arms of a run never overlap in time,
 * and within one the nearest end is taken.
 */
export const createColdStarts = (functions: ReadonlyMap<string, string>): ColdStarts => {
  const byFunction = new Map<string, Invocation[]>();
  let count = 0;
  return {
    note: (lane, sampleIndex, trace) => {
      for (const { path, attempts } of trace.visits) {
        const name = functions.get(path);
        if (name === undefined || count >= mostInvocations) continue;
        const list = byFunction.get(name) ?? [];
        byFunction.set(name, list);
        for (const { scheduledAt, startedAt, closedAt } of attempts) {
          if (closedAt === undefined) continue;
          count++;
          list.push({
            lane,
            path,
            sampleIndex,
            from: startedAt ?? scheduledAt,
            to: closedAt,
            taken: false,
            cold: false,
          });
        }
      }
    },
    match: async (hot, paced) => {
      for (const [name, invocations] of byFunction) {
        const reports: { readonly at: number; readonly message: string }[] = [];
        const startTime = Math.floor(Math.min(...invocations.map((each) => each.from))) - 1;
        try {
          await readLog(
            hot,
            { logGroupName: `/aws/lambda/${name}`, startTime, filterPattern: 'REPORT' },
            paced,
            (message, at) => void reports.push({ at, message }),
          );
        } catch {
          continue;
        }
        matchReports(name, invocations, reports);
      }
      tellWarm([...byFunction.values()].flat());
    },
  };
};

const matchReports = (
  name: string,
  invocations: Invocation[],
  reports: { readonly at: number; readonly message: string }[],
): void => {
  invocations.sort((a, b) => a.to - b.to);
  reports.sort((a, b) => a.at - b.at);
  let first = 0;
  for (const { at, message } of reports) {
    const report = parseReportLine(message);
    if (!report) continue;
    while (
      first < invocations.length &&
      ((invocations[first] as Invocation).taken || (invocations[first] as Invocation).to < at - slackMs)
    )
      first++;
    let best: Invocation | undefined;
    for (let i = first; i < invocations.length; i++) {
      const each = invocations[i] as Invocation;
      if (best && each.to - at > Math.abs(best.to - at)) break;
      if (each.taken || at < each.from - 1 || at > each.to + slackMs) continue;
      if (!best || Math.abs(each.to - at) < Math.abs(best.to - at)) best = each;
    }
    if (!best) continue;
    best.taken = true;
    const { lane, path, sampleIndex } = best;
    const cold = report.initMs !== undefined || report.restoreMs !== undefined;
    lane.arm.addReport({
      functionName: name,
      billedMs: report.billedMs,
      memoryMb: report.memoryMb,
      ...(cold ? { initMs: report.initMs } : {}),
    });
    best.cold = cold;
    if (cold) lane.arm.noteColdStarts(path, 1, sampleIndex);
  }
};

/** An execution is warm when every one of its invocations was reported and none was cold. */
const tellWarm = (invocations: readonly Invocation[]): void => {
  const executions = new Map<Lane, Map<number, { path: string; warm: boolean }>>();
  for (const { lane, path, sampleIndex, taken, cold } of invocations) {
    const ofLane = executions.get(lane) ?? new Map<number, { path: string; warm: boolean }>();
    executions.set(lane, ofLane);
    const known = ofLane.get(sampleIndex) ?? { path, warm: true };
    known.warm &&= taken && !cold;
    ofLane.set(sampleIndex, known);
  }
  for (const [lane, ofLane] of executions)
    for (const [sampleIndex, { path, warm }] of ofLane) if (warm) lane.arm.noteColdStarts(path, 0, sampleIndex);
};
