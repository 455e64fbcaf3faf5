import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one call on its way. `skew` moves the times in the answer, as a service with another clock would give them. */
export type Fault =
  | { readonly kind: 'delay'; readonly ms: number }
  /** The call never arrives; the connection stays open without an answer. */
  | { readonly kind: 'drop' }
  /** The call never arrives; the connection is cut. */
  | { readonly kind: 'reset' }
  /** The call is carried out; the connection is cut instead of the answer. */
  | { readonly kind: 'resetAfter' }
  /** The call is carried out; half of the answer comes. */
  | { readonly kind: 'halfBody' }
  | { readonly kind: 'status'; readonly status: 429 | 500 | 503; readonly code: string }
  /** The call is carried out; the answer is an error of the service. */
  | { readonly kind: 'statusAfter'; readonly status: 500 }
  | { readonly kind: 'skew'; readonly ms: number };

export interface FaultProxy {
  readonly endpoint: string;
  /** Operation → how often it came. */
  readonly calls: Map<string, number>;
  /** Name of the execution → how often its start reached the service. */
  readonly delivered: Map<string, number>;
  close(): Promise<void>;
}

const isStart = (operation: string) => operation === 'StartExecution' || operation === 'StartSyncExecution';

/** A proxy before the service that spoils calls as `fault` says; Host and signature pass unchanged. */
export const startFaultProxy = async (
  target: string,
  fault: (operation: string, count: number) => Fault | undefined,
): Promise<FaultProxy> => {
  const { hostname, port } = new URL(target);
  const agent = new http.Agent({ keepAlive: true });
  const calls = new Map<string, number>();
  const delivered = new Map<string, number>();

  const forward = (
    request: http.IncomingMessage,
    body: Buffer,
  ): Promise<{ response: http.IncomingMessage; body: Buffer }> =>
    new Promise((resolve, reject) => {
      const outgoing = http.request(
        { agent, hostname, port, method: request.method, path: request.url, headers: request.headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve({ response, body: Buffer.concat(chunks) }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  const handle = async (request: http.IncomingMessage, body: Buffer, reply: http.ServerResponse) => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const count = (calls.get(operation) ?? 0) + 1;
    calls.set(operation, count);
    const chosen = fault(operation, count);
    if (chosen?.kind === 'drop') return;
    if (chosen?.kind === 'reset') return void reply.destroy();
    if (chosen?.kind === 'status') {
      reply.writeHead(chosen.status, { 'content-type': 'application/x-amz-json-1.0' });
      return void reply.end(JSON.stringify({ __type: chosen.code, message: 'made by the proxy' }));
    }
    if (chosen?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, chosen.ms));
    if (isStart(operation)) {
      const { name } = JSON.parse(body.toString()) as { name?: string };
      if (name !== undefined) delivered.set(name, (delivered.get(name) ?? 0) + 1);
    }
    const answer = await forward(request, body);
    const { statusCode = 500, headers } = answer.response;
    if (chosen?.kind === 'resetAfter') return void reply.destroy();
    if (chosen?.kind === 'statusAfter') {
      reply.writeHead(chosen.status, { 'content-type': 'application/x-amz-json-1.0' });
      return void reply.end(JSON.stringify({ __type: 'InternalServerError' }));
    }
    const text = chosen?.kind === 'skew' ? skewed(answer.body, chosen.ms) : answer.body;
    reply.writeHead(statusCode, { ...headers, 'content-length': text.length });
    if (chosen?.kind !== 'halfBody') return void reply.end(text);
    reply.write(text.subarray(0, Math.floor(text.length / 2)));
    setTimeout(() => reply.destroy(), 5);
  };

  const server = http.createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void handle(request, Buffer.concat(chunks), reply).catch(() => reply.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    delivered,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

/** All times of an answer, moved: startDate, stopDate, timestamps, and event_timestamp within log messages. */
const skewed = (body: Buffer, ms: number): Buffer => {
  const move = (_all: string, key: string, seconds: string) => `"${key}":${Number(seconds) + ms / 1000}`;
  const text = body
    .toString()
    .replace(/"(startDate|stopDate|timestamp)":(\d{10}(?:\.\d+)?)(?=[,}])/g, move)
    .replace(
      /\\"event_timestamp\\":\\"(\d+)\\"/g,
      (_all, at: string) => `\\"event_timestamp\\":\\"${Number(at) + ms}\\"`,
    );
  return Buffer.from(text);
};
