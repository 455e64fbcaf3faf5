/** Tasks that start another execution: `states:startExecution` and its `.sync`, `.sync:2` and callback forms. */
import type { TaskPhases, TaskRequest, TaskResult } from '../../../engine/contract';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import type { ServerContext } from '../../contract';
import type { StatesBackend } from '../statesBackend';
import { text } from '../protocol';
import { withMetadata } from './metadata';

export async function runStartExecution(
  context: ServerContext,
  states: StatesBackend,
  request: TaskRequest,
  phases: TaskPhases,
): Promise<TaskResult> {
  const parameters = isObject(request.parameters) ? request.parameters : {};
  const input: Record<string, Json> = { input: inputText(parameters.Input) };
  for (const [name, member] of [
    ['StateMachineArn', 'stateMachineArn'],
    ['Name', 'name'],
    ['TraceHeader', 'traceHeader'],
  ] as const) {
    const value = parameters[name];
    if (value !== undefined && value !== null) input[member] = value;
  }
  const started = await states.call('StartExecution', input, { parentArn: request.execution.arn });
  const arn = text(started.executionArn) ?? '';
  // Dates of optimised integrations are epoch milliseconds.
  const body = { ExecutionArn: arn, StartDate: millis(started.startDate) };
  const output = withMetadata(body, 'json', context.uuid(), context.clock.now(), JSON.stringify(started).length);
  const { pattern } = request.integration;
  if (pattern !== 'sync' && pattern !== 'sync:2') {
    if (pattern === 'waitForTaskToken') phases.submitted(output);
    return { ok: true, output };
  }
  phases.submitted(output);
  const description = await finished(states, arn, request.signal);
  const shown = describe(description, pattern === 'sync:2');
  if (description.status === 'SUCCEEDED') return { ok: true, output: shown };
  return { ok: false, error: 'States.TaskFailed', cause: JSON.stringify(describe(description, false)) };
}

/** An execution's input is text: anything else becomes its JSON, and nothing becomes an empty object. */
export function inputText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '{}' : JSON.stringify(value);
}

/** Waits for the end. An aborted task stops what it started. */
function finished(states: StatesBackend, executionArn: string, signal: AbortSignal): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const cancel = states.onFinished(executionArn, (description) => {
      signal.removeEventListener('abort', abort);
      resolve(description);
    });
    function abort(): void {
      cancel();
      // It may have ended this very moment: there is nothing left to stop then.
      Promise.resolve(states.call('StopExecution', { executionArn })).catch(() => undefined);
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    }
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** DescribeExecution's answer as a task shows it: capitals, ms; with `.sync:2` input and output are JSON, not text. */
function describe(description: JsonObject, parsed: boolean): JsonObject {
  const shown: Record<string, Json> = {};
  const names = Object.keys(description).sort();
  for (const name of names) {
    const value = description[name];
    if (value === undefined || value === null || hidden.has(name)) continue;
    const member = name[0]?.toUpperCase() + name.slice(1);
    if (name.endsWith('Date')) shown[member] = millis(value);
    else if (name === 'inputDetails' || name === 'outputDetails') shown[member] = { Included: true };
    else if (parsed && (name === 'input' || name === 'output') && typeof value === 'string')
      shown[member] = JSON.parse(value) as Json;
    else shown[member] = value;
  }
  return shown;
}

/** Members that the task's output does not have. */
const hidden = new Set([
  'traceHeader',
  'mapRunArn',
  'stateMachineVersionArn',
  'stateMachineAliasArn',
  'redriveDate',
  'billingDetails',
]);

const millis = (value: Json | undefined): Json =>
  typeof value === 'number' ? Math.round(value * 1000) : (value ?? null);
