import { loadSettings } from '../asl/settings';
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
import { functionsOf } from './estimate';
import { executionArnOf } from './execution';
import { createPacer } from './pace';
import { executionNameOf, parseLine, type ArmHead, type SampleHead, type SampleLine } from './sampleLine';
import { withRetries } from './retry';
import {
  deployedDefinition,
  retraceExpress,
  retraceStandard,
  type EndedExecution,
  type Outstanding,
  type RetraceContext,
} from './retrace';
import { createStrays, listStrays } from './strays';

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
  const door = completing.kind === 'asIs' ? undefined : completing.door;
  const heads = head?.arms ?? [];
  const functions = await functionSettings(document.plan.file);
  const arms = await Promise.all(
    heads.map(async ({ type, load, machineArn }) =>
      createArm({
        ...{ type, system: systemOfType[type], load, states: document.workflow.states },
        price: createArmPricer(
          {
            states: costStates(door && machineArn ? await deployedDefinition(door, machineArn) : {}),
            definitionBytes: document.workflow.definitionBytes,
            functions,
          },
          {
            table: priceTable(),
            region: document.target.region,
            ...(document.target.kind === 'aws' ? {} : { assumeRegion: 'us-east-1' }),
          },
        ),
      }),
    ),
  );
  const ended = heads.map(() => new Map<string, EndedExecution>());
  for (const line of lines) {
    if (line.kind !== 'ended') continue;
    const { sample } = line;
    const sampleIndex = arms[line.arm]?.add(sample);
    if (sampleIndex !== undefined && sampleIndex >= 0 && sample.status !== 'unknown')
      ended[line.arm]?.set(sample.name, { ...sample, sampleIndex });
  }
  const unknown: string[] = [];
  let found = 0;
  const quotas = regionQuotas(document.target.region);
  const pacer = createPacer(quotas.describeExecution, clock);
  const lister = createPacer(quotas.listExecutions, clock);
  for (const [number, armHead] of heads.entries()) {
    const arm = arms[number] as ArmBuilder;
    const open = new Map<string, Outstanding>(
      outstanding
        .filter((each) => each.arm === number)
        .map((each) => [executionNameOf(armHead.namePrefix, each.index, each.warmup), each] as const),
    );
    const known = ended[number] as Map<string, EndedExecution>;
    const strays = createStrays(armHead, number, lines, known, open);
    const retrace: Omit<RetraceContext, 'door'> = {
      ...{ clock, random, region: document.target.region, states: document.workflow.states },
      since: Date.parse(document.startedAt) - 1_000,
    };
    const logged =
      door && armHead.type === 'EXPRESS'
        ? await retraceExpress(armHead, arm, known, open, { ...retrace, door }, strays).catch(() => new Set<string>())
        : new Set<string>();
    if (door && armHead.type === 'STANDARD')
      for (const [name, each] of await listStrays(door, armHead, strays, async () => lister.take()).catch(() => []))
        open.set(name, each);
    found += new Set([...open.keys(), ...logged]).size;
    for (const [name, each] of open) {
      if (logged.has(name)) continue;
      const learnt =
        completing.kind !== 'asIs' && armHead.type === 'STANDARD'
          ? await learn(completing, armHead, name, arm, each, async () => pacer.take(), { clock, random })
          : undefined;
      if (learnt) known.set(name, learnt);
      if (learnt || each.warmup) continue;
      arm.add({ name, atMs: each.atMs, latencyMs: 0, status: 'unknown' });
      unknown.push(name);
    }
    if (door && armHead.type === 'STANDARD')
      await retraceStandard(
        armHead,
        arm,
        [...known.values()].filter(({ sampleIndex }) => sampleIndex >= 0),
        { ...retrace, door },
      );
  }
  const done = arms.reduce((sum, arm) => sum + arm.finished, 0);
  const reason =
    found === 0
      ? 'The process that ran it ended early; all it had started is here.'
      : `The process that ran it ended early; ${found - unknown.length} of ${found} executions that were in flight could be completed.`;
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
              message: `How ${unknown.length} execution${unknown.length === 1 ? '' : 's'} ended is not known: ${unknown.join(', ')}.`,
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
  if (!saved || (saved.traced ?? 0) <= (fresh.traced ?? 0)) return fresh;
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
  each: Outstanding,
  pace: () => Promise<void>,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Promise<EndedExecution | undefined> => {
  const { hot } = completing.door;
  const arn = executionArnOf(head.machineArn, name);
  const context = { clock, random, signal: new AbortController().signal };
  if (completing.kind === 'stop')
    await withRetries(() => hot.stopExecution(arn, 'Its benchmark was interrupted.'), context);
  const answer = await withRetries(async () => {
    await pace();
    return hot.describeExecution(arn);
  }, context).catch((error: unknown) => ({ ok: false as const, why: messageOf(error) }));
  if (!answer.ok || answer.value.status === 'RUNNING' || answer.value.stoppedAt === undefined) return undefined;
  const { status, startedAt, stoppedAt, error } = answer.value;
  const serviceMs = stoppedAt - startedAt;
  const how =
    status === 'SUCCEEDED'
      ? 'succeeded'
      : status === 'TIMED_OUT'
        ? 'timedOut'
        : status === 'ABORTED'
          ? 'aborted'
          : 'failed';
  const sampleIndex = arm.add({
    ...{ name, atMs: each.atMs, latencyMs: serviceMs, serviceMs, status: how },
    ...(each.warmup ? { warmup: true } : {}),
    ...(completing.kind === 'stop' && status === 'ABORTED' ? { cut: true } : {}),
    ...(error !== undefined ? { error } : {}),
  });
  return { name, sampleIndex, status: how, latencyMs: serviceMs };
};

/** Memory of the functions that the settings beside the workflow describe; none where they are gone or damaged. */
const functionSettings = (file: string): Promise<ReturnType<typeof functionsOf>> =>
  loadSettings(file)
    .then(({ settings }) => functionsOf({ settings }))
    .catch(() => ({}));
