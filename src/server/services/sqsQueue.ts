/** One queue: messages in order, visibility, long polling, dead letters. Time only through the clock. */
import type { Clock } from '../../model/clock';
import type { Attributes, Message } from './sqsMessage';

export interface QueueSettings {
  /** Seconds, all of them. */
  VisibilityTimeout: number;
  DelaySeconds: number;
  ReceiveMessageWaitTimeSeconds: number;
  MessageRetentionPeriod: number;
  MaximumMessageSize: number;
}

export const defaultSettings: QueueSettings = {
  VisibilityTimeout: 30,
  DelaySeconds: 0,
  ReceiveMessageWaitTimeSeconds: 0,
  MessageRetentionPeriod: 345_600,
  MaximumMessageSize: 1_048_576,
};

export interface NewMessage {
  readonly body: string;
  readonly attributes: Attributes;
  readonly delaySeconds?: number;
  readonly group?: string;
  readonly deduplication?: string;
}

export interface Redrive {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** As SQS and SNS number what goes through a FIFO queue or topic. */
export const sequenceNumber = (count: number): string => `1${String(count).padStart(19, '0')}`;

export class Queue {
  readonly settings: QueueSettings = { ...defaultSettings };
  redrive: Redrive | undefined;
  tags: Record<string, string> = {};
  /** Attributes that are kept and shown but change nothing here: Policy, KmsMasterKeyId, … */
  other: Record<string, string> = {};
  readonly created: number;
  private messages: Message[] = [];
  private sent = 0;
  private readonly waiters = new Set<() => void>();

  constructor(
    readonly name: string,
    readonly arn: string,
    private readonly clock: Clock,
    private readonly uuid: () => string,
    /** Moves a message that was received too often. */
    private readonly bury: (target: string, message: Message) => void,
  ) {
    this.created = clock.now();
  }

  get fifo(): boolean {
    return this.name.endsWith('.fifo');
  }

  send(message: NewMessage): Message {
    const now = this.clock.now();
    this.expire(now);
    // Within five minutes a FIFO queue takes the same deduplication id once.
    const twin = this.fifo
      ? this.messages.find((m) => m.deduplication === message.deduplication && now - m.sent < 300_000)
      : undefined;
    if (twin) return twin;
    const delay = message.delaySeconds ?? this.settings.DelaySeconds;
    const { body, attributes, group, deduplication } = message;
    const sent: Message = {
      id: this.uuid(),
      body,
      attributes,
      sent: now,
      visibleFrom: now + delay * 1000,
      receives: 0,
      group,
      deduplication,
      sequence: this.fifo ? sequenceNumber(++this.sent) : undefined,
    };
    this.messages.push(sent);
    this.wakeAt(sent.visibleFrom);
    return sent;
  }

  /** Takes over a message as it is, from another queue. */
  take(message: Message): void {
    this.messages.push({
      ...message,
      visibleFrom: this.clock.now(),
      receives: 0,
      receipt: undefined,
      firstReceived: undefined,
    });
    this.wakeAt(this.clock.now());
  }

  /** Up to `most` messages, waiting up to `waitSeconds` for the first. */
  async receive(
    most: number,
    visibilitySeconds: number | undefined,
    waitSeconds: number | undefined,
  ): Promise<Message[]> {
    const until = this.clock.now() + (waitSeconds ?? this.settings.ReceiveMessageWaitTimeSeconds) * 1000;
    for (;;) {
      const found = this.claim(most, visibilitySeconds ?? this.settings.VisibilityTimeout);
      const left = until - this.clock.now();
      if (found.length > 0 || left <= 0) return found;
      await this.change(left);
    }
  }

  /** Removes a message by its handle; a handle that is no longer known is no error, as with SQS. */
  delete(receipt: string): void {
    this.messages = this.messages.filter((m) => m.receipt !== receipt);
    this.wake();
  }

  /** False for a handle that nobody has. */
  setVisibility(receipt: string, seconds: number): boolean {
    const message = this.messages.find((m) => m.receipt === receipt);
    if (message) {
      message.visibleFrom = this.clock.now() + seconds * 1000;
      this.wakeAt(message.visibleFrom);
    }
    return message !== undefined;
  }

  purge(): void {
    this.messages = [];
  }

  /** Waiting, in flight and delayed messages. */
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const now = this.clock.now();
    this.expire(now);
    const visible = this.messages.filter((m) => m.visibleFrom <= now).length;
    const inFlight = this.messages.filter((m) => m.visibleFrom > now && m.receives > 0).length;
    return { visible, inFlight, delayed: this.messages.length - visible - inFlight };
  }

  private claim(most: number, visibilitySeconds: number): Message[] {
    const now = this.clock.now();
    this.expire(now);
    const found: Message[] = [];
    // In a FIFO queue a group waits for its message in flight.
    const busy = new Set(this.fifo ? this.messages.filter((m) => m.visibleFrom > now).map((m) => m.group) : []);
    for (const message of [...this.messages]) {
      if (found.length >= most) break;
      if (message.visibleFrom > now || (this.fifo && busy.has(message.group))) continue;
      if (this.redrive && message.receives >= this.redrive.maxReceiveCount) {
        this.messages = this.messages.filter((m) => m !== message);
        this.bury(this.redrive.deadLetterTargetArn, message);
        continue;
      }
      message.receives++;
      message.firstReceived ??= now;
      message.receipt = Buffer.from(`${message.id} ${this.uuid()}`).toString('base64');
      message.visibleFrom = now + visibilitySeconds * 1000;
      this.wakeAt(message.visibleFrom);
      found.push(message);
    }
    return found;
  }

  private expire(now: number): void {
    const kept = this.settings.MessageRetentionPeriod * 1000;
    if (this.messages.some((m) => now - m.sent > kept))
      this.messages = this.messages.filter((m) => now - m.sent <= kept);
  }

  /** Resolves when something may have come, or after `ms`. */
  private change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.waiters.delete(done);
        resolve();
      };
      const cancel = this.clock.after(ms, done);
      this.waiters.add(done);
      // A message in flight comes back by itself: look again when the first one does.
      const now = this.clock.now();
      const next = Math.min(...this.messages.map((m) => m.visibleFrom).filter((t) => t > now));
      if (next - now < ms) this.clock.after(next - now, done);
    });
  }

  private wakeAt(when: number): void {
    if (when <= this.clock.now()) this.wake();
  }

  private wake(): void {
    for (const done of [...this.waiters]) done();
  }
}
