import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../src/engine';
import { traceStages } from '../../../src/systems/stageTrace';
import { readStatus, watchStatus } from '../../../src/systems/statusTable';
import type { Door } from '../../../src/target/door';

type Row = Record<string, { S?: string; N?: string }>;
const row = (submission: string, status: string, more: Row = {}): Row => ({
  SubmissionId: { S: submission },
  Status: { S: status },
  SubmittedAt: { N: '900' },
  ValidateStartedAt: { N: '1000' },
  ValidateFinishedAt: { N: '1100' },
  ChargeStartedAt: { N: '1200' },
  ChargeFinishedAt: { N: '1400' },
  ...more,
});

/** A table in memory behind the one call that is made of it. */
const setUp = (rows: (now: number) => readonly Row[], fail: (call: number) => boolean = () => false) => {
  const clock = virtualClock(0);
  const asked: number[] = [];
  class BatchGetItemCommand {
    constructor(readonly input: { RequestItems: Record<string, { Keys: { SubmissionId: { S: string } }[] }> }) {}
  }
  const send = async ({ input }: BatchGetItemCommand) => {
    const keys = input.RequestItems['T']!.Keys.map((key) => key.SubmissionId.S);
    asked.push(keys.length);
    await clock.sleep(1);
    if (fail(asked.length)) throw new Error('throttled');
    return { Responses: { T: rows(clock.now()).filter((each) => keys.includes(each['SubmissionId']!.S!)) } };
  };
  const door = { sdk: { BatchGetItemCommand }, clients: { dynamodb: { send } } } as unknown as Door;
  return { clock, asked, watch: watchStatus(door, clock, { table: 'T', lostAfterMs: 10_000 }) };
};

describe('a row of the status table', () => {
  it('names the invocation of each stage, for the visit that is made of it', () => {
    const status = readStatus(row('a', 'Shipped', { ChargeRequestId: { S: 'r-2' } }));
    expect(status?.stages.map(({ requestIds }) => requestIds)).toEqual([undefined, ['r-2']]);
    const { visits } = traceStages(status?.stages ?? [], 900, 1_400);
    expect(visits.map(({ requestIds }) => requestIds)).toEqual([undefined, ['r-2']]);
  });

  it('says how an order ended and how long each stage took', () => {
    expect(readStatus(row('a', 'Charged'))).toBeUndefined();
    expect(readStatus({})).toBeUndefined();
    expect(readStatus(row('a', 'Shipped'))).toEqual({
      ...{ submission: 'a', status: 'Shipped', submittedAt: 900, finishedAt: 1400 },
      stages: [
        { name: 'Validate', startedAt: 1000, finishedAt: 1100 },
        { name: 'Charge', startedAt: 1200, finishedAt: 1400 },
      ],
    });
  });

  it('names the stage that refused it', () => {
    const failed = readStatus(
      row('a', 'Failed', { Error: { S: 'PaymentDeclined' }, Cause: { S: 'no' }, FailedStage: { S: 'Charge' } }),
    );
    expect(failed).toMatchObject({ error: 'PaymentDeclined', cause: 'no' });
    expect(failed?.stages[1]).toMatchObject({ name: 'Charge', failed: true });
  });
});

describe('watching the status table', () => {
  it('asks about all that are waited for together, a hundred a call', async () => {
    const { watch, asked } = setUp(() => Array.from({ length: 250 }, (_, i) => row(`n${i}`, 'Shipped')));
    const ends = await Promise.all(Array.from({ length: 250 }, (_, i) => watch.wait(`n${i}`)));
    expect(ends.every((end) => 'status' in end && end.status === 'Shipped')).toBe(true);
    expect(asked).toEqual([100, 100, 50]);
    expect(watch.waiting).toBe(0);
  });

  it('asks again until the end is there, and after a call that failed', async () => {
    const { watch, asked } = setUp(
      (now) => [row('a', now > 100 ? 'Shipped' : 'Validated')],
      (call) => call === 2,
    );
    expect(await watch.wait('a')).toMatchObject({ status: 'Shipped' });
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThan(10);
  });

  it('gives an order up that reaches no end', async () => {
    const { watch, clock } = setUp(() => []);
    expect(await watch.wait('a')).toEqual({
      lost: expect.stringContaining('did not reach an end within 10 s') as string,
    });
    expect(clock.now()).toBeLessThan(11_000);
  });

  it('forgets one that was never taken, and ends at a stop', async () => {
    const { watch } = setUp(() => []);
    const [a, b] = [watch.wait('a'), watch.wait('b')];
    watch.forget('a');
    expect(await a).toEqual({ lost: 'it was never taken' });
    watch.stop('the run was stopped');
    expect(await b).toEqual({ lost: 'the run was stopped' });
    expect(await watch.wait('late')).toEqual({ lost: 'the run was stopped' });
  });
});
