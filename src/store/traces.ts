import { readFile } from 'node:fs/promises';
import type { HistoryEvent } from '../model/event';
import type { ExecutionTrace } from '../model/visit';
import { openSampleFile } from './samples';

/** One execution as its timeline is drawn; a line of a run's traces file. */
export interface KeptExecution {
  /** Index of its arm in the run document. */
  readonly arm: number;
  readonly name: string;
  /** As in the run document's samples: succeeded, failed, timedOut, aborted. */
  readonly status: string;
  readonly latencyMs: number;
  readonly trace: ExecutionTrace;
  /** JSON texts, cut at `longestText`; empty where the history was read without them. */
  readonly input: string;
  readonly output: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Characters kept of an input, an output or a cause; AWS's own limit is 262,144 bytes. */
export const longestText = 262_144;
/** Executions kept of each arm whatever they took, and failures kept beyond them. */
const keptOfArm = 200;
const failuresBeyond = 50;

/** `arn:…:execution:machine:name`, `arn:…:express:machine:name:id` → name. */
export const executionName = (arn: string): string => {
  const parts = arn.split(':');
  return (parts[5] === 'express' ? parts[7] : parts.at(-1)) ?? arn;
};

const cut = (text: string | undefined): string => (text === undefined ? '' : text.slice(0, longestText));

/** What a timeline shows besides the trace, read from the first and the last event. */
export const keptExecution = (
  arm: number,
  finished: { readonly executionArn: string; readonly status: string; readonly latencyMs: number },
  trace: ExecutionTrace,
  events: readonly HistoryEvent[],
): KeptExecution => {
  const last = events.at(-1)?.details;
  return {
    arm,
    name: executionName(finished.executionArn),
    status: finished.status,
    latencyMs: finished.latencyMs,
    trace,
    input: cut(events[0]?.details.input),
    output: cut(last?.output),
    ...(last?.error === undefined ? {} : { error: last.error }),
    ...(last?.cause === undefined ? {} : { cause: cut(last.cause) }),
  };
};

/**
 * Keeps executions of a run for their timelines: the first of each arm, then only failures (some) and new slowest ones, so
 * that a run of any length keeps a file of some megabytes. A disk that refuses loses timelines, never figures.
 */
export const createTraceFile = (file: string) => {
  const out = openSampleFile(file);
  const arms = new Map<number, { kept: number; failures: number; slowest: number }>();
  return {
    offer: (execution: KeptExecution): void => {
      const seen = arms.get(execution.arm) ?? { kept: 0, failures: 0, slowest: 0 };
      arms.set(execution.arm, seen);
      const failed = execution.status !== 'succeeded';
      const isNewSlowest = execution.latencyMs > seen.slowest;
      if (seen.kept >= keptOfArm && !isNewSlowest && !(failed && seen.failures < failuresBeyond)) return;
      if (seen.kept >= keptOfArm && failed) seen.failures++;
      seen.kept++;
      seen.slowest = Math.max(seen.slowest, execution.latencyMs);
      out.append([JSON.stringify(execution)]);
    },
    close: (): void => out.close(),
  };
};
export type TraceFile = ReturnType<typeof createTraceFile>;

/** Which execution a person asks for: by its place among the kept ones, or by its name. */
export type TracePick = 'slowest' | 'median' | 'failed' | (string & {});

/** Picks among the kept executions of an arm; the median is the one nearest to `median` (ms), that of all samples. */
export const pickExecution = (
  kept: readonly KeptExecution[],
  arm: number,
  pick: TracePick,
  median: number,
): KeptExecution | undefined => {
  const own = kept.filter((execution) => execution.arm === arm);
  const best = (list: readonly KeptExecution[], score: (execution: KeptExecution) => number) =>
    list.reduce<KeptExecution | undefined>(
      (found, each) => (found === undefined || score(each) > score(found) ? each : found),
      undefined,
    );
  switch (pick) {
    case 'slowest':
      return best(own, (execution) => execution.latencyMs);
    case 'median':
      return best(own, (execution) => -Math.abs(execution.latencyMs - median));
    case 'failed':
      return best(
        own.filter((execution) => execution.status !== 'succeeded'),
        (execution) => execution.latencyMs,
      );
    default:
      return own.find((execution) => execution.name === pick);
  }
};

/** Every whole line of a traces file; empty where there is none. */
export const readTraces = async (file: string): Promise<readonly KeptExecution[]> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as KeptExecution];
    } catch {
      // The line that was being written when the process died.
      return [];
    }
  });
};
