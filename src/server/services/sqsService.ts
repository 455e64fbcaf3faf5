/** SQS's door: AWS JSON 1.0, and the Query protocol that older clients speak. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { Service } from '../contract';
import {
  handleQuery,
  headerOf,
  jsonService,
  listOf,
  mapOf,
  textOf,
  XmlList,
  type Api,
  type QueryFields,
  type Xml,
} from './protocol';

export function sqsService(api: Api): Service {
  const json = jsonService(api, '1.0');
  return {
    handle(request) {
      if (headerOf(request, 'x-amz-target') !== undefined) return json.handle(request);
      return handleQuery(
        {
          namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
          async call(action, fields) {
            const queueUrl = request.path.length > 1 ? request.path : undefined;
            const answer = toQuery(action, await api.call(action, fromQuery(fields, queueUrl)));
            return silent.test(action) ? undefined : answer;
          },
        },
        request,
      );
    },
  };
}

/** Operations whose answer has no result element at all; any other shows an empty one. */
const silent =
  /^(AddPermission|ChangeMessageVisibility|DeleteMessage|DeleteQueue|PurgeQueue|RemovePermission|SetQueueAttributes|TagQueue|UntagQueue)$/;

const batchEntry = /^(\w+)BatchRequestEntry$/;
/** Lists whose members are numbered without a name of their own. */
const lists: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  TagKey: 'TagKeys',
};

/** The form's flattened lists and maps as the JSON protocol has them. */
function fromQuery(fields: QueryFields, path?: string): JsonObject {
  const input: Record<string, Json> = {};
  if (path !== undefined && fields.QueueUrl === undefined) input.QueueUrl = path;
  for (const [name, field] of Object.entries(fields)) {
    if (name === 'Action' || name === 'Version') continue;
    if (typeof field === 'string') input[name] = field;
    else if (name === 'Attribute') input.Attributes = mapOf(field);
    else if (name === 'Tag') input.Tags = mapOf(field);
    else if (name === 'MessageAttribute') input.MessageAttributes = messageAttributes(field);
    else if (lists[name] !== undefined) input[lists[name]] = listOf(field).filter((item) => typeof item === 'string');
    else if (batchEntry.test(name))
      input.Entries = listOf(field).map((entry) => (typeof entry === 'string' ? {} : fromQuery(entry)));
  }
  return input;
}

function messageAttributes(field: QueryFields): JsonObject {
  const attributes: Record<string, Json> = {};
  for (const item of listOf(field)) {
    if (typeof item === 'string' || typeof item.Value !== 'object') continue;
    const value = item.Value;
    const parts: Record<string, Json> = {};
    for (const part of ['DataType', 'StringValue', 'BinaryValue']) {
      const text = textOf(value[part]);
      if (text !== undefined) parts[part] = text;
    }
    attributes[textOf(item.Name) ?? ''] = parts;
  }
  return attributes;
}

const flat = (items: readonly Xml[]): XmlList => new XmlList('', items, true);
const pairs = (map: Json | undefined, key: string): XmlList =>
  flat(Object.entries(isObject(map) ? map : {}).map(([name, value]) => ({ [key]: name, Value: value as Xml })));

/** An answer's lists and maps as the flattened elements of the Query protocol. */
function toQuery(action: string, answer: JsonObject): Xml {
  const shown: Record<string, Xml> = {};
  for (const [name, value] of Object.entries(answer)) {
    if (name === 'Attributes') shown.Attribute = pairs(value, 'Name');
    else if (name === 'Tags') shown.Tag = pairs(value, 'Key');
    else if (name === 'QueueUrls' || name === 'queueUrls') shown.QueueUrl = flat(value as unknown as Xml[]);
    else if (name === 'Messages')
      shown.Message = flat((value as unknown as JsonObject[]).map((message) => toQuery(action, message)));
    else if (name === 'MessageAttributes') {
      shown.MessageAttribute = flat(
        Object.entries(value as JsonObject).map(([key, v]) => ({ Name: key, Value: v as Xml })),
      );
    } else if (name === 'Successful') shown[`${action}ResultEntry`] = flat(value as unknown as Xml[]);
    else if (name === 'Failed') shown.BatchResultErrorEntry = flat(value as unknown as Xml[]);
    else shown[name] = value as Xml;
  }
  return shown;
}
