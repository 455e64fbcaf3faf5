import type { ArmUsage, ChildUsage, FunctionUsage } from '../cost/usage';
import type { ArmCost } from '../model/cost';
import type { Distribution } from '../model/distribution';
import type { ArmType } from '../model/system';
import type { Load } from '../model/plan';
import type { Arm, SamplePoint } from '../model/run';
import type { ExecutionTrace } from '../model/visit';
import { splitInTwo } from './clusters';
import { createColumn } from './column';
import { distribution, distributionOfSorted } from './distribution';
import { createSampleStore, type Sample } from './samples';
import { createSeries } from './series';
import { createStateTable, type ArmState } from './states';

export interface ArmOptions {
  readonly type: ArmType;
  /** `standard`, `express`, or another system under test. */
  readonly system: string;
  readonly load: Load;
  /** Where payload sizes are swept: that of this arm. */
  readonly payloadBytes?: number;
  /** States of the workflow, as in the run document. */
  readonly states: readonly ArmState[];
  /** Prices what was counted; see cost/arm.ts `createArmPricer`. Without it `cost` is null. */
  readonly price?: (usage: ArmUsage) => {
    readonly cost: ArmCost;
    readonly perState: ReadonlyMap<string, number | null>;
  };
}

/** One line of Lambda's log about one invocation, already parsed (cost/report.ts `parseReportLine`). */
export interface InvocationReport {
  readonly functionName: string;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly initMs?: number;
}

export interface SnapshotOptions {
  /** Every figure of every sample, and every sample as a point: at the end of the arm. Live snapshots may be 2 % behind. */
  readonly final?: boolean;
  /** Most points in `samples` of a live snapshot, evenly picked; 1,000 unless told. */
  readonly maxPoints?: number;
}

/** Takes samples and traces one by one and yields the arm as a run document shows it, at any moment. */
export interface ArmBuilder {
  /** An execution was started, at `atMs` from the start of the arm. Without it an execution counts as started when it is added. */
  noteStarted(atMs: number): void;
  /** What could not start (`dropped`) or was throttled for good (`throttled`). */
  count(what: 'dropped' | 'throttled', n?: number): void;
  /** A finished execution; returns its index for `addTrace`. Warm-ups get negative indices. */
  add(sample: Sample): number;
  /** The trace of a sample; that of a warm-up is ignored. */
  addTrace(sampleIndex: number, trace: ExecutionTrace): void;
  /** The error of a sample that was added without one: lists of executions do not name it, histories do. */
  nameError(sampleIndex: number, error: string): void;
  addReport(report: InvocationReport): void;
  /** Bytes that one execution wrote to its log, once it has been read. */
  addLog(bytes: number): void;
  /** Reported cold starts of a state; and which sample had one. */
  noteColdStarts(path: string, count: number, sampleIndex?: number): void;
  /** The children of one Map Run of a traced execution. */
  noteMapRunChildren(count: number): void;
  /** The trace of one of them, its states as states of the workflow; `weight`: how many children it stands for. */
  addChildTrace(trace: ExecutionTrace, weight: number): void;
  /** Executions started by traced executions themselves, and what they billed. */
  noteChildren(children: ChildUsage): void;
  readonly finished: number;
  snapshot(options?: SnapshotOptions): Arm;
  usage(): ArmUsage;
  /** Raw values for comparisons and thresholds, ms. Valid until the next add. */
  latencies(): Float64Array;
  durations(path: string): Float64Array | undefined;
}

const isClosed = (load: Load): boolean => (load.kind === 'sweep' ? isClosed(load.base) : load.kind === 'iterations');

