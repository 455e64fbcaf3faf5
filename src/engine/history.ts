/** The append-only list of what happened in one execution, in AWS's own events. */
import type { EventDetails, HistoryEvent, HistoryEventType } from '../model/event';

/** Details of events that have none. */
export const noDetails: EventDetails = Object.freeze({});

export class History {
  readonly events: HistoryEvent[];
  /** An event was refused because of the limit: the execution has to end. */
  full = false;
  /** Told of each event as it is written: logs of Express executions, live views. */
  readonly #listener: ((event: HistoryEvent) => void) | undefined;

  constructor(
    private readonly now: () => number,
    listener?: (event: HistoryEvent) => void,
    /** Events there may be before the one that ends the execution. */
    private readonly limit = Number.POSITIVE_INFINITY,
  ) {
    this.events = [];
    this.#listener = listener;
  }

  /**
   * Writes an event and returns its id, which is its place counted from 1. `timestamp` in epoch ms, now unless told. At the
   * limit nothing is written and the last id comes back.
   */
  append(type: HistoryEventType, previousEventId: number, details: EventDetails, timestamp = this.now()): number {
    if (this.events.length >= this.limit) {
      this.full = true;
      return this.events.length;
    }
    return this.close(type, previousEventId, details, timestamp);
  }

  /** Writes an event whatever the limit says: the last one of all. */
  close(type: HistoryEventType, previousEventId: number, details: EventDetails, timestamp = this.now()): number {
    const id = this.events.length + 1;
    const event: HistoryEvent = { id, previousEventId, timestamp, type, details };
    this.events.push(event);
    this.#listener?.(event);
    return id;
  }
}
