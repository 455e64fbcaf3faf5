import type { ArmCost } from './cost';
import type { Distribution, Interval } from './distribution';
import type { StateType } from './machine';
import type { Load, Plan } from './plan';
import type { ArmType } from './system';
import type { StageParts } from './visit';

/**
 * The run document, `stepbench.run/1`: the one thing every view and report renders. A live run is a partial one.
 * Published as schemas/run.schema.json; times ISO 8601, durations in ms.
 */
export interface RunDocument {
  readonly schema: 'stepbench.run/1';
  readonly id: string;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly tool: { readonly name: 'stepbench'; readonly version: string };
  readonly workflow: RunWorkflow;
  readonly target: RunTarget;
  readonly plan: Plan;
  readonly progress: Progress;
  readonly arms: readonly Arm[];
  readonly comparison?: Comparison;
  readonly thresholds?: readonly ThresholdResult[];
  /** Lines through the arms of a sweep. */
  readonly fits?: readonly SweepFit[];
  /** What a reader must know: saturated client, incomplete logs, sampled histories, unknown executions. */
  readonly notes: readonly RunNote[];
}

export type RunStatus =
  | {
      readonly kind: 'running';
      readonly phase: 'preparing' | 'deploying' | 'warmingUp' | 'loading' | 'collecting' | 'cleaning';
    }
  | { readonly kind: 'finished' }
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface RunNote {
  readonly kind:
    | 'simulated'
    | 'saturated'
    | 'incomplete'
    | 'sampled'
    | 'unknown'
    | 'throttled'
    | 'costCap'
    | 'leftBehind'
    /** The disk refused the run: this document is all there is of it. */
    | 'unsaved'
    | 'info';
  readonly message: string;
}

export interface RunWorkflow {
  /** Path relative to the workspace or the current folder, with forward slashes. */
  readonly file: string;
  readonly name: string;
  readonly definitionBytes: number;
  readonly states: readonly { readonly path: string; readonly type: StateType; readonly hash: string }[];
}

export interface RunTarget {
  readonly kind: 'embedded' | 'endpoint' | 'aws';
  readonly region: string;
  /** Masked nowhere: an account id is not a secret, and a reader must see it. */
  readonly account?: string;
  readonly endpoint?: string;
  /** Name of the latency profile where the figures are simulated; `none` for the bare engine; null on a real account. */
  readonly simulated: string | null;
}

export interface Progress {
  /** Executions planned over all arms; warm-up not counted. */
  readonly planned: number;
  readonly done: number;
  readonly running: number;
  /** Estimated ms until the end, null while unknown. */
  readonly remainingMs: number | null;
}

export interface ExecutionCounts {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  /** Of the aborted, those that a stop of ours ended: counted, but in no latency, throughput or rate of failures. */
  readonly cut?: number;
  readonly throttled: number;
  readonly dropped: number;
  /** Started, but how they ended could not be learnt; named in `notes`. */
  readonly unknown?: number;
}

/** One type (or system) under one load. Type and load are its key. */
export interface Arm {
  /** A workflow type, or the kind of another system; `system` is the key. */
  readonly type: ArmType;
  /** `standard`, `express`, or another system under test. */
  readonly system: string;
  readonly load: Load;
  /** Bytes of payload that its inputs carried, where these are what is swept. */
  readonly payloadBytes?: number;
  /** Closed: the next start waits for a reply. Open: it does not. */
  readonly model: 'closed' | 'open';
  readonly executions: ExecutionCounts;
  readonly warmups: number;
  /** From the intended start to the end of the execution, however it ended; what is unknown is left out. */
  readonly latencyMs: Distribution | null;
  /** Of those among them that did not succeed; absent where there are none. */
  readonly failedLatencyMs?: Distribution | null;
  readonly coldLatencyMs?: Distribution | null;
  readonly warmLatencyMs?: Distribution | null;
  /** How cold and warm were told apart: by what Lambda reported, or only by a split of the latencies in two clusters. */
  readonly coldBasis?: 'reported' | 'clusters';
  /** Client round trip of the start call. */
  readonly startMs?: Distribution | null;
  readonly throughputPerSecond: number;
  readonly states: readonly StateFigures[];
  /** Σ of transition times of one execution. */
  readonly transitionTotalMs: Distribution | null;
  readonly cost: ArmCost | null;
  /** One entry a second of the run: offset from the start of the arm. */
  readonly series: readonly SeriesPoint[];
  /** Every sample, or a stated number of them, for points and timelines. */
  readonly samples: readonly SamplePoint[];
  /** Executions before the measured ones, kept apart. */
  readonly warmupSamples?: readonly SamplePoint[];
  /** Executions whose history was read; the figures of states speak of these. */
  readonly traced?: number;
  /** Failures by error name. */
  readonly errors: Readonly<Record<string, number>>;
  /** Where its executions stand now. Only while the run loads and somebody looks on; a document of a run that is over has none. */
  readonly standing?: Standing;
}

