import type { Clock } from '../model/clock';
import { isWorkflowType } from '../model/system';
import type { SampleFile } from '../store/samples';
import type { Sample } from '../stats';
import type { Outcome } from './execution';
import type { Inputs } from './inputs';
import type { Lane } from './lane';
import { carryOut, type LoadState } from './load';
import { endedLine, executionNameOf, notStartedLine, startedLine } from './sampleLine';
import { shuffle } from './random';
import { blocksOf, scheduleOf, type BaseLoad, type Schedule } from './shapes';
import type { SaturationMonitor } from './saturation';

export interface LoadingContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly inputs: Inputs;
  /** Aborted by a stop: no new starts. */
  readonly signal: AbortSignal;
  readonly mayStart: () => boolean;
  readonly monitor: SaturationMonitor;
  /** The service runs on this machine too: what its calls wait for is this machine. */
  readonly sharesMachine: boolean;
  /** Lines not on disk yet; the pump flushes them. */
  readonly lines: string[];
  /** Told once the target has answered to nothing for `goneAfter` starts in a row. */
  readonly onGone?: (why: string) => void;
}

/** So many starts in a row that reached nobody, each after its retries, are no bad moment of a service: it is gone. */
const goneAfter = 10;
/** Starts in a row that reached nobody, of each load that is carried out. */
const unreached = new WeakMap<LoadingContext, number>();

/** One stretch of load of one arm. */
export interface Block {
  readonly lane: Lane;
  readonly load: BaseLoad;
}

/**
 * The order of the blocks. Systems under the same load take turns, block by block, the order within
 * each round drawn by the seed, so that drift of the service or the machine falls on all alike. `whole`: each load is one block.
 */
export const orderBlocks = (
  steps: readonly (readonly Lane[])[],
  random: () => number,
  whole = false,
): readonly Block[] =>
  steps.flatMap((lanes) => {
    const [first, second, third] = lanes;
    if (!first) return [];
    if (!second) return [{ lane: first, load: first.load }];
    return (whole ? [first.load] : blocksOf(first.load)).flatMap((load) => {
      const round = lanes.map((lane) => ({ lane, load }));
      if (third) return shuffle(round, random);
      return random() < 0.5 ? round : round.reverse();
    });
  });

/** Runs a block to its end and adds each execution to its arm. */
export const runBlock = async (block: Block, context: LoadingContext): Promise<void> => {
  const { lane } = block;
  const schedule = scheduleOf(block.load);
  const atOnce = schedule.model === 'closed' ? schedule.concurrency : startsAtOnce(schedule);
  if (atOnce > 1) await lane.system.warm?.(atOnce);
  const origin = context.clock.now();
  const offset = lane.activeMs;
  const firstIndex = lane.nextIndex;
  lane.nextIndex += schedule.model === 'closed' ? schedule.executions : schedule.startsAt.length;
  const turn = { from: origin, to: Infinity };
  lane.turns.push(turn);
  await load(lane, schedule, firstIndex, false, (at) => offset + at - origin, context);
  turn.to = context.clock.now();
  lane.activeMs = offset + turn.to - origin;
};

/** How many of an open load start within its first moment. */
const startsAtOnce = (schedule: Extract<Schedule, { model: 'open' }>): number =>
  Math.min(
    schedule.maxInFlight,
    schedule.startsAt.findIndex((at) => at > firstMomentMs) >>> 0,
    schedule.startsAt.length,
  );
const firstMomentMs = 50;

/** Executions that are kept and shown apart. Only so many at once as the load itself has. */
export const warmUp = async (lane: Lane, executions: number, context: LoadingContext): Promise<void> => {
  if (executions === 0) return;
  const concurrency = lane.load.kind === 'iterations' ? lane.load.concurrency : executions;
  const origin = context.clock.now();
  const firstIndex = lane.nextWarmup;
  lane.nextWarmup += executions;
  await load(
    lane,
    { model: 'closed', executions, concurrency: Math.min(executions, concurrency), thinkMs: 0 },
    firstIndex,
    true,
    (at) => at - origin,
    context,
  );
};

const load = async (
  lane: Lane,
  schedule: Schedule,
  firstIndex: number,
  warmup: boolean,
  atMs: (client: number) => number,
  context: LoadingContext,
): Promise<void> => {
  const state: LoadState = { inFlight: 0, started: 0, dropped: 0 };
  const fill = (index: number) =>
    context.inputs.text({
      index,
      random: context.random,
      ...(lane.payloadBytes !== undefined ? { payloadBytes: lane.payloadBytes } : {}),
    });
  // A burst wants all its starts in a moment: its inputs are written before it.
  const prepared =
    schedule.model === 'open' && schedule.startsAt.at(-1) === 0
      ? schedule.startsAt.map((_, k) => fill(firstIndex + k))
      : undefined;
  await carryOut(schedule, firstIndex, {
    clock: context.clock,
    signal: context.signal,
    mayStart: context.mayStart,
    state,
    onDropped: () => {
      if (!warmup) lane.arm.count('dropped');
    },
    run: async (index, intendedAt) => {
      const name = executionNameOf(lane.namePrefix, index, warmup);
      const input = prepared?.[index - firstIndex] ?? fill(index);
      context.lines.push(startedLine(lane.number, index, warmup, atMs(intendedAt)));
      const flight = { index, warmup, intendedAt };
      lane.inFlight.set(name, flight);
      const outcome = await lane.system
        .start(name, input, intendedAt, (executionArn) => Object.assign(flight, { executionArn }))
        .finally(() => lane.inFlight.delete(name));
      record(lane, index, name, warmup, atMs(intendedAt), outcome, context);
    },
  });
};

