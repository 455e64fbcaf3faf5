/** Topics and subscriptions, and the messages as their subscribers see them. */
import type { JsonObject } from '../../model/json';
import type { Attributes } from './sqsMessage';

export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly owner: string;
  attributes: Record<string, string>;
}

export interface Topic {
  readonly arn: string;
  readonly name: string;
  attributes: Record<string, string>;
  tags: Record<string, string>;
  readonly subscriptions: Subscription[];
  /** Messages so far, of a FIFO topic. */
  published?: number;
}

export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  /** Epoch ms. */
  readonly published: number;
  readonly attributes: Attributes;
  /** Of a FIFO topic, handed on to its queues. */
  readonly fifo?: { readonly group?: string; readonly deduplication?: string };
}

const unsubscribeUrl = (endpoint: string, subscription: Subscription): string =>
  `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;

function shownAttributes(attributes: Attributes): JsonObject {
  return Object.fromEntries(
    [...attributes].map(([name, { type, value }]) => [
      name,
      { Type: type, Value: typeof value === 'string' ? value : value.toString('base64') },
    ]),
  );
}

/** The event of a subscribed function. */
export function lambdaEvent(notification: Notification, subscription: Subscription, endpoint: string): JsonObject {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: notification.message,
          Timestamp: new Date(notification.published).toISOString(),
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: `${endpoint}/SimpleNotificationService.pem`,
          UnsubscribeUrl: unsubscribeUrl(endpoint, subscription),
          MessageAttributes: shownAttributes(notification.attributes),
        },
      },
    ],
  };
}

/** The body a subscribed queue gets, unless it asks for the raw message. */
export function queueBody(notification: Notification, subscription: Subscription, endpoint: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    ...(notification.subject === undefined ? {} : { Subject: notification.subject }),
    Message: notification.message,
    Timestamp: new Date(notification.published).toISOString(),
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertURL: `${endpoint}/SimpleNotificationService.pem`,
    UnsubscribeURL: unsubscribeUrl(endpoint, subscription),
    ...(notification.attributes.size > 0 ? { MessageAttributes: shownAttributes(notification.attributes) } : {}),
  });
}

/**
 * Whether a subscription's filter policy lets a message through: every key needs one of its values (texts, numbers,
 * `prefix`, `suffix`, `anything-but`, `exists`, `numeric`, `equals-ignore-case`). By attributes, or by the body.
 */
export function passesFilter(subscription: Subscription, notification: Notification): boolean {
  const policy = subscription.attributes.FilterPolicy;
  if (policy === undefined || policy === '') return true;
  const rules = JSON.parse(policy) as Record<string, unknown>;
  if (subscription.attributes.FilterPolicyScope === 'MessageBody') {
    try {
      return matchesBody(rules, JSON.parse(notification.message));
    } catch {
      return false;
    }
  }
  return Object.entries(rules).every(([name, rule]) => {
    const attribute = notification.attributes.get(name);
    if (attribute === undefined) return matches(rule, []);
    const value = String(attribute.value);
    if (attribute.type.startsWith('String.Array')) return matches(rule, JSON.parse(value) as unknown[]);
    return matches(rule, [attribute.type.startsWith('Number') ? Number(value) : value]);
  });
}

function matchesBody(rules: Record<string, unknown>, body: unknown): boolean {
  return Object.entries(rules).every(([name, rule]) => {
    const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
    if (!Array.isArray(rule)) return matchesBody(rule as Record<string, unknown>, value);
    return matches(rule, value === undefined ? [] : Array.isArray(value) ? value : [value]);
  });
}

function matches(rule: unknown, values: readonly unknown[]): boolean {
  const conditions: readonly unknown[] = Array.isArray(rule) ? rule : [rule];
  return conditions.some((condition) => {
    if (typeof condition !== 'object' || condition === null) return values.includes(condition);
    const c = condition as Record<string, unknown>;
    if ('exists' in c) return values.length > 0 === c.exists;
    return values.some((value) => matchesOne(c, value));
  });
}

function matchesOne(condition: Record<string, unknown>, value: unknown): boolean {
  if (typeof condition.prefix === 'string') return typeof value === 'string' && value.startsWith(condition.prefix);
  if (typeof condition.suffix === 'string') return typeof value === 'string' && value.endsWith(condition.suffix);
  if (typeof condition['equals-ignore-case'] === 'string')
    return String(value).toLowerCase() === condition['equals-ignore-case'].toLowerCase();
  if ('anything-but' in condition) {
    const but = condition['anything-but'];
    if (typeof but === 'object' && but !== null && !Array.isArray(but))
      return !matchesOne(but as Record<string, unknown>, value);
    return !(Array.isArray(but) ? but : [but]).includes(value);
  }
  if (Array.isArray(condition.numeric)) return typeof value === 'number' && numeric(condition.numeric, value);
  return false;
}

function numeric(rule: readonly unknown[], value: number): boolean {
  for (let at = 0; at + 1 < rule.length; at += 2) {
    const bound = Number(rule[at + 1]);
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }[String(rule[at])];
    if (!holds) return false;
  }
  return true;
}
