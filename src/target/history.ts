import type { EventDetails, HistoryEvent, HistoryEventType } from '../model/event';
import type { JsonObject } from '../model/json';

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
