/** GetLogEvents and FilterLogEvents. */
import type { JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import type { Operation } from '../door/jsonProtocol';
import { inputs } from './inputs';
import { compilePattern, PatternError, type Matcher } from './pattern';
import { compareEvents, type LogEvent, type LogGroup, type LogStore, type Position } from './store';

/** A page holds at most 1 MB and 10,000 events. */
const pageBytes = 1_048_576;
const pageEvents = 10_000;
/**
 * Events looked at for one page of a filter. A page may therefore be empty and still carry a token: AWS does the same, and
 * a client that stops at the first empty page is wrong.
 */
const scanned = 50_000;

const badToken = (): ServiceError =>
  new ServiceError('InvalidParameterException', 'The specified nextToken is invalid.');

/** Index of the first event at or after the position. */
function lowerBound(events: readonly LogEvent[], position: Position): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareEvents(events[middle] as LogEvent, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const range = (events: readonly LogEvent[], input: JsonObject): { from: number; to: number } => ({
  from: input.startTime === undefined ? 0 : lowerBound(events, { timestamp: input.startTime as number, order: -1 }),
  // GetLogEvents and FilterLogEvents leave out events at and after endTime alike.
  to:
    input.endTime === undefined ? events.length : lowerBound(events, { timestamp: input.endTime as number, order: -1 }),
});

const eventId = (event: LogEvent): string => String(event.order).padStart(56, '3');

function matcher(pattern: string | undefined): Matcher {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof PatternError)
      throw new ServiceError('InvalidParameterException', `Invalid filter pattern: ${error.message}`);
    throw error;
  }
}

function filterEvents(store: LogStore, group: LogGroup, input: JsonObject): object {
  const names = input.logStreamNames as readonly string[] | undefined;
  const prefix = input.logStreamNamePrefix as string | undefined;
  if (names && prefix !== undefined)
    throw new ServiceError(
      'InvalidParameterException',
      'logStreamNames and logStreamNamePrefix cannot be given together.',
    );
  const missing = names?.find((name) => !group.streams.has(name));
  if (missing !== undefined)
    throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
  const wanted = names && new Set(names);
  const matches = matcher(input.filterPattern as string | undefined);
  const events = store.events(group);
  const { from: start, to } = range(events, input);
  const from =
    input.nextToken === undefined
      ? start
      : Math.max(start, lowerBound(events, openPosition(input.nextToken as string)));
  const limit = (input.limit as number | undefined) ?? pageEvents;
  const found: object[] = [];
  let bytes = 0;
  let at = from;
  for (; at < to && at - from < scanned && found.length < limit; at++) {
    const event = events[at] as LogEvent;
    const { name } = event.stream;
    if ((wanted && !wanted.has(name)) || (prefix !== undefined && !name.startsWith(prefix))) continue;
    const { message } = event;
    if (!matches(message)) continue;
    bytes += message.length;
    if (bytes > pageBytes && found.length > 0) break;
    found.push({
      logStreamName: name,
      timestamp: event.timestamp,
      message,
      ingestionTime: event.ingestionTime,
      eventId: eventId(event),
    });
  }
  const next = events[at];
  return { events: found, searchedLogStreams: [], ...(at < to && next && { nextToken: sealPosition(next) }) };
}

const sealPosition = (event: LogEvent): string => Buffer.from(`${event.timestamp}/${event.order}`).toString('base64');

function openPosition(token: string): Position {
  const match = /^(\d+)\/(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'));
  if (!match) throw badToken();
  return { timestamp: Number(match[1]), order: Number(match[2]) };
}

/** Tokens are `f/N` and `b/N`: the page that starts at, or ends before, the stream's N-th event of the asked range. */
function getEvents(store: LogStore, group: LogGroup, input: JsonObject): object {
  const stream = group.streams.get(input.logStreamName as string);
  if (!stream) throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
  const all = store.events(group).filter((event) => event.stream === stream);
  const { from, to } = range(all, input);
  const events = all.slice(from, Math.max(from, to));
  const limit = (input.limit as number | undefined) ?? pageEvents;
  const token = input.nextToken === undefined ? undefined : /^([fb])\/(\d+)$/.exec(input.nextToken as string);
  if (token === null) throw badToken();
  const forward = token ? token[1] === 'f' : input.startFromHead === true;
  const edge = token ? Math.min(Number(token[2]), events.length) : forward ? 0 : events.length;
  const slice = forward ? bounded(events, edge, limit) : boundedBack(events, edge, limit);
  return {
    events: events
      .slice(slice.start, slice.end)
      .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    nextForwardToken: `f/${slice.end}`,
    nextBackwardToken: `b/${slice.start}`,
  };
}

function bounded(events: readonly LogEvent[], start: number, limit: number): { start: number; end: number } {
  let bytes = 0;
  let end = start;
  while (end < events.length && end - start < limit) {
    bytes += events[end]?.message.length ?? 0;
    if (bytes > pageBytes && end > start) break;
    end++;
  }
  return { start, end };
}

function boundedBack(events: readonly LogEvent[], end: number, limit: number): { start: number; end: number } {
  let bytes = 0;
  let start = end;
  while (start > 0 && end - start < limit) {
    bytes += events[start - 1]?.message.length ?? 0;
    if (bytes > pageBytes && start < end) break;
    start--;
  }
  return { start, end };
}

export function readOperations(
  store: LogStore,
  identified: (input: JsonObject) => LogGroup,
): Record<string, Operation> {
  return {
    FilterLogEvents: { input: inputs.FilterLogEvents, run: (input) => filterEvents(store, identified(input), input) },
    GetLogEvents: { input: inputs.GetLogEvents, run: (input) => getEvents(store, identified(input), input) },
  };
}
