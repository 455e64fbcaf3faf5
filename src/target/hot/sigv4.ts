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

let lastSecond = NaN;
let lastDate = '';

/** `20261124T101530Z` of a moment in epoch ms. A thousand calls of one second share it. */
export const amzDate = (epochMs: number): string => {
  const second = Math.floor(epochMs / 1000);
  if (second === lastSecond) return lastDate;
  const iso = new Date(epochMs).toISOString();
  lastSecond = second;
  lastDate = `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
  return lastDate;
};

const blockBytes = 64;

/**
 * HMAC-SHA-256 of many texts under one key (RFC 2104), out of two one-shot hashes: an Hmac object of Node's costs several
 * times as much, most of it later as garbage.
 */
const keyedHash = (key: Buffer): ((text: string) => string) => {
  const inner = Buffer.alloc(1_024, 0x36);
  const outer = Buffer.alloc(blockBytes + 32, 0x5c);
  for (let i = 0; i < key.length; i++) {
    inner[i] = (key[i] as number) ^ 0x36;
    outer[i] = (key[i] as number) ^ 0x5c;
  }
  let filled = inner;
  return (text) => {
    if (text.length > inner.length - blockBytes) return createHmac('sha256', key).update(text).digest('hex');
    const length = blockBytes + inner.write(text, blockBytes, 'latin1');
    // Texts of one scope are equally long: a view is made once, and no buffer at all for what comes out.
    if (filled.length !== length) filled = inner.subarray(0, length);
    outer.write(hash('sha256', filled, 'binary'), blockBytes, 'latin1');
    return sha256(outer);
  };
};

/** Blanks at the ends go, and of several together all but one. */
const tidied = (value: string): string =>
  /^\s|\s\s|[^\S ]|\s$/.test(value) ? value.trim().replace(/\s+/g, ' ') : value;

/**
 * The canonical request of AWS Signature Version 4 (AWS General Reference, "Create a signed AWS API request"): method,
 * path, empty query, headers in order, their names, hash of the body. The hot calls are all `POST /` without a query.
 */
export const canonicalRequest = (
  request: SignableRequest,
): { readonly text: string; readonly signedHeaders: string } => {
  const { text, signedHeaders } = canonicalHead(request);
  return { text: text + sha256(request.body), signedHeaders };
};

/** The same up to the hash of the body. */
const canonicalHead = ({ method, path, headers }: Omit<SignableRequest, 'body'>) => {
  const names = Object.keys(headers).sort();
  let lines = '';
  for (const name of names) lines += `${name}:${tidied(headers[name] as string)}\n`;
  const signedHeaders = names.join(';');
  return { text: `${method}\n${path}\n\n${lines}\n${signedHeaders}\n`, signedHeaders };
};

/** Signs with a key derived once a day, region, service and secret: two hashes and one HMAC a request. */
export class Signer {
  #key: { readonly of: string; readonly secret: string; readonly sign: (text: string) => string } | undefined;

  constructor(readonly scope: SigningScope) {}

  /** Value of the `authorization` header. `date` is the `x-amz-date` that is among the request's headers. */
  authorization(request: SignableRequest, credentials: AwsCredentials, date: string): string {
    return this.prepare(request, credentials, date)(request.body);
  }

  /** The same for many bodies under the same headers: all but the two hashes and the HMAC is done once. */
  prepare(
    request: Omit<SignableRequest, 'body'>,
    { accessKeyId, secretAccessKey }: AwsCredentials,
    date: string,
  ): (body: string | Buffer) => string {
    const day = date.slice(0, 8);
    const scope = `${day}/${this.scope.region}/${this.scope.service}/aws4_request`;
    const { text, signedHeaders } = canonicalHead(request);
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n`;
    const head = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=`;
    const sign = this.#signingKey(day, secretAccessKey);
    return (body) => head + sign(toSign + sha256(text + sha256(body)));
  }

  #signingKey(day: string, secret: string): (text: string) => string {
    if (this.#key?.of === day && this.#key.secret === secret) return this.#key.sign;
    const bytes = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), this.scope.region), this.scope.service), 'aws4_request');
    this.#key = { of: day, secret, sign: keyedHash(bytes) };
    return this.#key.sign;
  }
}
