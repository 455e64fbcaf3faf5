import { describe, expect, it } from 'vitest';
import type { TaskRequest } from '../../../../src/engine/contract';
import { begin, detailsOf, failed, functionArn, links, ok, runOne, start, turn, types, type Script } from '../harness';

const task = { Type: 'Task', Resource: functionArn };
const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };

/** Fails as often as told, then succeeds. */
const flaky = (failures: number, error = 'Boom'): Script => {
  let n = 0;
  return () => (n++ < failures ? failed(error, `failure ${n}`) : ok({ after: n - 1 }));
};

describe('a function by its ARN', () => {
  it('has LambdaFunction events, linked one after the other', async () => {
    const execution = await runOne(task, { x: 1 }, { script: (request) => ok({ seen: request.parameters }) });
    expect(links(execution)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered',
      '3<2 LambdaFunctionScheduled',
      '4<3 LambdaFunctionStarted',
      '5<4 LambdaFunctionSucceeded',
      '6<5 TaskStateExited',
      '7<6 ExecutionSucceeded',
    ]);
    expect(detailsOf(execution, 'LambdaFunctionScheduled')).toEqual({ resource: functionArn, input: '{"x":1}' });
    expect(execution.outputText).toBe('{"seen":{"x":1}}');
  });

  it('shares one text between an exit and what follows', async () => {
    const execution = await runOne(task, {}, { script: () => ok({ big: 'x' }) });
    const [succeeded, exited, ended] = execution.history.slice(4).map(({ details }) => details.output);
    expect([exited, ended]).toEqual([succeeded, succeeded]);
  });

  it('keeps the spelling of numbers that pass through', async () => {
    const execution = await runOne(task, 0, {
      inputText: '0.0',
      script: (request) => ({ ok: true, output: 0, text: request.parametersText }),
    });
    expect(execution.history.map(({ details }) => details.input ?? details.output).filter(Boolean)).toEqual(
      Array(6).fill('0.0'),
    );
  });
});

