import type { Lane } from './lane';
import { orderBlocks, warmUp, type Block, type LoadingContext } from './loading';

export interface StepsOptions {
  /** Executions of each arm before its measured ones. */
  readonly warmup: number;
  /** Each load is one block. */
  readonly whole: boolean;
  readonly onPhase: (phase: 'warmingUp' | 'loading') => void;
  readonly run: (block: Block) => Promise<void>;
}

/** Between two steps the client has at least so long to itself, and at most so long to come to rest, ms. */
const restMs = 500;
const mostRestMs = 5_000;

/**
 * The steps of a load one after the other, each settled before the next: all of it has ended, and what the client was busy with no
 * longer shows. Each step is warmed up by itself, since one with more in flight needs more environments than the last one left;
 * then its blocks come in their drawn order. Ends early on a stop, or when nothing more may be started.
 */
export const runSteps = async (
  steps: readonly (readonly Lane[])[],
  context: LoadingContext,
  { warmup, whole, onPhase, run }: StepsOptions,
): Promise<void> => {
  const over = () => context.signal.aborted || !context.mayStart();
  for (const [number, lanes] of steps.entries()) {
    if (number > 0) await settle(context);
    if (warmup > 0) {
      onPhase('warmingUp');
      for (const lane of lanes) if (!over()) await warmUp(lane, warmup, context);
    }
    onPhase('loading');
    for (const block of orderBlocks([lanes], context.random, whole)) {
      if (over()) return;
      await run(block);
    }
  }
};

const settle = async ({ clock, signal, monitor }: LoadingContext): Promise<void> => {
  const from = clock.now();
  do await clock.sleep(restMs, signal).catch(() => undefined);
  while (!signal.aborted && monitor.saturated && clock.now() - from < mostRestMs);
};
