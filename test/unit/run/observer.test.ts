import { describe, expect, it } from 'vitest';
import type { Arm } from '../../../src/model/run';
import { loggedBytes, observerAnswer } from '../../../src/run/observer';
import { createArm } from '../../../src/stats';
import type { HotCalls } from '../../../src/target/hot/calls';

const arm = (system: string, latencies: readonly number[]): Arm => {
  const load = { kind: 'iterations', executions: latencies.length, concurrency: 1 } as const;
  const builder = createArm({ type: 'EXPRESS', system, load, states: [] });
  for (const [i, latencyMs] of latencies.entries())
    builder.add({ name: `sb-${i}`, atMs: i, latencyMs, status: 'succeeded' });
  return builder.snapshot({ final: true });
};
const options = { region: 'us-east-1', seed: 1, paired: false };
const log = { bytes: 20_000, executions: 10 };
const around = (middle: number, n = 40) => Array.from({ length: n }, (_, i) => middle + (i % 5) - 2);

describe('what logging adds', () => {
  it('is a difference with its interval, and dollars by the bytes', () => {
    const { note, comparison } = observerAnswer(
      { off: arm('express-unlogged', around(100)), on: arm('express', around(110)) },
      log,
      options,
    );
    expect(note).toMatch(
      /It adds 10\.0 ms to the median latency \(95 % interval [\d.]+ ms to [\d.]+ ms\), n = 40 and 40\./,
    );
    // 2,000 bytes at $0.50 a GB, a million times.
    expect(note).toContain('It costs $1.00 per million executions: 2,000 bytes each, measured over 10.');
    expect(comparison.baseline).toBe('Express-unlogged');
  });

  it('may be nothing, and is then said to be', () => {
    const { note } = observerAnswer(
      { off: arm('express-unlogged', around(100)), on: arm('express', around(100)) },
      log,
      options,
    );
    expect(note).toMatch(/so it may be nothing/);
    // Microseconds of a quick workflow are not rounded away.
    const quick = around(100).map((each) => each / 1000);
    const added = observerAnswer(
      {
        off: arm('express-unlogged', quick),
        on: arm(
          'express',
          quick.map((each) => each + 0.01),
        ),
      },
      log,
      options,
    );
    expect(added.note).toContain('It adds 0.0100 ms to');
  });

  it('is not told from too few executions, nor priced without a log', () => {
    const { note } = observerAnswer(
      { off: arm('express-unlogged', [1, 2]), on: arm('express', [1, 2]) },
      { bytes: 0, executions: 0 },
      options,
    );
    expect(note).toContain('cannot be told from so few executions');
    expect(note).toContain('no log was read');
  });
});

describe('the bytes of a log', () => {
  it('are counted once for each event, with 26 besides, however often a page brings it', async () => {
    const message = JSON.stringify({ id: '1', execution_arn: 'arn:é' });
    const hot = {
      filterLogEvents: ({ nextToken }: { nextToken?: string }) =>
        Promise.resolve({
          events: [{ eventId: 'a', timestamp: 1, message }],
          ...(nextToken ? {} : { nextToken: 'more' }),
        }),
    } as unknown as HotCalls;
    const machine = { type: 'EXPRESS', name: 'm', arn: 'a', startArn: 'a', logGroup: '/g' } as const;
    expect(await loggedBytes(hot, machine, 0, (call) => call())).toEqual({
      bytes: Buffer.byteLength(message) + 26,
      executions: 1,
    });
  });
});
