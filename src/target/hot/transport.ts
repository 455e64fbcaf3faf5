import http from 'node:http';
import https from 'node:https';
import { isObject, type JsonObject } from '../../model/json';
import type { AwsCredentials, Connection } from '../clients';
import { CallFailure } from './failure';
import type { Outstanding } from './outstanding';
import { stopped } from './outstanding';
import { amzDate, Signer } from './sigv4';

export interface HotService {
  /** Service in the signature's scope: `states`, `logs`. */
  readonly service: 'states' | 'logs';
  /** `x-amz-target` without the operation. */
  readonly targetPrefix: string;
  readonly contentType: string;
}

export const statesService: HotService = {
  service: 'states',
  targetPrefix: 'AWSStepFunctions',
  contentType: 'application/x-amz-json-1.0',
};
export const logsService: HotService = {
  service: 'logs',
  targetPrefix: 'Logs_20140328',
  contentType: 'application/x-amz-json-1.1',
};

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  destroy(): void;
}

/** Agents with as many sockets as a run has executions in flight; the SDK's own limit of 50 would queue the rest. */
export const createAgents = (maxSockets = 2_000): Agents => {
  const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, scheduling: 'lifo' as const };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return { ...agents, destroy: () => (agents.http.destroy(), agents.https.destroy()) };
};

export interface HotOptions {
  /** Put before the host on AWS (`sync-`), never before a custom endpoint. */
  readonly hostPrefix?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called once the request has been handed to the system, whole, over an open connection. */
  readonly onSent?: () => void;
}

/** One signed call over a kept-alive connection: the answer's JSON, or a CallFailure. */
export type HotCall = (operation: string, input: JsonObject, options: HotOptions) => Promise<JsonObject>;

const hostOf = (service: string, region: string) =>
  `${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/**
 * A lean door for the calls made once an execution. It sends what the SDK sends (same method, path, target, content type,
 * body and signature; a test compares them) without the SDK's middleware, which costs 0.5 ms a call and queues at 50
 * sockets.
 */
export const createHotCall = (
  connection: Connection,
  service: HotService,
  agents: Agents,
  outstanding: Outstanding,
  now: () => number,
): HotCall => {
  const signer = new Signer({ region: connection.region, service: service.service });
  const url = new URL(connection.endpoint ?? `https://${hostOf(service.service, connection.region)}`);
  const { host, hostname, pathname } = url;
  const port = url.port || undefined;
  const secure = url.protocol === 'https:';
  const request = secure ? https.request : http.request;
  const agent = secure ? agents.https : agents.http;
  /** Service clock − ours, learnt from the Date header of an answer that refused our signature; used for signing only. */
  let skew = 0;

  /** By operation: what all its calls of one second have in common. */
  const heads = new Map<string, Head>();
  const headOf = (operation: string, prefix: string, credentials: AwsCredentials): Head => {
    const date = amzDate(now() + skew);
    const known = heads.get(operation);
    if (known?.date === date && known.credentials === credentials && known.prefix === prefix) return known;
    const headers: Record<string, string> = {
      'content-type': service.contentType,
      host: prefix + host,
      'x-amz-date': date,
    };
    if (credentials.sessionToken) headers['x-amz-security-token'] = credentials.sessionToken;
    headers['x-amz-target'] = `${service.targetPrefix}.${operation}`;
    const head: Head = {
      ...{ date, credentials, prefix },
      headers: Object.entries(headers).flat(),
      sign: signer.prepare({ method: 'POST', path: pathname, headers }, credentials, date),
    };
    heads.set(operation, head);
    return head;
  };

  /** A flat list is sent as it is; an object would be checked and copied name by name. */
  const signed = (body: string, { headers, sign }: Head): string[] => [
    'content-length',
    String(Buffer.byteLength(body)),
    ...headers,
    'authorization',
    sign(body),
  ];

  /** A refusal that only says that our clocks differ is worth another try with the service's time. */
  const refused = (failure: CallFailure, date: string | undefined): CallFailure => {
    const served = Date.parse(date ?? '');
    if (!skewCodes.test(failure.code) || !(Math.abs(served - now() - skew) > toleratedSkewMs)) return failure;
    skew = served - now();
    return new CallFailure('service', 'ClockSkewed', skewMessage(skew), 429);
  };

  // A call lives as long as its execution, a thousand at a time: what its handlers hold on to is copied by the garbage
  // collector again and again. So each is made where it sees nothing but what it needs; the request's text is not among that.
  const answered =
    (operation: string, resolve: Resolve, reject: Reject) =>
    (response: http.IncomingMessage): void => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        if (!response.complete) return reject(cutOff(operation));
        const text = chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString('utf8');
        settle(operation, response, text, resolve, (failure) => reject(refused(failure, response.headers.date)));
      });
      response.on('error', () => reject(cutOff(operation)));
    };
  const broken = (operation: string, reject: Reject) => (error: NodeJS.ErrnoException) =>
    reject(networkFailure(operation, error, host));

  const exchange = (
    operation: string,
    input: JsonObject,
    options: HotOptions,
    credentials: AwsCredentials,
    resolve: Resolve,
    reject: Reject,
  ): void => {
    if (options.signal?.aborted) return reject(stopped());
    const prefix = connection.endpoint ? '' : (options.hostPrefix ?? '');
    const body = JSON.stringify(input);
    const headers = signed(body, headOf(operation, prefix, credentials));
    const target = { agent, method: 'POST', host: prefix + hostname, port, path: pathname, headers };
    const call = request(target, answered(operation, resolve, reject));
    // Handed to the system, over a connection that stands: from here on the call is on its way.
    if (options.onSent) call.on('finish', options.onSent);
    outstanding.add(call, operation, options.timeoutMs, options.signal);
    call.on('error', broken(operation, reject));
    call.end(body);
  };

  // One promise a call: an async function would be kept, with all that it sees, until the execution has ended.
  return (operation, input, options) =>
    new Promise((resolve, reject) => {
      connection
        .credentials()
        .then((credentials) => exchange(operation, input, options, credentials, resolve, reject))
        .catch(reject);
    });
};

