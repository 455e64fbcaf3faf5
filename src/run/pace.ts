import type { Clock } from '../model/clock';
import type { Bucket } from '../plan/quotas';

/** A token bucket of ours beside the service's own, so that we do not run into it. Nine tenths of the refill are used. */
export interface Pacer {
  /** Resolves when one more call may be made; calls are let through in the order they asked. */
  take(signal?: AbortSignal): Promise<void>;
  /** Takes one if there is one now and at least `reserve` are left then. */
  tryTake(reserve?: number): boolean;
  /** The service threw one back all the same: others use the same account. Empties the bucket. */
  drain(): void;
}

const share = 0.9;

export const createPacer = ({ bucket, refill }: Bucket, clock: Clock): Pacer => {
  if (!Number.isFinite(bucket) || !Number.isFinite(refill))
    return { take: () => Promise.resolve(), tryTake: () => true, drain: () => undefined };
  let tokens = bucket;
  let at = clock.now();
  const rate = refill * share;
  const fill = () => {
    const now = clock.now();
    tokens = Math.min(bucket, tokens + ((now - at) / 1000) * rate);
    at = now;
  };
  return {
    tryTake: (reserve = 0) => {
      fill();
      if (tokens < 1 + reserve) return false;
      tokens -= 1;
      return true;
    },
    take: async (signal) => {
      fill();
      // Going into debt keeps the order: each later caller waits for its own token.
      tokens -= 1;
      if (tokens >= 0) return;
      await clock.sleep((-tokens / rate) * 1000, signal);
    },
    drain: () => {
      fill();
      tokens = Math.min(tokens, 0);
    },
  };
};
