/**
 * Histories of finished executions as bytes outside of the heap: a history of 50 events takes about 2 kB and its data
 * instead of 10 kB of objects. A text that comes again soon (an output is the next state's input) is kept once.
 */
import type { EventDetails, HistoryEvent, HistoryEventType } from '../../model/event';

/** Texts shorter than this stay among the details. */
const long = 24;

/** `texts`: field → place in the list of long texts. */
type PackedEvent = readonly [
  previousEventId: number,
  timestamp: number,
  type: string,
  details: Readonly<Record<string, unknown>> | 0,
  texts: Readonly<Record<string, number>> | 0,
];

/** Ends the head and each text. JSON texts cannot hold it; where another text does, nothing is kept apart. */
const separator = '\u0000';

/** Ids are places counted from 1 and need no room. */
export function packHistory(events: readonly HistoryEvent[]): Buffer {
  const texts: string[] = [];
  const packed: PackedEvent[] = [];
  for (const { previousEventId, timestamp, type, details } of events) {
    let small: Record<string, unknown> | 0 = 0;
    let places: Record<string, number> | 0 = 0;
    for (const key in details) {
      const value = details[key as keyof EventDetails];
      if (value === undefined) continue;
      if (typeof value === 'string' && value.length >= long && !value.includes(separator)) {
        // Mostly the same string object, so comparing costs nothing; a role or a result may stand between.
        let place = texts.length - 1;
        while (place >= 0 && place > texts.length - 4 && texts[place] !== value) place--;
        if (texts[place] !== value) place = texts.push(value) - 1;
        (places ||= {})[key] = place;
      } else (small ||= {})[key] = value;
    }
    packed.push([previousEventId, timestamp, type, small, places]);
  }
  return Buffer.from([JSON.stringify(packed), ...texts].join(separator));
}

export function unpackHistory(bytes: Buffer): HistoryEvent[] {
  const [head, ...texts] = bytes.toString('utf8').split(separator);
  return (JSON.parse(head ?? '[]') as PackedEvent[]).map(([previousEventId, timestamp, type, small, places], index) => {
    const details: Record<string, unknown> = small === 0 ? {} : { ...small };
    if (places !== 0) for (const key in places) details[key] = texts[places[key] ?? -1];
    return { id: index + 1, previousEventId, timestamp, type: type as HistoryEventType, details };
  });
}
