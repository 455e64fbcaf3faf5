import type { Clock } from '../model/clock';
import type { ExecutionStatus, HistoryEvent } from '../model/event';
import { readLog, type Paced } from '../target/collect';
import type { HotCalls } from '../target/hot/calls';
import { LogAssembly } from '../target/logEvents';
import type { DeployedMachine } from '../target/deployment';

/** An execution that somebody else started, found by its name. All times are the service's, epoch ms. */
export interface FoundEnd {
  readonly name: string;
  readonly executionArn: string;
  readonly status: Exclude<ExecutionStatus, 'RUNNING' | 'PENDING_REDRIVE'>;
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly error?: string;
}

/** Finds executions of one machine that have ended, whoever started them. */
export interface EndFinder {
  /** Those that were not answered before. */
  look(): Promise<readonly FoundEnd[]>;
  /** ARNs of those that were still running at the last look. */
  readonly running: ReadonlyMap<string, string>;
}

export interface FinderContext {
  readonly hot: HotCalls;
  readonly clock: Clock;
  readonly machine: DeployedMachine;
  /** The moment from which on it is looked, service clock. */
  readonly since: number;
  readonly wanted: (name: string) => boolean;
  readonly lists: Paced;
  readonly describes: Paced;
  readonly pages: Paced;
  readonly signal: AbortSignal;
}

/** So many failed ones are asked for the name of their error; lists do not say it. */
const mostDescribed = 500;

/** By pages of ListExecutions, newest first, as far back as the beginning. */
export const findStandardEnds = (context: FinderContext): EndFinder => {
  const { hot, machine, since, wanted, lists, describes, signal } = context;
  const told = new Set<string>();
  let running = new Map<string, string>();
  let described = 0;
  const errorOf = async (executionArn: string): Promise<string | undefined> => {
    if (described++ >= mostDescribed) return undefined;
    return describes(() => hot.describeExecution(executionArn, { signal })).then(
      ({ error }) => error,
      () => undefined,
    );
  };
  return {
    get running() {
      return running;
    },
    look: async () => {
      const found: FoundEnd[] = [];
      const now = new Map<string, string>();
      let nextToken: string | undefined;
      do {
        const token = nextToken;
        const page = await lists(() =>
          hot.listExecutions(
            { stateMachineArn: machine.arn, maxResults: 1_000, ...(token ? { nextToken: token } : {}) },
            { signal },
          ),
        );
        let oldest = Infinity;
        for (const { name, executionArn, status, startedAt, stoppedAt } of page.executions) {
          oldest = startedAt;
          if (startedAt < since || !wanted(name) || told.has(name)) continue;
          if (status === 'RUNNING' || status === 'PENDING_REDRIVE') now.set(name, executionArn);
          else {
            told.add(name);
            const error = status === 'FAILED' ? await errorOf(executionArn) : undefined;
            found.push({
              ...{ name, executionArn, status, startedAt, stoppedAt: stoppedAt ?? startedAt },
              ...(error !== undefined ? { error } : {}),
            });
          }
        }
        nextToken = oldest < since - 1_000 ? undefined : page.nextToken;
      } while (nextToken);
      running = now;
      return found;
    },
  };
};

const endings = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
} as const;

const endOf = (arn: string, events: readonly HistoryEvent[]): FoundEnd | undefined => {
  const first = events.find((event) => event.type === 'ExecutionStarted');
  const last = events.findLast((event) => event.type in endings);
  if (!first || !last) return undefined;
  const { error } = last.details as { error?: string };
  return {
    // arn:aws:states:REGION:ACCOUNT:express:MACHINE:NAME:ID
    name: arn.split(':')[7] ?? '',
    executionArn: arn,
    status: endings[last.type as keyof typeof endings],
    startedAt: first.timestamp,
    stoppedAt: last.timestamp,
    ...(error !== undefined ? { error } : {}),
  };
};

/** Late events are looked for so far back, ms; a last look goes back to the beginning. */
const overlapMs = 30_000;

/** By the log of the machine, which holds the first and the last event of each. */
export const findExpressEnds = (context: FinderContext): EndFinder => {
  const { hot, machine, since, wanted, pages, signal } = context;
  const log = new LogAssembly();
  const told = new Set<string>();
  const running = new Map<string, string>();
  let latest = since;
  let looks = 0;
  return {
    running,
    look: async () => {
      const logGroupName = machine.logGroup ?? '';
      // Every eighth time from the beginning: what was late by more than the overlap is found by that.
      const startTime = Math.floor(looks++ % 8 === 7 ? since : Math.max(since, latest - overlapMs)) - 1_000;
      await readLog(
        hot,
        { logGroupName, startTime },
        pages,
        (message, timestamp) => {
          latest = Math.max(latest, timestamp);
          log.add(message);
        },
        { signal },
      );
      const found: FoundEnd[] = [];
      running.clear();
      for (const arn of log.arns) {
        const end = endOf(arn, log.events(arn));
        const name = arn.split(':')[7] ?? '';
        if (!end && wanted(name) && !told.has(name)) running.set(name, arn);
        if (!end) continue;
        log.forget(arn);
        if (!wanted(name) || told.has(name)) continue;
        told.add(name);
        found.push(end);
      }
      return found;
    },
  };
};
