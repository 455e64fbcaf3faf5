import { describe, expect, it } from 'vitest';
import { brokenInvariants, run } from './setUp';

const load = { kind: 'iterations', executions: 12, concurrency: 1 } as const;

describe('what observing costs', () => {
  it('Express: two arms in turns, one without a log, compared in latency and money', async () => {
    const { document } = await run({ plan: { observer: true, types: ['EXPRESS'], load } });
    expect(document.status).toEqual({ kind: 'finished' });
    expect(brokenInvariants(document)).toEqual([]);
    expect(document.progress).toMatchObject({ planned: 24, done: 24 });
    expect(document.arms.map((arm) => [arm.type, arm.system, arm.executions.succeeded, arm.traced ?? 0])).toEqual([
      ['EXPRESS', 'express', 12, 12],
      ['EXPRESS', 'express-unlogged', 12, 0],
    ]);
    const [logged, plain] = document.arms;
    expect(logged?.cost?.lines.some((line) => line.meter === 'logs.ingestedGb')).toBe(true);
    expect(plain?.cost?.lines.some((line) => line.meter === 'logs.ingestedGb' && (line.amount ?? 0) > 0)).toBe(false);
    expect(document.comparison).toMatchObject({ baseline: 'Express-unlogged', candidate: 'Express', paired: true });
    expect(document.comparison?.costRatio).toBeGreaterThan(1);
    const notes = document.notes.map((note) => note.message).join('\n');
    expect(notes).toMatch(
      /Logging at ALL, on against off\. It adds −?[\d.]+ m?s to the median latency \(95 % interval/,
    );
    expect(notes).toMatch(/It costs \$[\d.]+ per million executions: [\d,]+ bytes each, measured over 12/);
  });

  it('Standard: the second arm has the log', async () => {
    const { document } = await run({ plan: { observer: true, types: ['STANDARD'], load } });
    expect(document.arms.map((arm) => [arm.system, arm.executions.succeeded, arm.traced])).toEqual([
      ['standard', 12, 12],
      ['standard-logged', 12, 12],
    ]);
    expect(document.notes.map((note) => note.message).join('\n')).toMatch(/It costs \$[\d.]+ per million executions/);
  });

  it('is asked of one type, on machines of its own', async () => {
    await expect(run({ plan: { observer: true, load } })).rejects.toThrow(/one type at a time/);
    await expect(run({ plan: { observer: true, driver: true, types: ['EXPRESS'], load } })).rejects.toThrow(
      /two machines of its own/,
    );
  });
});
