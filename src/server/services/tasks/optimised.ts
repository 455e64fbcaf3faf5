/** Optimised integrations of DynamoDB, SNS, SQS and EventBridge: their parameters, their answers. */
import { crc32 } from 'node:zlib';
import type { TaskPhases, TaskRequest, TaskResult } from '../../../engine/contract';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import { ServiceError, type ServerContext } from '../../contract';
import { list, type Api } from '../protocol';
import { withMetadata, type Wire } from './metadata';

interface Optimised {
  readonly service: string;
  readonly action: string;
  readonly wire: Wire;
  /** Makes of the state's parameters what the API takes. */
  prepare?(parameters: JsonObject, request: TaskRequest): JsonObject;
}

const asText = (value: Json | undefined): Json | undefined =>
  value === undefined || value === null || typeof value === 'string' ? value : JSON.stringify(value);

/** By `service:action` as a resource has it. */
export const optimised: Readonly<Record<string, Optimised>> = {
  'dynamodb:putItem': { service: 'dynamodb', action: 'PutItem', wire: 'dynamodb' },
  'dynamodb:getItem': { service: 'dynamodb', action: 'GetItem', wire: 'dynamodb' },
  'dynamodb:updateItem': { service: 'dynamodb', action: 'UpdateItem', wire: 'dynamodb' },
  'dynamodb:deleteItem': { service: 'dynamodb', action: 'DeleteItem', wire: 'dynamodb' },
  // A message that is an object is sent as its JSON.
  'sns:publish': {
    service: 'sns',
    action: 'Publish',
    wire: 'xml',
    prepare: (p) => ({ ...p, Message: asText(p.Message) }),
  },
  'sqs:sendMessage': { service: 'sqs', action: 'SendMessage', wire: 'json', prepare: prepareMessage },
  'events:putEvents': { service: 'events', action: 'PutEvents', wire: 'json', prepare: prepareEvents },
};

export async function runOptimised(
  context: ServerContext,
  api: Api,
  spec: Optimised,
  request: TaskRequest,
  phases: TaskPhases,
): Promise<TaskResult> {
  const parameters = isObject(request.parameters) ? request.parameters : {};
  const answer = await api.call(spec.action, spec.prepare?.(parameters, request) ?? parameters);
  if (spec.service === 'events') return eventsResult(answer, request, phases);
  const body = Buffer.from(JSON.stringify(answer));
  const length = spec.wire === 'xml' ? publishLength : body.length;
  const extra: Record<string, string> = spec.wire === 'dynamodb' ? { 'x-amz-crc32': String(crc32(body)) } : {};
  const output = withMetadata(answer, spec.wire, context.uuid(), context.clock.now(), length, extra);
  if (request.integration.pattern === 'waitForTaskToken') phases.submitted(output);
  return { ok: true, output };
}

/** The XML of a Publish answer always has this length: it holds two UUIDs and nothing else that varies. */
const publishLength = 294;

function prepareMessage(parameters: JsonObject): JsonObject {
  const url = parameters.QueueUrl;
  // Whatever is no URL is taken for a host's name, which nobody resolves.
  if (typeof url === 'string' && !/^https?:\/\//.test(url)) throw new UnknownHost(url);
  return { ...parameters, MessageBody: asText(parameters.MessageBody) };
}

/** A queue URL that leads nowhere: the client failed before any service answered. */
export class UnknownHost extends ServiceError {
  constructor(readonly host: string) {
    super('SdkClientException', `Unable to execute HTTP request: ${host}: Name or service not known`);
  }
}

/** Step Functions adds the execution and its machine to an event's resources. */
function prepareEvents(parameters: JsonObject, request: TaskRequest): JsonObject {
  const own = [request.execution.arn, request.execution.stateMachine.arn];
  const entries = list(parameters.Entries).map((entry) =>
    isObject(entry) ? { ...entry, Detail: asText(entry.Detail), Resources: [...list(entry.Resources), ...own] } : entry,
  );
  return { ...parameters, Entries: entries };
}

function eventsResult(answer: JsonObject, request: TaskRequest, phases: TaskPhases): TaskResult {
  const ordered = { Entries: answer.Entries, FailedEntryCount: answer.FailedEntryCount };
  if (answer.FailedEntryCount !== 0)
    return { ok: false, error: 'EventBridge.FailedEntry', cause: JSON.stringify(ordered) };
  if (request.integration.pattern === 'waitForTaskToken') phases.submitted(ordered);
  return { ok: true, output: ordered };
}
