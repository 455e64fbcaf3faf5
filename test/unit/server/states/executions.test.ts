import { describe, expect, test } from 'vitest';
import type { TaskRunner } from '../../../../src/engine/contract';
import type { HistoryEvent } from '../../../../src/model/event';
import { failing, pass, waiting, working, world } from './world';

const types = (answer: Record<string, unknown>): string[] =>
  (answer.events as HistoryEvent[]).map((event) => event.type);

describe('StartExecution', () => {
  test('the same name and input while it runs is the same execution; anything else, or afterwards, is taken', async () => {
    const { call, refused, machine } = world();
    const arn = await machine(waiting(60));
    const first = await call('StartExecution', { stateMachineArn: arn, name: 'n', input: '{"a":1}' });
    expect(await call('StartExecution', { stateMachineArn: arn, name: 'n', input: '{"a":1}' })).toEqual(first);
    const taken = `ExecutionAlreadyExists: Execution Already Exists: '${String(first.executionArn)}'`;
    expect(await refused('StartExecution', { stateMachineArn: arn, name: 'n', input: '{"a": 1}' })).toBe(taken);
    await call('StopExecution', { executionArn: first.executionArn });
    expect(await refused('StartExecution', { stateMachineArn: arn, name: 'n', input: '{"a":1}' })).toBe(taken);
  });

  test('Express names are free at once, and every start is another execution', async () => {
    const { call, machine } = world();
    const arn = await machine(pass, { type: 'EXPRESS' });
    const one = await call('StartExecution', { stateMachineArn: arn, name: 'n' });
    const two = await call('StartExecution', { stateMachineArn: arn, name: 'n' });
    expect(one.executionArn).not.toBe(two.executionArn);
    expect(one.executionArn).toMatch(/^arn:aws:states:us-east-1:111111111111:express:[^:]+:n:[0-9a-f-]{36}$/);
  });

  test.each<[object, string]>([
    [{ name: 'a b' }, "InvalidName: Invalid Name: 'a b'"],
    [{ input: '' }, "InvalidExecutionInput: Invalid State Machine Execution Input: 'Invalid execution input.'"],
    [{ input: '{' }, "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected end-of-input"],
    [{ input: `"${'é'.repeat(140_000)}"` }, 'InvalidExecutionInput'],
    [{ input: 'x'.repeat(262_145) }, 'ValidationException'],
    [{ stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:none' }, 'StateMachineDoesNotExist'],
    [{ stateMachineArn: 'none' }, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: none'"],
  ])('%.60j is refused', async (wrong, message) => {
    const { refused, machine } = world();
    expect(await refused('StartExecution', { stateMachineArn: await machine(pass), ...wrong })).toContain(message);
  });
});

describe('DescribeExecution and GetExecutionHistory', () => {
  test('tell how it ended', async () => {
    const { call, machine, run } = world();
    expect(await run(await machine(pass), { a: 1 })).toMatchObject({
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"a":1}',
      inputDetails: { included: true },
      outputDetails: { included: true },
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const failed = await run(await machine(failing));
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'C',
      redriveStatus: 'REDRIVABLE',
      redriveCount: 0,
    });
    const bare = await call('DescribeExecution', { executionArn: failed.executionArn, includedData: 'METADATA_ONLY' });
    for (const datum of ['input', 'error', 'cause']) expect(bare).not.toHaveProperty(datum);
  });

  test('a history is paged, forwards and backwards, with the execution still running', async () => {
    const { call, machine } = world();
    const { executionArn } = await call('StartExecution', {
      stateMachineArn: await machine({
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Next: 'B' },
          B: { Type: 'Pass', Next: 'C' },
          C: { Type: 'Wait', Seconds: 60, End: true },
        },
      }),
    });
    const walk = async (reverseOrder: boolean): Promise<number[][]> => {
      const pages: number[][] = [];
      let nextToken: unknown;
      do {
        const page = await call('GetExecutionHistory', {
          executionArn,
          maxResults: 4,
          reverseOrder,
          ...(nextToken !== undefined && { nextToken }),
        });
        pages.push((page.events as HistoryEvent[]).map((event) => event.id));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return pages;
    };
    expect(await walk(false)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    expect(await walk(true)).toEqual([
      [6, 5, 4, 3],
      [2, 1],
    ]);
    const { nextToken } = await call('GetExecutionHistory', { executionArn, maxResults: 2 });
    await expect(
      call('GetExecutionHistory', { executionArn, maxResults: 2, reverseOrder: true, nextToken }),
    ).rejects.toThrow('Invalid Token');
  });

  test('Express executions make no sense here', async () => {
    const { call, refused, machine } = world();
    const arn = await machine(pass, { type: 'EXPRESS' });
    const { executionArn } = await call('StartExecution', { stateMachineArn: arn });
    for (const operation of [
      'DescribeExecution',
      'GetExecutionHistory',
      'StopExecution',
      'RedriveExecution',
      'DescribeStateMachineForExecution',
    ]) {
      expect(await refused(operation, { executionArn })).toBe(
        "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
      );
    }
    expect(await refused('ListExecutions', { stateMachineArn: arn })).toContain('StateMachineTypeNotSupported');
  });
});

test('ListExecutions: newest first, by status, one of machine and Map Run', async () => {
  const { call, refused, machine } = world();
  const arn = await machine(waiting(60));
  const names = ['a', 'b', 'c'];
  for (const name of names) await call('StartExecution', { stateMachineArn: arn, name });
  await call('StopExecution', { executionArn: `${arn.replace(':stateMachine:', ':execution:')}:b` });
  const list = async (input: object): Promise<string[]> =>
    ((await call('ListExecutions', { stateMachineArn: arn, ...input })).executions as { name: string }[]).map(
      (one) => one.name,
    );
  expect(await list({})).toEqual(['c', 'b', 'a']);
  expect(await list({ statusFilter: 'ABORTED' })).toEqual(['b']);
  expect(await list({ statusFilter: 'RUNNING' })).toEqual(['c', 'a']);
  expect(await list({ redriveFilter: 'REDRIVEN' })).toEqual([]);
  expect(await refused('ListExecutions', {})).toContain(
    "exactly one of the following: 'stateMachineArn' or 'mapRunArn'",
  );
  expect(await refused('ListExecutions', { mapRunArn: 'arn:aws:states:us-east-1:1:mapRun:m/l:x' })).toContain(
    'ResourceNotFound',
  );
});

test('StopExecution ends it at once, keeps error and cause, and is fine twice', async () => {
  const { call, machine } = world();
  const { executionArn } = await call('StartExecution', { stateMachineArn: await machine(waiting(60)) });
  const { stopDate } = await call('StopExecution', { executionArn, error: 'E', cause: 'C' });
  expect(await call('StopExecution', { executionArn, error: 'other' })).toEqual({ stopDate });
  expect(await call('DescribeExecution', { executionArn })).toMatchObject({
    status: 'ABORTED',
    error: 'E',
    cause: 'C',
    stopDate,
  });
});

describe('RedriveExecution', () => {
  test('goes on from the state that failed, once for each client token', async () => {
    let fail = true;
    const tasks: TaskRunner = {
      run: () => (fail ? { ok: false, error: 'Later', cause: 'not yet' } : { ok: true, output: 'done' }),
    };
    const { call, machine, run } = world({ tasks });
    const failed = await run(
      await machine({
        StartAt: 'P',
        States: {
          P: { Type: 'Pass', Next: 'A' },
          A: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true },
        },
      }),
    );
    const { executionArn } = failed;
    expect(failed.status).toBe('FAILED');
    fail = false;
    const redriven = await call('RedriveExecution', { executionArn, clientToken: 't' });
    expect(await call('RedriveExecution', { executionArn, clientToken: 't' })).toEqual(redriven);
    expect(await call('DescribeExecution', { executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      output: '"done"',
      redriveDate: redriven.redriveDate,
    });
    const story = types(await call('GetExecutionHistory', { executionArn }));
    const at = story.indexOf('ExecutionRedriven');
    expect([story[at - 1], story.at(-1)]).toEqual(['ExecutionFailed', 'ExecutionSucceeded']);
    expect(story.slice(at)).not.toContain('PassStateEntered');
  });

  test('not what succeeded', async () => {
    const { machine, run, refused } = world();
    const { executionArn } = await run(await machine(pass));
    expect(await refused('RedriveExecution', { executionArn })).toContain('ExecutionNotRedrivable');
  });
});

describe('StartSyncExecution', () => {
  test('answers with the end, a failed one too, and what it costs', async () => {
    const { call, machine } = world({ clock: 'virtual' });
    const slow = await call('StartSyncExecution', {
      stateMachineArn: await machine(waiting(1), { type: 'EXPRESS' }),
      input: '{}',
    });
    expect(slow).toMatchObject({
      status: 'SUCCEEDED',
      output: '{}',
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 1000 },
    });
    expect(slow.stopDate as number).toBeCloseTo((slow.startDate as number) + 1, 2);
    const failed = await call('StartSyncExecution', { stateMachineArn: await machine(failing, { type: 'EXPRESS' }) });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'E', cause: 'C', outputDetails: { included: true } });
    expect(failed).not.toHaveProperty('output');
  });

  test('bills memory by definition and payload in each Map or Parallel, 64 MB at a time', async () => {
    const { call, machine } = world();
    const inner = (n: number) => ({
      StartAt: `Q${n}`,
      States: {
        [`Q${n}`]: {
          Type: 'Parallel',
          Branches: [{ StartAt: `B${n}`, States: { [`B${n}`]: { Type: 'Pass', Result: 0, End: true } } }],
          End: true,
        },
      },
    });
    const wide = {
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: Array.from({ length: 70 }, (_, n) => inner(n)), End: true } },
    };
    const input = JSON.stringify('x'.repeat(250_000));
    const { billingDetails } = await call('StartSyncExecution', {
      stateMachineArn: await machine(wide, { type: 'EXPRESS' }),
      input,
    });
    // 50 MB + 71 steps × 0.24 MB = 67 MB
    expect(billingDetails).toMatchObject({ billedMemoryUsedInMB: 128 });
  });

  test('not for Standard', async () => {
    const { refused, machine } = world();
    expect(await refused('StartSyncExecution', { stateMachineArn: await machine(pass) })).toBe(
      'StateMachineTypeNotSupported: This operation is not supported by this type of state machine',
    );
  });
});

