import type { WorkflowType } from '../model/machine';
import type { Door } from './door';
import type { Ledger, Resource } from './ledger';
import type { Ownership } from './names';

/** Waiting and chance, from the runner's clock and seed. */
export interface Pause {
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** What every creating step needs: where, on whose behalf, and the ledger that hears of it first. */
export interface Deployment {
  readonly door: Door;
  readonly ledger: Ledger;
  readonly ownership: Ownership;
  readonly pause: Pause;
}

/** A state machine that is ready to be started. */
export interface DeployedMachine {
  readonly type: WorkflowType;
  readonly name: string;
  readonly arn: string;
  /** The published version, or the machine itself where an emulator knows none. A start of it never runs an old definition. */
  readonly startArn: string;
  /** Where an Express machine logs. */
  readonly logGroup?: string;
}

/**
 * Waits until all have come to an end, and only then throws the first failure: whoever cleans up after it must not find a thing
 * still being made.
 */
export const allEnded = async <T>(making: readonly Promise<T>[]): Promise<T[]> => {
  const outcomes = await Promise.allSettled(making);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
};

/** Ledger first, call second, and the ledger hears how it went. `create` answers false when the thing existed and is not ours. */
export const recorded = async (
  ledger: Ledger,
  resource: Resource,
  create: () => Promise<boolean>,
): Promise<boolean> => {
  ledger.intend(resource);
  const ours = await create();
  if (ours) ledger.created(resource);
  else ledger.notOurs(resource);
  return ours;
};
