import { describe, expect, it } from 'vitest';
import { begin, detailsOf, links, runMachine, runOne, start, types } from '../harness';

describe('Pass', () => {
  it('applies InputPath, Parameters, ResultPath and OutputPath in this order', async () => {
    const state = {
      Type: 'Pass',
      InputPath: '$.a',
      Parameters: { 'b.$': '$.b' },
      ResultPath: '$.r.x',
      OutputPath: '$.r',
    };
    expect((await runOne(state, { a: { b: 5 }, r: { y: 1 } })).output).toEqual({ x: { b: 5 }, y: 1 });
  });

  it('takes Result for what it is, also where it is null or looks like a path', async () => {
    expect((await runOne({ Type: 'Pass', Result: null })).outputText).toBe('null');
    expect((await runOne({ Type: 'Pass', Result: { 'x.$': '$.a' } })).output).toEqual({ 'x.$': '$.a' });
  });

  it('drops input or output where a path is null', async () => {
    expect((await runOne({ Type: 'Pass', InputPath: null }, { a: 1 })).output).toEqual({});
    expect((await runOne({ Type: 'Pass', OutputPath: null }, { a: 1 })).output).toEqual({});
    expect((await runOne({ Type: 'Pass', Result: 7, ResultPath: null }, { a: 1 })).output).toEqual({ a: 1 });
  });

  it('says where ResultPath cannot be applied, and can have it caught nowhere', async () => {
    const execution = await runOne({ Type: 'Pass', Result: 1, ResultPath: '$.a' }, 'text');
    expect(execution.error).toBe('States.ResultPathMatchFailure');
  });

  it('shows the first input as it was sent and later ones compact', async () => {
    const execution = await runMachine(
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', End: true } } },
      [1, 2],
      { inputText: '[1,  2]' },
    );
    expect(execution.history.map(({ details }) => details.input ?? details.output)).toEqual([
      '[1,  2]',
      '[1,  2]',
      '[1,2]',
      '[1,2]',
      '[1,2]',
      '[1,2]',
    ]);
  });

  it('evaluates JSONata Output and Assign with the variables of before', async () => {
    const execution = await runMachine({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { n: '{% $n + 1 %}', old: '{% $n %}' }, Output: '{% $n * 10 %}', Next: 'C' },
        C: { Type: 'Pass', Output: { n: '{% $n %}', old: '{% $old %}', input: '{% $states.input %}' }, End: true },
      },
    });
    expect(execution.output).toEqual({ n: 2, old: 1, input: 10 });
    expect(execution.history[4]!.details.assignedVariables).toEqual({ n: '2', old: '1' });
  });

  it('lets the variables of one Assign have 256 KiB together and no more', async () => {
    const assigned = (length: number) =>
      runOne({ Type: 'Pass', Assign: { a: 'a'.repeat(1000), b: 'b'.repeat(length) } });
    expect((await assigned(262_144 - 1000 - 4)).status).toBe('SUCCEEDED');
    const execution = await assigned(262_144 - 1000 - 3);
    expect(execution.error).toBe('States.DataLimitExceeded');
    expect(execution.cause).toContain('assigned variables with a size exceeding');
  });

  it('leaves an empty Assign out of the exit', async () => {
    expect(detailsOf(await runOne({ Type: 'Pass', Assign: {} }), 'PassStateExited')).toEqual({
      name: 'S',
      output: '{}',
    });
  });

  it('links the failed evaluation to where its state came from', async () => {
    const execution = await runOne(
      { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.x + "a" %}' },
      { x: 1 },
    );
    expect(links(execution)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 PassStateEntered',
      '3<0 EvaluationFailed',
      '4<3 ExecutionFailed',
    ]);
    expect(detailsOf(execution, 'EvaluationFailed')).toMatchObject({
      error: 'States.QueryEvaluationError',
      location: 'Output',
      state: 'S',
    });
  });

  it('refuses an output above 256 KiB', async () => {
    const execution = await runOne({ Type: 'Pass', QueryLanguage: 'JSONata', Output: "{% $pad('', 300000, 'x') %}" });
    expect([execution.error, execution.cause]).toEqual(['States.DataLimitExceeded', expect.stringContaining("'S'")]);
  });
});

describe('the context object', () => {
  it('tells of execution, machine and state', async () => {
    const execution = await runOne({ Type: 'Pass', Parameters: { 'c.$': '$$' } }, { in: 1 });
    expect(execution.output).toEqual({
      c: {
        Execution: {
          Id: 'arn:aws:states:us-east-1:123456789012:execution:m:e',
          Input: { in: 1 },
          Name: 'e',
          RoleArn: 'arn:aws:iam::123456789012:role/r',
          StartTime: new Date(start).toISOString(),
          RedriveCount: 0,
        },
        State: { Name: 'S', EnteredTime: new Date(start).toISOString() },
        StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', Name: 'm' },
      },
    });
  });
});