describe('activities and task tokens', () => {
  const activity = 'arn:aws:states:us-east-1:111111111111:activity:act';

  test('a worker polls, sends heartbeats, and answers', async () => {
    const { call, machine, ended } = world();
    await call('CreateActivity', { name: 'act' });
    const { executionArn } = await call('StartExecution', {
      stateMachineArn: await machine(working(activity)),
      input: '{"n":1}',
    });
    const { taskToken, input } = await call('GetActivityTask', { activityArn: activity, workerName: 'w' });
    expect(input).toBe('{"n":1}');
    await call('SendTaskHeartbeat', { taskToken });
    await call('SendTaskSuccess', { taskToken, output: '[1]' });
    const described = await ended(executionArn);
    const history = await call('GetExecutionHistory', { executionArn });
    expect(types(history)).toContain('ActivityStarted');
    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '[1]' });
  });

  test('tokens that were used, or never were, and outputs that are no JSON', async () => {
    const { call, refused, machine } = world();
    await call('CreateActivity', { name: 'act' });
    await call('StartExecution', { stateMachineArn: await machine(working(activity)) });
    const { taskToken } = await call('GetActivityTask', { activityArn: activity });
    expect(await refused('SendTaskSuccess', { taskToken, output: '{' })).toContain('InvalidOutput');
    await call('SendTaskFailure', { taskToken, error: 'E' });
    expect(await refused('SendTaskSuccess', { taskToken, output: '1' })).toContain('TaskTimedOut');
    expect(await refused('SendTaskSuccess', { taskToken: 'x', output: '1' })).toContain('InvalidToken');
  });

  test('activities are created once, listed, described, deleted', async () => {
    const { call, refused } = world();
    expect(await call('CreateActivity', { name: 'act' })).toEqual(await call('CreateActivity', { name: 'act' }));
    expect(await call('DescribeActivity', { activityArn: activity })).toMatchObject({
      name: 'act',
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    expect((await call('ListActivities')).activities).toHaveLength(1);
    await call('DeleteActivity', { activityArn: activity });
    expect(await refused('GetActivityTask', { activityArn: activity })).toBe(
      `ActivityDoesNotExist: Activity Does Not Exist: '${activity}'`,
    );
    expect(await refused('CreateActivity', { name: 'a/b' })).toBe("InvalidName: Invalid Name: 'a/b'");
  });
});

