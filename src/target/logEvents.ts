import type { EventDetails, HistoryEvent, HistoryEventType } from '../model/event';
import { isObject } from '../model/json';

/** A log line of an Express execution, read: whose it is and what it says. */
export interface LoggedEvent {
  readonly executionArn: string;
  readonly event: HistoryEvent;
}

/**
 * One line of `/aws/vendedlogs/states/…` (AWS, "Logging using CloudWatch Logs"): scalars are strings, `details` are the
 * history's, unwrapped, `event_timestamp` is epoch ms. Undefined for anything else that lands in the group.
 */
export const parseLogLine = (message: string): LoggedEvent | undefined => {
  let line: unknown;
  try {
    line = JSON.parse(message);
  } catch {
    return undefined;
  }
  if (!isObject(line)) return undefined;
  const { execution_arn: executionArn, type } = line;
  const id = Number(line['id']);
  const timestamp = Number(line['event_timestamp']);
  if (
    typeof executionArn !== 'string' ||
    typeof type !== 'string' ||
    !Number.isInteger(id) ||
    !Number.isFinite(timestamp)
  )
    return undefined;
  const details = isObject(line['details']) ? line['details'] : {};
  const { inputDetails, outputDetails, ...rest } = details;
  const cut = [inputDetails, outputDetails].some(
    (each) => isObject(each) && (each['truncated'] === true || each['truncated'] === 'true'),
  );
  return {
    executionArn,
    event: {
      id,
      previousEventId: Number(line['previous_event_id'] ?? 0),
      timestamp,
      type: type as HistoryEventType,
      details: numbers(cut ? { ...rest, truncated: true } : rest),
    },
  };
};

/** Counts arrive as texts in a log; they are numbers in a history. */
const numbers = (details: Record<string, unknown>): Record<string, unknown> => {
  for (const key of ['index', 'length', 'timeoutInSeconds', 'heartbeatInSeconds', 'redriveCount'])
    if (typeof details[key] === 'string') details[key] = Number(details[key]);
  return details;
};

const terminal = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/;

export type LogCompleteness =
  | { readonly kind: 'complete' }
  /** No terminal event yet. */
  | { readonly kind: 'open' }
  /** A terminal event, but ids are missing between 1 and it. */
  | { readonly kind: 'gaps'; readonly missing: number };

/**
 * Puts the events of executions together as pages of a log arrive: any order, any number of times. CloudWatch delivers
 * these logs "on a best effort basis", so an execution counts as complete only with ids 1…N and a terminal event.
 */
export class LogAssembly {
  readonly #executions = new Map<string, Map<number, HistoryEvent>>();
  #duplicates = 0;
  #foreign = 0;

  /** Answers the ARN the line belongs to. */
  add(message: string): string | undefined {
    const logged = parseLogLine(message);
    if (!logged) {
      this.#foreign++;
      return undefined;
    }
    let events = this.#executions.get(logged.executionArn);
    if (!events) this.#executions.set(logged.executionArn, (events = new Map<number, HistoryEvent>()));
    if (events.has(logged.event.id)) this.#duplicates++;
    else events.set(logged.event.id, logged.event);
    return logged.executionArn;
  }

  completeness(executionArn: string): LogCompleteness {
    const events = this.#executions.get(executionArn);
    if (!events) return { kind: 'open' };
    let last = 0;
    let ended = false;
    for (const [id, event] of events) {
      if (id > last) last = id;
      ended ||= terminal.test(event.type);
    }
    if (!ended) return { kind: 'open' };
    return events.size === last ? { kind: 'complete' } : { kind: 'gaps', missing: last - events.size };
  }

  /** By id. */
  events(executionArn: string): readonly HistoryEvent[] {
    return [...(this.#executions.get(executionArn)?.values() ?? [])].sort((a, b) => a.id - b.id);
  }

  /** Gives up what was taken for analysis, so that a long run does not keep every event in memory. */
  forget(executionArn: string): void {
    this.#executions.delete(executionArn);
  }

  get arns(): readonly string[] {
    return [...this.#executions.keys()];
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  /** Lines that are no execution events. */
  get foreign(): number {
    return this.#foreign;
  }
}

/** Name of an execution from an Express ARN `…:express:machine:name:uuid` or a Standard one `…:execution:machine:name`. */
export const executionName = (arn: string): string => arn.split(':')[7] ?? '';
