import type { EventDetails, HistoryEvent, HistoryEventType } from '../../../src/model/event';

/** A history written as `[type, previous, details?, ms after the one before (10 unless told)]`; ids count from 1. */
export type Row = readonly [HistoryEventType, number, (EventDetails | string)?, number?];

export const base = 1_700_000_000_000;

/** A string as details is a state's name. */
export const history = (rows: readonly Row[]): HistoryEvent[] => {
  let timestamp = base - 10;
  return rows.map(([type, previousEventId, details = {}, step = 10], i) => {
    timestamp += step;
    return {
      id: i + 1,
      previousEventId,
      type,
      timestamp,
      details: typeof details === 'string' ? { name: details } : details,
    };
  });
};
