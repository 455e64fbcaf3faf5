/** Memory and time of an Express execution as they are billed (aws.amazon.com/step-functions/pricing). */

const mb = 1024 * 1024;

/** Milliseconds rounded up to the next 100; the least is 100. RangeError below 0. */
export const billedDurationMs = (ms: number): number => {
  if (!(ms >= 0)) throw new RangeError(`A duration must be a number from 0, not ${ms}.`);
  return Math.max(100, Math.ceil(ms / 100) * 100);
};

/** MB rounded up to the next 64; the least is 64. */
export const billedMemoryMb = (usedMb: number): number => Math.max(64, Math.ceil(usedMb / 64) * 64);

/**
 * The pricing page's estimate of memory used, MB: 50 MB + the definition + the payload × the number of Map and Parallel
 * steps. All three in bytes, steps as a count; KB and MB in powers of 1,024, as the page reckons within its own rounding.
 */
export const estimatedMemoryMb = (definitionBytes: number, payloadBytes: number, steps: number): number =>
  50 + definitionBytes / mb + (payloadBytes / mb) * steps;

/** GB-seconds of one execution, billed figures in. */
export const gbSeconds = (durationMs: number, memoryMb: number): number => (durationMs / 1000) * (memoryMb / 1024);
