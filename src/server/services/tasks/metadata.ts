/** What an optimised integration adds to a service's answer: the HTTP headers and the request's id, in its own casing. */
import type { Json, JsonObject } from '../../../model/json';

export type Wire = 'lambda' | 'json' | 'xml' | 'dynamodb';

/** Headers whose spelling and list form AWS's answers have, by protocol. `length` is the answer's, in bytes. */
export function withMetadata(
  output: JsonObject,
  wire: Wire,
  requestId: string,
  now: number,
  length: number,
  extra: Readonly<Record<string, string>> = {},
  status = 200,
): JsonObject {
  const date = new Date(now).toUTCString();
  const connection = wire === 'lambda' || wire === 'dynamodb' ? 'Connection' : 'connection';
  const types: Record<Wire, string> = {
    lambda: 'application/json',
    json: 'application/x-amz-json-1.0',
    xml: 'text/xml',
    dynamodb: 'application/x-amz-json-1.0',
  };
  const headers: Record<string, string> = {
    ...extra,
    ...(wire === 'lambda' ? { 'x-amzn-Remapped-Content-Length': '0', 'X-Amzn-Trace-Id': traceId(requestId) } : {}),
    ...(wire === 'dynamodb' ? { Server: 'Server' } : {}),
    [connection]: 'keep-alive',
    'x-amzn-RequestId': requestId,
    'Content-Length': String(length),
    Date: date,
    'Content-Type': types[wire],
  };
  const all: Record<string, Json> = {};
  for (const [name, value] of Object.entries(headers)) all[name] = [value];
  return {
    ...output,
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: status },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

/** A trace id that is nobody's: nothing here records traces. */
const traceId = (requestId: string): string => {
  const hex = requestId.replaceAll('-', '').padEnd(32, '0');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8, 32)};Parent=${hex.slice(0, 16)};Sampled=0;Lineage=1:${hex.slice(0, 8)}:0`;
};
