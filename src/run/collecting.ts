import type { Clock } from '../model/clock';
import type { HistoryEvent } from '../model/event';
import type { ExecutionTrace } from '../model/visit';
import type { Plan } from '../model/plan';
import type { Quotas } from '../plan/quotas';
import { readHistory, readLatest, readLog, type Paced } from '../target/collect';
import type { HotCalls } from '../target/hot/calls';
import { CallFailure } from '../target/hot/failure';
import { LogAssembly } from '../target/logEvents';
import { traceExecution, type MachineState } from '../trace';
import { createChildReader } from './children';
import type { Finished, Lane } from './lane';
import { createPacer, type Pacer } from './pace';
import { withRetries } from './retry';
import { stratifiedSample } from './sampling';

/** How long late log events are waited for, ms. */
export const logPatienceMs = ({ target }: Plan): number => (target.kind === 'aws' ? 120_000 : 5_000);

export interface CollectContext {
  readonly hot: HotCalls;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborted: nothing more is read. */
  readonly signal: AbortSignal;
  readonly quotas: Quotas;
  readonly states: readonly MachineState[];
  readonly definitionBytes: number;
  /** The workflow starts others: what it started is told by outputs alone. */
  readonly nested?: boolean;
  /** Most histories to read of one arm. */
  readonly most: number;
  /** How long to wait for late log events, ms: CloudWatch delivers them on a best effort basis. */
  readonly logPatienceMs: number;
  /** Called for each trace, after it went into its arm. */
  readonly onTrace?: (lane: Lane, finished: Finished, trace: ExecutionTrace, events: readonly HistoryEvent[]) => void;
}

/** Reads what executions did: histories of Standard, log pages of Express, each into its arm. */
export interface Collector {
  /** What can be had at once without disturbing the load: a few histories, a look into the log. */
  peek(lane: Lane): Promise<void>;
  /**
   * What an execution in flight has done lately. Undefined where it could not be read or where the quota has nothing to spare:
   * calls that the end will want are left to it.
   */
  readonly glance: (lane: Lane, executionArn: string) => Promise<ExecutionTrace | undefined>;
  /** All the rest, sampled where it is more than `most`. */
  finish(lane: Lane): Promise<void>;
  /** Log calls of others, under the same quota. */
  readonly paced: Paced;
}

const parallelReads = 8;
/** Histories of an arm that are read with inputs and outputs, for their timelines; the rest is read lean. */
const withData = 50;
const peekReads = 10;
const peekUpTo = 500;
/** Events that tell where an execution is: its last ones in a flat workflow, many where branches and iterations go on beside each other. */
const [fewLatest, manyLatest] = [24, 200];

/** Calls the end will want of a lane. */
const wanted = (lane: Lane): number =>
  lane.unread.length + lane.inFlight.size + Math.max(0, lane.planned - lane.nextIndex);

