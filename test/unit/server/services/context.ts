/** A server's context without a server: a clock that jumps, ids that count. */
import { virtualClock } from '../../../../src/engine/clock';
import type { ServerContext, ServiceRequest } from '../../../../src/server/contract';

export interface FakeContext extends ServerContext {
  readonly logged: string[];
}

export function fakeContext(): FakeContext {
  let ids = 0;
  const logged: string[] = [];
  return {
    clock: virtualClock(Date.UTC(2026, 10, 24)),
    region: 'us-east-1',
    accountId: '111111111111',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    endpoint: () => 'http://127.0.0.1:4566',
    uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    random: () => 0.5,
    log: (message) => logged.push(message),
    logged,
  };
}

export const request = (part: Partial<ServiceRequest> & { readonly text?: string }): ServiceRequest => ({
  service: 'x',
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.from(part.text ?? ''),
  requestId: 'request-1',
  ...part,
});

/** Draws of the list, over and over. */
export const draws = (...values: number[]): (() => number) => {
  let at = 0;
  return () => values[at++ % values.length] ?? 0;
};
