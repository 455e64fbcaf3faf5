/** Tasks that invoke a function: by its ARN, by `lambda:invoke`, by `aws-sdk:lambda:invoke`. */
import type { TaskPhases, TaskRequest, TaskResult } from '../../../engine/contract';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import { ServiceError, type ServerContext } from '../../contract';
import type { InvokeAnswer, Invoker, InvokeRequest } from '../../lambda/invoker';
import { text } from '../protocol';
import { withMetadata } from './metadata';

export interface FunctionInvoker extends Pick<Invoker, 'invoke'> {
  /** Finds the function and, unless `dry`, takes the event into its queue. Throws ServiceError where there is none. */
  accept?(request: InvokeRequest, dry: boolean): void;
}

const invocationTypes = ['Event', 'RequestResponse', 'DryRun'];

/** A result of a task, a state's input or output: bytes of its JSON text (256 KiB). */
export const dataLimit = 262_144;

export const tooLarge = (what: string): TaskResult => ({
  ok: false,
  error: 'States.DataLimitExceeded',
  cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
});

/** Resource: the function's ARN. The state's parameters are the event, the function's result is the task's. */
export async function runDirect(invoker: FunctionInvoker, request: TaskRequest): Promise<TaskResult> {
  const answer = await invoker.invoke({
    reference: request.resourceArn,
    // The text as the state made it: parsing and printing again would lose spellings such as 0.0.
    payload: request.parametersText,
    caller: request.execution.type,
    paceKey: request.execution.arn,
    signal: request.signal,
  });
  if (answer.functionError !== undefined) return functionFailure(answer);
  if (Buffer.byteLength(answer.payload) > dataLimit) return tooLarge(request.resourceArn);
  return result(answer.payload);
}

/** `arn:aws:states:::lambda:invoke`, with `.waitForTaskToken` too. */
export async function runInvoke(
  context: ServerContext,
  invoker: FunctionInvoker,
  request: TaskRequest,
  phases: TaskPhases,
): Promise<TaskResult> {
  const parameters = isObject(request.parameters) ? request.parameters : {};
  const tail = parameters.LogType === 'Tail';
  const invocation = invocationOf(request, parameters);
  const taken = acceptOnly(invoker, parameters, invocation);
  if (taken !== undefined) {
    const bare = withMetadata({ Payload: {} }, 'lambda', context.uuid(), context.clock.now(), 0, {}, taken);
    const output = { ...bare, StatusCode: taken };
    if (request.integration.pattern === 'waitForTaskToken') phases.submitted(output);
    return { ok: true, output };
  }
  const answer = await invoker.invoke(invocation);
  // lambda:invoke prints the failure anew, compact; a direct task passes on the function's own text.
  if (answer.functionError !== undefined)
    return functionFailure({ payload: JSON.stringify(parsePayload(answer.payload)) });
  const length = Buffer.byteLength(answer.payload);
  if (length > dataLimit) return tooLarge('lambda');
  const log = tail ? Buffer.from(answer.logTail).toString('base64') : undefined;
  const headers = {
    'X-Amz-Executed-Version': answer.executedVersion,
    ...(log === undefined ? {} : { 'X-Amz-Log-Result': log }),
  };
  const body: JsonObject = {
    ExecutedVersion: answer.executedVersion,
    ...(log === undefined ? {} : { LogResult: log }),
    Payload: parsePayload(answer.payload),
  };
  const output = {
    ...withMetadata(body, 'lambda', answer.requestId, context.clock.now(), length, headers),
    StatusCode: 200,
  };
  if (request.integration.pattern === 'waitForTaskToken') phases.submitted(output);
  return { ok: true, output };
}

/** `aws-sdk:lambda:invoke`: a function's own failure is an answer here, and its payload a text. */
export async function runSdkInvoke(invoker: FunctionInvoker, request: TaskRequest): Promise<JsonObject> {
  const parameters = isObject(request.parameters) ? request.parameters : {};
  const invocation = invocationOf(request, parameters);
  const taken = acceptOnly(invoker, parameters, invocation);
  if (taken !== undefined) return { Payload: '', StatusCode: taken };
  const answer = await invoker.invoke(invocation);
  return {
    ExecutedVersion: answer.executedVersion,
    ...(answer.functionError === undefined ? {} : { FunctionError: answer.functionError }),
    Payload: answer.payload,
    StatusCode: 200,
  };
}

/** The status of an invocation that waits for no result: 202 for an event, 204 for a dry run; undefined for any other. */
function acceptOnly(
  invoker: FunctionInvoker,
  parameters: JsonObject,
  invocation: InvokeRequest,
): 202 | 204 | undefined {
  const type = parameters.InvocationType ?? 'RequestResponse';
  if (typeof type !== 'string' || !invocationTypes.includes(type)) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${textOf(type)}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [${invocationTypes.join(', ')}]`,
      400,
    );
  }
  if (type === 'RequestResponse') return undefined;
  if (!invoker.accept) {
    throw new ServiceError(
      'InvalidParameterValueException',
      `InvocationType ${type} is not taken where a workflow runs as code: leave it out`,
      400,
    );
  }
  // The execution may end before the event's turn comes: neither its signal nor its time is the event's.
  const { reference, qualifier, payload, clientContext } = invocation;
  invoker.accept({ reference, qualifier, payload, clientContext, caller: 'direct' }, type === 'DryRun');
  return type === 'Event' ? 202 : 204;
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function invocationOf(request: TaskRequest, parameters: JsonObject): InvokeRequest {
  const name = text(parameters.FunctionName);
  if (name === undefined || name === '') {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value ${name === '' ? "''" : 'null'} at 'functionName' failed to satisfy constraint: Member must not be null`,
      400,
    );
  }
  const payload = parameters.Payload;
  return {
    reference: name,
    qualifier: text(parameters.Qualifier),
    // No payload is an empty event, as the recordings have it.
    payload: payload === undefined || payload === null ? '{}' : eventText(payload),
    caller: request.execution.type,
    paceKey: request.execution.arn,
    clientContext:
      text(parameters.ClientContext) === undefined
        ? undefined
        : Buffer.from(text(parameters.ClientContext) ?? '', 'base64').toString('utf8'),
    signal: request.signal,
  };
}

/** A Payload that is a text of JSON is the event itself, as the recordings have it; any other text is a JSON string. */
function eventText(payload: Json): string {
  if (typeof payload !== 'string') return JSON.stringify(payload);
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    return JSON.stringify(payload);
  }
}

/** A function's failure as the history shows it: its error type, and the whole document as the cause. */
export function functionFailure(answer: Pick<InvokeAnswer, 'payload'>): TaskResult {
  const document = parsePayload(answer.payload);
  const type = isObject(document) ? text(document.errorType) : undefined;
  if (type !== undefined && type !== '') return { ok: false, error: type, cause: answer.payload };
  return {
    ok: false,
    error: 'Lambda.Unknown',
    cause: `The cause could not be determined because Lambda did not return an error type. Returned payload: ${answer.payload}`,
  };
}

/** The payload's own text goes along where it is JSON as compact as Step Functions prints it. */
function result(payload: string): TaskResult {
  const output = parsePayload(payload);
  return typeof output === 'object' ? { ok: true, output } : { ok: true, output, text: payload };
}

function parsePayload(payload: string): Json {
  try {
    return JSON.parse(payload) as Json;
  } catch {
    return payload;
  }
}
