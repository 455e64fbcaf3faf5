import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json';
import { begin, failed, functionArn, hostWith, links, ok, runOne, start, turn, types, type Script } from '../harness';

const work = { Type: 'Task', Resource: functionArn, End: true };
const branch = (state: object): JsonObject => ({ StartAt: 'B', States: { B: { End: true, ...state } } });
const processor = (state: object, more: object = {}): JsonObject => ({
  ItemProcessor: { StartAt: 'I', States: { I: { End: true, ...state } } },
  ...more,
});

it.each([
  { Type: 'Map', Items: [1], ...processor({ Type: 'Pass', Parameters: { 'it.$': '$' } }) },
  { Type: 'Parallel', Arguments: 1, Branches: [branch({ Type: 'Pass', Parameters: { 'it.$': '$' } })] },
])('the states within are in the language of the machine, whatever the state around says', async (state) => {
  const execution = await runOne({ QueryLanguage: 'JSONata', ...state }, {});
  expect(execution.output).toEqual([{ it: 1 }]);
});

describe('Parallel', () => {
  it('gives each branch its input and gathers in order', async () => {
    const state = {
      Type: 'Parallel',
      Branches: [branch({ Type: 'Wait', Seconds: 9 }), branch({ Type: 'Pass', Result: 2 })],
      ResultPath: '$.r',
    };
    const execution = await runOne(state, { a: 1 });
    expect(execution.output).toEqual({ a: 1, r: [{ a: 1 }, 2] });
    expect(links(execution)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered',
      '3<2 ParallelStateStarted',
      '4<3 WaitStateEntered',
      '5<3 PassStateEntered',
      '6<5 PassStateExited',
      '7<4 WaitStateExited',
      '8<7 ParallelStateSucceeded',
      '9<7 ParallelStateExited',
      '10<9 ExecutionSucceeded',
    ]);
  });

  it('ends the others when one fails, and tells of what was open', async () => {
    const state = {
      Type: 'Parallel',
      Branches: [branch({ Type: 'Wait', Seconds: 9 }), branch({ Type: 'Fail', Error: 'E', Cause: 'c' }), branch(work)],
    };
    let aborted = false;
    const script: Script = (request) =>
      new Promise(() => request.signal.addEventListener('abort', () => (aborted = true)));
    const execution = await runOne(state, {}, { script });
    expect(types(execution).slice(3)).toEqual([
      'WaitStateEntered',
      'FailStateEntered',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'WaitStateAborted',
      'TaskStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
    expect([execution.error, execution.cause, aborted, execution.stoppedAt]).toEqual(['E', 'c', true, start]);
  });

  it('is tried again as a whole, and caught', async () => {
    let n = 0;
    const state = {
      Type: 'Parallel',
      Branches: [branch(work)],
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['E'], Next: 'S' }],
    };
    const execution = await runOne(state, {}, { script: () => (n++ < 2 ? failed('E') : ok('well')) });
    expect(types(execution).filter((type) => type.startsWith('ParallelState'))).toEqual([
      'ParallelStateEntered',
      'ParallelStateStarted',
      'ParallelStateStarted',
      'ParallelStateFailed',
      'ParallelStateExited',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'ParallelStateSucceeded',
      'ParallelStateExited',
    ]);
    expect(execution.output).toEqual(['well']);
  });

  it('lets inner variables go and outer ones be seen', async () => {
    const execution = await runOne(
      {
        Type: 'Parallel',
        QueryLanguage: 'JSONata',
        Branches: [branch({ Type: 'Pass', QueryLanguage: 'JSONata', Assign: { x: 2 }, Output: '{% $exists($x) %}' })],
        Output: '{% $exists($x) %}',
      },
      {},
      { variables: { x: 1 } },
    );
    expect(execution.output).toBe(true);
  });
});

