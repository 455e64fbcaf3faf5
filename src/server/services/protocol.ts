/** The AWS wire protocols that the services speak: JSON, Query with XML, and REST; each turned into `call(action, input)`. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { ServiceError, type Service, type ServiceRequest, type ServiceResponse } from '../contract';

/** A service without its protocol: one operation with the API's member names. Throws ServiceError. */
export interface Api {
  call(action: string, input: JsonObject): JsonObject | Promise<JsonObject>;
}

export const headerOf = (request: ServiceRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof URIError) return new ServiceError('ValidationException', 'The path is not well encoded.', 400);
  return new ServiceError(
    'InternalFailure',
    `StepBench's server failed: ${error instanceof Error ? error.message : String(error)}`,
    500,
  );
}

/** AWS JSON 1.0 and 1.1: the operation is in X-Amz-Target, errors carry `__type`. */
export function jsonService(api: Api, version: '1.0' | '1.1'): Service {
  return {
    async handle(request) {
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': request.requestId };
      try {
        const action = (headerOf(request, 'x-amz-target') ?? '').split('.').at(-1) ?? '';
        return { status: 200, headers, body: JSON.stringify(await api.call(action, parseBody(request.body))) };
      } catch (thrown) {
        const error = asServiceError(thrown);
        // The Query names of SQS's errors live on in this header; older clients read it.
        const query =
          typeof error.fields.queryCode === 'string'
            ? { 'x-amzn-query-error': `${error.fields.queryCode};Sender` }
            : {};
        const { queryCode: _, ...fields } = error.fields;
        return {
          status: error.status,
          headers: { ...headers, ...query },
          body: JSON.stringify({ __type: error.code, message: error.message, ...fields }),
        };
      }
    },
  };
}

export function parseBody(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON');
  }
  if (!isObject(value)) throw new ServiceError('SerializationException', 'The request body must be a JSON object');
  return value;
}

/** An XML element's content: text, a list of elements of one name, or named elements in order. */
export type Xml = string | number | boolean | undefined | XmlList | { readonly [name: string]: Xml };

/** Repeated elements: `name` each; wrapped by the field's own element unless flat. */
export class XmlList {
  constructor(
    readonly name: string,
    readonly items: readonly Xml[],
    readonly flat = false,
  ) {}
}

/** A map as Query services write it: `<entry><key/><value/></entry>`. */
export const xmlMap = (map: Readonly<Record<string, string>>): XmlList =>
  new XmlList(
    'entry',
    Object.entries(map).map(([key, value]) => ({ key, value })),
  );

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
};
const escapeXml = (text: string): string => text.replace(/[&<>"'\r]/g, (c) => escapes[c] ?? c);

export function toXml(name: string, value: Xml): string {
  if (value === undefined) return '';
  if (value instanceof XmlList) {
    const items = value.items.map((item) => toXml(value.flat ? name : value.name, item)).join('');
    return value.flat ? items : `<${name}>${items}</${name}>`;
  }
  if (typeof value === 'object')
    return `<${name}>${Object.entries(value)
      .map(([k, v]) => toXml(k, v))
      .join('')}</${name}>`;
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** A form's fields as a tree: `A.member.1.B=x` → {A: {member: {1: {B: 'x'}}}}. */
export interface QueryFields {
  [name: string]: string | QueryFields;
}

export function parseForm(text: string): QueryFields {
  const root: QueryFields = Object.create(null) as QueryFields;
  for (const [path, value] of new URLSearchParams(text)) {
    const names = path.split('.');
    let at = root;
    for (const name of names.slice(0, -1)) {
      const next = at[name];
      at = typeof next === 'object' ? next : (at[name] = Object.create(null) as QueryFields);
    }
    at[names.at(-1) ?? ''] = value;
  }
  return root;
}

/** `{1: a, 2: b}` (optionally under `member` or `entry`) in order of the numbers. */
export function listOf(field: string | QueryFields | undefined): (string | QueryFields)[] {
  if (field === undefined || typeof field === 'string') return [];
  const inner = field.member ?? field.entry ?? field;
  if (typeof inner === 'string') return [];
  return Object.keys(inner)
    .filter((key) => /^\d+$/.test(key))
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => inner[key])
    .filter((item) => item !== undefined);
}

export const textOf = (field: string | QueryFields | undefined): string | undefined =>
  typeof field === 'string' ? field : undefined;

/** A map of texts, whichever names its pairs go by: entry.N.key/value, N.Name/Value, N.Key/Value. */
export function mapOf(field: string | QueryFields | undefined): Record<string, string> {
  const map: Record<string, string> = {};
  for (const item of listOf(field)) {
    if (typeof item === 'string') continue;
    const key = textOf(item.key ?? item.Key ?? item.Name);
    if (key !== undefined) map[key] = textOf(item.value ?? item.Value) ?? '';
  }
  return map;
}

/** How a Query service answers: its XML namespace and the two translations around one operation. */
export interface QueryApi {
  readonly namespace: string;
  call(action: string, fields: QueryFields): Xml | Promise<Xml>;
}

/** The Query protocol: a form in, XML out. */
export async function handleQuery(api: QueryApi, request: ServiceRequest): Promise<ServiceResponse> {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': request.requestId };
  const metadata = toXml('ResponseMetadata', { RequestId: request.requestId });
  try {
    const fields = parseForm(request.method === 'GET' ? request.query.toString() : request.body.toString('utf8'));
    const action = textOf(fields.Action) ?? '';
    const result = await api.call(action, fields);
    const body = result === undefined ? '' : toXml(`${action}Result`, result);
    return {
      status: 200,
      headers,
      body: `<${action}Response xmlns="${api.namespace}">${body}${metadata}</${action}Response>`,
    };
  } catch (thrown) {
    const error = asServiceError(thrown);
    const code = typeof error.fields.queryCode === 'string' ? error.fields.queryCode : error.code;
    const detail = toXml('Error', {
      Type: error.status >= 500 ? 'Receiver' : 'Sender',
      Code: code,
      Message: error.message,
    });
    return {
      status: error.status,
      headers,
      body: `<ErrorResponse xmlns="${api.namespace}">${detail}${toXml('RequestId', request.requestId)}</ErrorResponse>`,
    };
  }
}

export const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
export const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];
export const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
/** A map's text values only. */
export const textMap = (value: Json | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(object(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
