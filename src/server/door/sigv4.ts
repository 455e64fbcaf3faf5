/**
 * AWS Signature Version 4, the verifying side. Source of the algorithm: "Create a signed AWS API request" in the IAM user
 * guide; the error texts are those that AWS services answer with.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../contract';

export interface SignedRequest {
  readonly method: string;
  /** As on the request line: path and query, still percent-encoded. */
  readonly url: string;
  /** Lower-case names, as node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Verifier {
  /** Throws ServiceError when the request is not signed with these credentials. Returns the scope's service and region. */
  verify(request: SignedRequest): { readonly service: string; readonly region: string };
}

export interface VerifierOptions {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
  /** Epoch ms; the real clock, whatever clock the engine runs on: signatures are made outside. */
  readonly now: () => number;
}

const skewMs = 15 * 60_000;
const emptyHash = createHash('sha256').update('').digest('hex');
/** Services whose requests are signed for us-east-1 wherever the caller is. */
const globalServices = new Set(['iam', 'sts', 'cloudfront', 'route53']);

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest();
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** RFC 3986: everything but unreserved characters is escaped. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const unescapeQuery = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** A verifier with the signing keys of the day cached: one HMAC and two hashes a request. */
export function createVerifier({ credentials, region, now }: VerifierOptions): Verifier {
  const keys = new Map<string, Buffer>();
  const signingKey = (date: string, scopeRegion: string, service: string): Buffer => {
    const id = `${date}/${scopeRegion}/${service}`;
    let key = keys.get(id);
    if (!key) {
      if (keys.size > 256) keys.clear();
      key = hmac(hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, date), scopeRegion), service), 'aws4_request');
      keys.set(id, key);
    }
    return key;
  };
  return {
    verify(request) {
      const header = first(request.headers['authorization']);
      if (!header) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
      const auth = parseAuthorization(header);
      if (auth.accessKeyId !== credentials.accessKeyId) {
        throw new ServiceError(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
          403,
        );
      }
      const timestamp = requestTime(request.headers);
      checkSkew(timestamp, now());
      if (!timestamp.startsWith(auth.date)) {
        throw invalid(
          `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${auth.date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
        );
      }
      if (auth.region !== region && !(auth.region === 'us-east-1' && globalServices.has(auth.service))) {
        throw invalid(
          `Credential should be scoped to a valid region, not '${auth.region}'. This server is '${region}'.`,
        );
      }
      const canonical = canonicalRequest(request, auth);
      const toSign = `AWS4-HMAC-SHA256\n${timestamp}\n${auth.date}/${auth.region}/${auth.service}/aws4_request\n${sha256(canonical)}`;
      const expected = hmac(signingKey(auth.date, auth.region, auth.service), toSign);
      const given = Buffer.from(auth.signature, 'hex');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw invalid(
          'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
        );
      }
      return { service: auth.service, region: auth.region };
    },
  };
}

const invalid = (message: string): ServiceError => new ServiceError('InvalidSignatureException', message, 403);
const incomplete = (message: string): ServiceError => new ServiceError('IncompleteSignatureException', message, 403);

function parseAuthorization(header: string): Authorization {
  if (!header.startsWith('AWS4-HMAC-SHA256')) {
    throw incomplete(`Unsupported authorization type: '${header.split(' ')[0] ?? ''}'. Sign with AWS4-HMAC-SHA256.`);
  }
  const fields = new Map<string, string>();
  for (const part of header.slice('AWS4-HMAC-SHA256'.length).split(',')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  for (const name of ['Credential', 'Signature', 'SignedHeaders']) {
    if (!fields.get(name))
      throw incomplete(`Authorization header requires '${name}' parameter. Authorization=${header.slice(0, 200)}`);
  }
  const scope = (fields.get('Credential') ?? '').split('/');
  const [accessKeyId, date, region, service, terminator] = scope;
  if (scope.length !== 5 || !accessKeyId || !date || !region || !service || terminator !== 'aws4_request') {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${scope.join('/')}'`,
    );
  }
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
  };
}

/** `YYYYMMDDTHHMMSSZ` of x-amz-date, or of Date where there is none. */
function requestTime(headers: SignedRequest['headers']): string {
  const amz = first(headers['x-amz-date']);
  if (amz && /^\d{8}T\d{6}Z$/.test(amz)) return amz;
  const date = Date.parse(amz ?? first(headers['date']) ?? '');
  if (Number.isNaN(date)) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return compact(date);
}

const compact = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

function checkSkew(timestamp: string, now: number): void {
  const at = Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (at < now - skewMs) {
    throw invalid(
      `Signature expired: ${timestamp} is now earlier than ${compact(now - skewMs)} (${compact(now)} - 15 min.)`,
    );
  }
  if (at > now + skewMs) {
    throw invalid(
      `Signature not yet current: ${timestamp} is still later than ${compact(now + skewMs)} (${compact(now)} + 15 min.)`,
    );
  }
}

function canonicalRequest(request: SignedRequest, auth: Authorization): string {
  const question = request.url.indexOf('?');
  const path = question < 0 ? request.url : request.url.slice(0, question);
  const query = question < 0 ? '' : request.url.slice(question + 1);
  if (!auth.signedHeaders.includes('host')) {
    throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const headers = auth.signedHeaders.map((name) => `${name}:${headerText(request.headers[name])}\n`).join('');
  return `${request.method}\n${canonicalPath(path, auth.service)}\n${canonicalQuery(query)}\n${headers}\n${auth.signedHeaders.join(';')}\n${payloadHash(request, auth.service)}`;
}

const headerText = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');

/** S3 signs the path as sent; every other service normalises it and encodes it once more. */
function canonicalPath(path: string, service: string): string {
  if (path === '/' || path === '') return '/';
  if (service === 's3') return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const normal = `/${segments.join('/')}${path.endsWith('/') && segments.length > 0 ? '/' : ''}`;
  return escape(normal).replaceAll('%2F', '/');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs: [string, string][] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    pairs.push([escape(unescapeQuery(name)), escape(unescapeQuery(at < 0 ? '' : part.slice(at + 1)))]);
  }
  pairs.sort((a, b) => (a[0] === b[0] ? compare(a[1], b[1]) : compare(a[0], b[0])));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The hash the signature covers; a declared one must be that of the body. Only S3 takes UNSIGNED-PAYLOAD. */
function payloadHash(request: SignedRequest, service: string): string {
  const declared = first(request.headers['x-amz-content-sha256']);
  if (declared !== undefined && service === 's3' && /^(UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/.test(declared))
    return declared;
  const actual = request.body.length === 0 ? emptyHash : sha256(request.body);
  if (declared !== undefined && declared !== actual) {
    throw new ServiceError(
      service === 's3' ? 'XAmzContentSHA256Mismatch' : 'InvalidSignatureException',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      service === 's3' ? 400 : 403,
    );
  }
  return actual;
}
