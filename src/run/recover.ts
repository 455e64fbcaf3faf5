import { costStates, createArmPricer, priceTable } from '../cost';
import type { Clock } from '../model/clock';
import { messageOf } from '../model/errors';
import type { RunDocument } from '../model/run';
import { systemOfType } from '../model/system';
import { regionQuotas } from '../plan/quotas';
import { createArm, type ArmBuilder } from '../stats';
import { readSampleLines } from '../store/samples';
import type { RunStore } from '../store/runs';
import type { Door } from '../target/door';
import { executionArnOf } from './execution';
import { createPacer } from './pace';
import { executionNameOf, parseLine, type ArmHead, type SampleHead, type SampleLine } from './sampleLine';
import { withRetries } from './retry';

/** A run whose process died: what is on disk of it. */
export interface Interrupted {
  readonly document: RunDocument;
  readonly head: SampleHead | undefined;
  readonly lines: readonly SampleLine[];
  /** Started, end not on disk. */
  readonly outstanding: readonly {
    readonly arm: number;
    readonly index: number;
    readonly warmup: boolean;
    readonly atMs: number;
  }[];
}

/** What to do with the executions that were in flight: ask how they ended, stop them, or leave them unknown. */
export type Completing =
  | { readonly kind: 'collect'; readonly door: Door }
  | { readonly kind: 'stop'; readonly door: Door }
  | { readonly kind: 'asIs' };

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const readLines = async (store: RunStore, id: string): Promise<readonly SampleLine[]> => {
  const lines: SampleLine[] = [];
  let head: SampleHead | undefined;
  for (const value of await readSampleLines(store.samplesFile(id))) {
    const line = parseLine(value, head);
    if (!line) continue;
    if (line.kind === 'head') head = line.head;
    lines.push(line);
  }
  return lines;
};

/** Runs of this folder that say they are running but whose process is gone. `ownRuns` are those of this process. */
export const findInterrupted = async (
  store: RunStore,
  ownRuns: ReadonlySet<string> = new Set(),
): Promise<readonly Interrupted[]> => {
  const found: Interrupted[] = [];
  for (const { id, status } of (await store.list()).runs) {
    if (status !== 'running' || ownRuns.has(id)) continue;
    const read = await store.read(id);
    if (!read.ok) continue;
    const lines = await readLines(store, id);
    const first = lines.find((line) => line.kind === 'head');
    const head = first?.kind === 'head' ? first.head : undefined;
    // Another process of this machine is at it. A run in this process's own worker has the same pid and is in `ownRuns`.
    if (head && head.pid !== process.pid && isAlive(head.pid)) continue;
    found.push({ document: read.document, head, lines, outstanding: outstandingOf(lines) });
  }
  return found;
};

const outstandingOf = (lines: readonly SampleLine[]): Interrupted['outstanding'] => {
  const open = new Map<string, Interrupted['outstanding'][number]>();
  for (const line of lines) {
    if (line.kind === 'head') continue;
    const warmup = line.kind === 'ended' ? line.sample.warmup === true : line.warmup;
    const key = `${line.arm}/${line.index}/${String(warmup)}`;
    if (line.kind === 'started') open.set(key, { arm: line.arm, index: line.index, warmup, atMs: line.atMs });
    else open.delete(key);
  }
  return [...open.values()];
};

/**
 * Completes an interrupted run: every sample that is on disk, the outstanding executions as far as the service can still
 * tell, the rest unknown and named. Saves and answers the document, whose status says that it was interrupted.
 */
