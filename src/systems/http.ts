import http from 'node:http';
import { CallFailure } from '../target/hot/failure';

/** An answer of a system that is reached over plain HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface HttpCaller {
  post(path: string, body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer>;
  destroy(): void;
}

/** Kept-alive connections to one address, as many as there are orders in flight. Failures are the runner's CallFailure. */
export const createHttpCaller = (address: string, timeoutMs: number): HttpCaller => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2_000, maxFreeSockets: 2_000 });
  const url = new URL(address);
  return {
    post: (path, body, headers, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new CallFailure('aborted', 'Aborted', 'The run was stopped.'));
        let sent = false;
        const request = http.request(
          {
            agent,
            host: url.hostname,
            port: url.port,
            path,
            method: 'POST',
            signal,
            headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('aborted', () => reject(new CallFailure('broken', 'ECONNRESET', 'the answer was cut off')));
            response.on('end', () => {
              const text = Buffer.concat(chunks).toString();
              try {
                resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as HttpAnswer['body'] });
              } catch {
                reject(
                  new CallFailure('service', 'NotJson', `not JSON: ${text.slice(0, 200)}`, response.statusCode ?? 0),
                );
              }
            });
          },
        );
        // A kept-alive socket never connects again: listeners on it would pile up, and hold every order it ever carried.
        request.on('socket', (socket) => {
          if (socket.connecting) socket.once('connect', () => (sent = true));
        });
        request.on('finish', () => (sent = true));
        request.setTimeout(timeoutMs, () =>
          request.destroy(new CallFailure('timeout', 'TimeoutError', 'no answer in time')),
        );
        request.on('error', (error: NodeJS.ErrnoException) => {
          if (error instanceof CallFailure) return reject(error);
          if (signal.aborted) return reject(new CallFailure('aborted', 'Aborted', 'The run was stopped.'));
          const code = error.code ?? error.name;
          reject(new CallFailure(code === 'ECONNREFUSED' || !sent ? 'refused' : 'broken', code, error.message));
        });
        request.end(body);
      }),
    destroy: () => agent.destroy(),
  };
};
