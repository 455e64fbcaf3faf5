/** Tasks as a workflow sees them: through Step Functions' own API, with the history's details. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerOptions } from '../../../src/server/options';
import { built, createFunction, serve, type ClientConfig } from './server';

const account = '111111111111';
const roleArn = `arn:aws:iam::${account}:role/r`;

interface Ended {
  readonly status: string | undefined;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly events: readonly HistoryEvent[];
}

class Workflows {
  private made = 0;
  readonly sfn: SFNClient;

  constructor(config: ClientConfig) {
    this.sfn = new SFNClient(config);
  }

  async create(definition: object, name = `m${++this.made}`): Promise<string> {
    const { stateMachineArn = '' } = await this.sfn.send(
      new CreateStateMachineCommand({ name, roleArn, definition: JSON.stringify(definition) }),
    );
    return stateMachineArn;
  }

  async start(stateMachineArn: string, input: unknown = {}): Promise<string> {
    return (
      (await this.sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) })))
        .executionArn ?? ''
    );
  }

  async end(executionArn: string): Promise<Ended> {
    for (;;) {
      const { status, output, error, cause } = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') {
        const { events = [] } = await this.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
        return { status, output: output === undefined ? undefined : JSON.parse(output), error, cause, events };
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** One Task state, its resource and parameters. */
  async task(resource: string, parameters?: object, input: unknown = {}, more: object = {}): Promise<Ended> {
    const state = {
      Type: 'Task',
      Resource: resource,
      ...(parameters ? { Parameters: parameters } : {}),
      ...more,
      End: true,
    };
    return this.end(await this.start(await this.create({ StartAt: 'T', States: { T: state } }), input));
  }
}

let stop: () => Promise<void>;
let config: ClientConfig;
let flows: Workflows;
beforeAll(async () => {
  const served = await serve();
  stop = () => served.server.stop();
  config = served.config;
  flows = new Workflows(config);
});
afterAll(() => stop());

const metadata = {
  SdkHttpMetadata: {
    HttpStatusCode: 200,
    HttpHeaders: { 'x-amzn-RequestId': expect.any(String) as string },
    AllHttpHeaders: { 'Content-Length': [expect.any(String) as string] },
  },
  SdkResponseMetadata: { RequestId: expect.any(String) as string },
};

