/** How an error looks in the protocol its request came in. */
import { ServiceError, type ServiceResponse } from '../contract';

export type ErrorProtocol = 'json' | 'query' | 'xml';

/** Query services post forms; S3 speaks XML; the rest JSON. */
export function errorProtocol(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  service: string | undefined,
): ErrorProtocol {
  if (service === 's3') return 'xml';
  const type = headers['content-type'];
  return typeof type === 'string' && type.startsWith('application/x-www-form-urlencoded') ? 'query' : 'json';
}

const xmlText = (text: string): string =>
  text.replace(/[<>&]/g, (c) => (c === '<' ? '&lt;' : c === '>' ? '&gt;' : '&amp;'));

const refusals = new Set([
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
]);

/** The JSON services refuse a signature with 400, the rest with 403. */
export function refusal(error: unknown, headers: Readonly<Record<string, string | string[] | undefined>>): unknown {
  if (!(error instanceof ServiceError) || !refusals.has(error.code) || headers['x-amz-target'] === undefined)
    return error;
  return new ServiceError(error.code, error.message, 400);
}

/** Renders an error as AWS does; anything that is not a ServiceError is a fault of ours, said as InternalFailure. */
export function errorResponse(error: unknown, protocol: ErrorProtocol, requestId: string): ServiceResponse {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError('InternalFailure', 'The request processing has failed because of an unknown error.', 500);
  switch (protocol) {
    case 'json':
      return {
        status: known.status,
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': known.code },
        body: JSON.stringify({ ...known.fields, __type: known.code, message: known.message }),
      };
    case 'query':
      return {
        status: known.status,
        headers: { 'content-type': 'text/xml' },
        body: `<ErrorResponse><Error><Type>${known.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${xmlText(queryCode(known.code))}</Code><Message>${xmlText(known.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
    case 'xml':
      return {
        status: known.status,
        headers: { 'content-type': 'application/xml' },
        body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${xmlText(queryCode(known.code))}</Code><Message>${xmlText(known.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      };
  }
}

/** The query protocol's names for what the signature check refuses. */
const queryNames: Readonly<Record<string, string>> = {
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  IncompleteSignatureException: 'IncompleteSignature',
};
const queryCode = (code: string): string => queryNames[code] ?? code;
