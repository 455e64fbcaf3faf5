/**
 * Calls `send` at once and then at most once in `intervalMs`; a call in between is made up at the end of the interval, so
 * the last state always arrives. `now` and `later` are the clock, replaced in tests.
 */
export const throttle = (
  send: () => void,
  intervalMs: number,
  now: () => number = () => performance.now(),
  later: (call: () => void, ms: number) => { cancel(): void } = (call, ms) => {
    const timer = setTimeout(call, ms);
    return { cancel: () => clearTimeout(timer) };
  },
) => {
  let last = -Infinity;
  let pending: { cancel(): void } | undefined;
  const fire = () => {
    pending = undefined;
    last = now();
    send();
  };
  return {
    request: () => {
      if (pending) return;
      const wait = last + intervalMs - now();
      if (wait <= 0) fire();
      else pending = later(fire, wait);
    },
    dispose: () => pending?.cancel(),
  };
};