describe.skipIf(!built)('functions', () => {
  let lambda: LambdaClient;
  beforeAll(async () => {
    lambda = new LambdaClient(config);
    await createFunction(lambda, 'echo', { 'index.js': 'exports.handler = async (e) => e;' });
    await createFunction(lambda, 'fail', {
      'index.js': 'exports.handler = async () => { const e = new Error("no"); e.name = "Refused"; throw e; };',
    });
  });
  const arn = (name: string): string => `arn:aws:lambda:us-east-1:${account}:function:${name}`;

  it('by ARN: the input is the event, the result the output', async () => {
    const ended = await flows.task(arn('echo'), undefined, { a: [1, 'x'] });
    expect(ended.output).toEqual({ a: [1, 'x'] });
    expect(ended.events.map((e) => e.type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('by lambda:invoke: wrapped as AWS wraps it; a null payload is an empty event', async () => {
    const ended = await flows.task('arn:aws:states:::lambda:invoke', { FunctionName: 'echo', Payload: null });
    expect(ended.output).toMatchObject({ ExecutedVersion: '$LATEST', Payload: {}, StatusCode: 200, ...metadata });
    expect(Object.keys(ended.output as object)).toEqual([
      'ExecutedVersion',
      'Payload',
      'SdkHttpMetadata',
      'SdkResponseMetadata',
      'StatusCode',
    ]);
  });

  it('words failures of the function and of the service', async () => {
    for (const ended of [
      await flows.task(arn('fail')),
      await flows.task('arn:aws:states:::lambda:invoke', { FunctionName: 'fail' }),
    ]) {
      expect(ended.error).toBe('Refused');
      expect(JSON.parse(ended.cause ?? '')).toMatchObject({ errorType: 'Refused', errorMessage: 'no' });
    }
    const missing = await flows.task('arn:aws:states:::lambda:invoke', { FunctionName: 'nobody' });
    expect(missing.error).toBe('Lambda.ResourceNotFoundException');
    expect(missing.cause).toMatch(
      /^Function not found: arn:aws:lambda:us-east-1:111111111111:function:nobody:\$LATEST \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [\w-]+; Proxy: null\)$/,
    );
  });

  it('throttles under the name that retriers match, and recovers', async () => {
    await createFunction(lambda, 'one', {
      'index.js': 'exports.handler = () => new Promise((r) => setTimeout(() => r(1), 400));',
    });
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'one', ReservedConcurrentExecutions: 1 }));
    const state = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'one' },
      Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1 }],
      End: true,
    };
    const machine = await flows.create({ StartAt: 'T', States: { T: state } });
    const ends = await Promise.all(
      (await Promise.all([flows.start(machine), flows.start(machine)])).map((e) => flows.end(e)),
    );
    expect(ends.map((e) => e.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const failures = ends.flatMap((e) => e.events.filter((event) => event.type === 'TaskFailed'));
    expect(failures[0]?.taskFailedEventDetails).toMatchObject({
      error: 'Lambda.TooManyRequestsException',
      cause: expect.stringMatching(/^Rate Exceeded\. \(Service: AWSLambda; Status Code: 429;/) as string,
    });
  });

  it('gives a result that is too large its own error', async () => {
    await createFunction(lambda, 'large', { 'index.js': 'exports.handler = async () => "a".repeat(257 * 1024);' });
    expect(await flows.task('arn:aws:states:::lambda:invoke', { FunctionName: 'large' })).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause:
        "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });
});

describe('DynamoDB', () => {
  beforeAll(async () => {
    await new DynamoDBClient(config).send(
      new CreateTableCommand({
        TableName: 'Orders',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
  });

  it('puts, gets, updates and deletes with metadata, and without it in the SDK form', async () => {
    const Key = { id: { S: 'a' } };
    const put = await flows.task('arn:aws:states:::dynamodb:putItem', {
      TableName: 'Orders',
      Item: { ...Key, n: { N: '1' } },
    });
    expect(put.output).toMatchObject(metadata);
    expect((await flows.task('arn:aws:states:::dynamodb:getItem', { TableName: 'Orders', Key })).output).toMatchObject({
      Item: { ...Key, n: { N: '1' } },
      ...metadata,
    });
    const update = {
      TableName: 'Orders',
      Key,
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '2' } },
      ReturnValues: 'ALL_NEW',
    };
    expect((await flows.task('arn:aws:states:::dynamodb:updateItem', update)).output).toMatchObject({
      Attributes: { n: { N: '2' } },
    });
    expect(
      (await flows.task('arn:aws:states:::aws-sdk:dynamodb:getItem', { TableName: 'Orders', Key })).output,
    ).toEqual({ Item: { ...Key, n: { N: '2' } } });
    expect((await flows.task('arn:aws:states:::dynamodb:deleteItem', { TableName: 'Orders', Key })).status).toBe(
      'SUCCEEDED',
    );
  });

  it('names errors in either form', async () => {
    const parameters = { TableName: 'NoSuchTable', Key: { id: { S: 'a' } } };
    expect(await flows.task('arn:aws:states:::dynamodb:getItem', parameters)).toMatchObject({
      error: 'DynamoDB.ResourceNotFoundException',
      cause: expect.stringMatching(
        /^Requested resource not found \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException;/,
      ) as string,
    });
    expect(await flows.task('arn:aws:states:::aws-sdk:dynamodb:getItem', parameters)).toMatchObject({
      error: 'DynamoDb.ResourceNotFoundException',
      cause: expect.stringMatching(
        /^Requested resource not found \(Service: DynamoDb, Status Code: 400, Request ID: [\w-]+\)$/,
      ) as string,
    });
    const twice = { TableName: 'Orders', Item: { id: { S: 'once' } }, ConditionExpression: 'attribute_not_exists(id)' };
    await flows.task('arn:aws:states:::dynamodb:putItem', twice);
    expect(await flows.task('arn:aws:states:::dynamodb:putItem', twice)).toMatchObject({
      error: 'DynamoDB.ConditionalCheckFailedException',
    });
    const noItem = { 'TableName.$': '$.t', 'Item.$': '$.i' };
    expect(await flows.task('arn:aws:states:::dynamodb:putItem', noItem, { t: 'Orders', i: null })).toMatchObject({
      error: 'DynamoDB.AmazonDynamoDBException',
      cause: expect.stringMatching(
        /^1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException;/,
      ) as string,
    });
  });
});

describe('SNS, SQS and EventBridge', () => {
  it('publishes objects as JSON and names a missing topic', async () => {
    const { TopicArn } = await new SNSClient(config).send(new CreateTopicCommand({ Name: 'topic' }));
    const published = await flows.task('arn:aws:states:::sns:publish', { TopicArn, Message: { a: 1 } });
    expect(published.output).toMatchObject({ MessageId: expect.any(String) as string, ...metadata });
    expect(
      await flows.task('arn:aws:states:::sns:publish', { TopicArn: `${TopicArn}-gone`, Message: 'x' }),
    ).toMatchObject({
      error: 'SNS.NotFoundException',
      cause: expect.stringMatching(
        /^Topic does not exist \(Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: [\w-]+; Proxy: null\)$/,
      ) as string,
    });
  });

  it('sends messages, refuses empty ones, and does not find a queue that is none', async () => {
    const { QueueUrl } = await new SQSClient(config).send(new CreateQueueCommand({ QueueName: 'q' }));
    const sent = await flows.task('arn:aws:states:::sqs:sendMessage', {
      QueueUrl,
      MessageBody: 'x',
      MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } },
    });
    expect(sent.output).toMatchObject({
      MD5OfMessageBody: '9dd4e461268c8034f5c8564e155c67a6',
      MD5OfMessageAttributes: expect.any(String) as string,
      ...metadata,
    });
    expect(
      await flows.task('arn:aws:states:::sqs:sendMessage', { QueueUrl, 'MessageBody.$': '$.b' }, { b: null }),
    ).toMatchObject({
      error: 'SQS.AmazonSQSException',
      cause: expect.stringMatching(
        /^The request must contain the parameter MessageBody\. \(Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter;/,
      ) as string,
    });
    expect(
      await flows.task('arn:aws:states:::sqs:sendMessage', { QueueUrl: 'nowhere', MessageBody: 'x' }),
    ).toMatchObject({
      error: 'SQS.SdkClientException',
      cause: 'Unable to execute HTTP request: nowhere: Name or service not known',
    });
  });

  it('waits for a task token that a worker sends back', async () => {
    const sqs = new SQSClient(config);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'tokens' }));
    const state = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } },
      End: true,
    };
    const execution = await flows.start(await flows.create({ StartAt: 'T', States: { T: state } }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    const { token } = JSON.parse(Messages?.[0]?.Body ?? '{}') as { token: string };
    await flows.sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: '{"done":true}' }));
    const ended = await flows.end(execution);
    expect(ended.output).toEqual({ done: true });
    const submitted = ended.events.find((e) => e.type === 'TaskSubmitted')?.taskSubmittedEventDetails;
    expect(JSON.parse(submitted?.output ?? '{}')).toMatchObject({
      MessageId: expect.any(String) as string,
      ...metadata,
    });
  });

  it('fails a task for entries that EventBridge refuses', async () => {
    const bad = await flows.task('arn:aws:states:::events:putEvents', {
      Entries: [{ Source: 's', DetailType: 't', Detail: '"text"' }],
    });
    expect(bad.error).toBe('EventBridge.FailedEntry');
    expect(JSON.parse(bad.cause ?? '')).toEqual({
      Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }],
      FailedEntryCount: 1,
    });
    const good = await flows.task('arn:aws:states:::events:putEvents', {
      Entries: [{ Source: 's', DetailType: 't', Detail: { a: 1 } }],
    });
    expect(good.output).toEqual({ Entries: [{ EventId: expect.any(String) as string }], FailedEntryCount: 0 });
  });
});

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
