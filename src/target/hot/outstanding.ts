import type { ClientRequest } from 'node:http';
import { CallFailure } from './failure';

interface Waiting {
  readonly operation: string;
  readonly deadline: number;
  readonly timeoutMs: number;
  /** All requests that listen to the same signal. */
  readonly listening: Set<ClientRequest> | undefined;
}

/** The calls that have no answer yet: one timer, one listener of their ends and one a signal for all of them, instead of three a call. */
export interface Outstanding {
  /** Until the request closes. */
  add(request: ClientRequest, operation: string, timeoutMs: number, signal: AbortSignal | undefined): void;
}

/** Deadlines are looked at a hundred times within the shortest of them, at most ten times a second. */
const sweepMs = (timeoutMs: number) => Math.min(100, Math.max(5, timeoutMs / 100));

export const stopped = () => new CallFailure('aborted', 'Aborted', 'The run was stopped.');

export const createOutstanding = (): Outstanding => {
  const waiting = new Map<ClientRequest, Waiting>();
  const bySignal = new WeakMap<AbortSignal, Set<ClientRequest>>();
  let timer: NodeJS.Timeout | undefined;
  let period = Infinity;

  const sweep = () => {
    const now = performance.now();
    for (const [request, { operation, deadline, timeoutMs }] of waiting)
      if (now >= deadline)
        request.destroy(
          new CallFailure('timeout', 'Timeout', `${operation} had no answer within ${timeoutMs / 1000} s.`),
        );
    if (waiting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    period = Infinity;
  };
  const watch = (timeoutMs: number) => {
    const wanted = sweepMs(timeoutMs);
    if (timer && period <= wanted) return;
    clearInterval(timer);
    period = wanted;
    timer = setInterval(sweep, period);
    timer.unref();
  };
  const listeners = (signal: AbortSignal): Set<ClientRequest> => {
    const known = bySignal.get(signal);
    if (known) return known;
    const requests = new Set<ClientRequest>();
    bySignal.set(signal, requests);
    signal.addEventListener(
      'abort',
      () => {
        for (const request of requests) request.destroy(stopped());
      },
      { once: true },
    );
    return requests;
  };

  function closed(this: ClientRequest): void {
    waiting.get(this)?.listening?.delete(this);
    waiting.delete(this);
  }

  return {
    add: (request, operation, timeoutMs, signal) => {
      const listening = signal && listeners(signal);
      waiting.set(request, { operation, deadline: performance.now() + timeoutMs, timeoutMs, listening });
      watch(timeoutMs);
      listening?.add(request);
      request.on('close', closed);
    },
  };
};
