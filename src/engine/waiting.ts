/** Waiting on the clock, in a way that ends with its path. */
import type { Flow } from './flow';

/** Resolves after `ms` of the clock's time; never, if the path is aborted first. */
export const pause = (flow: Flow, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const cancel = flow.run.host.clock.after(ms, () => {
      flow.waiting = undefined;
      resolve();
    });
    flow.waiting = { cancel };
  });
