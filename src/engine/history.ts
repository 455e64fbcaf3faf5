/** The append-only list of what happened in one execution, in AWS's own events. */
import type { EventDetails, HistoryEvent, HistoryEventType } from '../model/event';

/** Details of events that have none. */
export const noDetails: EventDetails = Object.freeze({});

export class History {
  readonly events: HistoryEvent[];
  /** Told of each event as it is written: logs of Express executions, live views. */
  readonly #listener: ((event: HistoryEvent) => void) | undefined;

  constructor(
    private readonly now: () => number,
    listener?: (event: HistoryEvent) => void,
    before: readonly HistoryEvent[] = [],
  ) {
    this.events = [...before];
    this.#listener = listener;
  }

  /** Writes an event and returns its id, which is its place counted from 1. `timestamp` in epoch ms, now unless told. */
  append(type: HistoryEventType, previousEventId: number, details: EventDetails, timestamp = this.now()): number {
    const id = this.events.length + 1;
    const event: HistoryEvent = { id, previousEventId, timestamp, type, details };
    this.events.push(event);
    this.#listener?.(event);
    return id;
  }
}
