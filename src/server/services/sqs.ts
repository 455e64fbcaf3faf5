/** SQS: the API by action; the door in both of its protocols is sqsService. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { ServiceError, type ServerContext } from '../contract';
import { list, object, text, textMap, type Api } from './protocol';
import {
  attributesDigest,
  bodyDigest,
  parseAttributes,
  selectAttributes,
  showAttributes,
  type Message,
} from './sqsMessage';
import { defaultSettings, Queue, type QueueSettings } from './sqsQueue';

const settingNames = Object.keys(defaultSettings) as (keyof QueueSettings)[];

const noQueue = (): ServiceError =>
  new ServiceError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.', 400, {
    queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
  });
const missing = (name: string): ServiceError =>
  new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`, 400, {
    queryCode: 'MissingParameter',
  });
const invalid = (message: string, code = 'InvalidParameterValue'): ServiceError =>
  new ServiceError(code, message, 400, { queryCode: code });

export class Sqs implements Api {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly context: ServerContext) {}

  /** A queue by its ARN, for who delivers to one. */
  byArn(arn: string): Queue | undefined {
    const queue = this.queues.get(arn.split(':').at(-1) ?? '');
    return queue?.arn === arn ? queue : undefined;
  }

  call(action: string, input: JsonObject): JsonObject | Promise<JsonObject> {
    switch (action) {
      case 'CreateQueue':
        return this.create(input);
      case 'GetQueueUrl':
        return { QueueUrl: this.url(this.named(text(input.QueueName))) };
      case 'ListQueues': {
        const prefix = text(input.QueueNamePrefix) ?? '';
        return {
          QueueUrls: [...this.queues.values()].filter((q) => q.name.startsWith(prefix)).map((q) => this.url(q)),
        };
      }
      case 'DeleteQueue':
        this.queues.delete(this.find(input).name);
        return {};
      case 'PurgeQueue':
        this.find(input).purge();
        return {};
      case 'SendMessage':
        return this.send(this.find(input), input);
      case 'SendMessageBatch':
        return this.sendBatch(input);
      case 'ReceiveMessage':
        return this.receive(input);
      case 'DeleteMessage':
        this.find(input).delete(need(input, 'ReceiptHandle'));
        return {};
      case 'DeleteMessageBatch':
        return this.each(input, (queue, entry) => queue.delete(need(entry, 'ReceiptHandle')));
      case 'ChangeMessageVisibility':
        this.changeVisibility(this.find(input), input);
        return {};
      case 'ChangeMessageVisibilityBatch':
        return this.each(input, (queue, entry) => this.changeVisibility(queue, entry));
      case 'GetQueueAttributes':
        return this.attributes(input);
      case 'SetQueueAttributes':
        this.set(this.find(input), textMap(input.Attributes));
        return {};
      case 'TagQueue':
        Object.assign(this.find(input).tags, textMap(input.Tags));
        return {};
      case 'UntagQueue': {
        const queue = this.find(input);
        queue.tags = Object.fromEntries(
          Object.entries(queue.tags).filter(([key]) => !list(input.TagKeys).includes(key)),
        );
        return {};
      }
      case 'ListQueueTags':
        return { Tags: this.find(input).tags };
      case 'ListDeadLetterSourceQueues': {
        const { arn } = this.find(input);
        return {
          queueUrls: [...this.queues.values()]
            .filter((q) => q.redrive?.deadLetterTargetArn === arn)
            .map((q) => this.url(q)),
        };
      }
      default:
        throw new ServiceError('InvalidAction', `The action ${action} is not valid for this endpoint.`, 400);
    }
  }

  private url(queue: Queue): string {
    return `${this.context.endpoint()}/${this.context.accountId}/${queue.name}`;
  }

  private create(input: JsonObject): JsonObject {
    const name = need(input, 'QueueName');
    if (!/^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/.test(name))
      throw invalid('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
    const { context } = this;
    let queue = this.queues.get(name);
    if (!queue) {
      const arn = `arn:aws:sqs:${context.region}:${context.accountId}:${name}`;
      queue = new Queue(
        name,
        arn,
        context.clock,
        () => context.uuid(),
        (target, message) => this.byArn(target)?.take(message),
      );
      this.set(queue, textMap(input.Attributes));
      queue.tags = textMap(input.tags ?? input.Tags);
      this.queues.set(name, queue);
    }
    return { QueueUrl: this.url(queue) };
  }

  private named(name: string | undefined): Queue {
    if (name === undefined) throw missing('QueueName');
    const queue = this.queues.get(name);
    if (!queue) throw noQueue();
    return queue;
  }

  /** By QueueUrl; only its last part counts, so that a URL made for another host finds its queue. */
  private find(input: JsonObject): Queue {
    const url = text(input.QueueUrl);
    if (url === undefined) throw missing('QueueUrl');
    return this.named(url.split('/').at(-1));
  }

  private send(queue: Queue, input: JsonObject): JsonObject {
    const body = text(input.MessageBody);
    if (body === undefined || body === '') throw missing('MessageBody');
    if (Buffer.byteLength(body) > queue.settings.MaximumMessageSize) {
      throw invalid(
        `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.MaximumMessageSize} bytes.`,
      );
    }
    const group = text(input.MessageGroupId);
    if (queue.fifo && group === undefined) throw missing('MessageGroupId');
    const deduplication =
      text(input.MessageDeduplicationId) ??
      (queue.other.ContentBasedDeduplication === 'true' ? bodyDigest(body) : undefined);
    if (queue.fifo && deduplication === undefined)
      throw invalid(
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    const attributes = parseAttributes(input.MessageAttributes);
    const delaySeconds = number(input.DelaySeconds);
    if (delaySeconds !== undefined && (delaySeconds < 0 || delaySeconds > 900)) {
      throw invalid(
        `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      );
    }
    const sent = queue.send({ body, attributes, delaySeconds, group, deduplication });
    const digest = attributesDigest(attributes);
    return {
      MD5OfMessageBody: bodyDigest(body),
      ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
      MessageId: sent.id,
      ...(sent.sequence === undefined ? {} : { SequenceNumber: sent.sequence }),
    };
  }

  private sendBatch(input: JsonObject): JsonObject {
    const queue = this.find(input);
    return batch(input, (entry) => this.send(queue, entry));
  }

  private each(input: JsonObject, work: (queue: Queue, entry: JsonObject) => void): JsonObject {
    const queue = this.find(input);
    return batch(input, (entry) => {
      work(queue, entry);
      return {};
    });
  }

  private changeVisibility(queue: Queue, input: JsonObject): void {
    if (!queue.setVisibility(need(input, 'ReceiptHandle'), number(input.VisibilityTimeout) ?? 0)) {
      throw invalid(
        `The input receipt handle "${text(input.ReceiptHandle)}" is not a valid receipt handle.`,
        'ReceiptHandleIsInvalid',
      );
    }
  }

  private async receive(input: JsonObject): Promise<JsonObject> {
    const queue = this.find(input);
    const most = number(input.MaxNumberOfMessages) ?? 1;
    if (most < 1 || most > 10)
      throw invalid(
        `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
      );
    const wait = number(input.WaitTimeSeconds);
    if (wait !== undefined && (wait < 0 || wait > 20))
      throw invalid(
        `Value ${wait} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
      );
    const messages = await queue.receive(most, number(input.VisibilityTimeout), wait);
    const system = [...list(input.AttributeNames), ...list(input.MessageSystemAttributeNames)].filter(
      (n) => typeof n === 'string',
    );
    const own = list(input.MessageAttributeNames).filter((n) => typeof n === 'string');
    return messages.length === 0 ? {} : { Messages: messages.map((message) => show(message, system, own)) };
  }

  private attributes(input: JsonObject): JsonObject {
    const queue = this.find(input);
    const { visible, inFlight, delayed } = queue.counts();
    const all: Record<string, string> = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      CreatedTimestamp: String(Math.floor(queue.created / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.created / 1000)),
      ...Object.fromEntries(settingNames.map((name) => [name, String(queue.settings[name])])),
      ...(queue.redrive ? { RedrivePolicy: JSON.stringify(queue.redrive) } : {}),
      ...(queue.fifo ? { FifoQueue: 'true' } : {}),
      SqsManagedSseEnabled: 'true',
      ...queue.other,
    };
    const names = list(input.AttributeNames);
    const shown = names.includes('All')
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
    return { Attributes: shown };
  }

  private set(queue: Queue, attributes: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (settingNames.includes(name as keyof QueueSettings)) {
        if (!/^\d+$/.test(value)) throw invalid(`Invalid value for the parameter ${name}.`, 'InvalidAttributeValue');
        queue.settings[name as keyof QueueSettings] = Number(value);
      } else if (name === 'RedrivePolicy') queue.redrive = parseRedrive(value);
      else queue.other[name] = value;
    }
  }
}

/** `{"deadLetterTargetArn": …, "maxReceiveCount": …}`; an empty text takes it away. */
function parseRedrive(value: string): Queue['redrive'] {
  if (value === '') return undefined;
  let policy: unknown;
  try {
    policy = JSON.parse(value);
  } catch {
    policy = undefined;
  }
  const target = isObject(policy) ? text(policy.deadLetterTargetArn) : undefined;
  const count = isObject(policy) ? Number(policy.maxReceiveCount) : NaN;
  if (target === undefined || !(count >= 1))
    throw invalid(
      `Value ${value} for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.`,
    );
  return { deadLetterTargetArn: target, maxReceiveCount: count };
}

function need(input: JsonObject, name: string): string {
  const value = text(input[name]);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

/** Numbers come as texts over the Query protocol. */
function number(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) throw invalid(`${JSON.stringify(value)} is not a number`);
  return parsed;
}

/** Each entry by itself: one that fails does not fail the others. */
function batch(input: JsonObject, work: (entry: JsonObject) => JsonObject): JsonObject {
  const entries = list(input.Entries).map(object);
  if (entries.length === 0)
    throw invalid(
      'There should be at least one SendMessageBatchRequestEntry in the request.',
      'AWS.SimpleQueueService.EmptyBatchRequest',
    );
  if (entries.length > 10)
    throw invalid(
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    );
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...work(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}

function show(message: Message, systemNames: readonly Json[], names: readonly string[]): JsonObject {
  const all: Record<string, string | undefined> = {
    SenderId: 'AIDASTEPBENCH',
    SentTimestamp: String(Math.round(message.sent)),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(Math.round(message.firstReceived ?? message.sent)),
    MessageGroupId: message.group,
    MessageDeduplicationId: message.deduplication,
    SequenceNumber: message.sequence,
  };
  const system = Object.fromEntries(
    Object.entries(all).filter(
      ([name, value]) => value !== undefined && (systemNames.includes('All') || systemNames.includes(name)),
    ),
  );
  const selected = selectAttributes(message.attributes, names);
  const digest = attributesDigest(selected);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: bodyDigest(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 ? { Attributes: system } : {}),
    ...(selected.size > 0 ? { MessageAttributes: showAttributes(selected), MD5OfMessageAttributes: digest } : {}),
  };
}
