import { performance } from 'node:perf_hooks';
import { realClock } from '../engine/clock';
import type { Clock } from '../model/clock';

/** Wall time with fractions of a millisecond, never running backwards: client times are measured on it. */
export const preciseClock = (): Clock => {
  const clock = realClock();
  return { ...clock, now: () => performance.timeOrigin + performance.now() };
};
