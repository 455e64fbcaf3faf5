import type { Clock } from '../model/clock';
import type { Target } from '../model/plan';
import type { HotCalls } from '../target/hot/calls';
import { CallFailure } from '../target/hot/failure';

/** Whether the target answers. Once it is gone it stays so, for this run. */
export interface Reach {
  readonly gone: boolean;
  /** The same calls; what becomes of them is noted. */
  watch(hot: HotCalls): HotCalls;
  /** It is gone by other signs. Told once. */
  lose(why: string): void;
  /** The one listener; called at once where it is gone already. */
  onGone(listener: (why: string) => void): void;
  dispose(): void;
}

/** So many refused calls, and for so long not one that was answered, are no bad moment of a service. */
const leastRefused = 3;
/** A connection that breaks may be a proxy's bad moment: more of them, for longer. */
const leastBroken = 5;
const brokenPatience = 3;
const earlyMs = 5;

/** ms: an emulator is restarted in less or not at all; a network between here and AWS may be away for longer. */
const patienceMs = ({ kind }: Target): number => (kind === 'aws' ? 20_000 : 3_000);

/**
 * Watches all calls of a run, whoever makes them: each waits for its own retries and its own patience (20 s for the end of an
 * execution), and to add those up would leave a person before a dead target for half a minute.
 */
export const createReach = (target: Target, clock: Clock): Reach => {
  const patience = patienceMs(target);
  let reason: string | undefined;
  let told: ((why: string) => void) | undefined;
  /** Since the last answer. */
  let silence: { readonly from: number; refused: number; broken: number; why: string } | undefined;
  let cancel: () => void = () => undefined;

  const lose = (why: string) => {
    if (reason !== undefined) return;
    reason = why;
    cancel();
    told?.(why);
  };
  const look = () => {
    if (!silence) return;
    const { from, refused, broken, why } = silence;
    // A timer may come a little early.
    const lasted = clock.now() - from + earlyMs;
    if (refused >= leastRefused && lasted >= patience) return lose(why);
    if (refused + broken >= leastBroken && lasted >= patience * brokenPatience) return lose(why);
    cancel = clock.after(patience, look);
  };
  const answered = () => {
    if (!silence) return;
    silence = undefined;
    cancel();
  };
  const failed = ({ kind, message }: CallFailure) => {
    if (kind === 'service') return answered();
    if ((kind !== 'refused' && kind !== 'broken') || reason !== undefined) return;
    if (!silence) {
      silence = { from: clock.now(), refused: 0, broken: 0, why: message };
      cancel = clock.after(patience, look);
    }
    silence[kind]++;
    // What is refused says more than what was cut off.
    if (kind === 'refused' || silence.refused === 0) silence.why = message;
  };
  // Two functions for all calls: a thousand in flight hold on to nothing of their own here.
  const passOn = <T>(value: T): T => {
    answered();
    return value;
  };
  const throwOn = (error: unknown): never => {
    if (error instanceof CallFailure) failed(error);
    throw error;
  };
  const noted =
    <A extends unknown[], T>(call: (...given: A) => Promise<T>) =>
    (...given: A): Promise<T> =>
      call(...given).then(passOn<T>, throwOn);

  return {
    get gone() {
      return reason !== undefined;
    },
    watch: (hot) => ({
      startExecution: noted((...given) => hot.startExecution(...given)),
      startSyncExecution: noted((...given) => hot.startSyncExecution(...given)),
      describeExecution: noted((...given) => hot.describeExecution(...given)),
      listExecutions: noted((...given) => hot.listExecutions(...given)),
      getExecutionHistory: noted((...given) => hot.getExecutionHistory(...given)),
      filterLogEvents: noted((...given) => hot.filterLogEvents(...given)),
      stopExecution: noted((...given) => hot.stopExecution(...given)),
      warm: (count, synchronous) => hot.warm(count, synchronous),
      destroy: () => hot.destroy(),
    }),
    lose,
    onGone: (listener) => {
      told = listener;
      if (reason !== undefined) listener(reason);
    },
    dispose: () => cancel(),
  };
};
