/** SNS: topics, subscriptions of functions and queues, delivery with dead letters; its door speaks the Query protocol. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { ServiceError, type ServerContext, type Service } from '../contract';
import type { Deliver } from '../lambda/async';
import {
  handleQuery,
  list,
  listOf,
  mapOf,
  object,
  text,
  textMap,
  textOf,
  xmlMap,
  XmlList,
  type Api,
  type QueryFields,
  type Xml,
} from './protocol';
import { bodyDigest, parseAttributes } from './sqsMessage';
import { sequenceNumber } from './sqsQueue';
import { lambdaEvent, passesFilter, queueBody, type Notification, type Subscription, type Topic } from './snsTopics';

const notFound = (what: string): ServiceError => new ServiceError('NotFound', `${what} does not exist`, 404);
const invalid = (message: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${message}`, 400);

const maxMessage = 262_144;
const pageSize = 100;

export class Sns implements Api {
  private readonly topics = new Map<string, Topic>();

  constructor(
    private readonly context: ServerContext,
    /** Sends to a function or queue; rejects when there is none. */
    private readonly deliver: Deliver,
  ) {}

  call(action: string, input: JsonObject): JsonObject {
    switch (action) {
      case 'CreateTopic':
        return this.createTopic(input);
      case 'DeleteTopic':
        this.topics.delete(need(input, 'TopicArn'));
        return {};
      case 'ListTopics':
        return paged(
          [...this.topics.keys()].map((arn) => ({ TopicArn: arn })),
          'Topics',
          input,
        );
      case 'GetTopicAttributes':
        return { Attributes: this.topicAttributes(this.topic(input)) };
      case 'SetTopicAttributes':
        this.topic(input).attributes[need(input, 'AttributeName')] = text(input.AttributeValue) ?? '';
        return {};
      case 'Subscribe':
        return this.subscribe(input);
      case 'ConfirmSubscription':
        return { SubscriptionArn: need(input, 'Token') };
      case 'Unsubscribe': {
        const { topic, subscription } = this.subscription(input);
        topic.subscriptions.splice(topic.subscriptions.indexOf(subscription), 1);
        return {};
      }
      case 'ListSubscriptions':
        return paged(
          [...this.topics.values()].flatMap((t) => t.subscriptions.map((s) => show(t, s))),
          'Subscriptions',
          input,
        );
      case 'ListSubscriptionsByTopic': {
        const topic = this.topic(input);
        return paged(
          topic.subscriptions.map((s) => show(topic, s)),
          'Subscriptions',
          input,
        );
      }
      case 'GetSubscriptionAttributes': {
        const { topic, subscription } = this.subscription(input);
        return {
          Attributes: {
            ...show(topic, subscription),
            PendingConfirmation: 'false',
            ConfirmationWasAuthenticated: 'true',
            ...subscription.attributes,
          },
        };
      }
      case 'SetSubscriptionAttributes':
        this.subscription(input).subscription.attributes[need(input, 'AttributeName')] =
          text(input.AttributeValue) ?? '';
        return {};
      case 'Publish':
        return this.publish(input);
      case 'PublishBatch':
        return this.publishBatch(input);
      case 'TagResource':
        Object.assign(
          this.tagged(input).tags,
          Object.fromEntries(list(input.Tags).map((t) => [text(object(t).Key) ?? '', text(object(t).Value) ?? ''])),
        );
        return {};
      case 'UntagResource': {
        const topic = this.tagged(input);
        topic.tags = Object.fromEntries(
          Object.entries(topic.tags).filter(([key]) => !list(input.TagKeys).includes(key)),
        );
        return {};
      }
      case 'ListTagsForResource':
        return { Tags: Object.entries(this.tagged(input).tags).map(([Key, Value]) => ({ Key, Value })) };
      default:
        throw new ServiceError('InvalidAction', `StepBench's SNS has no ${action}`, 400);
    }
  }

  private createTopic(input: JsonObject): JsonObject {
    const name = need(input, 'Name');
    if (!/^[\w-]{1,256}$|^[\w-]{1,251}\.fifo$/.test(name)) throw invalid('Topic Name');
    const arn = `arn:aws:sns:${this.context.region}:${this.context.accountId}:${name}`;
    if (!this.topics.has(arn)) {
      const tags = Object.fromEntries(
        list(input.Tags).map((t) => [text(object(t).Key) ?? '', text(object(t).Value) ?? '']),
      );
      this.topics.set(arn, { arn, name, attributes: textMap(input.Attributes), tags, subscriptions: [] });
    }
    return { TopicArn: arn };
  }

  private topic(input: JsonObject): Topic {
    const topic = this.topics.get(need(input, 'TopicArn'));
    if (!topic) throw notFound('Topic');
    return topic;
  }

  private tagged(input: JsonObject): Topic {
    const topic = this.topics.get(need(input, 'ResourceArn'));
    if (!topic) throw new ServiceError('ResourceNotFound', 'Resource does not exist', 404);
    return topic;
  }

  private subscription(input: JsonObject): { readonly topic: Topic; readonly subscription: Subscription } {
    const arn = need(input, 'SubscriptionArn');
    for (const topic of this.topics.values()) {
      const subscription = topic.subscriptions.find((s) => s.arn === arn);
      if (subscription) return { topic, subscription };
    }
    throw notFound('Subscription');
  }

  private subscribe(input: JsonObject): JsonObject {
    const topic = this.topic(input);
    const protocol = need(input, 'Protocol');
    const endpoint = text(input.Endpoint) ?? '';
    if (protocol !== 'lambda' && protocol !== 'sqs')
      throw invalid(`Protocol: StepBench delivers to lambda and sqs, not to ${protocol}`);
    if (!endpoint.startsWith(`arn:aws:${protocol}:`))
      throw invalid(`${protocol === 'sqs' ? 'SQS' : 'Lambda'} endpoint ARN`);
    const attributes = textMap(input.Attributes);
    if (attributes.FilterPolicy !== undefined) checkPolicy(attributes.FilterPolicy);
    const known = topic.subscriptions.find((s) => s.protocol === protocol && s.endpoint === endpoint);
    if (known) return { SubscriptionArn: known.arn };
    const arn = `${topic.arn}:${this.context.uuid()}`;
    topic.subscriptions.push({ arn, protocol, endpoint, owner: this.context.accountId, attributes });
    return { SubscriptionArn: arn };
  }

  private topicAttributes(topic: Topic): JsonObject {
    return {
      TopicArn: topic.arn,
      Owner: this.context.accountId,
      DisplayName: '',
      SubscriptionsConfirmed: String(topic.subscriptions.length),
      SubscriptionsPending: '0',
      SubscriptionsDeleted: '0',
      Policy: JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [] }),
      EffectiveDeliveryPolicy: JSON.stringify({}),
      ...topic.attributes,
    };
  }

  private publish(input: JsonObject): JsonObject {
    const arn = text(input.TopicArn) ?? text(input.TargetArn);
    if (arn === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
    if (arn.split(':').length < 6)
      throw invalid('TopicArn Reason: An ARN must have at least 6 elements, not ' + arn.split(':').length);
    const message = text(input.Message);
    if (message === undefined || message === '') throw invalid('Empty message');
    if (Buffer.byteLength(message) > maxMessage) throw invalid('Message too long');
    const topic = this.topics.get(arn);
    if (!topic) throw notFound('Topic');
    if (topic.name.endsWith('.fifo') && text(input.MessageGroupId) === undefined)
      throw invalid('The MessageGroupId parameter is required for FIFO topics');
    const notification: Notification = {
      messageId: this.context.uuid(),
      topicArn: arn,
      subject: text(input.Subject),
      message,
      published: this.context.clock.now(),
      attributes: parseAttributes(input.MessageAttributes),
      fifo: topic.name.endsWith('.fifo')
        ? {
            group: text(input.MessageGroupId),
            deduplication: text(input.MessageDeduplicationId) ?? bodyDigest(message),
          }
        : undefined,
    };
    const structured = input.MessageStructure === 'json' ? structure(message) : undefined;
    for (const subscription of topic.subscriptions) {
      const shown = structured
        ? { ...notification, message: structured[subscription.protocol] ?? structured.default ?? '' }
        : notification;
      if (passesFilter(subscription, shown)) void this.send(subscription, shown);
    }
    if (!topic.name.endsWith('.fifo')) return { MessageId: notification.messageId };
    topic.published = (topic.published ?? 0) + 1;
    return { MessageId: notification.messageId, SequenceNumber: sequenceNumber(topic.published) };
  }

  /** A subscriber that cannot be reached costs the message, or sends it to the subscription's dead-letter queue. */
  private async send(subscription: Subscription, notification: Notification): Promise<void> {
    const endpoint = this.context.endpoint();
    const raw = subscription.attributes.RawMessageDelivery === 'true' && subscription.protocol === 'sqs';
    const body =
      subscription.protocol === 'lambda'
        ? JSON.stringify(lambdaEvent(notification, subscription, endpoint))
        : raw
          ? notification.message
          : queueBody(notification, subscription, endpoint);
    try {
      await this.deliver(subscription.endpoint, body, {}, notification.fifo);
    } catch (error) {
      const target = deadLetters(subscription);
      this.context.log(
        `SNS could not deliver ${notification.messageId} to ${subscription.endpoint}: ${(error as Error).message}${target === undefined ? '' : `; sent to ${target}`}`,
      );
      if (target === undefined) return;
      await this.deliver(target, queueBody(notification, subscription, endpoint), {
        ERROR_CODE: '400',
        ERROR_MESSAGE: (error as Error).message,
      }).catch(() => undefined);
    }
  }

  private publishBatch(input: JsonObject): JsonObject {
    const topic = this.topic(input);
    const Successful: JsonObject[] = [];
    const Failed: JsonObject[] = [];
    const entries = list(input.PublishBatchRequestEntries).map(object);
    if (entries.length > 10)
      throw new ServiceError(
        'TooManyEntriesInBatchRequest',
        'The batch request contains more entries than permissible.',
        400,
      );
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry.Id, ...this.publish({ ...entry, TopicArn: topic.arn }) });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  }
}

