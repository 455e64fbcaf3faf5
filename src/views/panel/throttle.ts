/**
 * Calls `send` at once and then never before `intervalMs` after it ended; a call in between is made up afterwards, so the
 * last state always arrives and a slow receiver is not overrun. `now` and `later` are the clock, replaced in tests.
 */
export const throttle = (
  send: () => Promise<void> | void,
  intervalMs: number,
  now: () => number = () => performance.now(),
  later: (call: () => void, ms: number) => { cancel(): void } = (call, ms) => {
    const timer = setTimeout(call, ms);
    return { cancel: () => clearTimeout(timer) };
  },
) => {
  let last = -Infinity;
  let state: 'idle' | 'sending' | 'waiting' | 'disposed' = 'idle';
  let isWanted = false;
  let pending: { cancel(): void } | undefined;
  const ended = () => {
    last = now();
    if (state !== 'sending') return;
    state = 'idle';
    if (isWanted) request();
  };
  const fire = () => {
    state = 'sending';
    isWanted = false;
    const sent = send();
    if (sent) void sent.then(ended, ended);
    else ended();
  };
  const request = () => {
    if (state === 'sending') isWanted = true;
    if (state !== 'idle') return;
    const wait = last + intervalMs - now();
    if (wait <= 0) return fire();
    state = 'waiting';
    pending = later(fire, wait);
  };
  return {
    request,
    dispose: () => {
      state = 'disposed';
      pending?.cancel();
    },
  };
};
