/** What Step Functions itself looks at before it calls a service by an optimised integration: names of fields, their kinds. */
import type { Integration } from '../../../engine/contract';
import { isObject, type Json, type JsonObject } from '../../../model/json';

interface Fields {
  readonly required: readonly string[];
  readonly known: ReadonlySet<string>;
}

const fields = (required: string, optional: string): Fields => ({
  required: required.split(' '),
  known: new Set(`${required} ${optional}`.split(' ')),
});

const conditions =
  'ConditionalOperator ConditionExpression Expected ExpressionAttributeNames ExpressionAttributeValues ' +
  'ReturnConsumedCapacity ReturnItemCollectionMetrics ReturnValues ReturnValuesOnConditionCheckFailure';

/** By `service:action`: members of the API's request. What the service refuses itself is not required here. */
const known: Readonly<Record<string, Fields>> = {
  'lambda:invoke': fields('FunctionName', 'ClientContext InvocationType LogType Payload Qualifier TenantId'),
  'states:startExecution': fields('StateMachineArn', 'Input Name TraceHeader'),
  'dynamodb:getItem': fields(
    'TableName Key',
    'AttributesToGet ConsistentRead ExpressionAttributeNames ProjectionExpression ReturnConsumedCapacity',
  ),
  'dynamodb:putItem': fields('TableName Item', conditions),
  'dynamodb:deleteItem': fields('TableName Key', conditions),
  'dynamodb:updateItem': fields('TableName Key', `AttributeUpdates UpdateExpression ${conditions}`),
  'sns:publish': fields(
    'Message',
    'MessageAttributes MessageDeduplicationId MessageGroupId MessageStructure PhoneNumber Subject TargetArn TopicArn',
  ),
  'sqs:sendMessage': fields(
    'QueueUrl MessageBody',
    'DelaySeconds MessageAttributes MessageDeduplicationId MessageGroupId MessageSystemAttributes',
  ),
  'events:putEvents': fields('Entries', 'EndpointId'),
};

const unsupported = (name: string): string => `The field "${name}" is not supported by Step Functions`;

/** Why these parameters cannot start the task, or undefined. */
export function refusal(integration: Integration, parameters: Json): string | undefined {
  if (integration.pattern === 'direct' || !isObject(parameters)) return undefined;
  if (integration.sdk) {
    // Whatever the API's own spelling, its members begin with capitals here.
    const small = Object.keys(parameters).find((name) => /^[a-z]/.test(name));
    return small === undefined ? undefined : unsupported(small);
  }
  const api = known[`${integration.service}:${integration.action}`];
  if (!api) return undefined;
  const missing = api.required.find((name) => parameters[name] === undefined);
  if (missing !== undefined) return `The field '${missing}' is required but was missing`;
  const foreign = Object.keys(parameters).find((name) => !api.known.has(name));
  if (foreign !== undefined) return unsupported(foreign);
  return integration.service === 'dynamodb' ? attributeFault(parameters) : undefined;
}

/** DynamoDB's texts and numbers are given as texts: `{"N": 5}` is the mistake that is made most. */
function attributeFault(parameters: JsonObject): string | undefined {
  for (const member of ['Key', 'Item', 'ExpressionAttributeValues']) {
    const attributes = parameters[member];
    if (!isObject(attributes)) continue;
    for (const value of Object.values(attributes)) {
      const fault = value === undefined ? undefined : valueFault(value);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function valueFault(value: Json): string | undefined {
  if (!isObject(value)) return undefined;
  for (const kind of ['S', 'N'] as const) {
    const given = value[kind];
    if (given !== undefined && given !== null && typeof given !== 'string')
      return `The value for the field '${kind}' must be a STRING`;
  }
  const nested = isObject(value.M) ? Object.values(value.M) : Array.isArray(value.L) ? (value.L as Json[]) : [];
  for (const inner of nested) {
    const fault = inner === undefined ? undefined : valueFault(inner);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
