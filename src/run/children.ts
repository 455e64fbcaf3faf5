import type { ChildUsage } from '../cost';
import { billedDurationMs, billedMemoryMb, estimatedMemoryMb, gbSeconds } from '../cost/express';
import type { HistoryEvent } from '../model/event';
import type { ExecutionTrace } from '../model/visit';
import type { ArmBuilder } from '../stats';
import { readHistory, type Paced } from '../target/collect';
import type { ExecutionItem, HotCalls } from '../target/hot/calls';
import {
  childrenOf,
  isExpressArn,
  statesInside,
  traceExecution,
  underPrefix,
  type Children,
  type MachineState,
  type StartedChild,
} from '../trace';
import { shuffle } from './random';

export interface ChildContext {
  readonly hot: HotCalls;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly states: readonly MachineState[];
  readonly definitionBytes: number;
  /** Calls under the account's quotas. */
  readonly histories: Paced;
  readonly lists: Paced;
}

/** Finds the executions that traced executions started themselves, and counts what they did. */
export interface ChildReader {
  /** Notes whom a history tells of; nothing is called. */
  note(lane: number, events: readonly HistoryEvent[]): void;
  /** Reads all that was noted of a lane into its arm. What cannot be read is counted as uncounted, never guessed. */
  read(lane: number, arm: ArmBuilder): Promise<void>;
}

/** Histories of children to read of one arm; the rest is taken to be like those. */
const mostHistories = 2_000;
const parallel = 8;
/** A workflow that starts itself over and over is followed so far. */
const deepest = 5;

const noChildren = (): ChildUsage => ({
  executions: 0,
  standardTransitions: 0,
  expressRequests: 0,
  expressGbSeconds: 0,
  uncounted: 0,
});

const sum = (a: ChildUsage, b: ChildUsage): ChildUsage => ({
  executions: a.executions + b.executions,
  standardTransitions: a.standardTransitions + b.standardTransitions,
  expressRequests: a.expressRequests + b.expressRequests,
  expressGbSeconds: a.expressGbSeconds + b.expressGbSeconds,
  uncounted: (a.uncounted ?? 0) + (b.uncounted ?? 0),
});

const times = (usage: ChildUsage, factor: number): ChildUsage => ({
  executions: usage.executions * factor,
  standardTransitions: usage.standardTransitions * factor,
  expressRequests: usage.expressRequests * factor,
  expressGbSeconds: usage.expressGbSeconds * factor,
  uncounted: (usage.uncounted ?? 0) * factor,
});

/** Entered states, retries of tasks, and redrives: as a Standard execution is billed, its own children apart. */
const transitionsOf = (trace: ExecutionTrace): number =>
  trace.visits.reduce(
    (n, visit) => n + 1 + (visit.type === 'Task' ? Math.max(0, visit.attempts.length - 1) : 0),
    trace.redrives ?? 0,
  );

/** Express executions whose bill is not told: the pricing page's estimate of memory. */
const expressUsage = (durationMs: number, memoryMb: number): ChildUsage => ({
  ...noChildren(),
  executions: 1,
  expressRequests: 1,
  expressGbSeconds: gbSeconds(billedDurationMs(durationMs), memoryMb),
});