/** What the calls of one operation have in common while date and credentials stay the same. */
interface Head {
  readonly date: string;
  readonly credentials: AwsCredentials;
  readonly prefix: string;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  readonly sign: (body: string) => string;
}

type Resolve = (value: JsonObject) => void;
type Reject = (failure: CallFailure) => void;

/**
 * Opens `count` connections before a load that will need them at once: a TLS handshake costs two round trips and a
 * millisecond of this machine, which are no latency of the workflow. Unsigned and answered by the front of the service;
 * failures do not matter, the load then opens its own.
 */
export const openConnections = async (
  connection: Connection,
  service: HotService,
  agents: Agents,
  count: number,
  hostPrefix: string,
): Promise<void> => {
  const url = new URL(connection.endpoint ?? `https://${hostOf(service.service, connection.region)}`);
  const secure = url.protocol === 'https:';
  const prefix = connection.endpoint ? '' : hostPrefix;
  const knock = () =>
    new Promise<void>((resolve) => {
      const call = (secure ? https.request : http.request)(
        {
          agent: secure ? agents.https : agents.http,
          host: prefix + url.hostname,
          port: url.port || undefined,
          path: '/ping',
          timeout: knockTimeoutMs,
        },
        (response) => response.resume().once('close', resolve),
      );
      call.on('timeout', () => call.destroy());
      call.on('close', resolve);
      call.on('error', () => resolve());
      call.end();
    });
  await Promise.all(Array.from({ length: count }, knock));
};
const knockTimeoutMs = 3_000;

/** AWS takes signatures up to five minutes off; beyond, the call is made again with the service's time. */
const toleratedSkewMs = 240_000;
const skewCodes = /InvalidSignature|SignatureDoesNotMatch|RequestTimeTooSkewed|RequestExpired|AccessDenied/;
const skewMessage = (skew: number) =>
  `This machine's clock is ${Math.round(Math.abs(skew) / 60_000)} min ${skew > 0 ? 'behind' : 'ahead of'} the service's.`;

const cutOff = (operation: string) =>
  new CallFailure('broken', 'ResponseCutOff', `The answer to ${operation} was cut off.`);

const networkFailure = (operation: string, error: NodeJS.ErrnoException, host: string): CallFailure => {
  if (error instanceof CallFailure) return error;
  const code = error.code ?? error.name;
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return new CallFailure('refused', code, `${host} cannot be reached (${code}).`);
  return new CallFailure('broken', code, `The connection to ${host} broke during ${operation} (${code}).`);
};

const settle = (
  operation: string,
  response: http.IncomingMessage,
  text: string,
  resolve: (value: JsonObject) => void,
  reject: (error: CallFailure) => void,
) => {
  const status = response.statusCode ?? 0;
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (status >= 200 && status < 300) {
    if (isObject(body)) resolve(body);
    else reject(cutOff(operation));
    return;
  }
  const fields = isObject(body) ? body : {};
  const type = response.headers['x-amzn-errortype'] ?? fields['__type'] ?? `Http${status}`;
  // `com.amazonaws.states#Name:http://…` → Name
  const code =
    (
      String(Array.isArray(type) ? type[0] : type)
        .split('#')
        .pop() ?? ''
    ).split(':')[0] ?? '';
  const message = fields['message'] ?? fields['Message'];
  reject(
    new CallFailure(
      'service',
      code,
      typeof message === 'string' ? message : `${operation} answered ${status}.`,
      status,
    ),
  );
};
