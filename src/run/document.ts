import { randomBytes } from 'node:crypto';
import type { Plan } from '../model/plan';
import type {
  Arm,
  Comparison,
  RunDocument,
  RunNote,
  RunStatus,
  RunTarget,
  RunWorkflow,
  SamplePoint,
  Standing,
} from '../model/run';
import { evaluateThresholds, fitSweep, type Threshold } from '../stats';
import type { Lane } from './lane';

/** Everything a run document is made of while the run lives; only the job writes to it. */
export interface RunState {
  readonly id: string;
  readonly startedAt: number;
  readonly version: string;
  readonly plan: Plan;
  readonly workflow: RunWorkflow;
  target: RunTarget;
  status: RunStatus;
  finishedAt?: number;
  readonly lanes: Lane[];
  readonly notes: RunNote[];
  planned: number;
  comparison?: Comparison;
  /** Where the executions in flight of an arm stand. */
  standing?: (lane: Lane) => Standing | undefined;
  /** Parsed once; evaluated in every snapshot. */
  readonly thresholds: readonly Threshold[];
}

/** `20261124-101530-7f3a9c`: sorts by time, unique, fits into names of resources. */
export const newRunId = (now: number): string => {
  const iso = new Date(now).toISOString();
  return `${iso.slice(0, 10).replace(/-/g, '')}-${iso.slice(11, 19).replace(/:/g, '')}-${randomBytes(3).toString('hex')}`;
};

/** Most points in a live snapshot, evenly picked; the finished document has all of them, and all samples stay on disk. */
const livePoints = 250;

/**
 * Ten snapshots a second cross three threads and are nearly all points: a live one has hundredths of a ms, and nothing that
 * only the finished document is asked for.
 */
const livePoint = ({ transitionMs: _later, ...point }: SamplePoint): SamplePoint => ({
  ...point,
  atMs: hundredths(point.atMs),
  latencyMs: hundredths(point.latencyMs),
});
const hundredths = (ms: number): number => Math.round(ms * 100) / 100;

const liveArm = (lane: Lane): Arm => {
  const arm = lane.arm.snapshot({ maxPoints: livePoints });
  return { ...arm, samples: arm.samples.map(livePoint) };
};

/** The document as it stands. `final`: every figure of every sample. */
export const renderDocument = (state: RunState, now: number, final: boolean): RunDocument => {
  let done = 0;
  let running = 0;
  for (const lane of state.lanes) {
    done += lane.arm.finished;
    running += lane.inFlight.size;
  }
  const arms = state.lanes.map((lane) =>
    withStanding(state, lane, withRunning(lane, final ? lane.arm.snapshot({ final }) : liveArm(lane))),
  );
  const ended = state.status.kind !== 'running';
  return {
    schema: 'stepbench.run/1',
    id: state.id,
    status: state.status,
    startedAt: new Date(state.startedAt).toISOString(),
    finishedAt: state.finishedAt === undefined ? null : new Date(state.finishedAt).toISOString(),
    tool: { name: 'stepbench', version: state.version },
    workflow: state.workflow,
    target: state.target,
    plan: state.plan,
    progress: { planned: state.planned, done, running, remainingMs: remaining(state, done, now) },
    arms,
    ...(state.comparison ? { comparison: state.comparison } : {}),
    ...(state.thresholds.length > 0 ? { thresholds: evaluateThresholds(state.thresholds, arms, ended) } : {}),
    ...(final && state.plan.load.kind === 'sweep' ? { fits: fitSweep(arms, payloadsOf(state)) } : {}),
    notes: [...state.notes],
  };
};

/** What the arms of a sweep over payload sizes stood for; undefined for any other, whose loads say it themselves. */
const payloadsOf = ({ plan, lanes }: RunState): Parameters<typeof fitSweep>[1] =>
  plan.load.kind === 'sweep' && plan.load.over === 'payload'
    ? { over: 'payload', values: lanes.map((lane) => lane.payloadBytes ?? 0) }
    : undefined;

/** An arm counts an execution when it has ended; a live view also shows those in flight as started. */
const withRunning = (lane: Lane, arm: Arm): Arm => {
  let running = 0;
  for (const each of lane.inFlight.values()) if (!each.warmup) running++;
  return running === 0 ? arm : { ...arm, executions: { ...arm.executions, started: arm.executions.started + running } };
};

const withStanding = ({ status, standing }: RunState, lane: Lane, arm: Arm): Arm => {
  const now = status.kind === 'running' && status.phase === 'loading' ? standing?.(lane) : undefined;
  return now ? { ...arm, standing: now } : arm;
};

/** From the pace so far: planned ÷ done of the loaded time; null before a tenth or five are done. */
const remaining = (state: RunState, done: number, _now: number): number | null => {
  if (state.status.kind !== 'running' || state.status.phase !== 'loading') return null;
  if (done < 5 && done < state.planned / 10) return null;
  const active = state.lanes.reduce((sum, lane) => sum + lane.activeMs, 0);
  return active > 0 && done > 0 ? Math.max(0, Math.round((active / done) * (state.planned - done))) : null;
};

/** Adds a note once. */
export const addNote = (state: RunState, kind: RunNote['kind'], message: string): void => {
  if (!state.notes.some((note) => note.kind === kind && note.message === message)) state.notes.push({ kind, message });
};
