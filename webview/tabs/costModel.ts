import type { ArmCost, CostLine } from '../../src/model/cost';
import type { Arm } from '../../src/model/run';

/** What the panel may say of money: it divides and multiplies the run's own lines, it knows no price. */

const amountOf = (cost: ArmCost, meter: CostLine['meter']): number | null =>
  cost.lines.find((line) => line.meter === meter)?.amount ?? null;

export interface BreakEven {
  /** USD of Step Functions itself for one execution, Standard: the same whatever it takes. */
  readonly standard: number;
  /** USD of one Express execution of `ms`. */
  readonly express: (ms: number) => number;
  /** Where both are equal, ms; null where Express never reaches Standard within its five minutes. */
  readonly crossingMs: number | null;
  /** Longest duration an Express execution may have, ms. */
  readonly limitMs: number;
}

/** AWS ends an Express execution after five minutes. */
const expressLimitMs = 300_000;

/**
 * Standard is billed by transitions, Express by requests and by duration at the run's memory: a line through the measured
 * mean duration. Derived; holds within the first price tier. Null without measured lines of both.
 */
export const breakEvenOf = (arms: readonly Arm[]): BreakEven | null => {
  const standard = arms.find((arm) => arm.system === 'standard' && arm.cost);
  const express = arms.find((arm) => arm.system === 'express' && arm.cost && arm.latencyMs);
  if (!standard?.cost || !express?.cost || !express.latencyMs) return null;
  const transitions = amountOf(standard.cost, 'states.transitions');
  const requests = amountOf(express.cost, 'states.express.requests');
  const seconds = amountOf(express.cost, 'states.express.gbSeconds');
  if (transitions === null || requests === null || seconds === null || express.latencyMs.mean <= 0) return null;
  const fixed = requests / express.cost.executions;
  const perMs = seconds / express.cost.executions / express.latencyMs.mean;
  const each = transitions / standard.cost.executions;
  const crossing = perMs > 0 ? (each - fixed) / perMs : Infinity;
  return {
    standard: each,
    express: (ms) => fixed + perMs * ms,
    crossingMs: crossing > 0 && crossing <= expressLimitMs ? crossing : null,
    limitMs: expressLimitMs,
  };
};

export interface VolumeCost {
  readonly arm: Arm;
  /** USD a month. */
  readonly monthly: number;
}

/** Cost of `volume` executions a month at the run's cost of one; cheapest first. */
export const monthlyOf = (arms: readonly Arm[], volume: number): VolumeCost[] =>
  arms
    .filter((arm) => arm.cost !== null)
    .map((arm) => ({ arm, monthly: arm.cost!.perExecution * volume }))
    .sort((a, b) => a.monthly - b.monthly);

/** The slider moves in tenths of a power of ten, from 1,000 to a thousand million. */
export const volumeSteps = 60;
export const volumeAt = (step: number): number => Number((1000 * 10 ** (step / 10)).toPrecision(2));
export const stepOf = (volume: number): number =>
  Math.max(0, Math.min(volumeSteps, Math.round(Math.log10(volume / 1000) * 10)));