export const recoverRun = async (
  interrupted: Interrupted,
  completing: Completing,
  store: RunStore,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Promise<RunDocument> => {
  const { document, head, lines, outstanding } = interrupted;
  const price = createArmPricer(
    { states: costStates({}), definitionBytes: document.workflow.definitionBytes, functions: {} },
    {
      table: priceTable(),
      region: document.target.region,
      ...(document.target.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }),
    },
  );
  const arms = (head?.arms ?? []).map(({ type, load }) =>
    createArm({
      type,
      system: systemOfType[type],
      load,
      states: document.workflow.states,
      price,
    }),
  );
  for (const line of lines) if (line.kind === 'ended') arms[line.arm]?.add(line.sample);
  const unknown: string[] = [];
  const pacer = createPacer(regionQuotas(document.target.region).describeExecution, clock);
  for (const each of outstanding) {
    const arm = arms[each.arm];
    const armHead = head?.arms[each.arm];
    if (!arm || !armHead) continue;
    const name = executionNameOf(armHead.namePrefix, each.index, each.warmup);
    const learnt =
      completing.kind !== 'asIs' && armHead.type === 'STANDARD'
        ? await learn(completing, armHead, name, arm, each, async () => pacer.take(), { clock, random })
        : false;
    if (learnt || each.warmup) continue;
    arm.add({ name, atMs: each.atMs, latencyMs: 0, status: 'unknown' });
    unknown.push(name);
  }
  const done = arms.reduce((sum, arm) => sum + arm.finished, 0);
  const reason =
    outstanding.length === 0
      ? 'The process that ran it ended early; all it had started is here.'
      : `The process that ran it ended early; ${outstanding.length - unknown.length} of ${outstanding.length} executions that were in flight could be completed.`;
  const recovered: RunDocument = {
    ...document,
    status: { kind: 'stopped', reason },
    finishedAt: new Date(clock.now()).toISOString(),
    progress: { planned: document.progress.planned, done, running: 0, remainingMs: null },
    // The last saved snapshot knows per-state figures that samples alone do not hold.
    arms: arms.length === 0 ? document.arms : arms.map((arm, i) => merge(arm, document.arms[i])),
    notes: [
      ...document.notes,
      ...(unknown.length > 0
        ? [
            {
              kind: 'unknown' as const,
              message: `How ${unknown.length} executions ended is not known: ${unknown.join(', ')}.`,
            },
          ]
        : []),
    ],
  };
  await store.save(recovered);
  return recovered;
};

const merge = (arm: ArmBuilder, saved: RunDocument['arms'][number] | undefined): RunDocument['arms'][number] => {
  const fresh = arm.snapshot({ final: true });
  if (!saved || (saved.traced ?? 0) === 0) return fresh;
  return {
    ...fresh,
    states: saved.states,
    transitionTotalMs: saved.transitionTotalMs,
    traced: saved.traced,
    cost: saved.cost,
  };
};

/** Asks the service how an execution ended, stopping it first where that is wanted; adds it to its arm. */
const learn = async (
  completing: Exclude<Completing, { kind: 'asIs' }>,
  head: ArmHead,
  name: string,
  arm: ArmBuilder,
  each: Interrupted['outstanding'][number],
  pace: () => Promise<void>,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Promise<boolean> => {
  const { hot } = completing.door;
  const arn = executionArnOf(head.machineArn, name);
  const context = { clock, random, signal: new AbortController().signal };
  if (completing.kind === 'stop')
    await withRetries(() => hot.stopExecution(arn, 'Its benchmark was interrupted.'), context);
  const answer = await withRetries(async () => {
    await pace();
    return hot.describeExecution(arn);
  }, context).catch((error: unknown) => ({ ok: false as const, why: messageOf(error) }));
  if (!answer.ok || answer.value.status === 'RUNNING' || answer.value.stoppedAt === undefined) return false;
  const { status, startedAt, stoppedAt, error } = answer.value;
  const serviceMs = stoppedAt - startedAt;
  arm.add({
    name,
    atMs: each.atMs,
    latencyMs: serviceMs,
    serviceMs,
    status:
      status === 'SUCCEEDED'
        ? 'succeeded'
        : status === 'TIMED_OUT'
          ? 'timedOut'
          : status === 'ABORTED'
            ? 'aborted'
            : 'failed',
    ...(each.warmup ? { warmup: true } : {}),
    ...(completing.kind === 'stop' && status === 'ABORTED' ? { cut: true } : {}),
    ...(error !== undefined ? { error } : {}),
  });
  return true;
};
