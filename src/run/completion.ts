import type { Clock } from '../model/clock';
import { CallFailure } from '../target/hot/failure';
import type { ExecutionEnd, HotCalls } from '../target/hot/calls';
import type { Pacer } from './pace';

/** How a Standard execution was learnt to have ended; `lost` when it could not be learnt. */
export type Completion =
  { readonly kind: 'ended'; readonly end: ExecutionEnd } | { readonly kind: 'lost'; readonly why: string };

export interface CompletionWatch {
  /** Resolves when the execution has ended. Latency does not depend on when that is noticed: it is read off the service's clock. */
  wait(executionArn: string, startedAt: number): Promise<Completion>;
  /**
   * We have asked for its end, and the service named `stoppedAt` (its clock). It answers so for one that had ended by itself, too:
   * the execution is asked about at once, and counts as aborted only where that stays without an answer until `stop`.
   */
  stopped(executionArn: string, stoppedAt: number): void;
  /** After a last look gives up all that is waited for: what was stopped as aborted, the rest as lost. Within a quarter of a second. */
  stop(why: string): void;
  readonly waiting: number;
}

/** What is known of one that nobody asks about any more. */
const given = ({ arn, startedAt, stoppedAt, listed }: Waiting, why: string): Completion =>
  listed
    ? { kind: 'ended', end: listed }
    : stoppedAt === undefined
      ? { kind: 'lost', why }
      : { kind: 'ended', end: { executionArn: arn, status: 'ABORTED', startedAt: startedAt || stoppedAt, stoppedAt } };

/** Running, or said to have ended without a time at which it did: it is asked about again. */
const isOver = ({ status, stoppedAt }: ExecutionEnd): boolean =>
  status !== 'RUNNING' && status !== 'PENDING_REDRIVE' && stoppedAt !== undefined;

export interface WatchOptions {
  readonly hot: HotCalls;
  readonly clock: Clock;
  readonly machineArn: string;
  readonly describes: Pacer;
  readonly lists: Pacer;
}

interface Waiting {
  readonly arn: string;
  readonly startedAt: number;
  readonly since: number;
  readonly resolve: (completion: Completion) => void;
  nextAt: number;
  /** Calls that failed or found nothing in a row, and since when. */
  failing: number;
  /** When it was stopped by us, on the service's clock. */
  stoppedAt?: number;
  /** How it ended as a list says, which does not name the error. */
  listed?: ExecutionEnd;
}

/** Up to so many in flight each is asked about by itself; above, pages of ListExecutions tell of 1,000 at once. */
const describeUpTo = 16;
const lostAfterMs = 20_000;
/** When all is given up, the service has so long to say how a last time. */
const lastLookMs = 250;
/** The service says that there is none: it is eventually consistent, but not for long. */
const absentAfterMs = 5_000;

/**
 * Watches the executions of one machine without a polling storm: a describe for each while they are few, timed by how long
 * the last ones took; else pages of ListExecutions, newest first, as far back as anyone is waited for. All calls are
 * paced below the account's quotas.
 */