describe('a service integration', () => {
  it('has Task events with the resource and the region', async () => {
    const state = {
      ...invoke,
      Parameters: { FunctionName: 'f', 'Payload.$': '$' },
      ResultSelector: { 'got.$': '$.a' },
    };
    const execution = await runOne(state, { p: 1 }, { script: () => ok({ a: 7 }) });
    const common = { resourceType: 'lambda', resource: 'invoke' };
    expect(detailsOf(execution, 'TaskScheduled')).toEqual({
      ...common,
      region: 'us-east-1',
      parameters: '{"FunctionName":"f","Payload":{"p":1}}',
    });
    expect(detailsOf(execution, 'TaskStarted')).toEqual(common);
    expect(detailsOf(execution, 'TaskSucceeded')).toEqual({ ...common, output: '{"a":7}' });
    expect(execution.output).toEqual({ got: 7 });
  });

  it('tells submission apart from the result of the job', async () => {
    const state = { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync' };
    const execution = await runOne(
      state,
      {},
      {
        script: (_, phases) => {
          phases.started();
          phases.submitted({ ExecutionArn: 'x' });
          return ok({ Status: 'SUCCEEDED' });
        },
      },
    );
    expect(types(execution).slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
    expect(detailsOf(execution, 'TaskSubmitted')).toMatchObject({
      resource: 'startExecution.sync',
      output: '{"ExecutionArn":"x"}',
    });
  });

  it.each([
    ['scheduleFailed', 'TaskFailed'],
    ['startFailed', 'TaskStartFailed'],
    ['submitFailed', 'TaskSubmitFailed'],
    ['timedOut', 'TaskTimedOut'],
    ['failed', 'TaskFailed'],
  ] as const)('names the phase %s that failed', async (event, type) => {
    const execution = await runOne(invoke, {}, { script: () => ({ ok: false, error: 'E', event }) });
    expect(types(execution).at(-2)).toBe(type);
    expect(execution.error).toBe('E');
  });

  it('passes role, bounds and the number of the retry to the runner', async () => {
    const requests: TaskRequest[] = [];
    const state = {
      ...invoke,
      TimeoutSecondsPath: '$.limit',
      HeartbeatSeconds: 5,
      Credentials: { 'RoleArn.$': '$.role' },
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    };
    const execution = await runOne(
      state,
      { limit: 9, role: 'arn:role' },
      {
        script: (request) => {
          requests.push(request);
          return failed('E');
        },
      },
    );
    expect(
      requests.map(({ timeoutSeconds, heartbeatSeconds, credentialsRoleArn, retryCount }) => [
        timeoutSeconds,
        heartbeatSeconds,
        credentialsRoleArn,
        retryCount,
      ]),
    ).toEqual([
      [9, 5, 'arn:role', 0],
      [9, 5, 'arn:role', 1],
    ]);
    expect(detailsOf(execution, 'TaskScheduled')).toMatchObject({
      timeoutInSeconds: 9,
      heartbeatInSeconds: 5,
      taskCredentials: { roleArn: 'arn:role' },
    });
  });
});

describe('Retry', () => {
  const retry = (retrier: object) => ({ ...task, Retry: [{ ErrorEquals: ['Boom'], ...retrier }] });

  it('waits 1, 2 and 4 seconds by default and counts in one visit', async () => {
    const execution = await runOne(retry({}), {}, { script: flaky(3) });
    const scheduled = execution.history.filter(({ type }) => type === 'LambdaFunctionScheduled');
    expect(scheduled.map(({ timestamp }) => timestamp - start)).toEqual([0, 1000, 3000, 7000]);
    expect(scheduled.map(({ previousEventId }) => previousEventId)).toEqual([2, 5, 8, 11]);
    expect(types(execution).filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
    expect(execution.output).toEqual({ after: 3 });
  });

  it('keeps to MaxDelaySeconds and draws jitter from the host’s chance', async () => {
    const state = retry({
      IntervalSeconds: 10,
      BackoffRate: 10,
      MaxDelaySeconds: 20,
      JitterStrategy: 'FULL',
      MaxAttempts: 2,
    });
    const execution = await runOne(state, {}, { script: flaky(2) });
    expect(execution.stoppedAt! - start).toBe(5000 + 10_000);
  });

  it('does not try again where MaxAttempts is 0 or the error is another', async () => {
    for (const state of [retry({ MaxAttempts: 0 }), retry({ ErrorEquals: ['Bang'] })]) {
      const execution = await runOne(state, {}, { script: flaky(1) });
      expect([execution.status, execution.stoppedAt]).toEqual(['FAILED', start]);
    }
  });

  it('counts each retrier for itself', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    let n = 0;
    const state = {
      ...task,
      Retry: [
        { ErrorEquals: ['A'], MaxAttempts: 2 },
        { ErrorEquals: ['B'], MaxAttempts: 1 },
      ],
    };
    const execution = await runOne(state, {}, { script: () => failed(errors[n++] ?? 'none') });
    expect([n, execution.error]).toEqual([4, 'B']);
  });

  it('shows the count in the context object', async () => {
    const state = { ...retry({}), ResultSelector: { 'tries.$': '$$.State.RetryCount' } };
    expect((await runOne(state, {}, { script: flaky(2) })).output).toEqual({ tries: 2 });
  });
});

describe('Catch', () => {
  const machine = (catcher: object, more: object = {}) => ({
    StartAt: 'S',
    States: {
      S: { ...task, ...more, End: true, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'R', ...catcher }] },
      R: { Type: 'Pass', End: true },
    },
  });
  const run = async (definition: ReturnType<typeof machine>, script: Script, input: object = { a: 1 }) => {
    const execution = begin(definition, input as never, { script });
    await execution.done;
    return execution;
  };

  it('makes the error the output, or puts it where ResultPath says', async () => {
    expect((await run(machine({}), () => failed('E', 'c'))).output).toEqual({ Error: 'E', Cause: 'c' });
    expect((await run(machine({ ResultPath: '$.error' }), () => failed('E', 'c'))).output).toEqual({
      a: 1,
      error: { Error: 'E', Cause: 'c' },
    });
  });

  it('exits after the failed event', async () => {
    const execution = await run(machine({}), () => failed('E'));
    expect(links(execution).slice(4, 7)).toEqual([
      '5<4 LambdaFunctionFailed',
      '6<5 TaskStateExited',
      '7<6 PassStateEntered',
    ]);
  });

  it('assigns variables from the error, in both languages', async () => {
    const path = await run(machine({ Assign: { 'e.$': '$.Error' } }), () => failed('E'));
    expect(detailsOf(path, 'TaskStateExited')).toMatchObject({ assignedVariables: { e: '"E"' } });
    const jsonata = await run(
      machine(
        { Assign: { e: '{% $states.errorOutput.Error %}' }, Output: '{% $states.errorOutput.Cause %}' },
        { QueryLanguage: 'JSONata' },
      ),
      () => failed('E', 'c'),
    );
    expect(detailsOf(jsonata, 'TaskStateExited')).toMatchObject({ output: '"c"', assignedVariables: { e: '"E"' } });
  });

  it('takes the first catcher that matches, and States.TaskFailed all but timeouts', async () => {
    const definition = machine({});
    definition.States.S.Catch = [
      { ErrorEquals: ['Other'], Next: 'S' },
      { ErrorEquals: ['States.TaskFailed'], Next: 'R' },
    ];
    expect((await run(definition, () => failed('E'))).status).toBe('SUCCEEDED');
    expect((await run(definition, () => ({ ok: false, error: 'States.Timeout', event: 'timedOut' }))).status).toBe(
      'FAILED',
    );
  });

  it('never catches States.Runtime', async () => {
    const execution = await run(
      machine({ ErrorEquals: ['States.Runtime', 'States.ALL'] }, { OutputPath: '$.nowhere' }),
      () => ok({}),
    );
    expect(execution.error).toBe('States.Runtime');
    expect(execution.cause).toMatch(
      /^An error occurred while executing the state 'S' \(entered at the event id #2\)\. Invalid path/,
    );
  });

  it('fails where its own fields fail', async () => {
    const execution = await run(machine({ Assign: { 'e.$': '$.none' } }), () => failed('E'));
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.Runtime']);
  });

  it('gives a timeout an empty cause', async () => {
    const execution = await run(machine({}, { TimeoutSeconds: 1 }), () => new Promise(() => undefined));
    expect(execution.output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });
});

describe('time and size', () => {
  it('times out after TimeoutSeconds and aborts the runner', async () => {
    let signal: AbortSignal | undefined;
    const execution = await runOne(
      { ...task, TimeoutSeconds: 5 },
      {},
      {
        script: (request) => {
          ({ signal } = request);
          return new Promise(() => undefined);
        },
      },
    );
    expect(links(execution).slice(2)).toEqual([
      '3<2 LambdaFunctionScheduled',
      '4<3 LambdaFunctionStarted',
      '5<4 LambdaFunctionTimedOut',
      '6<5 ExecutionFailed',
    ]);
    expect([execution.error, execution.cause, execution.stoppedAt! - start, signal?.aborted]).toEqual([
      'States.Timeout',
      undefined,
      5000,
      true,
    ]);
  });

  it('refuses a result above 256 KiB of UTF-8 with AWS’s words', async () => {
    const large = await runOne(invoke, {}, { script: () => ok('é'.repeat(131_072)) });
    expect([large.error, large.cause]).toEqual([
      'States.DataLimitExceeded',
      "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    ]);
    expect((await runOne(invoke, {}, { script: () => ok('é'.repeat(131_070)) })).status).toBe('SUCCEEDED');
  });

  it('refuses parameters above 256 KiB before anything is scheduled', async () => {
    const state = { ...invoke, Parameters: { FunctionName: 'f', Payload: { 'a.$': '$.x', 'b.$': '$.x' } } };
    const large = await runOne(state, { x: 'é'.repeat(70_000) }, { script: () => ok(1) });
    expect([large.error, large.cause, large.history.map((event) => event.type)]).toEqual([
      'States.DataLimitExceeded',
      "The state/task 'S' provided parameters with a size exceeding the maximum number of bytes service limit.",
      ['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed'],
    ]);
  });

  it('survives a runner that throws, rejects or answers after the end', async () => {
    const thrown = await runOne(
      task,
      {},
      {
        script: () => {
          throw new Error('broken runner');
        },
      },
    );
    expect([thrown.error, thrown.cause]).toEqual(['States.Runtime', expect.stringContaining('broken runner')]);
    const rejected = await runOne(task, {}, { script: () => Promise.reject(new Error('broken later')) });
    expect(rejected.cause).toContain('broken later');
    let answer: (value: { ok: true; output: number }) => void = () => undefined;
    const late = await runOne(
      { ...task, TimeoutSeconds: 1 },
      {},
      { script: () => new Promise((resolve) => (answer = resolve)) },
    );
    const before = late.history.length;
    answer({ ok: true, output: 1 });
    await turn();
    expect(late.history).toHaveLength(before);
  });

  it('says what a bound that is no number refers to', async () => {
    const execution = await runOne({ ...task, TimeoutSecondsPath: '$.t' }, { t: 'soon' });
    expect(execution.cause).toBe(
      `An error occurred while executing the state 'S' (entered at the event id #2). The TimeoutSecondsPath field refers to value "soon" which is not a valid integer: $.t`,
    );
    expect((await runOne({ ...task, TimeoutSecondsPath: '$.t' }, { t: '5' })).status).toBe('SUCCEEDED');
    for (const t of [0, -1]) {
      const { error, cause } = await runOne({ ...task, TimeoutSecondsPath: '$.t' }, { t });
      expect([error, cause]).toEqual([
        'States.Runtime',
        `An error occurred while executing the state 'S' (entered at the event id #2). TimeoutSeconds must be positive.`,
      ]);
    }
  });
});
