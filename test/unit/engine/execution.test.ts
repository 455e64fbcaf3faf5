import { describe, expect, it } from 'vitest';
import { compileMachine, startExecution } from '../../../src/engine';
import type { HistoryEvent } from '../../../src/model/event';
import type { Json, JsonObject } from '../../../src/model/json';
import {
  begin,
  failed,
  functionArn,
  hostWith,
  identity,
  links,
  ok,
  runMachine,
  start,
  turn,
  types,
  type Script,
} from './harness';

const work = { Type: 'Task', Resource: functionArn };
const one = (state: object): JsonObject => ({ StartAt: 'S', States: { S: { End: true, ...state } } });

describe('ends that come from outside', () => {
  it('times out by the machine’s TimeoutSeconds', async () => {
    const execution = await runMachine({ ...one({ Type: 'Wait', Seconds: 60 }), TimeoutSeconds: 5 });
    expect([execution.status, execution.error, execution.stoppedAt! - start]).toEqual(['TIMED_OUT', undefined, 5000]);
    expect(types(execution)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionTimedOut']);
    expect(execution.history.at(-1)?.previousEventId).toBe(0);
  });

  it('ends an Express execution after five minutes with States.Timeout', async () => {
    const execution = await runMachine(one({ Type: 'Wait', Seconds: 600 }), {}, { type: 'EXPRESS' });
    expect([execution.status, execution.error, execution.stoppedAt! - start]).toEqual([
      'TIMED_OUT',
      'States.Timeout',
      300_000,
    ]);
  });

  it('does not time out what ended before', async () => {
    const execution = await runMachine({ ...one({ Type: 'Wait', Seconds: 1 }), TimeoutSeconds: 5 });
    const before = execution.history.length;
    for (let n = 0; n < 4; n++) await turn();
    expect([execution.status, execution.history.length]).toEqual(['SUCCEEDED', before]);
  });

  it('stops while a retry waits and while an evaluation is under way', async () => {
    const retried = begin(
      one({ ...work, Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 9 }] }),
      {},
      { script: () => failed('E') },
    );
    retried.stop();
    const host = hostWith(() => Promise.resolve(ok(1)));
    const evaluating = begin(one({ ...work, QueryLanguage: 'JSONata', Output: '{% $sum([1..1000]) %}' }), {}, { host });
    evaluating.stop();
    for (let n = 0; n < 5; n++) await turn();
    expect([retried.status, types(retried).at(-1)]).toEqual(['ABORTED', 'ExecutionAborted']);
    expect([evaluating.status, types(evaluating).at(-1)]).toEqual(['ABORTED', 'ExecutionAborted']);
  });
});

describe('the history', () => {
  const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };

  it('ends with its 25,000th event, and the event loop had its turns', async () => {
    let turns = 0;
    const tick = (): void => {
      turns++;
      if (execution.status === 'RUNNING') setImmediate(tick);
    };
    setImmediate(tick);
    const execution = begin(loop, {});
    expect(execution.status).toBe('RUNNING');
    await execution.done;
    expect([execution.history.length, execution.history.at(-1)?.type, execution.error]).toEqual([
      25_000,
      'ExecutionFailed',
      'States.Runtime',
    ]);
    expect(execution.cause).toBe('The execution reached the maximum number of history events (25000).');
    expect(turns).toBeGreaterThan(3);
  });

  it('may end well with its 25,000th event', async () => {
    // ExecutionStarted, two events a state, and the end: 24,998 = 2 × 12,499.
    const count = 12_499;
    const States = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `P${n}`,
        { Type: 'Pass', ...(n + 1 < count ? { Next: `P${n + 1}` } : { End: true }) },
      ]),
    );
    const execution = await runMachine({ StartAt: 'P0', States });
    expect([execution.history.length, execution.status]).toEqual([25_000, 'SUCCEEDED']);
  });

  it('has no such end for an Express execution', async () => {
    const execution = begin(loop, {}, { type: 'EXPRESS' });
    while (execution.history.length < 26_000) await turn();
    execution.stop();
    expect(execution.status).toBe('ABORTED');
  });

  it('of an Express loop that would never end is cut where its five minutes must be over', async () => {
    const execution = await runMachine(loop, {}, { type: 'EXPRESS' });
    expect([execution.status, execution.error]).toEqual(['TIMED_OUT', 'States.Timeout']);
    expect([execution.history.length, execution.history.at(-1)?.type]).toEqual([200_001, 'ExecutionTimedOut']);
  });

  it.each([
    ['{"a": 1.0, "s": "b \\u00e9 1.0"}', '{"a":1.0,"s":"b é 1.0"}'],
    ['[12345678901234567890, "x"]', '[12345678901234567890,"x"]'],
    ['{"a": 1.5, "b": [ ]}', '{"a":1.5,"b":[]}'],
    ['{"a": 1, "b": "2"}', '{"a":1,"b":"2"}'],
  ])('keeps the spelling of numbers in %s', async (inputText, compact) => {
    const execution = await runMachine(one({ Type: 'Pass' }), JSON.parse(inputText) as Json, { inputText });
    expect(execution.history[0]!.details.input).toBe(inputText);
    expect(execution.outputText).toBe(compact);
  });

  it('tells a listener of each event as it is written', async () => {
    const seen: HistoryEvent[] = [];
    const execution = await runMachine(one({ Type: 'Pass' }), {}, { onEvent: (event) => void seen.push(event) });
    expect(seen).toEqual(execution.history);
  });

  it('names version and alias where there are any', async () => {
    const who = { ...identity(), stateMachineAliasArn: 'alias', stateMachineVersionArn: 'version' };
    const execution = startExecution(compileMachine(one({ Type: 'Pass' })), { identity: who, input: {} }, hostWith());
    await execution.done;
    expect(execution.history[0]!.details).toMatchObject({
      stateMachineAliasArn: 'alias',
      stateMachineVersionArn: 'version',
    });
  });
});

