/** Gives the event loop its turn: a machine that loops 25,000 times must not stop a server from answering. */
import type { Clock } from '../model/clock';

/** Work between two turns: one per state entered and one per KiB of text, some 3–5 ms of it. */
const allowance = 1500;

let spent = 0;
let resetting = false;

const reset = (): void => {
  spent = 0;
  resetting = false;
};

/** Counts a state with `bytes` characters of input; true when it is time to yield. */
export const isDue = (bytes: number): boolean => {
  spent += 1 + (bytes >> 10);
  return spent > allowance;
};

/** Resolves on the event loop's next turn. A virtual clock is held: something is still runnable. */
export const yieldTurn = (clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    const release = clock.hold();
    if (!resetting) {
      resetting = true;
      setImmediate(reset);
    }
    setImmediate(() => {
      release();
      resolve();
    });
  });
