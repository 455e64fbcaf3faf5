import type { Clock } from '../model/clock';
import type { HistoryEvent } from '../model/event';
import type { JsonObject } from '../model/json';
import type { RunWorkflow, SamplePoint } from '../model/run';
import { regionQuotas } from '../plan/quotas';
import type { ArmBuilder } from '../stats';
import { readHistory, readLog, type Paced } from '../target/collect';
import type { Door } from '../target/door';
import { executionName, LogAssembly } from '../target/logEvents';
import { traceExecution } from '../trace';
import { executionArnOf } from './execution';
import { createPacer } from './pace';
import { withRetries } from './retry';
import type { ArmHead } from './sampleLine';
import { stratifiedSample } from './sampling';
import type { Strays } from './strays';

/** A measured execution whose end is known, by its name. */
export interface EndedExecution {
  readonly name: string;
  readonly sampleIndex: number;
  readonly status: string;
  readonly latencyMs: number;
}

/** One whose end is not on disk. */
export interface Outstanding {
  readonly index: number;
  readonly warmup: boolean;
  readonly atMs: number;
}

export interface RetraceContext {
  readonly door: Door;
  readonly clock: Clock;
  readonly random: () => number;
  readonly region: string;
  readonly states: RunWorkflow['states'];
  /** Epoch ms: nothing older is read. */
  readonly since: number;
}

const mostHistories = 2_000;
const parallel = 8;

const ends = {
  ExecutionSucceeded: 'succeeded',
  ExecutionFailed: 'failed',
  ExecutionTimedOut: 'timedOut',
  ExecutionAborted: 'aborted',
} as const satisfies Record<string, SamplePoint['status']>;

const pacedBy =
  (pacer: ReturnType<typeof createPacer>, { clock, random }: RetraceContext): Paced =>
  async (call) => {
    const answer = await withRetries(
      async () => {
        await pacer.take();
        return call();
      },
      { clock, random, signal: new AbortController().signal },
    );
    if (answer.ok) return answer.value;
    throw answer.last;
  };

/** The definition that ran, from the service; an empty one where the machine is gone, so that its tasks are not priced. */
export const deployedDefinition = async ({ clients, sdk }: Door, machineArn: string): Promise<JsonObject> => {
  try {
    const { definition } = await clients.sfn.send(new sdk.DescribeStateMachineCommand({ stateMachineArn: machineArn }));
    return JSON.parse(definition ?? '{}') as JsonObject;
  } catch {
    return {};
  }
};

/**
 * Reads the log of an Express arm: the traces of what ended, and how those ended that were in flight, which nothing else can
 * tell. Answers the names that it could complete.
 */
export const retraceExpress = async (
  head: ArmHead,
  arm: ArmBuilder,
  ended: ReadonlyMap<string, EndedExecution>,
  outstanding: ReadonlyMap<string, Outstanding>,
  context: RetraceContext,
  strays?: Strays,
): Promise<ReadonlySet<string>> => {
  const completed = new Set<string>();
  if (!head.logGroup) return completed;
  const pages = pacedBy(createPacer(regionQuotas(context.region).filterLogEvents, context.clock), context);
  const log = new LogAssembly();
  const query = { logGroupName: head.logGroup, startTime: context.since };
  await readLog(context.door.hot, query, pages, (message) => void log.add(message));
  for (const arn of log.arns) {
    if (log.completeness(arn).kind !== 'complete') continue;
    // A start that had to be made again carries a suffix.
    const name = executionName(arn).replace(/-r\d+$/, '');
    const events = log.events(arn);
    const trace = traceExecution(events, context.states);
    const open = outstanding.get(name) ?? strays?.find(name, trace.startedAt);
    let sampleIndex = ended.get(name)?.sampleIndex;
    if (open && !completed.has(name)) {
      completed.add(name);
      sampleIndex = arm.add(logged(name, open, events, trace.startedAt, trace.finishedAt ?? trace.startedAt));
    }
    if (sampleIndex === undefined || sampleIndex < 0) continue;
    arm.addLog(log.bytes(arn));
    arm.addTrace(sampleIndex, trace);
  }
  return completed;
};

const logged = (
  name: string,
  { atMs, warmup }: Outstanding,
  events: readonly HistoryEvent[],
  from: number,
  to: number,
): Parameters<ArmBuilder['add']>[0] => {
  const last = events.at(-1);
  const status = ends[last?.type as keyof typeof ends] ?? 'failed';
  return {
    ...{ name, atMs, status, latencyMs: to - from, serviceMs: to - from },
    ...(warmup ? { warmup } : {}),
    ...(status !== 'succeeded' && last?.details.error !== undefined ? { error: last.details.error } : {}),
  };
};

/** Reads the histories of a Standard arm, sampled where they are many. Answers how many were had. */
export const retraceStandard = async (
  head: ArmHead,
  arm: ArmBuilder,
  ended: readonly EndedExecution[],
  context: RetraceContext,
): Promise<number> => {
  const paced = pacedBy(createPacer(regionQuotas(context.region).getExecutionHistory, context.clock), context);
  const chosen = [...stratifiedSample(ended, mostHistories, context.random)];
  let read = 0;
  const worker = async () => {
    for (let next = chosen.pop(); next; next = chosen.pop()) {
      try {
        const events = await readHistory(context.door.hot, executionArnOf(head.machineArn, next.name), paced);
        arm.addTrace(next.sampleIndex, traceExecution(events, context.states));
        read++;
      } catch {
        // A history that is gone, or refused: the arm says how many it has.
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, chosen.length) }, worker));
  return read;
};
