import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../../../src/server/contract';
import { createVerifier, type SignedRequest } from '../../../../src/server/door/sigv4';

/** What the SDK hands to its signer. */
class Sha256 {
  readonly #hash;
  constructor(key?: string | Uint8Array) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
}

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret/key+1' };
const now = Date.UTC(2026, 10, 24, 12, 0, 0);

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly body?: string;
  readonly service?: string;
  readonly region?: string;
  readonly headers?: Record<string, string>;
  readonly secretAccessKey?: string;
  readonly at?: number;
}

async function signed({
  method = 'POST',
  path = '/',
  query,
  body = '',
  service = 'states',
  region = 'us-east-1',
  headers = {},
  ...rest
}: Asked): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service,
    region,
    credentials: {
      ...credentials,
      ...(rest.secretAccessKey !== undefined && { secretAccessKey: rest.secretAccessKey }),
    },
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
  });
  const request = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query: query,
      headers: { host: '127.0.0.1:8080', ...headers },
      body,
    },
    { signingDate: new Date(rest.at ?? now) },
  );
  const search = Object.entries(query ?? {}).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`),
  );
  return {
    method,
    url: search.length > 0 ? `${path}?${search.join('&')}` : path,
    headers: Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key.toLowerCase(), value])),
    body: Buffer.from(body),
  };
}

const verifier = createVerifier({ credentials, region: 'us-east-1', now: () => now });

function refusal(request: SignedRequest): { code: string; message: string } {
  try {
    verifier.verify(request);
  } catch (error) {
    if (error instanceof ServiceError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'accepted', message: '' };
}

describe('requests that the SDK signed', () => {
  test.each<[string, Asked]>([
    [
      'a JSON call',
      {
        body: '{"a":1}',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AWSStepFunctions.ListStateMachines' },
      },
    ],
    ['an empty body', {}],
    [
      'a path with an encoded ARN',
      {
        method: 'GET',
        path: '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af',
        service: 'lambda',
      },
    ],
    ['a trailing slash', { method: 'GET', path: '/2015-03-31/functions/', service: 'lambda' }],
    [
      'query parameters that need sorting and escaping',
      { method: 'GET', path: '/a', query: { b: "it's (1) *", a: ['2', '1'], 'A b': '' }, service: 'lambda' },
    ],
    ['an S3 key, encoded once', { method: 'GET', path: '/bucket/a%20b/c%2Bd', service: 's3' }],
    ['header values with runs of spaces', { headers: { 'x-amz-meta-note': 'a   b' } }],
    ['a global service, signed for us-east-1', { service: 'iam', body: 'Action=ListRoles' }],
  ])('%s is accepted', async (_, asked) => {
    expect(verifier.verify(await signed(asked))).toEqual({ service: asked.service ?? 'states', region: 'us-east-1' });
  });

  test('is accepted a quarter of an hour early or late, and not a second more', async () => {
    const quarter = 15 * 60_000;
    expect(refusal(await signed({ at: now - quarter })).code).toBe('accepted');
    expect(refusal(await signed({ at: now + quarter })).code).toBe('accepted');
    expect(refusal(await signed({ at: now - quarter - 1000 }))).toEqual({
      code: 'InvalidSignatureException',
      message: 'Signature expired: 20261124T114459Z is now earlier than 20261124T114500Z (20261124T120000Z - 15 min.)',
    });
    expect(refusal(await signed({ at: now + quarter + 1000 })).message).toBe(
      'Signature not yet current: 20261124T121501Z is still later than 20261124T121500Z (20261124T120000Z + 15 min.)',
    );
  });
});

describe('requests that were changed or not signed with these credentials', () => {
  const notMatching = /^The request signature we calculated does not match/;

  test.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['another path', (request) => ({ ...request, url: '/other' })],
    ['another query', (request) => ({ ...request, url: '/?x=1' })],
    ['another method', (request) => ({ ...request, method: 'PUT' })],
    [
      'another signed header',
      (request) => ({
        ...request,
        headers: { ...request.headers, 'x-amz-target': 'AWSStepFunctions.DeleteStateMachine' },
      }),
    ],
    ['another host', (request) => ({ ...request, headers: { ...request.headers, host: 'evil.example' } })],
  ])('%s: the signature does not match', async (_, change) => {
    const request = await signed({ body: '{}', headers: { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' } });
    const { code, message } = refusal(change(request));
    expect(code).toBe('InvalidSignatureException');
    expect(message).toMatch(notMatching);
  });

  test('another body breaks the declared hash', async () => {
    const request = await signed({ body: '{}' });
    expect(refusal({ ...request, body: Buffer.from('{"x":1}') }).code).toBe('InvalidSignatureException');
  });

  test('a body whose hash was not declared is hashed all the same', async () => {
    const request = await signed({ body: '{}', headers: { 'content-type': 'x' } });
    expect(refusal({ ...request, body: Buffer.from('[]') }).code).toBe('InvalidSignatureException');
  });

  test('another secret', async () => {
    expect(refusal(await signed({ secretAccessKey: 'guess' })).message).toMatch(notMatching);
  });

  test('another key id', async () => {
    const request = await signed({});
    const authorization = String(request.headers.authorization).replace('AKIATEST', 'AKIAELSE');
    expect(refusal({ ...request, headers: { ...request.headers, authorization } })).toEqual({
      code: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
  });

  test('another region, and a global service elsewhere', async () => {
    expect(refusal(await signed({ region: 'eu-west-1' })).message).toContain("valid region, not 'eu-west-1'");
    expect(refusal(await signed({ region: 'eu-west-1', service: 'iam' })).code).toBe('InvalidSignatureException');
  });

  test('no signature at all', () => {
    expect(refusal({ method: 'POST', url: '/', headers: { host: 'localhost' }, body: Buffer.alloc(0) })).toEqual({
      code: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    });
  });

  test.each([
    ['Basic abc', 'Unsupported authorization type'],
    ['AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00', "requires 'Credential'"],
    ['AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00', 'exactly 5 slash-delimited'],
    [
      'AWS4-HMAC-SHA256 Credential=a/20261124/us-east-1/states/aws4_request, SignedHeaders=host',
      "requires 'Signature'",
    ],
  ])('a header that is not one: %s', (authorization, message) => {
    const refused = refusal({
      method: 'POST',
      url: '/',
      headers: { host: 'localhost', authorization },
      body: Buffer.alloc(0),
    });
    expect(refused.code).toBe('IncompleteSignatureException');
    expect(refused.message).toContain(message);
  });

  test('no date, and a date that is not the scope’s', async () => {
    const request = await signed({});
    const { 'x-amz-date': _, ...undated } = request.headers;
    expect(refusal({ ...request, headers: undated }).message).toContain("'X-Amz-Date' or a 'Date' header");
    const tomorrow = createVerifier({ credentials, region: 'us-east-1', now: () => now + 12 * 3_600_000 });
    const moved = { ...request, headers: { ...request.headers, 'x-amz-date': '20261125T000000Z' } };
    expect(() => tomorrow.verify(moved)).toThrow("'20261124' != '20261125'");
  });

  test('UNSIGNED-PAYLOAD is taken from S3 and from nobody else', async () => {
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const s3 = await signed({ method: 'PUT', path: '/b/k', service: 's3', headers, body: 'x' });
    expect(refusal({ ...s3, body: Buffer.from('anything') }).code).toBe('accepted');
    expect(refusal(await signed({ headers, body: '{}' })).code).toBe('InvalidSignatureException');
  });
});
