import type { EventDetails, HistoryEvent, HistoryEventType } from '../model/event';
import { isObject } from '../model/json';

/** Milliseconds from what a client may hand over: a Date, epoch seconds with a fraction, or an ISO text. NaN if none. */
const toMs = (value: unknown): number => {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return Math.round(value * 1000);
  return typeof value === 'string' ? Date.parse(value) : NaN;
};

const detailsKey = /EventDetails$/;

/** An event as GetExecutionHistory gives it (SDK object or parsed JSON), its one `…EventDetails` unwrapped. */
export const eventFromHistory = (raw: Readonly<Record<string, unknown>>): HistoryEvent => {
  let details: EventDetails = {};
  for (const [key, value] of Object.entries(raw)) if (detailsKey.test(key) && isObject(value)) details = value;
  return {
    id: Number(raw.id),
    previousEventId: Number(raw.previousEventId ?? 0),
    timestamp: toMs(raw.timestamp),
    type: raw.type as HistoryEventType,
    details,
  };
};

const numeric = ['index', 'length', 'timeoutInSeconds', 'heartbeatInSeconds', 'redriveCount'] as const;

/**
 * An event as an Express workflow writes it to its log: all scalars are texts, `event_timestamp` is epoch ms.
 * Undefined for a message that is no such event (the stream's own test line, broken JSON).
 */
export const eventFromLog = (
  message: string,
): { readonly arn: string; readonly redriveCount: number; readonly event: HistoryEvent } | undefined => {
  let raw: unknown;
  try {
    raw = JSON.parse(message);
  } catch {
    return undefined;
  }
  if (!isObject(raw) || typeof raw.execution_arn !== 'string' || typeof raw.type !== 'string') return undefined;
  const [id, timestamp] = [Number(raw.id), Number(raw.event_timestamp)];
  if (!Number.isInteger(id) || !Number.isFinite(timestamp)) return undefined;
  const details: Record<string, unknown> = isObject(raw.details) ? { ...raw.details } : {};
  for (const key of numeric) if (typeof details[key] === 'string') details[key] = Number(details[key]);
  const event: HistoryEvent = {
    id,
    previousEventId: Number(raw.previous_event_id ?? 0),
    timestamp,
    type: raw.type as HistoryEventType,
    details: details,
  };
  return { arn: raw.execution_arn, redriveCount: Number(raw.redrive_count ?? 0), event };
};

/** One execution as far as a log told it. */
export interface LoggedExecution {
  readonly arn: string;
  /** Ascending ids, each once. */
  readonly events: readonly HistoryEvent[];
  /** Ids 1…N without a gap and an event that ends the execution. Delivery of logs is best effort, so false is normal for a while. */
  readonly complete: boolean;
  /** Bytes of the messages, as UTF-8: what CloudWatch Logs bills, besides 26 bytes an event. */
  readonly bytes: number;
  /** The execution began anew under the same ARN (asynchronous Express is at-least-once); the last beginning was kept. */
  readonly restarted: boolean;
}

const terminal = new Set<HistoryEventType>([
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
]);

const utf8 = new TextEncoder();

/** CloudWatch Logs counts 26 bytes for each event beside its message (PutLogEvents' own size rule). */
const overhead = 26;

/** Groups log messages by execution, drops repeats of (ARN, id, type), sorts by id, and says whether each is complete. */
export const executionsFromLog = (messages: Iterable<string>): Map<string, LoggedExecution> => {
  const grouped = new Map<string, { readonly events: Map<number, HistoryEvent>; bytes: number; restarted: boolean }>();
  for (const message of messages) {
    const read = eventFromLog(message);
    if (!read) continue;
    const group = grouped.get(read.arn) ?? { events: new Map<number, HistoryEvent>(), bytes: 0, restarted: false };
    grouped.set(read.arn, group);
    group.bytes += utf8.encode(message).length + overhead;
    const known = group.events.get(read.event.id);
    if (known && (known.type !== read.event.type || known.timestamp !== read.event.timestamp)) group.restarted = true;
    if (!known || known.timestamp < read.event.timestamp) group.events.set(read.event.id, read.event);
  }
  const found = new Map<string, LoggedExecution>();
  for (const [arn, group] of grouped) {
    const events = [...group.events.values()].sort((a, b) => a.id - b.id);
    const last = events[events.length - 1]!;
    found.set(arn, {
      arn,
      events,
      complete: last.id === events.length && terminal.has(last.type),
      bytes: group.bytes,
      restarted: group.restarted,
    });
  }
  return found;
};
