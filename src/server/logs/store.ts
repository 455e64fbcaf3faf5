/** Log groups, their streams and events, in memory that stays bounded: the oldest events make room. */
import type { LogSink } from '../contract';

export interface LogEvent {
  /** Rising over the whole server: breaks ties of the timestamp and names the event. */
  readonly order: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  readonly stream: LogStream;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  firstAt?: number;
  lastAt?: number;
  lastIngestedAt?: number;
  bytes: number;
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly class: string;
  readonly tags: Map<string, string>;
  readonly streams: Map<string, LogStream>;
  /** Days; undefined keeps for ever. */
  retention?: number;
  bytes: number;
}

interface Events {
  list: LogEvent[];
  /** Sorted up to here is not known: the next reader sorts. Arrivals are nearly sorted, which makes that cheap. */
  sorted: boolean;
}

export const compareEvents = (a: LogEvent, b: LogEvent): number => a.timestamp - b.timestamp || a.order - b.order;

/** What AWS counts for an event: its UTF-8 bytes and 26 more. */
const bytesOf = (message: string): number => message.length + 26;

export class LogStore implements LogSink {
  readonly #groups = new Map<string, LogGroup>();
  readonly #events = new Map<LogGroup, Events>();
  readonly #sources = new Set<() => void>();
  #order = 0;
  #bytes = 0;

  /** @param now epoch ms of the service's clock. @param maxBytes of all messages together. */
  constructor(
    private readonly now: () => number,
    private readonly maxBytes: number,
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** Called before anything is read, so that a writer may hand in late what it has. */
  addSource(flush: () => void): void {
    this.#sources.add(flush);
  }

  groups(): LogGroup[] {
    this.#flush();
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  hasGroup(name: string): boolean {
    return this.#groups.has(name);
  }

  group(name: string): LogGroup | undefined {
    this.#flush();
    return this.#groups.get(name);
  }

  /** In order of time. */
  events(group: LogGroup): readonly LogEvent[] {
    const events = this.#events.get(group);
    if (!events) return [];
    if (!events.sorted) {
      events.list.sort(compareEvents);
      events.sorted = true;
    }
    return events.list;
  }

  createGroup(name: string, logClass = 'STANDARD'): LogGroup {
    const group: LogGroup = {
      name,
      createdAt: this.now(),
      class: logClass,
      tags: new Map(),
      streams: new Map(),
      bytes: 0,
    };
    this.#groups.set(name, group);
    this.#events.set(group, { list: [], sorted: true });
    return group;
  }

  deleteGroup(name: string): void {
    const group = this.#groups.get(name);
    if (!group) return;
    this.#bytes -= group.bytes;
    this.#events.delete(group);
    this.#groups.delete(name);
  }

  createStream(group: LogGroup, name: string): LogStream {
    const stream: LogStream = { name, createdAt: this.now(), bytes: 0 };
    group.streams.set(name, stream);
    return stream;
  }

  deleteStream(group: LogGroup, stream: LogStream): void {
    const events = this.#events.get(group);
    if (events) events.list = events.list.filter((event) => event.stream !== stream);
    group.bytes -= stream.bytes;
    this.#bytes -= stream.bytes;
    group.streams.delete(stream.name);
  }

  put(
    groupName: string,
    streamName: string,
    added: readonly { readonly timestamp: number; readonly message: string }[],
  ): void {
    const group = this.#groups.get(groupName) ?? this.createGroup(groupName);
    const stream = group.streams.get(streamName) ?? this.createStream(group, streamName);
    const events = this.#events.get(group);
    if (!events) return;
    const ingestionTime = Math.round(this.now());
    for (const { timestamp, message } of added) {
      const event: LogEvent = {
        order: this.#order++,
        timestamp: Math.round(timestamp),
        ingestionTime,
        message,
        stream,
      };
      const last = events.list[events.list.length - 1];
      if (last && compareEvents(last, event) > 0) events.sorted = false;
      events.list.push(event);
      const bytes = bytesOf(message);
      stream.bytes += bytes;
      group.bytes += bytes;
      this.#bytes += bytes;
      stream.firstAt = Math.min(stream.firstAt ?? event.timestamp, event.timestamp);
      stream.lastAt = Math.max(stream.lastAt ?? event.timestamp, event.timestamp);
      stream.lastIngestedAt = ingestionTime;
    }
    if (this.#bytes > this.maxBytes) this.#evict();
  }

  /** Drops the oldest eighth of the largest group, so that it is not done for every event. */
  #evict(): void {
    const largest = [...this.#groups.values()].reduce<LogGroup | undefined>(
      (most, group) => (!most || group.bytes > most.bytes ? group : most),
      undefined,
    );
    const events = largest && this.#events.get(largest);
    if (!largest || !events) return;
    this.events(largest);
    const count = Math.max(1, events.list.length >> 3);
    for (const event of events.list.splice(0, count)) {
      const bytes = bytesOf(event.message);
      event.stream.bytes -= bytes;
      largest.bytes -= bytes;
      this.#bytes -= bytes;
    }
  }

  #flush(): void {
    for (const flush of this.#sources) flush();
  }
}
