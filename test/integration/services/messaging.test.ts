import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { built, createFunction, serve } from './server';

let stop: () => Promise<void>;
let sqs: SQSClient;
let sns: SNSClient;
let events: EventBridgeClient;
let lambda: LambdaClient;

beforeAll(async () => {
  const { server, config } = await serve();
  stop = () => server.stop();
  sqs = new SQSClient(config);
  sns = new SNSClient(config);
  events = new EventBridgeClient(config);
  lambda = new LambdaClient(config);
});
afterAll(() => stop());

async function queue(name: string, attributes: Record<string, string> = {}): Promise<{ url: string; arn: string }> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: Attributes?.QueueArn ?? '' };
}

const receive = async (url: string, more = {}) =>
  (
    await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        WaitTimeSeconds: 2,
        MessageAttributeNames: ['All'],
        AttributeNames: ['All'],
        ...more,
      }),
    )
  ).Messages ?? [];

describe('SQS through the SDK, which checks the digests itself', () => {
  it('sends, receives, hides and deletes', async () => {
    const { url } = await queue('basic');
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'basic' }))).QueueUrl).toBe(url);
    const attributes = {
      colour: { DataType: 'String', StringValue: 'green' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
      n: { DataType: 'Number', StringValue: '4' },
    };
    const sent = await sqs.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: 'grüße', MessageAttributes: attributes }),
    );
    const [message] = await receive(url);
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'grüße',
      Attributes: { ApproximateReceiveCount: '1' },
    });
    expect(message?.MessageAttributes?.bytes?.BinaryValue).toEqual(new Uint8Array([1, 2, 3]));
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [again] = await receive(url);
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: again?.ReceiptHandle }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      VisibilityTimeout: '30',
    });
  });

  it('answers a long poll when a message comes, and batches', async () => {
    const { url } = await queue('polled');
    const waiting = receive(url, { WaitTimeSeconds: 10, MaxNumberOfMessages: 10 });
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'a', MessageBody: '1' },
          { Id: 'b', MessageBody: '2' },
        ],
      }),
    );
    const first = await waiting;
    expect(first.length).toBeGreaterThan(0);
    const bodies = [...first, ...(first.length < 2 ? await receive(url) : [])].map((m) => m.Body);
    expect(bodies.sort()).toEqual(['1', '2']);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  });

  it('buries what is received too often', async () => {
    const dead = await queue('dead');
    const { url } = await queue('fragile', {
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }),
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison' }));
    expect(await receive(url)).toHaveLength(1);
    expect(await receive(url)).toHaveLength(1);
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    expect((await receive(dead.url))[0]?.Body).toBe('poison');
  });

  it('takes a FIFO message once and its groups in order', async () => {
    const { url } = await queue('ordered.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const body of ['a', 'a', 'b'])
      await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageGroupId: 'g' }));
    const [first] = await receive(url);
    expect(first?.Body).toBe('a');
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect((await receive(url))[0]?.Body).toBe('b');
  });

  it('refuses as SQS does', async () => {
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'nobody' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    const { url } = await queue('strict');
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 11 }))).rejects.toThrow(
      /Must be between 1 and 10/,
    );
    await expect(
      sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy: 'no' } })),
    ).rejects.toThrow(/RedrivePolicy is invalid/);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'strict' }))).QueueUrls ?? []).toEqual([]);
  });
});