describe('latency', () => {
  it('delays the start and each transition', async () => {
    const host = hostWith(undefined, { latency: { start: () => 100, transition: () => 10 } });
    const execution = begin(
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', End: true } } },
      {},
      { host },
    );
    expect(execution.history).toHaveLength(0);
    await execution.done;
    expect(execution.history.map(({ timestamp }) => timestamp - start)).toEqual([100, 110, 110, 120, 120, 120]);
  });

  it('can be stopped before it began', async () => {
    const host = hostWith(undefined, { latency: { start: () => 100, transition: () => 0 } });
    const execution = begin(one({ Type: 'Pass' }), {}, { host });
    execution.stop();
    for (let n = 0; n < 3; n++) await turn();
    expect(types(execution)).toEqual(['ExecutionAborted']);
  });
});

describe('redrive', () => {
  const failing = (times: number): Script => {
    let n = 0;
    return (request) => (request.stateName === 'F' && n++ < times ? failed('E', 'c') : ok(request.stateName));
  };
  const f = { ...work, End: true };

  it('goes on at the state that failed, in the same history', async () => {
    const machine = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { v: 1 }, Next: 'F' },
        F: { ...work, Next: 'Z' },
        Z: { Type: 'Pass', Parameters: { 'v.$': '$v' }, End: true },
      },
    };
    const execution = await runMachine(machine, {}, { script: failing(1) });
    expect([execution.status, execution.redrivable]).toEqual(['FAILED', true]);
    execution.redrive();
    expect([execution.status, execution.error]).toEqual(['SUCCEEDED', undefined]);
    await execution.done;
    expect(links(execution).slice(7, 15)).toEqual([
      '8<7 ExecutionFailed',
      '9<8 ExecutionRedriven',
      '10<9 LambdaFunctionScheduled',
      '11<10 LambdaFunctionStarted',
      '12<11 LambdaFunctionSucceeded',
      '13<12 TaskStateExited',
      '14<13 PassStateEntered',
      '15<14 PassStateExited',
    ]);
    expect([execution.output, execution.identity.redriveCount]).toEqual([{ v: 1 }, 1]);
  });

  it('reruns only the branches that did not succeed', async () => {
    const asked: string[] = [];
    const script = failing(1);
    const branch = (name: string): JsonObject => ({ StartAt: name, States: { [name]: f } });
    const execution = await runMachine(
      one({
        Type: 'Parallel',
        Branches: [
          branch('Good'),
          branch('F'),
          { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, End: true } } },
        ],
      }),
      {},
      {
        script: (request, phases) => {
          asked.push(request.stateName);
          return script(request, phases);
        },
      },
    );
    expect(execution.status).toBe('FAILED');
    execution.redrive();
    await execution.done;
    expect([asked, execution.output]).toEqual([
      ['Good', 'F', 'F'],
      ['Good', 'F', {}],
    ]);
    expect(types(execution).filter((type) => type === 'ParallelStateStarted')).toHaveLength(1);
  });

  it('reruns failed iterations, and begins those that had not begun', async () => {
    const asked: unknown[] = [];
    let broken = true;
    const script: Script = (request) => {
      asked.push(request.parameters);
      return broken && request.parameters === 2 ? failed('E') : ok(Number(request.parameters) * 10);
    };
    const machine = one({ Type: 'Map', MaxConcurrency: 1, ItemProcessor: { StartAt: 'I', States: { I: f } } });
    const execution = await runMachine(machine, [1, 2, 3], { script });
    broken = false;
    execution.redrive();
    await execution.done;
    expect([asked, execution.output]).toEqual([
      [1, 2, 2, 3],
      [10, 20, 30],
    ]);
    expect(types(execution).filter((type) => type === 'MapIterationStarted')).toHaveLength(3);
  });

  it('can be done again after a second failure, and after a stop or a timeout', async () => {
    const execution = await runMachine(
      one({ ...work, Type: 'Parallel', Branches: [{ StartAt: 'F', States: { F: f } }] }),
      {},
      { script: failing(2) },
    );
    execution.redrive();
    expect(execution.status).toBe('FAILED');
    execution.redrive();
    await execution.done;
    expect([execution.output, execution.identity.redriveCount]).toEqual([['F'], 2]);
    const timedOut = await runMachine({ ...one({ Type: 'Wait', Seconds: 9 }), TimeoutSeconds: 5 });
    timedOut.redrive();
    await timedOut.done;
    expect(timedOut.status).toBe('TIMED_OUT');
  });

  it('is refused where there is nothing to redrive', async () => {
    const good = await runMachine(one({ Type: 'Pass' }));
    expect(good.redrivable).toBe(false);
    expect(() => good.redrive()).toThrow('cannot be redriven');
    const express = await runMachine(one(work), {}, { type: 'EXPRESS', script: () => failed('E') });
    expect(express.redrivable).toBe(false);
  });
});

describe('many at once', () => {
  it('runs a thousand beside each other in the time of one', async () => {
    const host = hostWith();
    const script: Script = async () => {
      await host.clock.sleep(50);
      return ok(1);
    };
    const busy = { ...host, tasks: { run: script } };
    const machine = compileMachine({ StartAt: 'A', States: { A: { ...work, Next: 'B' }, B: { ...work, End: true } } });
    const executions = Array.from({ length: 1000 }, () =>
      startExecution(machine, { identity: identity(), input: {} }, busy),
    );
    await Promise.all(executions.map(({ done }) => done));
    expect(new Set(executions.map(({ stoppedAt }) => stoppedAt! - start))).toEqual(new Set([100]));
  });
});
