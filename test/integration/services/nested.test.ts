/** Tasks that start executions, keep objects, are mocked, or that nothing here can run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerOptions } from '../../../src/server/options';
import { serve } from './server';
import { account, metadata, Workflows } from './workflows';

let stop: () => Promise<void>;
let flows: Workflows;
beforeAll(async () => {
  const served = await serve();
  stop = () => served.server.stop();
  flows = new Workflows(served.config);
});
afterAll(() => stop());

describe('executions, objects and the rest', () => {
  it('starts another execution: at once, to its end, and parsed', async () => {
    const child = await flows.create(
      { StartAt: 'P', States: { P: { Type: 'Pass', Result: { made: 1 }, End: true } } },
      'child',
    );
    const parameters = { StateMachineArn: child, Input: { a: 1 } };
    const started = await flows.task('arn:aws:states:::states:startExecution', { ...parameters, Name: 'first' });
    expect(started.output).toMatchObject({
      ExecutionArn: `arn:aws:states:us-east-1:${account}:execution:child:first`,
      StartDate: expect.any(Number) as number,
      ...metadata,
    });
    const sync = await flows.task('arn:aws:states:::states:startExecution.sync', { ...parameters, Name: 'second' });
    expect(sync.output).toMatchObject({
      Status: 'SUCCEEDED',
      Input: '{"a":1}',
      Output: '{"made":1}',
      Name: 'second',
      StateMachineArn: child,
      InputDetails: { Included: true },
    });
    expect(sync.events.map((e) => e.type)).toContain('TaskSubmitted');
    const parsed = await flows.task('arn:aws:states:::states:startExecution.sync:2', { ...parameters, Name: 'third' });
    expect(parsed.output).toMatchObject({ Input: { a: 1 }, Output: { made: 1 } });
  });

  it('fails with the description of a nested execution that failed', async () => {
    const child = await flows.create(
      { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad', Cause: 'why' } } },
      'failing-child',
    );
    const ended = await flows.task('arn:aws:states:::states:startExecution.sync', { StateMachineArn: child });
    expect(ended.error).toBe('States.TaskFailed');
    expect(JSON.parse(ended.cause ?? '')).toMatchObject({ Status: 'FAILED', Error: 'Bad', Cause: 'why' });
  });

  it('speaks aws-sdk forms with capitals and dates as text', async () => {
    const child = await flows.create({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }, 'sdk-child');
    const started = await flows.task('arn:aws:states:::aws-sdk:sfn:startExecution', {
      StateMachineArn: child,
      Input: { json: true },
    });
    expect(started.output).toEqual({
      ExecutionArn: expect.stringContaining(':sdk-child:') as string,
      StartDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
    const wrong = await flows.task('arn:aws:states:::aws-sdk:sfn:sendTaskSuccess', {
      TaskToken: 'nobody',
      Output: '{}',
    });
    expect(wrong).toMatchObject({
      error: 'Sfn.InvalidTokenException',
      cause: expect.stringMatching(
        /^Invalid Token: 'Invalid token' \(Service: Sfn, Status Code: 400, Request ID: [\w-]+\) \(SDK Attempt Count: 1\)$/,
      ) as string,
    });
    expect((await flows.task('arn:aws:states:::aws-sdk:secretsmanager:listSecrets', {})).output).toEqual({
      SecretList: [],
    });
  });

  it('keeps objects', async () => {
    await flows.task('arn:aws:states:::aws-sdk:s3:createBucket', { Bucket: 'objects' });
    expect(
      (await flows.task('arn:aws:states:::aws-sdk:s3:putObject', { Bucket: 'objects', Key: 'k', Body: { a: 1 } }))
        .output,
    ).toMatchObject({
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) as string,
      ChecksumType: 'FULL_OBJECT',
      ServerSideEncryption: 'AES256',
    });
    expect(
      (await flows.task('arn:aws:states:::aws-sdk:s3:getObject', { Bucket: 'objects', Key: 'k' })).output,
    ).toMatchObject({ Body: '{"a":1}', ContentLength: 7, AcceptRanges: 'bytes' });
    expect(await flows.task('arn:aws:states:::aws-sdk:s3:listObjects', { Bucket: 'nowhere' })).toMatchObject({
      error: 'S3.NoSuchBucketException',
      cause: expect.stringMatching(
        /^The specified bucket does not exist \(Service: S3, Status Code: 404, Request ID: [\w-]+, Extended Request ID: [\w+/=]+\)$/,
      ) as string,
    });
  });

  it('says which mock to add for a service it does not have', async () => {
    const ended = await flows.task('arn:aws:states:::batch:submitJob', {
      JobName: 'j',
      JobQueue: 'q',
      JobDefinition: 'd',
    });
    expect(ended.status).toBe('FAILED');
    expect(ended.cause).toContain('"T": "TMock" under StateMachines.');
    expect(ended.cause).toContain('"TMock": {"0": {"Return": {}}} under MockedResponses');
  });
});

describe('mocks', () => {
  it("plays AWS's MockConfigFile.json by invocation", async () => {
    const mocks: ServerOptions['mocks'] = {
      testCase: 'RetryThenFine',
      config: {
        StateMachines: { mocked: { TestCases: { RetryThenFine: { T: 'Flaky' } } } },
        MockedResponses: {
          Flaky: {
            '0-1': { Throw: { Error: 'Busy', Cause: 'later' } },
            '2': { Return: { StatusCode: 200, Payload: { ok: true } } },
          },
        },
      },
    };
    const { server, config: own } = await serve({ mocks, clock: 'virtual' });
    try {
      const mine = new Workflows(own);
      const state = {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: 'nowhere' },
        Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 3 }],
        End: true,
      };
      const ended = await mine.end(
        await mine.start(await mine.create({ StartAt: 'T', States: { T: state } }, 'mocked')),
      );
      expect(ended.output).toEqual({ StatusCode: 200, Payload: { ok: true } });
      expect(ended.events.filter((e) => e.type === 'TaskFailed')).toHaveLength(2);
    } finally {
      await server.stop();
    }
  });

  it('answers the token of a mocked callback task', async () => {
    const config = {
      StateMachines: { waiting: { TestCases: { Answered: { T: 'Approval' } } } },
      MockedResponses: { Approval: { '0': { Return: { approved: true } } } },
    };
    const { server, config: own } = await serve({ mocks: { testCase: 'Answered', config }, clock: 'virtual' });
    try {
      const mine = new Workflows(own);
      const state = {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: { QueueUrl: 'u', 'MessageBody.$': '$$.Task.Token' },
        TimeoutSeconds: 3600,
        End: true,
      };
      const ended = await mine.end(
        await mine.start(await mine.create({ StartAt: 'T', States: { T: state } }, 'waiting')),
      );
      expect(ended.output).toEqual({ approved: true });
      expect(ended.events.map((e) => e.type)).toEqual([
        'ExecutionStarted',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskSubmitted',
        'TaskSucceeded',
        'TaskStateExited',
        'ExecutionSucceeded',
      ]);
    } finally {
      await server.stop();
    }
  });
});