/** Starts an arm. A burst is open: its starts do not wait for replies. */
export const createArm = (options: ArmOptions): ArmBuilder => {
  const samples = createSampleStore();
  const warmups = createSampleStore();
  const series = createSeries();
  const table = createStateTable(options.states);
  const ended = createColumn();
  const unsuccessful = createColumn();
  const starts = createColumn();
  const transitions = createColumn();
  const functions = new Map<string, { requests: number; billedMbMs: number }>();
  const errors: Record<string, number> = {};
  const counts = { started: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, throttled: 0, dropped: 0, unknown: 0 };
  const used = {
    traced: 0,
    mapRunChildren: 0,
    mapRuns: 0,
    mapRunsCounted: 0,
    redrives: 0,
    containerRetries: 0,
    billedGbSeconds: 0,
    billed: 0,
    estimatedMs: 0,
    estimated: 0,
    payload: 0,
    payloads: 0,
    logBytes: 0,
    logged: 0,
  };
  const children = { executions: 0, standardTransitions: 0, expressRequests: 0, expressGbSeconds: 0, uncounted: 0 };
  let begun = 0;
  let cut = 0;
  let loadedMs = 0;
  /** Of those whose latency counts. */
  let lastEnd = 0;

  const useExpress = (sample: Sample): void => {
    if (sample.billed) {
      used.billed++;
      used.billedGbSeconds += (sample.billed.durationMs / 1000) * (sample.billed.memoryMb / 1024);
    } else {
      used.estimated++;
      used.estimatedMs += Math.max(100, Math.ceil((sample.serviceMs ?? sample.latencyMs) / 100) * 100);
    }
  };

  const add = (sample: Sample): number => {
    if (sample.warmup) return -1 - warmups.add(sample);
    const index = samples.add(sample);
    const end = sample.atMs + sample.latencyMs;
    if (samples.length > begun) {
      begun++;
      series.started(sample.atMs);
    }
    counts[sample.status]++;
    const whole = samples.whole(index);
    if (sample.cut) cut++;
    if (whole) ended.add(sample.latencyMs);
    if (whole && sample.status !== 'succeeded') unsuccessful.add(sample.latencyMs);
    counts.throttled += sample.throttles ?? 0;
    loadedMs = Math.max(loadedMs, end);
    if (whole) lastEnd = Math.max(lastEnd, end);
    series.finished(end, sample.latencyMs, sample.status !== 'succeeded');
    if (sample.status !== 'succeeded' && !sample.cut) {
      const error = sample.error ?? sample.status;
      errors[error] = (errors[error] ?? 0) + 1;
    }
    if (sample.startMs !== undefined) starts.add(sample.startMs);
    if (options.type === 'EXPRESS') useExpress(sample);
    if (sample.payloadBytes !== undefined) {
      used.payload += sample.payloadBytes;
      used.payloads++;
    }
    if (sample.logBytes !== undefined) {
      used.logBytes += sample.logBytes;
      used.logged++;
    }
    return index;
  };

  const addTrace = (sampleIndex: number, trace: ExecutionTrace): void => {
    if (sampleIndex < 0) return;
    used.traced++;
    used.mapRuns += trace.mapRuns ?? 0;
    used.redrives += trace.redrives ?? 0;
    used.containerRetries += trace.containerRetries ?? 0;
    const cut = !samples.whole(sampleIndex);
    table.add(trace, cut);
    if (trace.finishedAt === undefined || cut) return;
    transitions.add(trace.transitionTotalMs);
    samples.setTransitions(sampleIndex, trace.transitionTotalMs);
  };

  const nameError = (sampleIndex: number, error: string): void => {
    if (sampleIndex < 0 || !samples.nameError(sampleIndex, error) || !samples.whole(sampleIndex)) return;
    const status = samples.status(sampleIndex);
    errors[status] = (errors[status] ?? 1) - 1;
    if (errors[status] === 0) delete errors[status];
    errors[error] = (errors[error] ?? 0) + 1;
  };

  const usage = (): ArmUsage => ({
    type: options.type,
    executions: samples.length,
    warmups: warmups.length,
    traced: used.traced,
    loadedMs,
    states: table.usage(),
    mapRunChildren: used.mapRunChildren,
    mapRunsUncounted: Math.max(0, used.mapRuns - used.mapRunsCounted),
    redrives: used.redrives,
    containerRetries: used.containerRetries,
    express: {
      billedGbSeconds: used.billedGbSeconds,
      billed: used.billed,
      estimatedMs: used.estimatedMs,
      estimated: used.estimated,
      payloadBytes: used.payloads === 0 ? 0 : used.payload / used.payloads,
    },
    logBytes: used.logBytes,
    logged: used.logged,
    functions: [...functions].map(([name, each]): FunctionUsage => ({ name, ...each })),
    ...(children.executions > 0 ? { children: { ...children } } : {}),
  });

  // Of a workflow without a task nothing has a cold start.
  const mayBeCold = options.states.length === 0 || options.states.some(({ type }) => type === 'Task');
  let splitAt = -1;
  let lastSplit: Temperatures = {};
  const split = (slack: number): Temperatures => {
    if (slack === 0 || samples.length * (1 - slack) > splitAt) {
      lastSplit = temperatures(samples, mayBeCold);
      splitAt = samples.length;
    }
    return lastSplit;
  };

  const snapshot = ({ final = false, maxPoints = 1000 }: SnapshotOptions = {}): Arm => {
    const slack = final ? 0 : samples.length > 2000 ? 0.02 : 0;
    const priced = samples.length > 0 ? options.price?.(usage()) : undefined;
    const { unknown, ...known } = counts;
    return {
      type: options.type,
      system: options.system,
      load: options.load,
      ...(options.payloadBytes === undefined ? {} : { payloadBytes: options.payloadBytes }),
      model: isClosed(options.load) ? 'closed' : 'open',
      executions: {
        ...known,
        started: Math.max(begun, samples.length),
        ...(cut > 0 ? { cut } : {}),
        ...(unknown > 0 ? { unknown } : {}),
      },
      warmups: warmups.length,
      latencyMs: ended.distribution(slack),
      ...(unsuccessful.length > 0 ? { failedLatencyMs: unsuccessful.distribution(slack) } : {}),
      ...split(slack),
      startMs: starts.distribution(slack),
      throughputPerSecond: lastEnd > 0 ? ended.length / (lastEnd / 1000) : 0,
      states: table.figures(slack, priced?.perState ?? new Map()),
      transitionTotalMs: transitions.distribution(slack),
      cost: priced?.cost ?? null,
      series: series.points(),
      samples: pick(samples, final ? Infinity : maxPoints),
      ...(warmups.length > 0 ? { warmupSamples: pick(warmups, final ? Infinity : maxPoints) } : {}),
      traced: used.traced,
      errors: { ...errors },
    };
  };

  return {
    noteStarted: (atMs) => {
      begun++;
      series.started(atMs);
    },
    count: (what, n = 1) => {
      counts[what] += n;
    },
    add,
    addTrace,
    nameError,
    addReport: ({ functionName, billedMs, memoryMb }) => {
      const known = functions.get(functionName) ?? { requests: 0, billedMbMs: 0 };
      functions.set(functionName, { requests: known.requests + 1, billedMbMs: known.billedMbMs + billedMs * memoryMb });
    },
    addLog: (bytes) => {
      used.logBytes += bytes;
      used.logged++;
    },
    noteColdStarts: (path, count, sampleIndex) => {
      table.noteColdStarts(path, count);
      // 0 says that all its invocations were reported and none was cold.
      if (sampleIndex !== undefined && sampleIndex >= 0) samples.setCold(sampleIndex, count > 0);
    },
    noteMapRunChildren: (count) => {
      used.mapRunChildren += count;
      used.mapRunsCounted++;
    },
    addChildTrace: (trace, weight) => table.addChild(trace, weight),
    noteChildren: (more) => {
      for (const key of [
        'executions',
        'standardTransitions',
        'expressRequests',
        'expressGbSeconds',
        'uncounted',
      ] as const)
        children[key] += more[key] ?? 0;
    },
    get finished() {
      return samples.length;
    },
    snapshot,
    usage,
    latencies: () => ended.values(),
    durations: (path) => table.durations(path),
  };
};

