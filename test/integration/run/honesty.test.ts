import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../src/model/event';
import type { RunDocument } from '../../../src/model/run';
import type { RunningServer } from '../../../src/server/options';
import { readHistory, readLog } from '../../../src/target/collect';
import { openDoor } from '../../../src/target/door';
import { executionName, LogAssembly } from '../../../src/target/logEvents';
import type { Fault } from './faultProxy';
import { brokenInvariants, newFolder, run } from './setUp';

/** What one execution says of itself. */
interface Told {
  readonly status: string;
  readonly error: string | undefined;
  readonly durationMs: number;
}

const statuses: Readonly<Record<string, string>> = {
  ExecutionSucceeded: 'succeeded',
  ExecutionFailed: 'failed',
  ExecutionTimedOut: 'timedOut',
  ExecutionAborted: 'aborted',
};

const toldBy = (events: readonly HistoryEvent[]): Told => {
  const [first, last] = [events[0], events.at(-1)];
  return {
    status: statuses[last?.type ?? ''] ?? 'running',
    error: last?.details.error,
    durationMs: (last?.timestamp ?? 0) - (first?.timestamp ?? 0),
  };
};

/** Every execution that the service has, by name, from its own history or log. */
const truthOf = async (server: RunningServer): Promise<ReadonlyMap<string, Told>> => {
  const { accessKeyId, secretAccessKey } = server.credentials;
  const door = await openDoor(
    { kind: 'endpoint', url: server.endpoint, region: server.region },
    {
      now: () => Date.now(),
      signIn: {
        env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
        askMfa: () => Promise.resolve(undefined),
      },
    },
  );
  const { clients, sdk, hot } = door;
  const truth = new Map<string, Told>();
  try {
    const { stateMachines = [] } = await clients.sfn.send(new sdk.ListStateMachinesCommand({}));
    for (const { stateMachineArn = '', type, name } of stateMachines) {
      if (type === 'EXPRESS') {
        const log = new LogAssembly();
        await readLog(
          hot,
          { logGroupName: `/aws/vendedlogs/states/${name}` },
          (call) => call(),
          (message) => void log.add(message),
        );
        for (const arn of log.arns) truth.set(executionName(arn), toldBy(log.events(arn)));
        continue;
      }
      let nextToken: string | undefined;
      do {
        const page = await hot.listExecutions({
          ...{ stateMachineArn, maxResults: 1_000 },
          ...(nextToken ? { nextToken } : {}),
        });
        for (const { executionArn, name: execution } of page.executions)
          truth.set(execution, toldBy(await readHistory(hot, executionArn, (call) => call())));
        nextToken = page.nextToken;
      } while (nextToken);
    }
  } finally {
    door.close();
  }
  return truth;
};

const failed = new Set(['failed', 'timedOut']);

/** Samples that say something else than the service does. A start that was made again as Express has a suffix: the last one counts. `named`: every error has its name. */
const contradictions = (document: RunDocument, truth: ReadonlyMap<string, Told>, named = true): string[] =>
  document.arms.flatMap((arm) =>
    [...arm.samples, ...(arm.warmupSamples ?? [])].flatMap((sample) => {
      if (sample.status === 'unknown') return [];
      const tries = [...truth].filter(([name]) => name === sample.name || name.startsWith(`${sample.name}-r`));
      const last = tries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)).at(-1)?.[1];
      if (!last) return [`${sample.name} is ${sample.status}, but was never started`];
      const wrong = [];
      if (last.status !== sample.status)
        wrong.push(`${sample.name} is ${sample.status}, its history says ${last.status}`);
      if (failed.has(sample.status) && (named || sample.error !== undefined) && sample.error !== last.error)
        wrong.push(`${sample.name} failed by ${sample.error}, its history says ${last.error}`);
      if (sample.latencyMs < last.durationMs - 1)
        wrong.push(`${sample.name} took ${sample.latencyMs} ms, its history ${last.durationMs} ms`);
      return wrong;
    }),
  );

/** Ends in each of the ways in which an execution can end by itself. */
const definition = {
  TimeoutSeconds: 1,
  StartAt: 'Which',
  States: {
    Which: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.fail', IsPresent: true, Next: 'No' },
        { Variable: '$.slow', IsPresent: true, Next: 'Slow' },
      ],
      Default: 'Quick',
    },
    Quick: { Type: 'Pass', End: true },
    No: { Type: 'Fail', Error: 'Order.Invalid', Cause: 'as asked' },
    Slow: { Type: 'Wait', Seconds: 2, End: true },
  },
};
const inputs = ['{}', '{"fail":true}', '{}', '{"slow":true}'];

