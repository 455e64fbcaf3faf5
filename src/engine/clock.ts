/** The three clocks of the engine and the runner. Nothing else in engine/ or run/ may ask what time it is. */
import type { Clock, ClockKind } from '../model/clock';
import { TimerHeap, type Timer } from './timers';

/* This file is where wall time enters; everywhere else lint forbids it. */
/* eslint-disable no-restricted-properties, no-restricted-globals */

/** Longest delay setTimeout takes (2³¹ − 1 ms, about 24.8 days); longer ones are chained. */
const longestTimeout = 2_147_483_647;

const timeout = (ms: number, callback: () => void): (() => void) => {
  if (ms <= 0) {
    const handle = setImmediate(callback);
    return () => clearImmediate(handle);
  }
  if (ms <= longestTimeout) {
    const handle = setTimeout(callback, ms);
    return () => clearTimeout(handle);
  }
  let cancel = timeout(longestTimeout, () => {
    cancel = timeout(ms - longestTimeout, callback);
  });
  return () => cancel();
};

/** Resolves after `ms` of the clock's time; rejects with the signal's reason if aborted first. */
const sleepOn = (clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const reason = (): Error => (signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal?.aborted) return reject(reason());
    const onAbort = (): void => {
      cancel();
      reject(reason());
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });

const nothing = (): void => undefined;
const noHold = (): (() => void) => nothing;

/** Wall time. */
export const realClock = (): Clock => {
  const clock: Clock = {
    now: () => Date.now(),
    after: timeout,
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    hold: noHold,
  };
  return clock;
};

/** Wall time run `factor` times as fast: `scaledClock(10)` lets a 10 s Wait take one second. Timestamps are scaled from the start on. */
export const scaledClock = (factor: number): Clock => {
  if (!(factor > 0) || !Number.isFinite(factor))
    throw new RangeError(`A clock's factor must be positive, not ${factor}.`);
  const start = Date.now();
  const clock: Clock = {
    now: () => start + (Date.now() - start) * factor,
    after: (ms, callback) => timeout(ms / factor, callback),
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    hold: noHold,
  };
  return clock;
};

/**
 * Time that stands still while anything is runnable or held, and then jumps to the next timer: an hour's Wait takes no
 * time and its timestamps still say an hour. Timers due at the same instant fire in the order they were set, all of them
 * before time moves on. Starts at `start` (epoch ms; the wall's time unless told).
 */
export const virtualClock = (start: number = Date.now()): Clock => {
  let now = start;
  let holds = 0;
  let scheduled = false;
  const timers = new TimerHeap();

  const idle = (): void => {
    scheduled = false;
    if (holds > 0) return;
    const first = timers.peek();
    if (!first) return;
    now = Math.max(now, first.at);
    const due: Timer[] = [];
    for (let next = timers.peek(); next && next.at <= now; next = timers.peek()) due.push(timers.pop()!);
    // All that are due fire before anything they set off runs on (it runs as microtasks or at a later turn).
    for (const timer of due) if (!timer.cancelled) timer.callback();
    look();
  };
  /** setImmediate comes after all microtasks, so nothing that was runnable is overtaken. */
  const look = (): void => {
    if (scheduled || holds > 0 || timers.peek() === undefined) return;
    scheduled = true;
    setImmediate(idle);
  };
  const clock: Clock = {
    now: () => now,
    after: (ms, callback) => {
      const timer = timers.push(now + Math.max(0, ms), callback);
      look();
      return () => timers.cancel(timer);
    },
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    hold: () => {
      holds++;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holds--;
        look();
      };
    },
  };
  return clock;
};

export const createClock = (kind: ClockKind): Clock =>
  kind === 'real' ? realClock() : kind === 'virtual' ? virtualClock() : scaledClock(kind.scale);
