import type { Problem } from '../../model/machine';
import type { Load } from '../../model/plan';

export type LoadKind = Load['kind'];
export type LoadOf<K extends LoadKind> = Extract<Load, { kind: K }>;

/** When executions start. Closed: a slot takes the next one when its last has ended. Open: by the clock, whatever happens. */
export type Schedule =
  | { readonly model: 'closed'; readonly executions: number; readonly concurrency: number; readonly thinkMs: number }
  | {
      readonly model: 'open';
      /** Intended starts, ms from the beginning, ascending. */
      readonly startsAt: readonly number[];
      /** A start that would exceed it is dropped and counted. */
      readonly maxInFlight: number;
    };

/** One load shape: it checks itself (all problems at once), says itself in a sentence, and builds its schedule. */
export interface Shape<K extends LoadKind> {
  readonly kind: K;
  validate(load: LoadOf<K>, path: string): readonly Problem[];
  /** Without a full stop. */
  describe(load: LoadOf<K>): string;
  /** Executions it means to start. */
  planned(load: LoadOf<K>): number;
}

export interface BaseShape<K extends LoadKind> extends Shape<K> {
  schedule(load: LoadOf<K>): Schedule;
  /**
   * Cuts the load into blocks for a paired run, in which the two types take turns: enough blocks for drift to even out,
   * each large enough to hold the load's own concurrency.
   */
  blocks(load: LoadOf<K>): readonly LoadOf<K>[];
}

/** Above this one machine is no longer a fair client; the plan says so rather than measuring itself. */
export const mostConcurrent = 5_000;
export const mostExecutions = 100_000;

export const amount = (n: number, one: string) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
