import type { Clock } from '../model/clock';
import type { Schedule } from './shapes';

/** Where the load stands; the numbers of a live view. */
export interface LoadState {
  inFlight: number;
  started: number;
  dropped: number;
}

export interface LoadContext {
  readonly clock: Clock;
  /** Aborted: no new starts. Those in flight are the caller's. */
  readonly signal: AbortSignal;
  /** False: the cap on cost has been reached, nothing more is started. */
  readonly mayStart: () => boolean;
  /** Runs one execution to its end; must not reject. `intendedAt` is client time. */
  readonly run: (index: number, intendedAt: number) => Promise<void>;
  /** An execution that could not be started since too many were in flight. */
  readonly onDropped: (index: number, intendedAt: number) => void;
  readonly state: LoadState;
}

/** Carries a schedule out and resolves when all it started has ended. Indices count from `firstIndex`. */
export const carryOut = async (schedule: Schedule, firstIndex: number, context: LoadContext): Promise<void> =>
  schedule.model === 'closed' ? closed(schedule, firstIndex, context) : open(schedule, firstIndex, context);

const track = async (context: LoadContext, index: number, intendedAt: number) => {
  context.state.inFlight++;
  context.state.started++;
  try {
    await context.run(index, intendedAt);
  } finally {
    context.state.inFlight--;
  }
};

const closed = async (schedule: Extract<Schedule, { model: 'closed' }>, firstIndex: number, context: LoadContext) => {
  const { clock, signal } = context;
  let next = 0;
  const slot = async () => {
    while (next < schedule.executions && !signal.aborted && context.mayStart()) {
      const index = firstIndex + next++;
      await track(context, index, clock.now());
      if (schedule.thinkMs > 0 && next < schedule.executions)
        await clock.sleep(schedule.thinkMs, signal).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: schedule.concurrency }, slot));
};

const open = async (schedule: Extract<Schedule, { model: 'open' }>, firstIndex: number, context: LoadContext) => {
  const { clock, signal, state } = context;
  const origin = clock.now();
  const pending: Promise<void>[] = [];
  for (let k = 0; k < schedule.startsAt.length; k++) {
    const intendedAt = origin + (schedule.startsAt[k] as number);
    const wait = intendedAt - clock.now();
    if (wait > 0) await clock.sleep(wait, signal).catch(() => undefined);
    if (signal.aborted || !context.mayStart()) break;
    if (state.inFlight >= schedule.maxInFlight) {
      state.dropped++;
      context.onDropped(firstIndex + k, intendedAt);
      continue;
    }
    pending.push(track(context, firstIndex + k, intendedAt));
  }
  await Promise.all(pending);
};
