import { createHmac, hash } from 'node:crypto';
import type { AwsCredentials } from '../clients';

/** What is signed. Header names in lower case; `host` among them. */
export interface SignableRequest {
  readonly method: string;
  /** Absolute path, already percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface SigningScope {
  readonly region: string;
  readonly service: string;
}

const sha256 = (data: string | Buffer) => hash('sha256', data, 'hex');
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();

/** `20261124T101530Z` of a moment in epoch ms. */
export const amzDate = (epochMs: number): string => {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
};

/**
 * The canonical request of AWS Signature Version 4 (AWS General Reference, "Create a signed AWS API request"): method,
 * path, empty query, headers in order, their names, hash of the body. The hot calls are all `POST /` without a query.
 */
export const canonicalRequest = (
  request: SignableRequest,
): { readonly text: string; readonly signedHeaders: string } => {
  const names = Object.keys(request.headers).sort();
  let lines = '';
  for (const name of names) lines += `${name}:${(request.headers[name] as string).trim().replace(/\s+/g, ' ')}\n`;
  const signedHeaders = names.join(';');
  return {
    text: `${request.method}\n${request.path}\n\n${lines}\n${signedHeaders}\n${sha256(request.body)}`,
    signedHeaders,
  };
};

/** Signs with a key derived once a day, region, service and secret: two hashes and one HMAC a request. */
export class Signer {
  #key: { readonly of: string; readonly secret: string; readonly bytes: Buffer } | undefined;

  constructor(readonly scope: SigningScope) {}

  /** Value of the `authorization` header. `date` is the `x-amz-date` that is among the request's headers. */
  authorization(request: SignableRequest, credentials: AwsCredentials, date: string): string {
    const day = date.slice(0, 8);
    const scope = `${day}/${this.scope.region}/${this.scope.service}/aws4_request`;
    const { text, signedHeaders } = canonicalRequest(request);
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(text)}`;
    const signature = createHmac('sha256', this.#signingKey(day, credentials.secretAccessKey))
      .update(toSign)
      .digest('hex');
    return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  }

  #signingKey(day: string, secret: string): Buffer {
    if (this.#key?.of === day && this.#key.secret === secret) return this.#key.bytes;
    const bytes = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), this.scope.region), this.scope.service), 'aws4_request');
    this.#key = { of: day, secret, bytes };
    return bytes;
  }
}