describe('SNS through the SDK', () => {
  it('hands messages to queues, wrapped or raw, through filters', async () => {
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({ Name: 'orders', Tags: [{ Key: 'team', Value: 'x' }] }),
    );
    expect((await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags).toEqual([
      { Key: 'team', Value: 'x' },
    ]);
    const wrapped = await queue('wrapped');
    const raw = await queue('raw');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: wrapped.arn }));
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: raw.arn,
        Attributes: { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ kind: ['big', { prefix: 'hu' }] }) },
      }),
    );
    await sns.send(
      new PublishCommand({
        TopicArn,
        Message: 'one',
        Subject: 'S',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'small' } },
      }),
    );
    await sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: '1', Message: 'two', MessageAttributes: { kind: { DataType: 'String', StringValue: 'huge' } } },
        ],
      }),
    );
    const bodies = (await receive(wrapped.url, { MaxNumberOfMessages: 10 })).map(
      (m) => JSON.parse(m.Body ?? '') as { Message: string; Subject?: string; TopicArn: string },
    );
    expect(bodies.map((b) => [b.Message, b.Subject, b.TopicArn])).toEqual([
      ['one', 'S', TopicArn],
      ['two', undefined, TopicArn],
    ]);
    expect((await receive(raw.url)).map((m) => m.Body)).toEqual(['two']);
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toHaveLength(2);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes).toMatchObject({
      SubscriptionsConfirmed: '1',
    });
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    expect((await sns.send(new ListTopicsCommand({}))).Topics?.map((t) => t.TopicArn) ?? []).not.toContain(TopicArn);
    await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Topic does not exist',
    });
  });

  it.skipIf(!built)(
    "invokes functions with AWS's event, and sends what cannot be delivered to the dead-letter queue",
    async () => {
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'invoking' }));
      const out = await queue('seen');
      const dead = await queue('undelivered');
      const code = `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
exports.handler = async (event) => { await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: '${out.url}', MessageBody: JSON.stringify(event) })); };`;
      const arn = await createFunction(lambda, 'subscriber', { 'index.js': code });
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: arn }));
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'lambda',
          Endpoint: `${arn}-gone`,
          Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) },
        }),
      );
      await sns.send(
        new PublishCommand({
          TopicArn,
          Message: 'hello',
          MessageAttributes: { n: { DataType: 'Number', StringValue: '1' } },
        }),
      );
      const [message] = await receive(out.url, { WaitTimeSeconds: 10 });
      const record = (
        JSON.parse(message?.Body ?? '{}') as { Records: { EventSource: string; Sns: Record<string, unknown> }[] }
      ).Records[0];
      expect(record).toMatchObject({
        EventSource: 'aws:sns',
        Sns: { Message: 'hello', TopicArn, MessageAttributes: { n: { Type: 'Number', Value: '1' } } },
      });
      expect(JSON.parse((await receive(dead.url))[0]?.Body ?? '{}')).toMatchObject({ Message: 'hello' });
    },
  );
});

describe('EventBridge through the SDK', () => {
  it('checks entries one by one', async () => {
    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          { Source: 's', DetailType: 't', Detail: '{}' },
          { Source: 's', DetailType: 't', Detail: '"text"' },
          { DetailType: 't', Detail: '{}' },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries?.[1]).toEqual({ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' });
    expect(answer.Entries?.[2]).toMatchObject({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
    });
  });

  it('hands matching events to queues', async () => {
    const target = await queue('events');
    await events.send(
      new PutRuleCommand({
        Name: 'big',
        EventPattern: JSON.stringify({ source: ['shop'], detail: { amount: [{ numeric: ['>', 100] }] } }),
      }),
    );
    await events.send(new PutTargetsCommand({ Rule: 'big', Targets: [{ Id: '1', Arn: target.arn }] }));
    await events.send(
      new PutEventsCommand({
        Entries: [50, 150].map((amount) => ({
          Source: 'shop',
          DetailType: 'order',
          Detail: JSON.stringify({ amount }),
        })),
      }),
    );
    const bodies = await receive(target.url, { MaxNumberOfMessages: 10 });
    expect(bodies.map((m) => JSON.parse(m.Body ?? '') as object)).toMatchObject([
      { source: 'shop', 'detail-type': 'order', detail: { amount: 150 } },
    ]);
  });
});

describe.skipIf(!built)('asynchronous invocations', () => {
  it('retry twice and then reach the dead-letter queue', async () => {
    const { server, config } = await serve({ clock: { scale: 600 } });
    try {
      const [client, queues] = [new LambdaClient(config), new SQSClient(config)];
      const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'dlq' }));
      const name = 'failing';
      await createFunction(
        client,
        name,
        { 'index.js': 'exports.handler = async () => { throw new Error("never"); };' },
        { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:111111111111:dlq' } },
      );
      expect(
        (await client.send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: '{"a":1}' })))
          .StatusCode,
      ).toBe(202);
      let messages: { Body?: string; MessageAttributes?: Record<string, { StringValue?: string }> }[] = [];
      for (let i = 0; i < 50 && messages.length === 0; i++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        messages =
          (await queues.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }))).Messages ?? [];
      }
      expect(messages[0]?.Body).toBe('{"a":1}');
      expect(messages[0]?.MessageAttributes?.ErrorMessage?.StringValue).toBe('never');
      const reports = await new CloudWatchLogsClient(config).send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/failing', filterPattern: 'REPORT' }),
      );
      expect(reports.events).toHaveLength(3);
    } finally {
      await server.stop();
    }
  });
});
