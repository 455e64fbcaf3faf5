import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json';
import { Sns, snsService } from '../../../../src/server/services/sns';
import { passesFilter, type Notification, type Subscription } from '../../../../src/server/services/snsTopics';
import { parseAttributes } from '../../../../src/server/services/sqsMessage';
import { fakeContext, request } from './context';

const notification = (attributes: JsonObject, message = '{}'): Notification => ({
  messageId: 'm',
  topicArn: 't',
  message,
  published: 0,
  attributes: parseAttributes(attributes),
});
const subscription = (policy: object, scope?: string): Subscription => ({
  arn: 's',
  protocol: 'sqs',
  endpoint: 'e',
  owner: 'o',
  attributes: { FilterPolicy: JSON.stringify(policy), ...(scope ? { FilterPolicyScope: scope } : {}) },
});
const attribute = (value: string, type = 'String'): JsonObject => ({ k: { DataType: type, StringValue: value } });

describe('filter policies', () => {
  it.each<[object, JsonObject, boolean]>([
    [{ k: ['a', 'b'] }, attribute('b'), true],
    [{ k: ['a'] }, attribute('b'), false],
    [{ k: ['a'] }, {}, false],
    [{ k: [{ exists: false }] }, {}, true],
    [{ k: [{ exists: true }] }, attribute('x'), true],
    [{ k: [{ prefix: 'or' }] }, attribute('order'), true],
    [{ k: [{ suffix: 'er' }] }, attribute('order'), true],
    [{ k: [{ 'equals-ignore-case': 'ORDER' }] }, attribute('order'), true],
    [{ k: [{ 'anything-but': ['a', 'b'] }] }, attribute('c'), true],
    [{ k: [{ 'anything-but': 'c' }] }, attribute('c'), false],
    [{ k: [{ 'anything-but': { prefix: 'or' } }] }, attribute('order'), false],
    [{ k: [{ numeric: ['>', 1, '<=', 3] }] }, attribute('3', 'Number'), true],
    [{ k: [{ numeric: ['>', 1, '<=', 3] }] }, attribute('4', 'Number'), false],
    [{ k: [2] }, attribute('2', 'Number'), true],
    [{ k: ['y'] }, attribute('["x","y"]', 'String.Array'), true],
    [{ k: ['a'], other: ['b'] }, attribute('a'), false],
  ])('%j with %j', (policy, attributes, passes) => {
    expect(passesFilter(subscription(policy), notification(attributes))).toBe(passes);
  });

  it('look into the body where they are told to', () => {
    const nested = subscription({ order: { amount: [{ numeric: ['>=', 10] }] } }, 'MessageBody');
    expect(passesFilter(nested, notification({}, '{"order":{"amount":10}}'))).toBe(true);
    expect(passesFilter(nested, notification({}, '{"order":{"amount":9}}'))).toBe(false);
    expect(passesFilter(nested, notification({}, 'no json'))).toBe(false);
  });
});

interface Sent {
  readonly arn: string;
  readonly body: string;
  readonly fifo: unknown;
}

