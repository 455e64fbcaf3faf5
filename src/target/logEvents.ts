import type { HistoryEvent } from '../model/event';
import { eventFromLog } from '../trace';

const overheadBytes = 26;
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
  readonly #executions = new Map<string, { readonly events: Map<number, HistoryEvent>; bytes: number }>();
  #duplicates = 0;
  #foreign = 0;

  /** Answers the ARN the line belongs to. */
  add(message: string): string | undefined {
    const logged = eventFromLog(message);
    if (!logged) {
      this.#foreign++;
      return undefined;
    }
    let execution = this.#executions.get(logged.arn);
    if (!execution) this.#executions.set(logged.arn, (execution = { events: new Map(), bytes: 0 }));
    const known = execution.events.get(logged.event.id);
    if (known) this.#duplicates++;
    else execution.bytes += Buffer.byteLength(message) + overheadBytes;
    // An asynchronous Express execution that began anew repeats its ids later: the last beginning counts.
    if (!known || known.timestamp < logged.event.timestamp) execution.events.set(logged.event.id, logged.event);
    return logged.arn;
  }

  completeness(executionArn: string): LogCompleteness {
    const events = this.#executions.get(executionArn)?.events;
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
    return [...(this.#executions.get(executionArn)?.events.values() ?? [])].sort((a, b) => a.id - b.id);
  }

  /** What CloudWatch bills for it: UTF-8 bytes of the messages and 26 for each event. */
  bytes(executionArn: string): number {
    return this.#executions.get(executionArn)?.bytes ?? 0;
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