/** Executions in flight by the states they are in at one moment; an execution in a Map's iteration is in the Map too. */
export interface Standing {
  /**
   * Measured: `sampled` of those in flight were asked by their history, and what was seen is scaled to all of them (a count
   * where all were asked). Derived: by Little's law, from how long the last `sampled` executions that ended stayed in each state.
   */
  readonly basis: 'measured' | 'derived';
  /** Executions in flight at that moment, warm-ups left out. */
  readonly inFlight: number;
  readonly sampled: number;
  /** Of them in no state: on the way from one to the next, or not begun yet. */
  readonly between: number;
  /** States with nobody in them are left out. */
  readonly states: readonly { readonly path: string; readonly executions: number }[];
}

export interface SeriesPoint {
  readonly atMs: number;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  readonly running: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** One execution in a chart. */
export interface SamplePoint {
  readonly index: number;
  readonly name: string;
  /** Intended start, ms from the start of the arm. */
  readonly atMs: number;
  readonly latencyMs: number;
  readonly status: 'succeeded' | 'failed' | 'timedOut' | 'aborted' | 'unknown';
  /** Null where it cannot be told. */
  readonly cold: boolean | null;
  readonly error?: string;
  /** Measured while the client itself was saturated: not to be believed below tens of ms. */
  readonly saturated?: boolean;
  /** Ended by a stop of ours: how long it took says nothing. */
  readonly cut?: boolean;
  /** Σ of the transition times of this execution, where its trace was read. */
  readonly transitionMs?: number;
}

/** Figures of one state in one arm. */
export interface StateFigures {
  readonly path: string;
  readonly type: StateType;
  readonly visits: number;
  readonly retries: number;
  readonly failures: number;
  readonly durationMs: Distribution | null;
  readonly transitionMs: Distribution | null;
  /** Mean ms of each stage part; they sum to the mean duration. */
  readonly parts: StageParts;
  /** 0…1: its mean share of the critical path. */
  readonly criticalShare: number;
  readonly coldStarts: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Cost of this state per million executions, USD, null where unknown. */
  readonly costPerMillion: number | null;
  /** Hash of the state's text when it was measured. */
  readonly hash: string;
}

/** Two arms, or two runs, against each other, answered in a sentence. */
export interface Comparison {
  readonly baseline: string;
  readonly candidate: string;
  readonly n: readonly [number, number];
  /** Relative difference of the medians, (candidate − baseline) / baseline, with its 95 % interval; null with too little data. */
  readonly p50: { readonly difference: number; readonly ci95: Interval | null } | null;
  readonly costRatio: number | null;
  readonly sentence: string;
  /** The same for the tails, where there is data for them. */
  readonly p95?: { readonly difference: number; readonly ci95: Interval | null } | null;
  readonly p99?: { readonly difference: number; readonly ci95: Interval | null } | null;
  /** Whether executions were compared in pairs (interleaved runs). */
  readonly paired?: boolean;
}

/** A straight line through the arms of a sweep, by least squares. */
export interface SweepFit {
  readonly system: string;
  /** What was swept. */
  readonly over: 'concurrency' | 'rate' | 'burst' | 'payload' | 'transitions';
  /** What is fitted, and its unit for one unit of what was swept: `ms per transition`, `ms per KB`. */
  readonly of: 'p50' | 'transitionTotal' | 'throughput';
  readonly unit: string;
  readonly slope: number;
  readonly intercept: number;
  /** 0…1, share of the variance the line explains; null where there is none. */
  readonly r2: number | null;
  readonly points: readonly { readonly x: number; readonly y: number; readonly residual: number }[];
  /** Where the line bends: beyond it more load brings no more throughput. Null where it does not bend. */
  readonly knee?: number | null;
}

export interface ThresholdResult {
  readonly expression: string;
  readonly value: number | null;
  readonly ok: boolean;
}
