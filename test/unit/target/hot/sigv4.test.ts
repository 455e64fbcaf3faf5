import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amzDate, canonicalRequest, Signer } from '../../../../src/target/hot/sigv4';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const scope = { region: 'eu-west-1', service: 'states' };

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  digest() {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
  reset() {}
}

/** The SDK's own signer over the same request at the same moment. */
const sdkAuthorization = async (headers: Record<string, string>, body: string, date: Date, who = credentials) => {
  const signer = new SignatureV4({
    credentials: who,
    region: scope.region,
    service: scope.service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    { method: 'POST', protocol: 'https:', hostname: headers['host'] ?? '', path: '/', headers, body, query: {} },
    { signingDate: date },
  );
  return signed.headers['authorization'];
};

const ours = (headers: Record<string, string>, body: string, date: Date, who = credentials) =>
  new Signer(scope).authorization(
    { method: 'POST', path: '/', headers: { ...headers, 'x-amz-date': amzDate(date.getTime()) }, body },
    who,
    amzDate(date.getTime()),
  );

describe('our signature', () => {
  const date = new Date('2026-11-24T10:15:30.123Z');
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    host: 'states.eu-west-1.amazonaws.com',
    'x-amz-target': 'AWSStepFunctions.StartExecution',
  };

  it('writes the time as AWS wants it', () => expect(amzDate(date.getTime())).toBe('20261124T101530Z'));

  it("is the SDK's for the same request at the same moment", async () => {
    const body = JSON.stringify({ stateMachineArn: 'arn:x', name: 'a', input: '{"ä": "€ 1"}' });
    expect(ours(headers, body, date)).toBe(await sdkAuthorization(headers, body, date));
  });

  it("is the SDK's whatever the body, the moment and the token", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json(),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2037-12-31'), noInvalidDate: true }),
        fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,60}$/), { nil: undefined }),
        async (body, at, sessionToken) => {
          const who = sessionToken === undefined ? credentials : { ...credentials, sessionToken };
          const all: Record<string, string> =
            sessionToken === undefined ? headers : { ...headers, 'x-amz-security-token': sessionToken };
          expect(ours(all, body, at, who)).toBe(await sdkAuthorization(all, body, at, who));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('follows the day and the secret with its key', async () => {
    const signer = new Signer(scope);
    for (const [at, who] of [
      [new Date('2026-11-24T23:59:59Z'), credentials],
      [new Date('2026-11-25T00:00:00Z'), credentials],
      [new Date('2026-11-25T00:00:01Z'), { accessKeyId: 'B', secretAccessKey: 'another' }],
    ] as const) {
      const stamp = amzDate(at.getTime());
      const made = signer.authorization(
        { method: 'POST', path: '/', headers: { ...headers, 'x-amz-date': stamp }, body: '{}' },
        who,
        stamp,
      );
      expect(made).toBe(await sdkAuthorization(headers, '{}', at, who));
    }
  });

  it('has the canonical form of the signing guide', () => {
    const { text, signedHeaders } = canonicalRequest({
      method: 'POST',
      path: '/',
      headers: { host: 'h', 'a-b': '  x   y ' },
      body: '',
    });
    expect(signedHeaders).toBe('a-b;host');
    expect(text).toBe(
      'POST\n/\n\na-b:x y\nhost:h\n\na-b;host\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
