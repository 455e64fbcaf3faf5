/** History events as GetExecutionHistory and the logs show them. */
import type { EventDetails, HistoryEvent, HistoryEventType } from '../../model/event';

/** Events that carry details even when those are empty; the others show none. */
const always = new Set<HistoryEventType>([
  'ExecutionAborted',
  'ExecutionFailed',
  'ExecutionSucceeded',
  'ExecutionTimedOut',
  'ActivityStarted',
]);

const keys = new Map<HistoryEventType, string>();

/** `TaskStateEntered` → `stateEnteredEventDetails`, `TaskFailed` → `taskFailedEventDetails`. */
export function detailsKey(type: HistoryEventType): string {
  let key = keys.get(type);
  if (key === undefined) {
    const name =
      /^(?:Choice|Fail|Map|Parallel|Pass|Succeed|Task|Wait)(StateEntered|StateExited)$/.exec(type)?.[1] ?? type;
    key = `${name.charAt(0).toLowerCase()}${name.slice(1)}EventDetails`;
    keys.set(type, key);
  }
  return key;
}

const marks = [
  ['input', 'inputDetails'],
  ['output', 'outputDetails'],
  ['assignedVariables', 'assignedVariablesDetails'],
] as const;

/** The details with AWS's `…Details {truncated}` beside each datum; without execution data both are left out. */
export function renderDetails(details: EventDetails, includeData: boolean): Record<string, unknown> {
  const { truncated, ...shown } = details;
  const rendered: Record<string, unknown> = shown;
  for (const [datum, mark] of marks) {
    if (details[datum] === undefined) continue;
    if (includeData) rendered[mark] = { truncated: truncated ?? false };
    else delete rendered[datum];
  }
  if (!includeData) delete rendered.parameters;
  return rendered;
}

export function renderEvent(event: HistoryEvent, includeData: boolean): Record<string, unknown> {
  const rendered: Record<string, unknown> = {
    timestamp: Math.round(event.timestamp) / 1000,
    type: event.type,
    id: event.id,
    previousEventId: event.previousEventId,
  };
  for (const key in event.details) {
    if (event.details[key as keyof EventDetails] === undefined) continue;
    rendered[detailsKey(event.type)] = renderDetails(event.details, includeData);
    return rendered;
  }
  if (always.has(event.type)) rendered[detailsKey(event.type)] = {};
  return rendered;
}
