/** Executions → log events, as AWS writes them to CloudWatch Logs. */
import type { HistoryEvent, HistoryEventType } from '../../model/event';
import type { LogSink } from '../contract';
import { isRunning, type ExecutionRecord } from './executions';
import { logGroup, type LogLevel } from './logging';
import { renderDetails } from './renderHistory';

const fatal = new Set<HistoryEventType>(['ExecutionAborted', 'ExecutionFailed', 'ExecutionTimedOut']);

/** The developer guide's table of levels: ERROR is everything that failed, timed out or was aborted. */
export function isLogged(type: HistoryEventType, level: LogLevel): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return type === 'FailStateEntered' || /(?:Failed|TimedOut|Aborted)$/.test(type);
    case 'FATAL':
      return fatal.has(type);
    case 'OFF':
      return false;
  }
}

/** Data longer than this (248 KiB escaped) is left out and marked truncated. */
const longestDatum = 253_952;

const cut = (details: Record<string, unknown>): Record<string, unknown> => {
  for (const [datum, mark] of [
    ['input', 'inputDetails'],
    ['output', 'outputDetails'],
  ] as const) {
    const text = details[datum];
    if (
      typeof text === 'string' &&
      text.length > longestDatum / 2 &&
      Buffer.byteLength(JSON.stringify(text)) > longestDatum
    ) {
      details[datum] = '';
      details[mark] = { truncated: true };
    }
  }
  return details;
};

/** Numbers become strings; the booleans of `…Details` stay. */
const texts = (details: Record<string, unknown>): Record<string, unknown> => {
  for (const key in details) if (typeof details[key] === 'number') details[key] = String(details[key]);
  return details;
};

/** One line of the log: the event with its scalars as strings and its details unwrapped. */
export function logMessage(
  event: HistoryEvent,
  executionArn: string,
  redriveCount: number,
  includeData: boolean,
): string {
  return JSON.stringify({
    id: String(event.id),
    type: event.type,
    details: texts(cut(renderDetails(event.details, includeData))),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(Math.round(event.timestamp)),
    execution_arn: executionArn,
    redrive_count: String(redriveCount),
  });
}

interface Pending {
  readonly record: ExecutionRecord;
  readonly group: string;
  written: number;
}

export interface ExecutionLogOptions {
  readonly sink: LogSink;
  readonly groupExists: (group: string) => boolean;
  readonly now: () => number;
  /** Eight hex digits for a stream's name. */
  readonly streamId: () => string;
}

/** Writes what is new of the executions that log: when one ends, and when somebody reads. */
export class ExecutionLog {
  readonly #pending = new Map<ExecutionRecord, Pending>();
  /** A machine's stream of the hour, shared by its executions. */
  readonly #streams = new Map<string, { readonly hour: number; readonly name: string }>();

  constructor(private readonly options: ExecutionLogOptions) {}

  /** Follows an execution to its end; called again after a redrive. */
  follow(record: ExecutionRecord): void {
    const group = logGroup(record.revision.logging);
    if (group === undefined) return;
    const pending = { record, group, written: this.#written.get(record) ?? 0 };
    this.#pending.set(record, pending);
    if (isRunning(record)) void record.engine.done.then(() => this.#write(pending));
    else this.#write(pending);
  }

  /** Where a redriven execution's log stopped. */
  readonly #written = new WeakMap<ExecutionRecord, number>();

  flush(): void {
    for (const pending of this.#pending.values()) this.#write(pending);
  }

  #write(pending: Pending): void {
    const { record, group } = pending;
    const { history } = record.engine;
    const { level, includeExecutionData } = record.revision.logging;
    const events: { timestamp: number; message: string }[] = [];
    for (; pending.written < history.length; pending.written++) {
      const event = history[pending.written] as HistoryEvent;
      if (!isLogged(event.type, level)) continue;
      const { redriveCount } = record.engine.identity;
      events.push({
        timestamp: event.timestamp,
        message: logMessage(event, record.arn, redriveCount, includeExecutionData),
      });
    }
    if (events.length > 0 && this.options.groupExists(group))
      this.options.sink.put(group, this.#stream(record.machineName), events);
    if (isRunning(record)) return;
    this.#written.set(record, pending.written);
    this.#pending.delete(record);
  }

  #stream(machine: string): string {
    const now = this.options.now();
    const hour = Math.floor(now / 3_600_000);
    const current = this.#streams.get(machine);
    if (current?.hour === hour) return current.name;
    const at = new Date(now).toISOString();
    const name = `states/${machine}/${at.slice(0, 10)}-${at.slice(11, 13)}-${at.slice(14, 16)}/${this.options.streamId()}`;
    this.#streams.set(machine, { hour, name });
    return name;
  }
}
