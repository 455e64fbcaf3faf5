import type { EventDetails, HistoryEvent, HistoryEventType } from '../model/event';
import { isObject, type JsonObject } from '../model/json';

/**
 * One event of GetExecutionHistory → ours: the one `…EventDetails` object unwrapped, timestamps in ms. The API names the
 * field after the event (`stateEnteredEventDetails`), so it is found by its ending.
 */
export const apiEvent = (event: JsonObject): HistoryEvent => {
  let details: JsonObject = {};
  for (const key in event) {
    if (key.endsWith('EventDetails') && isObject(event[key])) {
      details = event[key];
      break;
    }
  }
  return {
    id: Number(event['id']),
    previousEventId: Number(event['previousEventId'] ?? 0),
    timestamp: Math.round(Number(event['timestamp']) * 1000),
    type: event['type'] as HistoryEventType,
    details: unwrap(details),
  };
};

/** `inputDetails`/`outputDetails` say only whether a text was cut; that becomes one flag. */
const unwrap = (details: JsonObject): EventDetails => {
  const { inputDetails, outputDetails, ...rest } = details;
  const cut = [inputDetails, outputDetails].some((each) => isObject(each) && each['truncated'] === true);
  return (cut ? { ...rest, truncated: true } : rest);
};

/** An event of ours → as GetExecutionHistory writes it (timestamps ISO 8601, as the AWS command line prints them). */
export const toApiEvent = (event: HistoryEvent): JsonObject => {
  const key = detailsKey(event.type);
  const { truncated, ...details } = event.details as JsonObject & EventDetails;
  const shown: Record<string, unknown> = { ...details };
  if (details.input !== undefined) shown['inputDetails'] = { truncated: truncated === true };
  if (details.output !== undefined) shown['outputDetails'] = { truncated: truncated === true };
  return {
    timestamp: new Date(event.timestamp).toISOString(),
    type: event.type,
    id: event.id,
    previousEventId: event.previousEventId,
    ...(key && Object.keys(shown).length > 0 ? { [key]: shown as JsonObject } : {}),
  };
};

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** Name of the field that holds an event's details (SDK model of client-sfn 3.1164: HistoryEvent). */
const detailsKey = (type: HistoryEventType): string | undefined => {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  if (/^(Parallel|Task|Wait)State|^MapState(Succeeded|Failed|Aborted)$/.test(type)) return undefined;
  if (type === 'LambdaFunctionStarted' || type === 'MapRunSucceeded' || type === 'MapRunAborted') return undefined;
  return `${lowerFirst(type)}EventDetails`;
};
