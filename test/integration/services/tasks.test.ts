/** Tasks as a workflow sees them: through Step Functions' own API, with the history's details. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { built, createFunction, serve, type ClientConfig } from './server';
import { account, metadata, Workflows } from './workflows';

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