const rules = { throttledAttempts: 30, failedAttempts: 6, baseMs: 2, capMs: 50 };
const timeouts = { callMs: 1_500, syncMs: 1_500 };
const load = { kind: 'iterations', executions: 24, concurrency: 24 } as const;

const honest = async (
  fault: ((operation: string, count: number) => Fault | undefined) | undefined,
  more: Partial<Parameters<typeof run>[0]> = {},
) => {
  const folder = newFolder();
  const file = path.join(folder, 'inputs.jsonl');
  writeFileSync(file, inputs.join('\n'));
  let truth: ReadonlyMap<string, Told> = new Map();
  const { document } = await run({
    folder,
    definition,
    ...(fault ? { fault } : {}),
    beforeEnd: async (server) => {
      truth = await truthOf(server);
    },
    ...more,
    plan: { load, input: { kind: 'lines', path: file }, ...more.plan },
    io: { rules, timeouts, ...more.io },
  });
  expect(brokenInvariants(document)).toEqual([]);
  // A stop leaves no time to ask for the name of each error.
  expect(contradictions(document, truth, document.status.kind === 'finished')).toEqual([]);
  return { document, truth };
};

const starts = /^(StartExecution|StartSyncExecution)$/;
const asks = /^(DescribeExecution|ListExecutions)$/;
const every = (n: number, fault: Fault, of: RegExp) => (operation: string, count: number) =>
  of.test(operation) && count % n === 1 ? fault : undefined;

describe('what is said of an execution is what its history says', { timeout: 300_000 }, () => {
  it('where nothing is in the way', async () => {
    // Time enough for each call and each order, however busy the machine: nothing is started twice, nothing else ends by its time.
    const patient = {
      ...definition,
      TimeoutSeconds: 10,
      States: { ...definition.States, Slow: { ...definition.States.Slow, Seconds: 250 } },
    };
    const { document, truth } = await honest(undefined, {
      definition: patient,
      plan: { warmup: 4 },
      io: { rules, timeouts: { callMs: 60_000, syncMs: 60_000 } },
    });
    for (const arm of document.arms)
      expect(arm.executions).toMatchObject({ started: 24, succeeded: 12, failed: 6, timedOut: 6 });
    expect(truth.size).toBe(2 * (24 + 4));
  });

  it.each<[string, Fault, RegExp]>([
    ['starts that are cut off before they arrive', { kind: 'reset' }, starts],
    ['starts that are carried out and cut off', { kind: 'resetAfter' }, starts],
    ['starts of which half an answer comes', { kind: 'halfBody' }, starts],
    ['starts that are answered with 500 and carried out', { kind: 'statusAfter', status: 500 }, starts],
    ['starts that never arrive', { kind: 'drop' }, starts],
    ['starts that are throttled', { kind: 'status', status: 429, code: 'ThrottlingException' }, starts],
    ['answers about ends that are cut off', { kind: 'resetAfter' }, asks],
    ['answers about ends that are late', { kind: 'delay', ms: 120 }, asks],
    ['a service whose clock is an hour behind', { kind: 'skew', ms: -3_600_000 }, /./],
    ['a service whose clock is an hour ahead', { kind: 'skew', ms: 3_600_000 }, /./],
  ])('through %s', async (_name, fault, of) => {
    const { document } = await honest(every(fault.kind === 'skew' ? 1 : 3, fault, of));
    for (const arm of document.arms) expect(arm.executions.started + arm.executions.dropped).toBe(24);
  });

  it.each([16, 120, 800])(
    'through a stop with %i in flight: what had ended before it is no aborted one',
    async (inFlight) => {
      const stop = new AbortController();
      const { document } = await honest(undefined, {
        plan: {
          types: ['STANDARD'],
          warmup: 0,
          load: { kind: 'iterations', executions: 4_000, concurrency: inFlight },
        },
        io: { signal: stop.signal },
        onSnapshot: ({ arms: [arm] }) => {
          if ((arm?.executions.succeeded ?? 0) >= inFlight) stop.abort('enough');
        },
      });
      expect(document.status).toMatchObject({ kind: 'stopped' });
      expect(document.arms[0]?.executions.aborted).toBeGreaterThan(0);
    },
  );
});