describe('Choice', () => {
  const choose = (choices: object[], more: object = {}) => ({
    StartAt: 'S',
    States: {
      S: { Type: 'Choice', Choices: choices, ...more },
      Yes: { Type: 'Pass', Result: 'yes', End: true },
      No: { Type: 'Pass', Result: 'no', End: true },
    },
  });

  it('goes with the first rule that holds, else to Default', async () => {
    const machine = choose([{ Variable: '$.n', NumericGreaterThan: 5, Next: 'Yes' }], { Default: 'No' });
    expect((await runMachine(machine as never, { n: 6 })).output).toBe('yes');
    expect((await runMachine(machine as never, { n: 5 })).output).toBe('no');
  });

  it('decides in JSONata and assigns by the rule that held', async () => {
    const machine = choose(
      [
        {
          Condition: '{% $states.input.n > 5 %}',
          Next: 'Yes',
          Assign: { by: 'rule' },
          Output: '{% $states.input.n %}',
        },
        { Condition: '{% false %}', Next: 'No' },
      ],
      { Default: 'No', Assign: { by: 'default' }, QueryLanguage: 'JSONata' },
    );
    const yes = await runMachine(machine as never, { n: 6 });
    expect(detailsOf(yes, 'ChoiceStateExited')).toEqual({
      name: 'S',
      output: '6',
      assignedVariables: { by: '"rule"' },
    });
    const no = await runMachine(machine as never, { n: 1 });
    expect(detailsOf(no, 'ChoiceStateExited')).toMatchObject({
      output: '{"n":1}',
      assignedVariables: { by: '"default"' },
    });
  });

  it('fails where nothing holds and there is no Default', async () => {
    const execution = await runMachine(choose([{ Variable: '$.n', NumericEquals: 1, Next: 'Yes' }]) as never, { n: 2 });
    expect([execution.error, execution.cause]).toEqual([
      'States.Runtime',
      "An error occurred while executing the state 'S' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    ]);
    expect(types(execution)).toEqual(['ExecutionStarted', 'ChoiceStateEntered', 'ExecutionFailed']);
  });
});

describe('Wait', () => {
  it.each([
    [{ Seconds: 5 }, {}, 5000],
    [{ SecondsPath: '$.s' }, { s: 7 }, 7000],
    [{ SecondsPath: '$.s' }, { s: '7' }, 7000],
    [{ Timestamp: new Date(start + 3_600_000).toISOString() }, {}, 3_600_000],
    [{ TimestampPath: '$.t' }, { t: '2001-01-01T00:00:00Z' }, 0],
    [{ QueryLanguage: 'JSONata', Seconds: '{% $states.input.s * 2 %}' }, { s: 4 }, 8000],
    [{ Seconds: 31_536_000 }, {}, 31_536_000_000],
  ])('%j waits', async (fields, input, ms) => {
    const execution = await runOne({ Type: 'Wait', ...fields }, input);
    expect([execution.status, execution.stoppedAt! - start]).toEqual(['SUCCEEDED', ms]);
    expect(links(execution).slice(1, 3)).toEqual(['2<0 WaitStateEntered', '3<2 WaitStateExited']);
  });

  it.each([
    [{ SecondsPath: '$.s' }, { s: -1 }, 'The SecondsPath parameter references a negative value: $.s == -1'],
    [{ SecondsPath: '$.s' }, { s: 1.5 }, 'The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5'],
    [{ SecondsPath: '$.s' }, {}, 'The SecondsPath parameter does not reference an input value: $.s'],
    [
      { TimestampPath: '$.t' },
      { t: '2020-02-30T00:00:00Z' },
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 2020-02-30T00:00:00Z',
    ],
  ])('%j with %j is States.Runtime', async (fields, input, cause) => {
    const execution = await runOne({ Type: 'Wait', ...fields }, input);
    expect([execution.error, execution.cause]).toEqual([
      'States.Runtime',
      `An error occurred while executing the state 'S' (entered at the event id #2). ${cause}`,
    ]);
  });

  it('takes no number for a time', async () => {
    const execution = await runOne({ Type: 'Wait', QueryLanguage: 'JSONata', Timestamp: '{% 1 %}' });
    expect(execution.cause).toContain("Expected 'string', but was 'number' for value: 1");
  });

  it('in JSONata links its failed evaluation to its entry', async () => {
    const execution = await runOne({ Type: 'Wait', QueryLanguage: 'JSONata', Timestamp: '{% "soon" %}' });
    expect(links(execution).slice(2)).toEqual(['3<2 EvaluationFailed', '4<3 ExecutionFailed']);
    expect(detailsOf(execution, 'EvaluationFailed')).toMatchObject({ location: 'Timestamp' });
  });
});

describe('Succeed and Fail', () => {
  it('end well, with paths', async () => {
    const execution = await runMachine(
      { StartAt: 'S', States: { S: { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' } } },
      { a: { b: 1 } },
    );
    expect([execution.status, execution.output]).toEqual(['SUCCEEDED', 1]);
  });

  it.each([
    [{ Error: 'E', Cause: 'c' }, 'E', 'c'],
    [{}, undefined, undefined],
    [{ ErrorPath: '$.e', CausePath: "States.Format('{}!', $.c)" }, 'from input', 'why!'],
    [
      { QueryLanguage: 'JSONata', Error: '{% $states.input.e %}', Cause: '{% $states.input.c & "?" %}' },
      'from input',
      'why?',
    ],
  ])('Fail %j', async (fields, error, cause) => {
    const execution = await runMachine(
      { StartAt: 'S', States: { S: { Type: 'Fail', ...fields } } },
      { e: 'from input', c: 'why' },
    );
    expect([execution.status, execution.error, execution.cause]).toEqual(['FAILED', error, cause]);
    expect(links(execution)).toEqual(['1<0 ExecutionStarted', '2<0 FailStateEntered', '3<2 ExecutionFailed']);
  });
});

describe('starting', () => {
  it('is over when it returns, where nothing waits', () => {
    const execution = begin({ StartAt: 'S', States: { S: { Type: 'Pass', End: true } } }, {});
    expect(execution.status).toBe('SUCCEEDED');
  });
});