const show = (topic: Topic, s: Subscription): JsonObject => ({
  SubscriptionArn: s.arn,
  Owner: s.owner,
  Protocol: s.protocol,
  Endpoint: s.endpoint,
  TopicArn: topic.arn,
});

function need(input: JsonObject, name: string): string {
  const value = text(input[name]);
  if (value === undefined || value === '') throw invalid(`${name} Reason: no value for required parameter`);
  return value;
}

function checkPolicy(policy: string): void {
  try {
    if (isObject(JSON.parse(policy))) return;
  } catch {
    // Falls through to the refusal.
  }
  throw invalid('FilterPolicy: failed to parse JSON.');
}

/** `MessageStructure: json`: one text a protocol, `default` for the rest. */
function structure(message: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    parsed = undefined;
  }
  const texts = textMap(parsed as Json);
  if (texts.default === undefined) throw invalid('Message Structure - No default entry in JSON message body');
  return texts;
}

function deadLetters(subscription: Subscription): string | undefined {
  const policy = subscription.attributes.RedrivePolicy;
  return policy === undefined
    ? undefined
    : (JSON.parse(policy) as { deadLetterTargetArn?: string }).deadLetterTargetArn;
}

function paged(items: readonly JsonObject[], name: string, input: JsonObject): JsonObject {
  const from = Number(text(input.NextToken) ?? 0);
  const rest = items.length > from + pageSize ? { NextToken: String(from + pageSize) } : {};
  return { [name]: items.slice(from, from + pageSize), ...rest };
}

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

