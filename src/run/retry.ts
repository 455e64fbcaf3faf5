import type { Clock } from '../model/clock';
import { CallFailure } from '../target/hot/failure';

export interface RetryRules {
  /** Tries of a call that is throttled; each is counted. */
  readonly throttledAttempts: number;
  /** Tries of a call that fails otherwise. */
  readonly failedAttempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

export const defaultRules: RetryRules = { throttledAttempts: 40, failedAttempts: 7, baseMs: 50, capMs: 5_000 };

/** How often a call had to be made, and why. */
export interface Tries {
  throttles: number;
  failures: number;
  /** A try whose outcome is not known: the service may have done it. */
  ambiguous: number;
  last?: CallFailure;
}

export type Tried<T> =
  | { readonly ok: true; readonly value: T; readonly tries: Tries }
  /** Given up: `last` says why, `ambiguous` whether it may have happened all the same. */
  | { readonly ok: false; readonly tries: Tries; readonly last: CallFailure };

export interface RetryContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly rules?: RetryRules;
}

/** Wait before try n (from 1): uniform up to base · 2ⁿ, capped ("full jitter", AWS Architecture Blog). */
export const jitter = (attempt: number, random: () => number, rules: RetryRules): number =>
  random() * Math.min(rules.capMs, rules.baseMs * 2 ** Math.min(attempt, 20));

/**
 * Makes a call until it answers, is refused for good, or its tries are used up. `call` is told which try it is, from 0.
 * Anything but a CallFailure is a bug and is thrown.
 */
export const withRetries = async <T>(
  call: (attempt: number, tries: Tries) => Promise<T>,
  context: RetryContext,
): Promise<Tried<T>> => {
  const rules = context.rules ?? defaultRules;
  const tries: Tries = { throttles: 0, failures: 0, ambiguous: 0 };
  for (let attempt = 0; ; attempt++) {
    try {
      return { ok: true, value: await call(attempt, tries), tries };
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      tries.last = error;
      if (error.ambiguous) tries.ambiguous++;
      if (error.throttled) tries.throttles++;
      else if (error.kind !== 'aborted') tries.failures++;
      const left = error.throttled ? tries.throttles < rules.throttledAttempts : tries.failures < rules.failedAttempts;
      if (!error.retryable || !left || context.signal.aborted) return { ok: false, tries, last: error };
      try {
        await context.clock.sleep(jitter(attempt, context.random, rules), context.signal);
      } catch {
        return { ok: false, tries, last: error };
      }
    }
  }
};
