import type { WorkflowType } from '../model/machine';
import type { ArmBuilder } from '../stats';
import type { DeployedMachine } from '../target/deployment';
import type { CompletionWatch } from './completion';
import type { BaseLoad } from './shapes';

/** A finished execution whose history has not been read yet. */
export interface Finished {
  readonly executionArn: string;
  readonly sampleIndex: number;
  readonly status: string;
  readonly latencyMs: number;
  /** Service clock, epoch ms. */
  readonly startedAt: number;
}

/** An execution in flight. */
export interface InFlight {
  readonly index: number;
  readonly warmup: boolean;
  readonly intendedAt: number;
  /** Of a Standard execution, once its start was accepted. */
  executionArn?: string;
}

/** One arm while it runs: a type under one load. */
export interface Lane {
  readonly number: number;
  readonly type: WorkflowType;
  readonly load: BaseLoad;
  readonly payloadBytes?: number;
  readonly machine: DeployedMachine;
  readonly watch: CompletionWatch;
  readonly arm: ArmBuilder;
  readonly namePrefix: string;
  readonly planned: number;
  /** Indices given out so far. */
  nextIndex: number;
  nextWarmup: number;
  /** Ms during which this arm was loaded: the arm's own time, in which pauses for the other type do not count. */
  activeMs: number;
  readonly inFlight: Map<string, InFlight>;
  /** To be read, oldest first. */
  readonly unread: Finished[];
  /** Started, end not learnt: names. */
  readonly unknown: string[];
  /** Counted for the notes. */
  readonly tally: {
    throttles: number;
    failures: number;
    saturated: number;
    notStarted: Map<string, number>;
    read: number;
    incompleteLogs: number;
    repeated: number;
  };
}

/** System under test as the run document names it. */
export const systemOf = (type: WorkflowType) => (type === 'STANDARD' ? 'standard' : 'express');
