/** Retry: which retrier takes a failure, and how long it waits. */
import { matchesError } from './failures';
import type { Retrier } from './nodes';
import type { Failure } from './outcome';

/** How often each retrier of one visit was used, by place. */
export type RetryCounts = number[];

/**
 * Milliseconds to wait before the next attempt, or undefined where there is none. The first retrier that matches decides;
 * each counts for itself. `random` in [0, 1) is drawn where JitterStrategy is FULL.
 */
export const retryDelay = (
  retriers: readonly Retrier[],
  counts: RetryCounts,
  failed: Failure,
  random: () => number,
): number | undefined => {
  for (const [place, retrier] of retriers.entries()) {
    if (!matchesError(retrier.errors, failed)) continue;
    const used = counts[place] ?? 0;
    if (used >= retrier.maxAttempts) return undefined;
    counts[place] = used + 1;
    const seconds = Math.min(retrier.interval * retrier.backoffRate ** used, retrier.maxDelay);
    return 1000 * (retrier.jitter ? seconds * random() : seconds);
  }
  return undefined;
};
