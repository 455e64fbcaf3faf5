import { typeWords, type ArmType } from '../model/system';
import type { ArmBuilder } from '../stats';
import type { RunningSystem } from '../systems/system';
import { describeLoad, type BaseLoad } from './shapes';

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
  /** Its id in the system, once its start was accepted. */
  executionArn?: string;
}

/** One arm while it runs: a system under one load. */
export interface Lane {
  readonly number: number;
  readonly type: ArmType;
  readonly load: BaseLoad;
  readonly payloadBytes?: number;
  /** Steps of the load share their system. */
  readonly system: RunningSystem;
  readonly arm: ArmBuilder;
  readonly namePrefix: string;
  readonly planned: number;
  /** Indices given out so far. */
  nextIndex: number;
  nextWarmup: number;
  /** Ms during which this arm was loaded: the arm's own time, in which pauses for the other type do not count. */
  activeMs: number;
  /** When it was loaded, client clock, warm-up not counted: the arms of a run take turns. */
  readonly turns: { readonly from: number; to: number }[];
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
    /** Why the last of the unknown ones is unknown. */
    unknownWhy?: string;
  };
}

/** The part of a lane that counts, before anything has been started. */
export const freshCounts = (): Pick<
  Lane,
  'nextIndex' | 'nextWarmup' | 'activeMs' | 'turns' | 'inFlight' | 'unread' | 'unknown' | 'tally'
> => ({
  nextIndex: 0,
  nextWarmup: 0,
  activeMs: 0,
  turns: [],
  inFlight: new Map(),
  unread: [],
  unknown: [],
  tally: {
    throttles: 0,
    failures: 0,
    saturated: 0,
    notStarted: new Map(),
    read: 0,
    incompleteLogs: 0,
    repeated: 0,
  },
});

/** `Express`, and with its load where a type has several: `Express, 25 executions, 10 at a time`. */
export const laneLabel = (
  lane: Pick<Lane, 'type' | 'load' | 'payloadBytes'>,
  all: readonly Pick<Lane, 'type'>[],
): string => {
  const type = typeWords[lane.type];
  if (all.filter((each) => each.type === lane.type).length < 2) return type;
  return `${type}, ${describeLoad(lane.load)}${lane.payloadBytes === undefined ? '' : `, ${lane.payloadBytes.toLocaleString('en')} bytes of payload`}`;
};
