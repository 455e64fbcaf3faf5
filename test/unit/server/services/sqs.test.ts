import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json';
import { Sqs } from '../../../../src/server/services/sqs';
import {
  attributesDigest,
  parseAttributes,
  selectAttributes,
  showAttributes,
} from '../../../../src/server/services/sqsMessage';
import { sqsService } from '../../../../src/server/services/sqsService';
import { fakeContext, request } from './context';

const url = 'http://127.0.0.1:4566/111111111111/q';

function queue(attributes: JsonObject = {}): { sqs: Sqs; context: ReturnType<typeof fakeContext> } {
  const context = fakeContext();
  const sqs = new Sqs(context);
  expect(sqs.call('CreateQueue', { QueueName: 'q', Attributes: attributes })).toEqual({ QueueUrl: url });
  return { sqs, context };
}
const send = (sqs: Sqs, body: string, more: JsonObject = {}): JsonObject =>
  sqs.call('SendMessage', { QueueUrl: url, MessageBody: body, ...more }) as JsonObject;
const receive = async (sqs: Sqs, more: JsonObject = {}): Promise<JsonObject[]> =>
  ((await sqs.call('ReceiveMessage', { QueueUrl: url, ...more })).Messages as unknown as JsonObject[] | undefined) ??
  [];

describe('message attributes', () => {
  it('are digested as the developer guide says', () => {
    // Length-prefixed name, type, a byte for text, value; computed here by hand.
    const part = (text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const expected = createHash('md5')
      .update(Buffer.concat([part('a'), part('String'), Buffer.from([1]), part('x')]))
      .digest('hex');
    const attributes = parseAttributes({ a: { DataType: 'String', StringValue: 'x' } });
    expect(attributesDigest(attributes)).toBe(expected);
    expect(attributesDigest(new Map())).toBeUndefined();
  });

  it('survive the way there and back, binary ones too', () => {
    const given = { b: { DataType: 'Binary', BinaryValue: 'AQID' }, s: { DataType: 'String', StringValue: 'x' } };
    expect(showAttributes(parseAttributes(given))).toEqual(given);
  });

  it('are refused without a type or a value', () => {
    expect(() => parseAttributes({ a: { StringValue: 'x' } })).toThrow(
      /must contain a non-empty message attribute type/,
    );
    expect(() => parseAttributes({ a: { DataType: 'String' } })).toThrow(/must contain a value/);
  });

  it('are selected by name, by prefix or all', () => {
    const all = parseAttributes(
      Object.fromEntries(['ab', 'ac', 'b'].map((n) => [n, { DataType: 'String', StringValue: n }])),
    );
    expect([...selectAttributes(all, ['b']).keys()]).toEqual(['b']);
    expect([...selectAttributes(all, ['a.*']).keys()]).toEqual(['ab', 'ac']);
    expect(selectAttributes(all, ['All']).size).toBe(3);
    expect(selectAttributes(all, []).size).toBe(0);
  });
});

describe('a queue on its clock', () => {
  it('shows a message again when its visibility ends', async () => {
    const { sqs, context } = queue({ VisibilityTimeout: '10' });
    send(sqs, 'x');
    expect(await receive(sqs)).toHaveLength(1);
    expect(await receive(sqs)).toHaveLength(0);
    await context.clock.sleep(10_000);
    const [again] = await receive(sqs, { AttributeNames: ['ApproximateReceiveCount'] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });

  it('wakes a long poll when a message in flight comes back', async () => {
    const { sqs, context } = queue({ VisibilityTimeout: '3' });
    send(sqs, 'x');
    await receive(sqs);
    const from = context.clock.now();
    expect(await receive(sqs, { WaitTimeSeconds: 20 })).toHaveLength(1);
    expect(context.clock.now() - from).toBe(3000);
  });

  it('ends an empty long poll at its time', async () => {
    const { sqs, context } = queue();
    const from = context.clock.now();
    expect(await receive(sqs, { WaitTimeSeconds: 20 })).toHaveLength(0);
    expect(context.clock.now() - from).toBe(20_000);
  });

  it('delays and forgets', async () => {
    const { sqs, context } = queue({ MessageRetentionPeriod: '60' });
    expect(() => send(sqs, 'x', { DelaySeconds: 901 })).toThrow(/DelaySeconds must be >= 0 and <= 900/);
    send(sqs, 'x', { DelaySeconds: 5 });
    expect(await receive(sqs)).toHaveLength(0);
    await context.clock.sleep(61_000);
    expect(await receive(sqs)).toHaveLength(0);
    expect(sqs.call('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] })).toEqual({
      Attributes: { ApproximateNumberOfMessages: '0' },
    });
  });

  it('numbers what goes through a FIFO queue, and needs a group', () => {
    const context = fakeContext();
    const sqs = new Sqs(context);
    const { QueueUrl } = sqs.call('CreateQueue', {
      QueueName: 'f.fifo',
      Attributes: { ContentBasedDeduplication: 'true' },
    }) as { QueueUrl: string };
    const sendTo = (more: JsonObject): JsonObject =>
      sqs.call('SendMessage', { QueueUrl, MessageBody: 'x', ...more }) as JsonObject;
    expect(() => sendTo({})).toThrow(/MessageGroupId/);
    const first = sendTo({ MessageGroupId: 'g' });
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(sendTo({ MessageGroupId: 'g' }).MessageId).toBe(first.MessageId);
  });
});

describe('the Query protocol, which older clients speak', () => {
  const call = async (sqs: Sqs, form: string, path = '/'): Promise<{ status: number; body: string }> => {
    const answer = await sqsService(sqs).handle(request({ text: form, path }));
    return { status: answer.status, body: answer.body.toString() };
  };

  it('sends with attributes and receives them', async () => {
    const { sqs } = queue();
    const form = `Action=SendMessage&QueueUrl=${encodeURIComponent(url)}&MessageBody=a%3Cb&MessageAttribute.1.Name=k&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v`;
    expect((await call(sqs, form)).body).toMatch(
      /<SendMessageResult><MD5OfMessageBody>[0-9a-f]{32}<\/MD5OfMessageBody><MD5OfMessageAttributes>[0-9a-f]{32}</,
    );
    const got = await call(
      sqs,
      'Action=ReceiveMessage&MessageAttributeName.1=All&AttributeName.1=All',
      '/111111111111/q',
    );
    expect(got.body).toContain('<Body>a&lt;b</Body>');
    expect(got.body).toContain(
      '<MessageAttribute><Name>k</Name><Value><StringValue>v</StringValue><DataType>String</DataType></Value></MessageAttribute>',
    );
    expect(got.body).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  });

  it('creates, lists and batches', async () => {
    const { sqs } = queue();
    expect(
      (await call(sqs, 'Action=CreateQueue&QueueName=other&Attribute.1.Name=DelaySeconds&Attribute.1.Value=4')).body,
    ).toContain('/111111111111/other</QueueUrl>');
    expect((await call(sqs, 'Action=ListQueues')).body.match(/<QueueUrl>/g)).toHaveLength(2);
    const batch =
      'Action=SendMessageBatch&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=x&SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.2.MessageBody=';
    const answer = (await call(sqs, batch, '/111111111111/q')).body;
    expect(answer).toMatch(/<SendMessageBatchResultEntry><Id>a<\/Id>/);
    expect(answer).toMatch(/<BatchResultErrorEntry><Id>b<\/Id><Code>MissingParameter<\/Code>/);
  });

  it('names errors by their Query codes', async () => {
    const { sqs } = queue();
    const answer = await call(sqs, 'Action=GetQueueUrl&QueueName=none');
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
  });
});

describe('refusals', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['SendMessage', { QueueUrl: url }, /must contain the parameter MessageBody/],
    ['SendMessage', { MessageBody: 'x' }, /must contain the parameter QueueUrl/],
    ['ReceiveMessage', { QueueUrl: url, WaitTimeSeconds: 21 }, /Must be >= 0 and <= 20/],
    ['SendMessageBatch', { QueueUrl: url, Entries: [] }, /at least one/],
    [
      'ChangeMessageVisibility',
      { QueueUrl: url, ReceiptHandle: 'none', VisibilityTimeout: 1 },
      /not a valid receipt handle/,
    ],
    ['CreateQueue', { QueueName: 'no spaces' }, /Can only include alphanumeric/],
    [
      'CreateQueue',
      { QueueName: 'x', Attributes: { DelaySeconds: 'soon' } },
      /Invalid value for the parameter DelaySeconds/,
    ],
    ['Reboot', {}, /Reboot is not valid/],
  ])('%s %j', async (action, input, message) => {
    const { sqs } = queue();
    await expect((async () => sqs.call(action, input))()).rejects.toThrow(message);
  });
});
