/** `arn:aws:states:::aws-sdk:service:action`: the service's API with every member capitalised and dates as text. */
import type { TaskRequest } from '../../../engine/contract';
import { isObject, type Json, type JsonObject } from '../../../model/json';
import type { StatesBackend } from '../statesBackend';
import type { Api } from '../protocol';
import { inputText } from './states';

/** Services by the name an `aws-sdk` resource gives them. */
export const sdkServices: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  sns: 'sns',
  sqs: 'sqs',
  s3: 's3',
  sfn: 'states',
  lambda: 'lambda',
  eventbridge: 'events',
  cloudwatchevents: 'events',
  secretsmanager: 'secretsmanager',
  sts: 'sts',
};

const capital = (name: string): string => (name[0]?.toUpperCase() ?? '') + name.slice(1);

/** Calls an API whose members are capitalised already. */
export async function runSdk(api: Api, request: TaskRequest): Promise<JsonObject> {
  const input = isObject(request.parameters) ? request.parameters : {};
  return isoDates(await api.call(capital(request.integration.action), input));
}

/** The same for Step Functions' own API, which starts its members small; texts that are JSON may be given as JSON. */
export async function runSdkStates(states: StatesBackend, request: TaskRequest): Promise<JsonObject> {
  const parameters = isObject(request.parameters) ? request.parameters : {};
  const input: Record<string, Json> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null) continue;
    const member = (name[0]?.toLowerCase() ?? '') + name.slice(1);
    input[member] = jsonMembers.has(member) ? inputText(value) : value;
  }
  const answer = await states.call(capital(request.integration.action), input, { parentArn: request.execution.arn });
  return isoDates(recase(answer) as JsonObject);
}

const jsonMembers = new Set(['input', 'output', 'definition', 'cause']);

function recase(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => recase(item as Json));
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => [capital(k), recase(v)]),
  );
}

const dateMember = /(?:Date|DateTime|Timestamp)$/;

/** Epoch seconds in members named as dates become ISO 8601 text. */
function isoDates(value: JsonObject): JsonObject {
  const shown: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (typeof member === 'number' && dateMember.test(name))
      shown[name] = new Date(Math.round(member * 1000)).toISOString();
    else if (isObject(member)) shown[name] = isoDates(member);
    else
      shown[name] = Array.isArray(member)
        ? member.map((item: Json) => (isObject(item) ? isoDates(item) : item))
        : member;
  }
  return shown;
}