function topic(name = 'T'): {
  sns: Sns;
  arn: string;
  sent: Sent[];
  refuse: Set<string>;
  context: ReturnType<typeof fakeContext>;
} {
  const sent: Sent[] = [];
  const refuse = new Set<string>();
  const context = fakeContext();
  const sns = new Sns(context, (arn, body, _, fifo) => {
    if (refuse.has(arn)) return Promise.reject(new Error('gone'));
    sent.push({ arn, body, fifo });
    return Promise.resolve();
  });
  const { TopicArn: arn } = sns.call('CreateTopic', { Name: name }) as { TopicArn: string };
  return { sns, arn, sent, refuse, context };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const queueArn = 'arn:aws:sqs:us-east-1:111111111111:q';

describe('publishing', () => {
  it('gives each protocol its own text of a structured message', async () => {
    const { sns, arn, sent } = topic();
    sns.call('Subscribe', {
      TopicArn: arn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      Attributes: { RawMessageDelivery: 'true' },
    });
    sns.call('Publish', { TopicArn: arn, MessageStructure: 'json', Message: '{"default":"d","sqs":"for queues"}' });
    await settle();
    expect(sent.map((s) => s.body)).toEqual(['for queues']);
    expect(() => sns.call('Publish', { TopicArn: arn, MessageStructure: 'json', Message: '{"sqs":"x"}' })).toThrow(
      /No default entry/,
    );
  });

  it("sends what could not be delivered to the subscription's dead-letter queue, or says that it is lost", async () => {
    const { sns, arn, sent, refuse, context } = topic();
    const fn = 'arn:aws:lambda:us-east-1:111111111111:function:f';
    refuse.add(fn);
    sns.call('Subscribe', {
      TopicArn: arn,
      Protocol: 'lambda',
      Endpoint: fn,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn }) },
    });
    sns.call('Publish', { TopicArn: arn, Message: 'x' });
    await settle();
    expect(sent.map((s) => s.arn)).toEqual([queueArn]);
    expect(context.logged[0]).toMatch(/could not deliver .* sent to arn:aws:sqs/);
  });

  it('numbers a FIFO topic and hands its group on', async () => {
    const { sns, arn, sent } = topic('T.fifo');
    sns.call('Subscribe', { TopicArn: arn, Protocol: 'sqs', Endpoint: queueArn });
    expect(() => sns.call('Publish', { TopicArn: arn, Message: 'x' })).toThrow(/MessageGroupId/);
    const answer = sns.call('Publish', {
      TopicArn: arn,
      Message: 'x',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    });
    expect(answer.SequenceNumber).toBe('10000000000000000001');
    await settle();
    expect(sent[0]?.fifo).toEqual({ group: 'g', deduplication: 'd' });
  });

  it.each<[JsonObject, RegExp]>([
    [{ Message: 'x' }, /TopicArn or TargetArn/],
    [{ TopicArn: 'short', Message: 'x' }, /An ARN must have at least 6 elements, not 1/],
    [{ TopicArn: 'arn:aws:sns:us-east-1:1:none', Message: 'x' }, /Topic does not exist/],
    [{ TopicArn: 'arn:aws:sns:us-east-1:1:none', Message: '' }, /Empty message/],
    [{ TopicArn: 'arn:aws:sns:us-east-1:1:none', Message: 'x'.repeat(262_145) }, /Message too long/],
  ])('refuses %#', (input, message) => {
    expect(() => topic().sns.call('Publish', input)).toThrow(message);
  });

  it('subscribes only what it can deliver to', () => {
    const { sns, arn } = topic();
    expect(() => sns.call('Subscribe', { TopicArn: arn, Protocol: 'email', Endpoint: 'a@b' })).toThrow(
      /delivers to lambda and sqs, not to email/,
    );
    expect(() => sns.call('Subscribe', { TopicArn: arn, Protocol: 'sqs', Endpoint: 'http://x' })).toThrow(
      /SQS endpoint ARN/,
    );
    expect(() =>
      sns.call('Subscribe', { TopicArn: arn, Protocol: 'sqs', Endpoint: queueArn, Attributes: { FilterPolicy: '{' } }),
    ).toThrow(/FilterPolicy/);
  });
});

describe('the door', () => {
  it('answers in XML, errors too', async () => {
    const { sns, arn } = topic();
    const call = (form: string): Promise<string> =>
      Promise.resolve(snsService(sns).handle(request({ text: form }))).then((a) => a.body.toString());
    expect(await call('Action=ListTopics')).toContain(
      `<ListTopicsResult><Topics><member><TopicArn>${arn}</TopicArn></member></Topics></ListTopicsResult>`,
    );
    expect(await call(`Action=GetTopicAttributes&TopicArn=${arn}`)).toContain(
      '<entry><key>Owner</key><value>111111111111</value></entry>',
    );
    expect(await call('Action=Publish&TopicArn=arn:aws:sns:us-east-1:1:none&Message=x')).toContain(
      '<Code>NotFound</Code><Message>Topic does not exist</Message>',
    );
    expect(await call('Action=Unknown')).toContain('<Code>InvalidAction</Code>');
  });
});
