import { describe, expect, it } from 'vitest';
import { brokenInvariants, run } from './setUp';

describe('a run under the quotas of a region', () => {
  it('is throttled where the service throttles, loses nothing, and reads no more than it may', async () => {
    const { document } = await run({
      plan: { types: ['STANDARD'], load: { kind: 'burst', executions: 120 } },
      io: {
        rules: { throttledAttempts: 200, failedAttempts: 5, baseMs: 5, capMs: 200 },
        mostHistories: 40,
      },
      server: {
        quotas: {
          'StartExecution.STANDARD': { size: 5, refill: 30 },
          DescribeExecution: { size: 20, refill: 50 },
          GetExecutionHistory: { size: 20, refill: 50 },
          ListExecutions: { size: 10, refill: 20 },
        },
      },
    });
    const [arm] = document.arms;
    expect(document.status).toEqual({ kind: 'finished' });
    expect(brokenInvariants(document)).toEqual([]);
    expect(arm?.executions).toMatchObject({ started: 120, succeeded: 120, dropped: 0 });
    expect(arm?.executions.throttled).toBeGreaterThan(0);
    expect(arm?.traced).toBe(40);
    expect(document.notes.map((note) => note.kind)).toEqual(expect.arrayContaining(['throttled', 'sampled']));
  });
});
