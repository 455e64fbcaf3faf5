import type { Clock } from '../model/clock';
import type { Door } from '../target/door';
import { addNote, type RunState } from './document';
import type { Prepared } from './prepare';
import { money } from '../plan/forecast';

const everyMs = 250;

/**
 * Answers whether more may be started: false from the moment on that the measured cost of all arms, as far as it is known,
 * reaches the cap. Looked at four times a second.
 */
export const watchCost = (state: RunState, maxCost: number, clock: Clock): (() => boolean) => {
  let reached = false;
  let lookedAt = -Infinity;
  return () => {
    if (reached || clock.now() - lookedAt < everyMs) return !reached;
    lookedAt = clock.now();
    const total = state.lanes.reduce((sum, lane) => sum + (lane.arm.snapshot({ maxPoints: 0 }).cost?.total ?? 0), 0);
    if (total >= maxCost && maxCost > 0 && state.lanes.some((lane) => lane.arm.finished > 0)) {
      reached = true;
      addNote(state, 'costCap', `No more was started after ${money(total)}: the cap is ${money(maxCost)}.`);
    }
    return !reached;
  };
};

/** What is worked out once at the end: comparison, thresholds, cold starts. */
export const finishFigures = async (
  _state: RunState,
  _door: Door,
  _prepared: Prepared,
  _clock: Clock,
): Promise<void> => {
  await Promise.resolve();
};
