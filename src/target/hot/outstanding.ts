import type { ClientRequest } from 'node:http';
import { CallFailure } from './failure';

interface Waiting {
  readonly request: ClientRequest;
  readonly operation: string;
  readonly deadline: number;
  readonly timeoutMs: number;
}

/** The calls that have no answer yet: one timer and one listener a signal for all of them, instead of two a call. */
export interface Outstanding {
  /** Answers what to call when the call is over. */
  add(request: ClientRequest, operation: string, timeoutMs: number, signal: AbortSignal | undefined): () => void;
}

/** Deadlines are looked at a hundred times within the shortest of them, at most ten times a second. */
const sweepMs = (timeoutMs: number) => Math.min(100, Math.max(5, timeoutMs / 100));

export const stopped = () => new CallFailure('aborted', 'Aborted', 'The run was stopped.');

export const createOutstanding = (): Outstanding => {
  const waiting = new Set<Waiting>();
  const bySignal = new WeakMap<AbortSignal, Set<ClientRequest>>();
  let timer: NodeJS.Timeout | undefined;
  let period = Infinity;

  const sweep = () => {
    const now = performance.now();
    for (const { request, operation, deadline, timeoutMs } of waiting)
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

  return {
    add: (request, operation, timeoutMs, signal) => {
      const each: Waiting = { request, operation, deadline: performance.now() + timeoutMs, timeoutMs };
      waiting.add(each);
      watch(timeoutMs);
      const requests = signal && listeners(signal);
      requests?.add(request);
      return () => {
        waiting.delete(each);
        requests?.delete(request);
      };
    },
  };
};
