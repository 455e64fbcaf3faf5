import type { ArmType } from '../model/system';

/** What one state did in the executions whose histories were read. */
export interface StateUsage {
  readonly path: string;
  readonly visits: number;
  /** Scheduled events of its task: attempts, retries among them. */
  readonly attempts: number;
  /** Attempts after the first of their visit. */
  readonly retries: number;
  /** Σ ms of its visits that ended; containers include what is inside them. */
  readonly durationMs: number;
  /** Σ over attempts of started → closed, each rounded up to whole ms, as Lambda bills. */
  readonly workMs: number;
}

/** Lambda's own account of invocations (REPORT lines), by function. */
export interface FunctionUsage {
  readonly name: string;
  readonly requests: number;
  /** Σ billed duration × memory, MB·ms, init included where it is billed. */
  readonly billedMbMs: number;
}

/** Everything a bill of an arm is made from, as counted. */
export interface ArmUsage {
  readonly type: ArmType;
  /** Measured executions that were started; warm-up not counted. */
  readonly executions: number;
  readonly warmups: number;
  /** Executions whose history was read: `states` speaks of these only. */
  readonly traced: number;
  readonly states: readonly StateUsage[];
  /** Child executions of distributed Maps, of the traced executions. */
  readonly mapRunChildren: number;
  /** Distributed Map runs whose children could not be counted. */
  readonly mapRunsUncounted: number;
  /** From the start of the arm to its last end, ms: how long an instance of its own had to stand. */
  readonly loadedMs?: number;
  readonly redrives: number;
  readonly containerRetries: number;
  readonly express: {
    /** Σ GB-seconds as the service billed them, and of how many executions. */
    readonly billedGbSeconds: number;
    readonly billed: number;
    /** Σ of durations rounded up to 100 ms of the executions without billing details. */
    readonly estimatedMs: number;
    readonly estimated: number;
    /** Mean bytes of input and output, 0 where not known. */
    readonly payloadBytes: number;
  };
  readonly logBytes: number;
  /** Executions whose log bytes were counted. */
  readonly logged: number;
  readonly functions: readonly FunctionUsage[];
  /** Executions that workflows of this arm started themselves: nested workflows and children of distributed Maps. */
  readonly children?: ChildUsage;
}

/**
 * What child executions of the traced executions billed, counted from their own histories. The transitions of a distributed Map's
 * Standard children are not in it: their states are states of the workflow and counted with these.
 */
export interface ChildUsage {
  readonly executions: number;
  readonly standardTransitions: number;
  readonly expressRequests: number;
  readonly expressGbSeconds: number;
  /** Of them, executions that could not be looked into, or that still ran. */
  readonly uncounted?: number;
}