describe('Map Runs', () => {
  const map = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Label: 'each',
        MaxConcurrency: 2,
        ToleratedFailurePercentage: 50,
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...pass },
        End: true,
      },
    },
  };

  test('are listed, described and their children described, read and counted', async () => {
    const { call, machine, run, refused } = world();
    const arn = await machine(map);
    const { executionArn } = await run(arn, [1, 2, 3]);
    const [mapRun] = (await call('ListMapRuns', { executionArn })).mapRuns as Record<string, unknown>[];
    expect(mapRun).toMatchObject({ executionArn, stateMachineArn: `${arn}/each` });
    const mapRunArn = mapRun?.mapRunArn;
    expect(await call('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'SUCCEEDED',
      maxConcurrency: 2,
      toleratedFailurePercentage: 50,
      executionCounts: { total: 3, resultsWritten: 3, succeeded: 3, failed: 0, running: 0, pending: 0 },
    });
    const { executions } = await call('ListExecutions', { mapRunArn });
    expect(executions).toHaveLength(3);
    const [child] = executions as { executionArn: string }[];
    expect(await call('DescribeExecution', { executionArn: child?.executionArn })).toMatchObject({
      status: 'SUCCEEDED',
      mapRunArn,
    });
    expect(types(await call('GetExecutionHistory', { executionArn: child?.executionArn }))[0]).toBe('ExecutionStarted');
    expect(await refused('UpdateMapRun', { mapRunArn, maxConcurrency: 1 })).toContain('ValidationException');
  });
});

test('parameters that the tasks refuse fail the state before it is scheduled, also where it is tested', async () => {
  const tasks: TaskRunner = { refuse: () => 'why not', run: () => ({ ok: true, output: 1 }) };
  const { call, machine, run } = world({ tasks });
  const state = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { a: 1 }, End: true };
  const failed = await run(await machine({ StartAt: 'A', States: { A: state } }));
  const refusal = `The Parameters '{"a":1}' could not be used to start the Task: [why not]`;
  expect(failed).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  expect(failed.cause).toBe(`An error occurred while executing the state 'A' (entered at the event id #2). ${refusal}`);
  const { executionArn } = failed;
  expect(types(await call('GetExecutionHistory', { executionArn }))).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'ExecutionFailed',
  ]);
  const tested = await call('TestState', { definition: JSON.stringify(state), roleArn: 'arn:aws:iam::1:role/r' });
  expect(tested).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining(refusal) });
});