export const createCollector = (context: CollectContext): Collector => {
  const latest = context.states.some(({ path, name }) => path !== name) ? manyLatest : fewLatest;
  const histories = createPacer(context.quotas.getExecutionHistory, context.clock);
  const pages = createPacer(context.quotas.filterLogEvents, context.clock);
  const assemblies = new Map<number, LogAssembly>();

  const paced =
    (pacer: Pacer): Paced =>
    async (call) => {
      const answer = await withRetries(async () => {
        await pacer.take(context.signal);
        return call();
      }, context);
      if (answer.ok) return answer.value;
      if (answer.last.throttled) pacer.drain();
      throw answer.last;
    };

  const children = createChildReader({
    ...{ hot: context.hot, signal: context.signal, random: context.random },
    ...{ states: context.states, definitionBytes: context.definitionBytes },
    histories: paced(histories),
    lists: paced(createPacer(context.quotas.listExecutions, context.clock)),
  });

  const takeTrace = (lane: Lane, finished: Finished, events: readonly HistoryEvent[]) => {
    const trace = traceExecution(events, context.states);
    lane.arm.addTrace(finished.sampleIndex, trace);
    const { error } = events.at(-1)?.details ?? {};
    if (finished.status !== 'succeeded' && error !== undefined) lane.arm.nameError(finished.sampleIndex, error);
    lane.tally.read++;
    children.note(lane.number, events);
    context.onTrace?.(lane, finished, trace, events);
  };

  const readOne = async (lane: Lane, finished: Finished) => {
    const events = await readHistory(context.hot, finished.executionArn, paced(histories), {
      signal: context.signal,
      includeExecutionData: context.nested === true || lane.tally.read < withData,
    });
    takeTrace(lane, finished, events);
  };

  /** Reads the log from the oldest unread execution on and takes every execution that is complete. */
  const lookIntoLog = async (lane: Lane): Promise<void> => {
    const logGroupName = lane.system.machine?.logGroup;
    if (!logGroupName || lane.unread.length === 0) return;
    let assembly = assemblies.get(lane.number);
    if (!assembly) assemblies.set(lane.number, (assembly = new LogAssembly()));
    const wanted = new Map(lane.unread.map((each) => [each.executionArn, each]));
    const startTime = Math.min(...lane.unread.map((each) => each.startedAt)) - 1_000;
    const log = assembly;
    await readLog(context.hot, { logGroupName, startTime }, paced(pages), (message) => void log.add(message), {
      signal: context.signal,
    });
    for (const arn of log.arns) {
      const finished = wanted.get(arn);
      if (!finished || log.completeness(arn).kind !== 'complete') continue;
      const events = log.events(arn);
      lane.unread.splice(lane.unread.indexOf(finished), 1);
      lane.arm.addLog(log.bytes(arn));
      takeTrace(lane, finished, events);
    }
    // Events of executions that nobody waits for (read already, warm-ups) need no memory.
    const open = new Set(lane.unread.map((each) => each.executionArn));
    for (const arn of log.arns) if (!open.has(arn)) log.forget(arn);
  };

  const finishStandard = async (lane: Lane) => {
    const chosen = [...stratifiedSample(lane.unread, Math.max(0, context.most - lane.tally.read), context.random)];
    lane.unread.length = 0;
    const reader = async () => {
      for (let next = chosen.pop(); next && !context.signal.aborted; next = chosen.pop()) {
        try {
          await readOne(lane, next);
        } catch {
          // Given up after its tries: the arm says how many histories it has.
        }
      }
    };
    await Promise.all(Array.from({ length: parallelReads }, reader));
  };

  /** Systems that tell of each order themselves: nothing is awaited, no quota is spent. */
  const readOwn = async (lane: Lane) => {
    for (const finished of lane.unread.splice(0)) {
      if (context.signal.aborted) return;
      const children = lane.system.children?.(finished.executionArn) ?? [];
      const trace = await lane.system.trace(finished.executionArn);
      if (!trace || lane.tally.read >= context.most) continue;
      lane.arm.addTrace(finished.sampleIndex, trace);
      for (const child of children) lane.arm.addChildTrace(child.trace, child.weight);
      lane.tally.read++;
      context.onTrace?.(lane, finished, trace, []);
    }
  };

  const finishExpress = async (lane: Lane) => {
    // Without a log there is nothing to wait for; the run says so.
    if (!lane.system.machine?.logGroup) return void lane.unread.splice(0);
    const keep = stratifiedSample(lane.unread, Math.max(0, context.most - lane.tally.read), context.random);
    lane.unread.splice(0, lane.unread.length, ...keep);
    const until = context.clock.now() + context.logPatienceMs;
    for (let wait = 25; lane.unread.length > 0 && !context.signal.aborted; wait = Math.min(5_000, wait * 2)) {
      await lookIntoLog(lane).catch(() => undefined);
      if (lane.unread.length === 0 || context.clock.now() >= until) break;
      await context.clock
        .sleep(Math.min(wait, Math.max(1, until - context.clock.now())), context.signal)
        .catch(() => undefined);
    }
    lane.tally.incompleteLogs += lane.unread.length;
  };

  const finishers = { own: readOwn, log: finishExpress, histories: finishStandard };

  return {
    peek: async (lane) => {
      // Beyond some hundreds a look costs the load more than it shows.
      if (lane.tally.read >= context.most || lane.unread.length > peekUpTo) return;
      try {
        if (lane.system.traces === 'own') await readOwn(lane);
        else if (lane.system.traces === 'log') await lookIntoLog(lane);
        else
          for (let i = 0; i < peekReads; i++) {
            if (!histories.tryTake()) return;
            const next = lane.unread.shift();
            if (!next) return;
            await readOne(lane, next);
          }
      } catch {
        // A look in between may fail; the end reads what is left.
      }
    },
    glance: async (lane, executionArn) => {
      const { bucket, refill } = context.quotas.getExecutionHistory;
      // Where the end wants more than the bucket holds, only what would overflow between two looks is free.
      const full = Number.isFinite(bucket) ? bucket - Math.max(1, refill - peekReads) : 0;
      if (!histories.tryTake(Math.min(wanted(lane), Math.max(0, full)))) return undefined;
      try {
        return traceExecution(
          await readLatest(context.hot, executionArn, latest, { signal: context.signal }),
          context.states,
        );
      } catch (error) {
        if (error instanceof CallFailure && error.throttled) histories.drain();
        return undefined;
      }
    },
    paced: paced(pages),
    finish: async (lane) => {
      await finishers[lane.system.traces](lane);
      await children.read(lane.number, lane.arm);
    },
  };
};
