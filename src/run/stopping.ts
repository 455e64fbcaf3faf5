import { setMaxListeners } from 'node:events';
import type { Clock } from '../model/clock';
import { messageOf } from '../model/errors';
import type { Lane } from './lane';

/** How long after a stop the calls that are out may still answer, and when the whole load has to be over, ms. */
const graceMs = 300;
const endMs = 550;
const parallel = 64;

/** The two moments of a stop: nothing new from the first on, everything given up at the second. */
export interface StopSwitch {
  /** No new starts, no call made again. */
  readonly stop: AbortSignal;
  /** Calls that are out are given up. */
  readonly calls: AbortSignal;
  readonly reason: string;
  readonly throw: (reason: string) => void;
  /** Once there are executions to stop. */
  arm(lanes: readonly Lane[]): void;
  dispose(): void;
}

/**
 * Turns a person's stop (or a server that died) into an orderly end within a second: no new starts at once; executions in
 * flight are stopped; calls that are out get 300 ms to answer; at 550 ms what is still waited for is asked about a last time, and then given
 * up as unknown.
 */
export const createStopSwitch = (outside: AbortSignal, clock: Clock): StopSwitch => {
  const stop = new AbortController();
  const calls = new AbortController();
  // Every call in flight listens; a thousand of them are no leak.
  setMaxListeners(0, stop.signal, calls.signal);
  const cancels: (() => void)[] = [];
  let reason = '';
  let lanes: readonly Lane[] | undefined;
  const begin = () => {
    const loaded = lanes;
    if (!loaded) return calls.abort(new Error('stopped'));
    void stopInFlight(loaded, calls.signal);
    cancels.push(
      clock.after(graceMs, () => {
        void stopInFlight(loaded, undefined);
        calls.abort(new Error('stopped'));
      }),
      clock.after(endMs, () => {
        for (const lane of loaded) lane.system.stop('the run was stopped');
      }),
    );
  };
  const pull = (why: string) => {
    if (stop.signal.aborted) return;
    reason = why;
    stop.abort(new Error(why));
    begin();
  };
  const onOutside = () => pull(typeof outside.reason === 'string' ? outside.reason : messageOf(outside.reason));
  if (outside.aborted) onOutside();
  else outside.addEventListener('abort', onOutside, { once: true });
  return {
    stop: stop.signal,
    calls: calls.signal,
    get reason() {
      return reason;
    },
    throw: pull,
    arm: (all) => {
      lanes = all;
    },
    dispose: () => {
      outside.removeEventListener('abort', onOutside);
      for (const cancel of cancels) cancel();
    },
  };
};

/**
 * Stops every execution in flight of systems that can (AWS gives 1,000 stops of Standard executions at once in its large
 * regions); Express ones cannot be stopped and end by themselves within five minutes. Failures are left to the system, which
 * then says unknown.
 */
export const stopInFlight = async (lanes: readonly Lane[], signal: AbortSignal | undefined): Promise<void> => {
  const todo = lanes.flatMap((lane) =>
    lane.system.abort
      ? [...lane.inFlight.values()].flatMap(({ executionArn }) => (executionArn ? [{ lane, executionArn }] : []))
      : [],
  );
  const worker = async () => {
    for (let next = todo.pop(); next; next = todo.pop()) {
      const { lane, executionArn } = next;
      await lane.system.abort?.(executionArn, signal).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, todo.length) }, worker));
};
