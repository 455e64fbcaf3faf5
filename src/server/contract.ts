/**
 * What every service behind the one loopback port looks like. The door (HTTP, SigV4, Host check) picks the service by the
 * credential scope of the signature (`…/us-east-1/lambda/aws4_request` → `lambda`), so protocols never collide.
 */
import type { Clock } from '../model/clock';

export interface ServiceRequest {
  readonly service: string;
  readonly method: string;
  /** Path without query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly requestId: string;
  /** Calls back once when the connection is done with, also where the caller hung up before its answer. */
  readonly onClosed?: (listener: () => void) => void;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface Service {
  handle(request: ServiceRequest): ServiceResponse | Promise<ServiceResponse>;
}

/** An error a service answers with: code and message as AWS words them. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** What all services of one server share. */
export interface ServerContext {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Known once the door listens: functions and integrations call back through it. */
  endpoint(): string;
  uuid(): string;
  random(): number;
  /** stderr only. */
  log(message: string): void;
}

/** CloudWatch Logs as the other services see it: they write, the `logs` service reads. */
export interface LogSink {
  /** Creates group and stream as needed. Timestamps epoch ms. */
  put(group: string, stream: string, events: readonly { readonly timestamp: number; readonly message: string }[]): void;
}