export function snsService(api: Api): Service {
  return {
    handle: (request) =>
      handleQuery(
        { namespace, call: async (action, fields) => toQuery(await api.call(action, fromQuery(fields))) },
        request,
      ),
  };
}

function fromQuery(fields: QueryFields): JsonObject {
  const input: Record<string, Json> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'string') input[name] = field;
    else if (name === 'Attributes') input.Attributes = mapOf(field);
    else if (name === 'MessageAttributes') input.MessageAttributes = messageAttributes(field);
    else if (name === 'Tags')
      input.Tags = listOf(field).map((tag) => ({
        Key: textOf((tag as QueryFields).Key) ?? '',
        Value: textOf((tag as QueryFields).Value) ?? '',
      }));
    else if (name === 'PublishBatchRequestEntries')
      input[name] = listOf(field).map((entry) => fromQuery(entry as QueryFields));
    else input[name] = listOf(field).filter((item) => typeof item === 'string');
  }
  return input;
}

function messageAttributes(field: QueryFields): JsonObject {
  const attributes: Record<string, Json> = {};
  for (const item of listOf(field)) {
    if (typeof item === 'string') continue;
    const value = item.Value;
    const parts =
      typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).filter((p): p is [string, string] => typeof p[1] === 'string'))
        : {};
    attributes[textOf(item.Name) ?? ''] = parts;
  }
  return attributes;
}

function toQuery(answer: JsonObject): Xml {
  const shown: Record<string, Xml> = {};
  for (const [name, value] of Object.entries(answer)) {
    if (name === 'Attributes') shown.Attributes = xmlMap(textMap(value));
    else if (Array.isArray(value)) shown[name] = new XmlList('member', value as Xml[]);
    else shown[name] = value as Xml;
  }
  return Object.keys(shown).length === 0 ? undefined : shown;
}