/**
 * Whether this start left so late through no fault of the service that the client's own delay shows in the latency: more
 * than 10 ms and more than a twentieth of it.
 */
const isLate = (outcome: Outcome, latencyMs: number): boolean =>
  outcome.kind === 'ended' &&
  outcome.throttles + outcome.failures === 0 &&
  outcome.lateMs > Math.max(10, latencyMs / 20);

/**
 * Whether the call of this start was held up on this machine, on which the service runs too: round trip less service time
 * (two durations, each of one clock) of more than 10 ms and a twentieth of the latency. On loopback a call that nothing
 * holds up takes 1 to 3 ms. With a service elsewhere it may be the network or the service, so nothing is said of it, nor of
 * systems whose service time is the round trip itself or that begin with a call that is simulated to take its time.
 */
const isHeldUp = (type: Lane['type'], outcome: Outcome, latencyMs: number, context: LoadingContext): boolean =>
  context.sharesMachine &&
  isWorkflowType(type) &&
  outcome.kind === 'ended' &&
  outcome.roundTripMs - (type === 'EXPRESS' ? outcome.serviceMs : 0) > Math.max(10, latencyMs / 20);

/** An outcome becomes a sample of its arm and a line on disk; every started execution becomes exactly one. */
const record = (
  lane: Lane,
  index: number,
  name: string,
  warmup: boolean,
  atMs: number,
  outcome: Outcome,
  context: LoadingContext,
): void => {
  if (outcome.kind === 'notStarted') {
    context.lines.push(notStartedLine(lane.number, index, warmup));
    if (warmup) return;
    const why = outcome.failure.kind === 'aborted' ? 'stopped' : outcome.failure.message;
    lane.tally.notStarted.set(why, (lane.tally.notStarted.get(why) ?? 0) + 1);
    lane.arm.count('dropped');
    const inARow = outcome.failure.kind === 'refused' ? (unreached.get(context) ?? 0) + 1 : 0;
    unreached.set(context, inARow);
    if (inARow === goneAfter) context.onGone?.(why);
    lane.arm.count('throttled', outcome.throttles);
    return;
  }
  unreached.delete(context);
  lane.tally.throttles += outcome.throttles;
  lane.tally.failures += outcome.failures;
  const latencyMs = outcome.kind === 'ended' ? outcome.lateMs + outcome.serviceMs : outcome.afterMs;
  const saturated =
    context.monitor.saturated || isLate(outcome, latencyMs) || isHeldUp(lane.type, outcome, latencyMs, context);
  if (saturated && !warmup) lane.tally.saturated++;
  const sample: Sample = {
    name,
    atMs,
    // Two durations, each of one clock, added; two clocks are never subtracted.
    latencyMs,
    status: outcome.kind === 'ended' ? outcome.status : 'unknown',
    startMs: outcome.roundTripMs,
    ...(outcome.kind === 'ended' ? { serviceMs: outcome.serviceMs, payloadBytes: outcome.payloadBytes } : {}),
    ...(outcome.kind === 'ended' && outcome.error !== undefined ? { error: outcome.error } : {}),
    ...(outcome.kind === 'ended' && outcome.billed ? { billed: outcome.billed } : {}),
    ...(warmup ? { warmup } : {}),
    ...(saturated ? { saturated } : {}),
    ...(context.signal.aborted && outcome.kind === 'ended' && outcome.status === 'aborted' ? { cut: true } : {}),
    ...(outcome.throttles > 0 ? { throttles: outcome.throttles } : {}),
  };
  const sampleIndex = lane.arm.add(sample);
  context.lines.push(endedLine(lane.number, index, sample, outcome.kind === 'ended' ? outcome.startedAt : 0));
  if (outcome.kind === 'unknown') {
    lane.tally.unknownWhy = outcome.why;
    if (!warmup) lane.unknown.push(name);
  } else if (!warmup) {
    lane.unread.push({
      executionArn: outcome.executionArn,
      sampleIndex,
      status: outcome.status,
      latencyMs: sample.latencyMs,
      startedAt: outcome.startedAt,
    });
  }
};

/** Writes what is not on disk yet. */
export const flushLines = (lines: string[], file: SampleFile | undefined): void => {
  if (lines.length === 0) return;
  file?.append(lines);
  lines.length = 0;
};