export const createChildReader = (context: ChildContext): ChildReader => {
  const { hot, signal, states } = context;
  const noted = new Map<number, Children[]>();
  const memoryMb = billedMemoryMb(estimatedMemoryMb(context.definitionBytes, 0, 0));

  const historyOf = (arn: string): Promise<readonly HistoryEvent[]> =>
    readHistory(hot, arn, context.histories, { signal, includeExecutionData: true });

  const listRun = async (mapRunArn: string): Promise<readonly ExecutionItem[]> => {
    const all: ExecutionItem[] = [];
    let nextToken: string | undefined;
    do {
      const token = nextToken;
      const page = await context.lists(() =>
        hot.listExecutions({ mapRunArn, maxResults: 1_000, ...(token ? { nextToken: token } : {}) }, { signal }),
      );
      all.push(...page.executions);
      nextToken = page.nextToken;
    } while (nextToken);
    return all;
  };

  const started = async (child: StartedChild, depth: number): Promise<ChildUsage> => {
    const { arn, billed } = child;
    if (billed)
      return {
        ...noChildren(),
        executions: 1,
        expressRequests: 1,
        expressGbSeconds: gbSeconds(billed.durationMs, billed.memoryMb),
      };
    if (isExpressArn(arn)) return { ...noChildren(), executions: 1, expressRequests: 1, uncounted: 1 };
    try {
      const events = await historyOf(arn);
      const trace = traceExecution(events);
      const own: ChildUsage = {
        ...noChildren(),
        executions: 1,
        standardTransitions: transitionsOf(trace),
        uncounted: trace.finishedAt === undefined ? 1 : 0,
      };
      return depth >= deepest ? own : sum(own, await family(childrenOf(events), 1, depth + 1));
    } catch {
      return { ...noChildren(), executions: 1, uncounted: 1 };
    }
  };

  /** All that a nested execution started in its turn. Its own Map Runs' children cost a transition of it each. */
  const family = async (children: Children, perRun: number, depth: number): Promise<ChildUsage> => {
    let total = noChildren();
    for (const child of children.started) total = sum(total, await started(child, depth));
    for (const { arn } of children.mapRuns) {
      const all = await listRun(arn);
      total = sum(total, { ...noChildren(), standardTransitions: all.length });
      const chosen = shuffle([...all], context.random).slice(0, perRun);
      for (const each of chosen)
        total = sum(total, times(await ofItem(each, depth), all.length / Math.max(1, chosen.length)));
    }
    return total;
  };

  const ofItem = (item: ExecutionItem, depth: number): Promise<ChildUsage> =>
    isExpressArn(item.executionArn)
      ? Promise.resolve(expressUsage((item.stoppedAt ?? item.startedAt) - item.startedAt, memoryMb))
      : started({ arn: item.executionArn }, depth);

  /** A run of the workflow's own distributed Map: its Standard children's states are states of the workflow. */
  const ownRun = async (arm: ArmBuilder, run: Children['mapRuns'][number], most: number): Promise<void> => {
    let all: readonly ExecutionItem[];
    try {
      all = await listRun(run.arn);
    } catch {
      return; // The arm counts the run as one whose children could not be counted.
    }
    arm.noteMapRunChildren(all.length);
    const { states: its, prefix } = statesInside(states, run.map);
    const express = all.filter(({ executionArn }) => isExpressArn(executionArn));
    for (const each of express) arm.noteChildren(await ofItem(each, 0));
    const standard = all.filter(({ executionArn }) => !isExpressArn(executionArn));
    const chosen = shuffle([...standard], context.random).slice(0, most);
    const traces: { readonly trace: ExecutionTrace; readonly more: Children }[] = [];
    for (const { executionArn } of chosen) {
      try {
        const events = await historyOf(executionArn);
        traces.push({ trace: traceExecution(events, its), more: childrenOf(events) });
      } catch {
        // Those that were read stand for it.
      }
    }
    const weight = standard.length / Math.max(1, traces.length);
    if (standard.length > 0 && traces.length === 0)
      arm.noteChildren({ ...noChildren(), executions: standard.length, uncounted: standard.length });
    for (const { trace, more } of traces) {
      arm.addChildTrace(underPrefix(trace, prefix), weight);
      const further = await family(more, 1, 1);
      if (further.executions > 0) arm.noteChildren(times(further, weight));
    }
  };

  return {
    note: (lane, events) => {
      const children = childrenOf(events);
      if (children.mapRuns.length + children.started.length === 0) return;
      const known = noted.get(lane);
      if (known) known.push(children);
      else noted.set(lane, [children]);
    },
    read: async (lane, arm) => {
      const all = noted.get(lane) ?? [];
      noted.delete(lane);
      const runs = all.reduce((n, { mapRuns }) => n + mapRuns.length, 0);
      const perRun = Math.max(1, Math.floor(mostHistories / Math.max(1, runs)));
      const todo: (() => Promise<void>)[] = all.flatMap(({ mapRuns, started: nested }) => [
        ...mapRuns.map((run) => () => ownRun(arm, run, perRun)),
        ...nested.map((child) => async () => arm.noteChildren(await started(child, 0))),
      ]);
      const worker = async () => {
        for (let next = todo.pop(); next && !signal.aborted; next = todo.pop()) await next();
      };
      await Promise.all(Array.from({ length: Math.min(parallel, todo.length) }, worker));
    },
  };
};