export const watchCompletions = ({ hot, clock, machineArn, describes, lists }: WatchOptions): CompletionWatch => {
  const waiting = new Map<string, Waiting>();
  /** The shortest of the last ones: asking too late would hold up a closed load. */
  let expected = 0;
  const recent: number[] = [];
  let wake: (() => void) | undefined;
  let running = false;
  let stopped = false;

  const settle = (each: Waiting, completion: Completion) => {
    if (!waiting.delete(each.arn)) return;
    if (completion.kind === 'ended') {
      const took = (completion.end.stoppedAt ?? completion.end.startedAt) - completion.end.startedAt;
      recent.push(took);
      if (recent.length > 8) recent.shift();
      expected = Math.min(...recent);
    }
    each.resolve(completion);
  };
  /** Often while an end is near, seldom long before it; 2 % of the usual duration, 4 ms to 1 s. */
  const interval = () => Math.min(1_000, Math.max(4, expected * 0.02));
  const failed = (each: Waiting, error: CallFailure | undefined, pause: number) => {
    each.failing++;
    if (error?.throttled) describes.drain();
    const since = clock.now() - each.since;
    const patience = error?.code === 'ExecutionDoesNotExist' ? absentAfterMs : lostAfterMs;
    if (each.failing >= 5 && since > patience)
      settle(each, { kind: 'lost', why: error?.message ?? 'the service does not know it' });
    else each.nextAt = clock.now() + Math.min(5_000, Math.max(pause, 20 * 2 ** each.failing));
  };

  const describe = async (each: Waiting) => {
    each.nextAt = Infinity;
    await describes.take();
    if (!waiting.has(each.arn)) return;
    try {
      const end = await hot.describeExecution(each.arn);
      each.failing = 0;
      if (isOver(end)) settle(each, { kind: 'ended', end });
      else each.nextAt = clock.now() + interval();
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      failed(each, error, interval());
    }
    wake?.();
  };

  const list = async () => {
    await lists.take();
    const oldest = Math.min(...[...waiting.values()].map((each) => each.startedAt));
    let nextToken: string | undefined;
    do {
      const page = await hot.listExecutions({
        stateMachineArn: machineArn,
        maxResults: 1_000,
        ...(nextToken ? { nextToken } : {}),
      });
      let last = Infinity;
      const failures: Waiting[] = [];
      for (const item of page.executions) {
        last = item.startedAt;
        const each = waiting.get(item.executionArn);
        if (!each || !isOver(item)) continue;
        each.listed = item;
        if (item.status === 'SUCCEEDED' || item.status === 'ABORTED' || !describes.tryTake())
          settle(each, { kind: 'ended', end: item });
        else failures.push(each);
      }
      // A list does not say why one failed.
      await Promise.all(failures.map(describe));
      nextToken = last < oldest - 1_000 ? undefined : page.nextToken;
      if (nextToken) await lists.take();
    } while (nextToken && waiting.size > 0);
  };

  const loop = async () => {
    let listFailures = 0;
    while (waiting.size > 0 && !stopped) {
      const now = clock.now();
      if (waiting.size <= describeUpTo) {
        let next = Infinity;
        for (const each of waiting.values()) {
          if (each.nextAt <= now) void describe(each);
          else next = Math.min(next, each.nextAt);
        }
        await pause(Math.min(250, Math.max(1, next - now)));
        continue;
      }
      try {
        await list();
        listFailures = 0;
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error;
        if (error.throttled) lists.drain();
        // Many failures in a row: ask about each, which gives each its own end.
        if (++listFailures >= 8)
          for (const each of [...waiting.values()]) settle(each, { kind: 'lost', why: error.message });
      }
      await pause(Math.min(1_000, Math.max(50 * (1 + listFailures), expected * 0.05)));
    }
    running = false;
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  return {
    wait: (arn, startedAt) =>
      new Promise((resolve) => {
        if (stopped) return resolve({ kind: 'lost', why: 'the run was stopped' });
        const now = clock.now();
        waiting.set(arn, {
          arn,
          startedAt,
          since: now,
          resolve,
          nextAt: now + Math.max(2, expected * 0.8),
          failing: 0,
        });
        if (!running) {
          running = true;
          void loop().catch((error: unknown) => {
            running = false;
            for (const each of [...waiting.values()]) settle(each, { kind: 'lost', why: String(error) });
          });
        } else wake?.();
      }),
    stopped: (executionArn, stoppedAt) => {
      const each = waiting.get(executionArn);
      if (!each) return;
      each.stoppedAt = stoppedAt;
      each.nextAt = Math.min(each.nextAt, clock.now());
      wake?.();
    },
    stop: (why) => {
      stopped = true;
      const giveUp = () => {
        cancel();
        for (const each of [...waiting.values()]) settle(each, given(each, why));
      };
      const cancel = clock.after(lastLookMs, giveUp);
      if (waiting.size === 0) cancel();
      // A page tells of a thousand how they ended, also of those that had ended before their stop came.
      else void list().then(giveUp, giveUp);
      wake?.();
    },
    get waiting() {
      return waiting.size;
    },
  };
};
