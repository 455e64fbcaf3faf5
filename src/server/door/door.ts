/**
 * The one loopback port. It reads a request, checks who asks (host, signature), finds the service by the credential scope
 * and writes what the service answers. It knows no service.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceError, type Service, type ServiceRequest, type ServiceResponse } from '../contract';
import { isLoopbackAddress, isLoopbackHost } from './host';
import { errorProtocol, errorResponse, refusal } from './respond';
import type { Verifier } from './sigv4';

export interface DoorOptions {
  readonly verifier: Verifier;
  /** By the service name of the credential scope: `states`, `logs`, `lambda`, … */
  readonly services: ReadonlyMap<string, Service>;
  readonly uuid: () => string;
  readonly log: (message: string) => void;
}

export interface Door {
  readonly port: number;
  close(): Promise<void>;
}

/** A Lambda zip is the largest thing anybody sends (50 MB, base64). */
const maxBodyBytes = 70 * 1024 * 1024;

/** Listens on 127.0.0.1. Port 0 takes a free one. Rejects when the port is taken. */
export async function openDoor(options: DoorOptions, port = 0): Promise<Door> {
  const server = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
    void serve(options, request, response);
  });
  // A load of thousands keeps its connections; a client that times out first never meets a socket we have just closed.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  server.requestTimeout = 0;
  server.maxRequestsPerSocket = 0;
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });

async function serve(options: DoorOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = options.uuid();
  let service: string | undefined;
  try {
    if (!isLoopbackAddress(request.socket.remoteAddress) || !isLoopbackHost(request.headers.host)) {
      throw new ServiceError(
        'AccessDeniedException',
        `This server answers only on loopback; Host '${request.headers.host ?? ''}' is refused.`,
        403,
      );
    }
    const body = await readBody(request);
    const url = request.url ?? '/';
    const method = request.method ?? 'GET';
    ({ service } = options.verifier.verify({ method, url, headers: request.headers, body }));
    const target = options.services.get(service);
    if (!target) {
      throw new ServiceError(
        'UnknownService',
        `No service '${service}' here. Served: ${[...options.services.keys()].sort().join(', ')}.`,
        404,
      );
    }
    const question = url.indexOf('?');
    const call: ServiceRequest = {
      service,
      method,
      path: question < 0 ? url : url.slice(0, question),
      query: new URLSearchParams(question < 0 ? '' : url.slice(question + 1)),
      headers: request.headers,
      body,
      requestId,
      onClosed: (listener) => void response.once('close', listener),
    };
    write(response, await target.handle(call), requestId);
  } catch (error) {
    if (!(error instanceof ServiceError))
      options.log(`request ${requestId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    write(
      response,
      errorResponse(refusal(error, request.headers), errorProtocol(request.headers, service), requestId),
      requestId,
    );
  }
}

function write(response: ServerResponse, answer: ServiceResponse, requestId: string): void {
  if (response.destroyed) return;
  const length = typeof answer.body === 'string' ? Buffer.byteLength(answer.body) : answer.body.length;
  response.writeHead(answer.status, { ...answer.headers, 'x-amzn-requestid': requestId, 'content-length': length });
  response.end(answer.body);
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBodyBytes) {
        reject(new ServiceError('RequestEntityTooLargeException', 'Request is larger than 70 MiB.', 413));
        request.resume();
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
