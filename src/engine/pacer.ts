/** Gives the event loop its turn: a machine that loops 25,000 times must not stop a server from answering. */
import type { Clock } from '../model/clock';

/** Work between two turns: one per state entered and one per KiB of text, some 3–5 ms of it. */
const allowance = 1500;

/** One per execution, shared with its children, so that the same execution yields at the same places each time. */
export class Pacer {
  #spent = 0;
  #resetting = false;

  /** Counts a state with `length` characters of input; true when it is time to yield. */
  isDue(length: number): boolean {
    this.#spent += 1 + (length >> 10);
    return this.#spent > allowance;
  }

  /** Resolves on the event loop's next turn. A virtual clock is held: something is still runnable. */
  nextTurn(clock: Clock): Promise<void> {
    return new Promise((resolve) => {
      const release = clock.hold();
      if (!this.#resetting) {
        this.#resetting = true;
        setImmediate(() => {
          this.#spent = 0;
          this.#resetting = false;
        });
      }
      setImmediate(() => {
        release();
        resolve();
      });
    });
  }
}
