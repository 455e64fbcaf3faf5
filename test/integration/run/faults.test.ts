import { describe, expect, it } from 'vitest';
import type { Fault } from './faultProxy';
import { brokenInvariants, run } from './setUp';

const rules = { throttledAttempts: 30, failedAttempts: 6, baseMs: 2, capMs: 50 };
const io = { rules, timeouts: { callMs: 400, syncMs: 400 } };
const load = { kind: 'iterations', executions: 30, concurrency: 6 } as const;
const hot =
  /^(StartExecution|StartSyncExecution|DescribeExecution|ListExecutions|GetExecutionHistory|FilterLogEvents)$/;

/** Every third hot call is spoilt. */
const everyThird =
  (fault: Fault, only: RegExp = hot) =>
  (operation: string, count: number): Fault | undefined =>
    only.test(operation) && count % 3 === 1 ? fault : undefined;

describe('a run through a network that fails', () => {
  it.each<[string, Fault]>([
    ['delays', { kind: 'delay', ms: 60 }],
    ['drops', { kind: 'drop' }],
    ['resets before', { kind: 'reset' }],
    ['resets after', { kind: 'resetAfter' }],
    ['half bodies', { kind: 'halfBody' }],
    ['429', { kind: 'status', status: 429, code: 'TooManyRequestsException' }],
    ['throttling', { kind: 'status', status: 429, code: 'ThrottlingException' }],
    ['500', { kind: 'status', status: 500, code: 'InternalServerError' }],
    ['503', { kind: 'status', status: 503, code: 'ServiceUnavailable' }],
    ['500 after it was done', { kind: 'statusAfter', status: 500 }],
  ])('%s: no sample is lost, none counted twice', async (_name, fault) => {
    const { document, proxy } = await run({ plan: { load }, io, fault: everyThird(fault) });
    expect(document.status).toEqual({ kind: 'finished' });
    expect(brokenInvariants(document)).toEqual([]);
    for (const arm of document.arms) {
      expect([arm.type, arm.executions.started + arm.executions.dropped]).toEqual([arm.type, 30]);
      expect(arm.executions.succeeded).toBe(30);
      expect(arm.traced).toBe(30);
    }
    // A Standard start that was made again found its first execution: the name is the idempotency key.
    expect([...(proxy?.delivered.keys() ?? [])].filter((name) => /-0-\d+$/.test(name)).length).toBe(30);
  });

  it('counts what a quota threw back, and keeps it in the latency', async () => {
    const { document } = await run({
      plan: { load: { kind: 'burst', executions: 20 }, types: ['STANDARD'] },
      io,
      fault: (operation, count) =>
        operation === 'StartExecution' && count <= 10
          ? { kind: 'status', status: 429, code: 'ThrottlingException' }
          : undefined,
    });
    const [arm] = document.arms;
    expect(arm?.executions).toMatchObject({ started: 20, succeeded: 20, throttled: 10, dropped: 0 });
    expect(document.notes.some((note) => note.kind === 'throttled' && note.message.includes('10 start calls'))).toBe(
      true,
    );
  });

  it('names every execution whose end cannot be learnt', async () => {
    const { document } = await run({
      plan: { load: { kind: 'iterations', executions: 4, concurrency: 2 }, types: ['EXPRESS'] },
      io,
      fault: (operation) => (operation === 'StartSyncExecution' ? { kind: 'resetAfter' } : undefined),
    });
    const [arm] = document.arms;
    expect(arm?.executions).toMatchObject({ started: 4, succeeded: 0, unknown: 4 });
    expect(arm?.latencyMs).toBeNull();
    expect(brokenInvariants(document)).toEqual([]);
  });

  it('says what it could not start, and that it did not start', async () => {
    const { document } = await run({
      plan: { load: { kind: 'iterations', executions: 3, concurrency: 1 }, types: ['STANDARD'] },
      io,
      fault: (operation) => (operation === 'StartExecution' ? { kind: 'reset' } : undefined),
    });
    const [arm] = document.arms;
    expect(brokenInvariants(document)).toEqual([]);
    expect((arm?.executions.unknown ?? 0) + (arm?.executions.dropped ?? 0)).toBe(3);
    expect(arm?.executions.succeeded).toBe(0);
  });

  it('measures the same with a service whose clock is an hour off', async () => {
    const { document } = await run({
      plan: { load, types: ['STANDARD', 'EXPRESS'] },
      io,
      fault: (operation) => (hot.test(operation) ? { kind: 'skew', ms: -3_600_000 } : undefined),
    });
    expect(brokenInvariants(document)).toEqual([]);
    for (const arm of document.arms) {
      expect(arm.executions.succeeded).toBe(30);
      // An hour would show in any figure that mixed the two clocks.
      expect(arm.latencyMs?.min).toBeGreaterThanOrEqual(0);
      expect(arm.latencyMs?.max).toBeLessThan(60_000);
    }
  });

  it('fails with one message when nothing can be deployed, and leaves nothing in the ledger', async () => {
    const { document } = await run({
      plan: { load },
      io,
      fault: (operation) =>
        operation === 'CreateStateMachine' ? { kind: 'status', status: 429, code: 'AccessDeniedException' } : undefined,
    });
    expect(document.status).toMatchObject({ kind: 'failed' });
    expect(document.status.kind === 'failed' ? document.status.message : '').toMatch(
      /Access denied: .*CreateStateMachine/,
    );
    expect(document.arms).toEqual([]);
  });
});