type Store = ReturnType<typeof createSampleStore>;

/** `count` points spread evenly over all, first and last among them. */
const pick = (store: Store, count: number): SamplePoint[] => {
  const n = Math.min(store.length, count);
  const stride = n > 1 ? (store.length - 1) / (n - 1) : 1;
  return Array.from({ length: n }, (_, i) => store.point(n === store.length ? i : Math.round(i * stride)));
};

interface Temperatures {
  readonly coldLatencyMs?: Distribution | null;
  readonly warmLatencyMs?: Distribution | null;
  readonly coldBasis?: 'reported' | 'clusters';
}

/** Cold and warm apart: as reported where any sample was told, else by a split in two clusters, else not at all. */
const temperatures = (store: Store, maySplit: boolean): Temperatures => {
  const told: { cold: number[]; warm: number[] } = { cold: [], warm: [] };
  const ended: number[] = [];
  for (let i = 0; i < store.length; i++) {
    if (!store.whole(i)) continue;
    const cold = store.cold(i);
    if (cold === null) ended.push(store.latency.at(i));
    else told[cold ? 'cold' : 'warm'].push(store.latency.at(i));
  }
  if (told.cold.length + told.warm.length > 0) {
    return { coldLatencyMs: distribution(told.cold), warmLatencyMs: distribution(told.warm), coldBasis: 'reported' };
  }
  if (!maySplit) return {};
  const sorted = Float64Array.from(ended).sort();
  const found = splitInTwo(sorted);
  if (!found) return {};
  const cut = sorted.length - found.slow;
  return {
    coldLatencyMs: distributionOfSorted(sorted.subarray(cut)),
    warmLatencyMs: distributionOfSorted(sorted.subarray(0, cut)),
    coldBasis: 'clusters',
  };
};
