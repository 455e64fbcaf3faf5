/** A Map Run: what a distributed Map is doing, as DescribeMapRun tells it and UpdateMapRun changes it. */
import type { Execution } from './execution';

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** How many of something are where, in DescribeMapRun's own words. */
export interface MapRunCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
  failuresNotRedrivable: number;
  pendingRedrive: number;
}

export interface MapRunLimits {
  /** 0: as many as there may be. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  /** 0 to 100. */
  readonly toleratedFailurePercentage: number;
}

/** Whoever lists Map Runs and their children. Must not throw. */
export interface MapRunObserver {
  mapRunStarted(run: MapRun): void;
  childStarted(run: MapRun, child: Execution): void;
}

const counts = (): MapRunCounts => ({
  pending: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  total: 0,
  resultsWritten: 0,
  failuresNotRedrivable: 0,
  pendingRedrive: 0,
});

export class MapRun {
  status: MapRunStatus = 'RUNNING';
  /** Epoch ms. */
  stoppedAt: number | undefined;
  redriveCount = 0;
  /** Epoch ms of the last redrive. */
  redrivenAt: number | undefined;
  readonly itemCounts = counts();
  readonly executionCounts = counts();
  #limits: MapRunLimits;
  #onUpdate: (() => void) | undefined;

  constructor(
    readonly arn: string,
    /** The parent. */
    readonly executionArn: string,
    /** Of the children: `…:stateMachine:<machine>/<label>`. */
    readonly stateMachineArn: string,
    /** Epoch ms. */
    readonly startedAt: number,
    limits: MapRunLimits,
    /** The state's Label, or what stands for one. */
    readonly label: string,
  ) {
    this.#limits = limits;
  }

  get limits(): MapRunLimits {
    return this.#limits;
  }

  /** What UpdateMapRun does; takes effect with the next child. */
  update(changed: Partial<MapRunLimits>): void {
    this.#limits = { ...this.#limits, ...changed };
    this.#onUpdate?.();
  }

  /** Called by the Map state, to start more children when the concurrency was raised. */
  onUpdate(listener: () => void): void {
    this.#onUpdate = listener;
  }

  /** Whether more children failed than is tolerated. */
  get exceeded(): boolean {
    const { failed, timedOut, aborted, total } = this.itemCounts;
    const failures = failed + timedOut + aborted;
    if (failures === 0) return false;
    const { toleratedFailureCount, toleratedFailurePercentage } = this.#limits;
    // Where one of the two is given, it alone decides; 0 and 0 tolerate nothing.
    const byCount = toleratedFailureCount > 0 && failures <= toleratedFailureCount;
    const byShare =
      toleratedFailurePercentage > 0 && (100 * failures) / Math.max(1, total) <= toleratedFailurePercentage;
    if (toleratedFailureCount > 0 && toleratedFailurePercentage > 0) return !(byCount && byShare);
    return !(byCount || byShare);
  }

  /** The parent was redriven. `at` in epoch ms. */
  redrive(at: number): void {
    this.status = 'RUNNING';
    this.stoppedAt = undefined;
    this.redriveCount++;
    this.redrivenAt = at;
  }

  finish(status: MapRunStatus, at: number): void {
    this.status = status;
    this.stoppedAt = at;
  }
}
