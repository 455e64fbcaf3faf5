import { describe, expect, it } from 'vitest';
import { noQuotas, regionQuotas } from '../../../src/plan/quotas';
import { driverCost, driverItems, driverNote, type Driven } from '../../../src/run/distributedCost';
import { findExpressEnds, findStandardEnds, type FinderContext } from '../../../src/run/distributedEnds';
import { driverShape } from '../../../src/target/driver';
import type { HotCalls } from '../../../src/target/hot/calls';

const driven = (changes: Partial<Driven> = {}): Driven => ({
  shape: driverShape('STANDARD', { model: 'open', startsAt: [0] }),
  children: 1_000,
  region: 'us-east-1',
  driverMs: 10_000,
  ...changes,
});

describe('what a driver costs', () => {
  it('is a transition for the Map and each child, and what Express children are, at most', () => {
    expect(driverItems(driven()).map(({ price, quantity }) => [price, quantity])).toEqual([
      ['states.transitions', 1_001],
      ['states.express.requests', 1_000],
      ['states.express.gbSeconds', 625],
    ]);
    const { usd, complete } = driverCost(driven());
    expect(usd).toBeCloseTo(1_001 * 0.000025 + 1_000 * 0.000001 + 625 * 0.00001667, 8);
    expect(complete).toBe(true);
    expect(driverCost({ ...driven(), region: 'xx-nowhere-1' }).complete).toBe(false);
  });

  it('is the states of Standard children besides', () => {
    const shape = driverShape('STANDARD', { model: 'closed', thinkMs: 1_000 });
    expect(driverItems(driven({ shape })).map(({ price, quantity }) => [price, quantity])).toEqual([
      ['states.transitions', 1 + 1_000 + 2_000],
    ]);
  });

  it('is said together with the buckets it shares and the inputs that repeat', () => {
    const note = driverNote('Standard', 'stepbench-order-driver', driven(), regionQuotas('eu-west-1'), 16);
    expect(note).toContain('out of 1,000 Express children of a distributed Map in stepbench-order-driver');
    expect(note).toContain('transitions: 5,000 at once and 5,000 a second; starts: 1,300 at once and 300 a second');
    expect(note).toContain('Its own cost, at most $0.04, is not in the figures of the arm.');
    expect(note).toContain('Only 16 different inputs fit');
    expect(driverNote('Standard', 'd', driven(), noQuotas(), 1_000)).toContain('transitions: unlimited here');
    expect(driverNote('Standard', 'd', driven(), noQuotas(), 1_000)).not.toContain('different inputs');
  });
});

const machine = { type: 'EXPRESS', name: 'm', arn: 'arn:m', startArn: 'arn:m:1', logGroup: '/g' } as const;
const context = (hot: Partial<HotCalls>): FinderContext => ({
  ...{ hot: hot as HotCalls, clock: undefined as never, machine, since: 1_000, signal: new AbortController().signal },
  wanted: (name) => name.startsWith('sb-'),
  ...{ lists: (call) => call(), describes: (call) => call(), pages: (call) => call() },
});

describe('ends of executions that somebody else started', () => {
  it('are found by pages as far back as the driver, each once, failures with their error', async () => {
    const item = (name: string, status: string, startedAt: number) => ({
      ...{ executionArn: `arn:${name}`, name, status: status as 'RUNNING', startedAt, stoppedAt: startedAt + 5 },
    });
    let ended = false;
    const pages: string[] = [];
    const finder = findStandardEnds(
      context({
        listExecutions: ({ nextToken }) => {
          pages.push(nextToken ?? '');
          return Promise.resolve(
            nextToken === undefined
              ? {
                  executions: [item('sb-2', ended ? 'SUCCEEDED' : 'RUNNING', 1_300), item('other', 'FAILED', 1_200)],
                  nextToken: 'a',
                }
              : nextToken === 'a'
                ? {
                    executions: [
                      item('sb-1', 'FAILED', 1_100),
                      item('sb-0', 'SUCCEEDED', 900),
                      item('x', 'SUCCEEDED', -500),
                    ],
                    nextToken: 'b',
                  }
                : { executions: [] },
          );
        },
        describeExecution: (executionArn) =>
          Promise.resolve({ executionArn, status: 'FAILED', startedAt: 1_100, error: 'Order.Invalid' }),
      }),
    );
    const first = await finder.look();
    // The one from before the driver is of another run under the same name.
    expect(first).toEqual([
      {
        name: 'sb-1',
        executionArn: 'arn:sb-1',
        status: 'FAILED',
        startedAt: 1_100,
        stoppedAt: 1_105,
        error: 'Order.Invalid',
      },
    ]);
    expect([...finder.running]).toEqual([['sb-2', 'arn:sb-2']]);
    expect(pages).toEqual(['', 'a']);
    ended = true;
    expect((await finder.look()).map((each) => each.name)).toEqual(['sb-2']);
    expect(finder.running.size).toBe(0);
  });

  it('are read off a log, first and last event, however often and late they come', async () => {
    const arnOf = (name: string) => `arn:aws:states:r:1:express:m:${name}:id`;
    const line = (name: string, id: number, type: string, at: number, details = {}) => ({
      ...{ eventId: `${name}${id}`, timestamp: at },
      message: JSON.stringify({
        ...{ id: String(id), type, details, previous_event_id: String(id - 1), event_timestamp: String(at) },
        execution_arn: arnOf(name),
      }),
    });
    const looks = [
      [
        line('sb-0', 1, 'ExecutionStarted', 1_000),
        line('sb-1', 1, 'ExecutionStarted', 1_010),
        line('x', 1, 'ExecutionStarted', 1_000),
      ],
      [
        line('sb-0', 1, 'ExecutionStarted', 1_000),
        line('sb-0', 3, 'ExecutionSucceeded', 1_050),
        line('x', 2, 'ExecutionSucceeded', 1_100),
      ],
      [line('sb-1', 2, 'ExecutionFailed', 1_090, { error: 'Boom' }), line('sb-0', 3, 'ExecutionSucceeded', 1_050)],
    ];
    let look = 0;
    const finder = findExpressEnds(
      context({ filterLogEvents: () => Promise.resolve({ events: looks[look++] ?? [] }) }),
    );
    expect(await finder.look()).toEqual([]);
    expect([...finder.running.keys()]).toEqual(['sb-0', 'sb-1']);
    expect(await finder.look()).toEqual([
      { name: 'sb-0', executionArn: arnOf('sb-0'), status: 'SUCCEEDED', startedAt: 1_000, stoppedAt: 1_050 },
    ]);
    expect(await finder.look()).toEqual([
      {
        name: 'sb-1',
        executionArn: arnOf('sb-1'),
        status: 'FAILED',
        startedAt: 1_010,
        stoppedAt: 1_090,
        error: 'Boom',
      },
    ]);
    expect(await finder.look()).toEqual([]);
  });
});
