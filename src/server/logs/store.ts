/** Log groups, their streams and events, in memory that stays bounded: the oldest events make room. */
import type { LogSink } from '../contract';
import { cool, type ColdBlock } from './cold';

export class LogEvent {
  readonly #length: number;
  #message: string | undefined;
  #block: ColdBlock | undefined;
  #place = 0;

  constructor(
    /** Rising over the whole server: breaks ties of the timestamp and names the event. */
    readonly order: number,
    /** Epoch ms. */
    readonly timestamp: number,
    readonly ingestionTime: number,
    readonly stream: LogStream,
    message: string,
  ) {
    this.#message = message;
    this.#length = message.length;
  }

  get message(): string {
    return this.#message ?? this.#block?.message(this.#place) ?? '';
  }

  /** What AWS counts for it: its UTF-8 bytes and 26 more. */
  get bytes(): number {
    return this.#length + 26;
  }

  /** It is, or is about to be, among the cold. */
  isCooling = false;

  get isCold(): boolean {
    return this.#block !== undefined;
  }

  cool(block: ColdBlock, place: number): void {
    this.#block = block;
    this.#place = place;
    this.#message = undefined;
  }
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
  /** Bytes of those that are not cold, nor about to be. */
  warm: number;
  /** Sorted up to here is not known: the next reader sorts. Arrivals are nearly sorted, which makes that cheap. */
  sorted: boolean;
}

/** A place in a group. */
export type Position = Pick<LogEvent, 'timestamp' | 'order'>;

export const compareEvents = (a: Position, b: Position): number => a.timestamp - b.timestamp || a.order - b.order;

/** Bytes of a group that stay as they are. */
const warmBytes = 16 * 1024 * 1024;

/** What an event takes besides its message: millions of short lines must not go beyond what is allowed either. */
const eventBytes = 140;

export class LogStore implements LogSink {
  readonly #groups = new Map<string, LogGroup>();
  readonly #events = new Map<LogGroup, Events>();
  readonly #sources = new Set<() => void>();
  #order = 0;
  #bytes = 0;
  #count = 0;

  /** @param now epoch ms of the service's clock. @param maxBytes of all events together, as they came. */
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
    this.#events.set(group, { list: [], warm: 0, sorted: true });
    return group;
  }

  deleteGroup(name: string): void {
    const group = this.#groups.get(name);
    if (!group) return;
    this.#bytes -= group.bytes;
    this.#count -= this.#events.get(group)?.list.length ?? 0;
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
    if (events) {
      for (const event of events.list) if (event.stream === stream && !event.isCooling) events.warm -= event.bytes;
      const rest = events.list.filter((event) => event.stream !== stream);
      this.#count -= events.list.length - rest.length;
      events.list = rest;
    }
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
      const at = Math.round(timestamp);
      const event = new LogEvent(this.#order++, at, ingestionTime, stream, message);
      const last = events.list[events.list.length - 1];
      if (last && compareEvents(last, event) > 0) events.sorted = false;
      events.list.push(event);
      const { bytes } = event;
      stream.bytes += bytes;
      group.bytes += bytes;
      this.#bytes += bytes;
      events.warm += bytes;
      stream.firstAt = Math.min(stream.firstAt ?? event.timestamp, event.timestamp);
      stream.lastAt = Math.max(stream.lastAt ?? event.timestamp, event.timestamp);
      stream.lastIngestedAt = ingestionTime;
    }
    if (events.warm > warmBytes) this.#cool(group, events);
    this.#count += added.length;
    if (this.#bytes + this.#count * eventBytes > this.maxBytes) this.#evict();
  }

  /** The older half of what is warm: those who wait for an execution's log read what came last. */
  #cool(group: LogGroup, events: Events): void {
    const old: LogEvent[] = [];
    for (const event of this.events(group)) {
      if (events.warm <= warmBytes / 2) break;
      if (event.isCooling) continue;
      event.isCooling = true;
      events.warm -= event.bytes;
      old.push(event);
    }
    cool(old);
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
    const count = Math.min(events.list.length, Math.max(1, events.list.length >> 3));
    this.#count -= count;
    for (const { bytes, stream, isCooling } of events.list.splice(0, count)) {
      if (!isCooling) events.warm -= bytes;
      stream.bytes -= bytes;
      largest.bytes -= bytes;
      this.#bytes -= bytes;
    }
  }

  #flush(): void {
    for (const flush of this.#sources) flush();
  }
}