describe('Map', () => {
  it('links iterations as AWS does: the next follows the last state, the end the last success', async () => {
    const execution = await runOne({ Type: 'Map', MaxConcurrency: 1, ...processor({ Type: 'Pass' }) }, [5, 6]);
    expect(links(execution)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 PassStateEntered',
      '6<5 PassStateExited',
      '7<6 MapIterationSucceeded',
      '8<6 MapIterationStarted',
      '9<8 PassStateEntered',
      '10<9 PassStateExited',
      '11<10 MapIterationSucceeded',
      '12<11 MapStateSucceeded',
      '13<11 MapStateExited',
      '14<13 ExecutionSucceeded',
    ]);
    expect(execution.outputText).toBe('[5,6]');
  });

  it('begins all that may run at once before any goes on', async () => {
    const execution = await runOne({ Type: 'Map', ...processor({ Type: 'Wait', Seconds: 1 }) }, [1, 2, 3]);
    expect(types(execution).slice(3, 9)).toEqual([
      ...Array<string>(3).fill('MapIterationStarted'),
      ...Array<string>(3).fill('WaitStateEntered'),
    ]);
    expect(execution.stoppedAt! - start).toBe(1000);
  });

  it.each([
    [0, 60, 2],
    [1, 3, 3],
    [2, 5, 3],
    [40, 41, 2],
  ])('MaxConcurrency %i over %i items of a second takes %i', async (MaxConcurrency, items, seconds) => {
    const execution = await runOne(
      { Type: 'Map', MaxConcurrency, ...processor({ Type: 'Wait', Seconds: 1 }) },
      Array<number>(items).fill(0),
    );
    expect(execution.stoppedAt! - start).toBe(seconds * 1000);
  });

  it('selects each item’s input with its index and value in the context', async () => {
    const state = {
      Type: 'Map',
      ItemsPath: '$.list',
      ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'k.$': '$.k' },
      ...processor({ Type: 'Pass' }),
    };
    expect((await runOne(state, { list: ['a', 'b'], k: 9 })).output).toEqual([
      { i: 0, v: 'a', k: 9 },
      { i: 1, v: 'b', k: 9 },
    ]);
    const jsonata = {
      Type: 'Map',
      QueryLanguage: 'JSONata',
      Items: '{% $states.input.list %}',
      ItemSelector: '{% $states.context.Map.Item.Value & $states.input.k %}',
      ...processor({ Type: 'Pass' }),
    };
    expect((await runOne(jsonata, { list: ['a', 'b'], k: 9 })).output).toEqual(['a9', 'b9']);
  });

  it('keeps items apart where selecting them takes its time', async () => {
    const ItemSelector =
      '{% $map([1..3], function($n) { $states.context.Map.Item.Value & $n & $states.input[0] })[2] %}';
    const state = { Type: 'Map', QueryLanguage: 'JSONata', ItemSelector, ...processor({ Type: 'Pass' }) };
    expect((await runOne(state, ['a', 'b', 'c'])).output).toEqual(['a3a', 'b3a', 'c3a']);
  });

  it('is empty at once for no items, and fails for what is no array', async () => {
    const empty = await runOne({ Type: 'Map', ...processor({ Type: 'Pass' }) }, []);
    expect([empty.outputText, links(empty).slice(2, 5)]).toEqual([
      '[]',
      ['3<2 MapStateStarted', '4<3 MapStateSucceeded', '5<3 MapStateExited'],
    ]);
    const none = await runOne({ Type: 'Map', ItemsPath: '$.x', ...processor({ Type: 'Pass' }) }, { x: 1 });
    expect([none.error, types(none)]).toEqual([
      'States.Runtime',
      ['ExecutionStarted', 'MapStateEntered', 'ExecutionFailed'],
    ]);
    expect(none.cause).toContain('Reference path "$.x" must point to array.');
  });

  it('takes its concurrency from a path, a text that spells a number too', async () => {
    const state = {
      Type: 'Map',
      ItemsPath: '$.list',
      MaxConcurrencyPath: '$.c',
      ...processor({ Type: 'Wait', Seconds: 1 }),
    };
    expect((await runOne(state, { list: [1, 2], c: '1' })).stoppedAt! - start).toBe(2000);
    expect((await runOne(state, { list: [1, 2], c: {} })).cause).toContain(
      'The MaxConcurrencyPath field refers to value "{}" which is not a valid integer: $.c',
    );
    expect((await runOne(state, { list: [1, 2], c: -1 })).error).toBe('States.Runtime');
  });

  it('ends the other iterations when one fails', async () => {
    let n = 0;
    const script: Script = () => (n++ === 1 ? failed('E', 'c') : new Promise(() => undefined));
    const execution = await runOne({ Type: 'Map', ...processor(work) }, [1, 2, 3], { script });
    const after = links(execution).slice(links(execution).findIndex((line) => line.endsWith('LambdaFunctionFailed')));
    const failedId = execution.history.find(({ type }) => type === 'LambdaFunctionFailed')!.id;
    expect(after.map((line) => line.replace(/^\d+/, ''))).toContain(`<${failedId} MapIterationFailed`);
    expect(types(execution).slice(-8)).toEqual([
      'MapIterationAborted',
      'TaskStateAborted',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('goes on in order where iterations finish out of order', async () => {
    const script: Script = async (request) => {
      await host.clock.sleep((5 - Number(request.parameters)) * 1000);
      return ok(Number(request.parameters) * 10);
    };
    const host = hostWith((request, phases) => script(request, phases));
    expect((await runOne({ Type: 'Map', ...processor(work) }, [1, 2, 3], { host })).output).toEqual([10, 20, 30]);
  });

  it('nests, and an inner failure is told at each level', async () => {
    const inner = { Type: 'Map', ...processor({ Type: 'Fail', Error: 'Deep' }) };
    const execution = await runOne({ Type: 'Map', MaxConcurrency: 1, ...processor(inner) }, [[1]]);
    expect(types(execution).slice(-5)).toEqual([
      'MapIterationFailed',
      'MapStateFailed',
      'MapIterationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    const text = links(execution);
    expect(text.at(-1)).toBe(`${text.length}<${text.length - 1} ExecutionFailed`);
  });

  it('aborts what is inside an aborted iteration', async () => {
    const inner = { Type: 'Parallel', Branches: [branch({ Type: 'Wait', Seconds: 99 })] };
    const machine = {
      StartAt: 'I',
      States: {
        I: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 2, Next: 'F' }], Default: 'P' },
        P: { ...inner, End: true },
        F: { Type: 'Fail', Error: 'E' },
      },
    };
    const execution = await runOne({ Type: 'Map', ItemProcessor: machine }, [1, 2]);
    expect(types(execution).slice(-7)).toEqual([
      'FailStateEntered',
      'MapIterationAborted',
      'WaitStateAborted',
      'ParallelStateAborted',
      'MapIterationFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('ends the whole execution at once on States.Runtime within it', async () => {
    const execution = await runOne(
      {
        Type: 'Map',
        ...processor({ Type: 'Pass', InputPath: '$.none' }),
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }],
      },
      [{}, {}],
    );
    expect([types(execution).at(-1), execution.error]).toEqual(['ExecutionFailed', 'States.Runtime']);
    expect(types(execution)).not.toContain('MapStateFailed');
  });
});

describe('stopping', () => {
  it('leaves nothing running in branches and iterations', async () => {
    const signals: AbortSignal[] = [];
    const script: Script = (request) => {
      signals.push(request.signal);
      return new Promise(() => undefined);
    };
    const state = {
      Type: 'Parallel',
      Branches: [
        branch(work),
        branch({ Type: 'Map', Items: [1, 2], QueryLanguage: 'JSONata', ...processor(work) }),
        branch({ Type: 'Wait', Seconds: 5 }),
      ],
      End: true,
    };
    const execution = begin({ StartAt: 'S', States: { S: state } }, {}, { script });
    await turn();
    execution.stop('Stopped', 'by hand');
    execution.stop('again');
    await execution.done;
    const before = execution.history.length;
    for (let n = 0; n < 5; n++) await turn();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    expect([execution.status, execution.error, execution.cause, execution.history.length]).toEqual([
      'ABORTED',
      'Stopped',
      'by hand',
      before,
    ]);
    expect(links(execution).at(-1)).toBe(`${before}<0 ExecutionAborted`);
  });
});
