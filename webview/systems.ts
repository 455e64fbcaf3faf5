import type { Arm } from '../src/model/run';
import type { Load } from '../src/model/plan';
import type { RunDocument } from '../src/model/run';
import type { Context } from './context';

/** Everything that is told apart by colour, and by dash and label too. */
export type SystemId = 'standard' | 'express' | 'event' | 'gateway' | 'other';

export const systemOf = (arm: Pick<Arm, 'system' | 'type'>): SystemId => {
  const name = arm.system.toLowerCase();
  if (name.startsWith('standard')) return 'standard';
  if (name.startsWith('express')) return 'express';
  if (name.startsWith('event')) return 'event';
  if (name.startsWith('gateway') || name.startsWith('micro')) return 'gateway';
  return 'other';
};

/** Dash of a system's line, so that it is known without its colour. */
export const dashes: Readonly<Record<SystemId, readonly number[]>> = {
  standard: [],
  express: [],
  event: [6, 4],
  gateway: [2, 3],
  other: [8, 3, 2, 3],
};

export const systemLabel = (arm: Pick<Arm, 'system' | 'type'>, { t }: Pick<Context, 't'>): string => {
  switch (systemOf(arm)) {
    case 'standard':
      return t('standard');
    case 'express':
      return t('express');
    case 'event':
      return t('eventDriven');
    case 'gateway':
      return t('gateway');
    case 'other':
      return arm.system === 'as-code' ? t('asCode') : arm.system;
  }
};

/** The number a sweep goes over: orders at once, or starts a second. */
export const loadValue = (load: Load): number => {
  switch (load.kind) {
    case 'iterations':
      return load.concurrency;
    case 'burst':
      return load.executions;
    case 'arrivalRate':
      return load.endRate ?? load.rate;
    case 'sweep':
      return load.values[0] ?? 0;
  }
};

export const loadLabel = (load: Load, { t, f }: Pick<Context, 't' | 'f'>): string => {
  switch (load.kind) {
    case 'iterations':
      return t('loadIterations', f.count(load.concurrency));
    case 'burst':
      return t('loadBurst', f.count(load.executions));
    case 'arrivalRate':
      return t('loadRate', f.number(load.endRate ?? load.rate));
    case 'sweep':
      return t('loadSweep');
  }
};

/** Type, with its load where the run has the same system under several. */
export const armLabel = (arm: Arm, arms: readonly Arm[], context: Pick<Context, 't' | 'f'>): string => {
  const alone = arms.filter((other) => other.system === arm.system).length <= 1;
  const label = systemLabel(arm, context);
  return alone ? label : `${label}, ${loadLabel(arm.load, context)}`;
};

/**
 * One arm a system: what tabs about states and executions show. With several loads it is the first one, the lowest of
 * a sweep; the sweep tab shows the others.
 */
export const mainArms = (run: RunDocument): readonly { readonly arm: Arm; readonly index: number }[] => {
  const seen = new Set<string>();
  return run.arms
    .map((arm, index) => ({ arm, index }))
    .filter(({ arm }) => !seen.has(arm.system) && seen.add(arm.system) !== undefined);
};

export const finishedOf = (arm: Arm): number =>
  arm.executions.succeeded + arm.executions.failed + arm.executions.timedOut + arm.executions.aborted;

/** Those that a stop of ours ended did not fail. */
export const failedOf = ({ executions }: Arm): number =>
  executions.failed + executions.timedOut + executions.aborted - (executions.cut ?? 0);

export const isRunning = (run: RunDocument | null): boolean => run?.status.kind === 'running';

/** `simulated: study`; the profile `none` is the bare engine. */
export const simulatedLabel = (profile: string, { t }: Pick<Context, 't'>): string =>
  profile === 'none' ? t('simulatedBare') : t('simulatedWith', profile);

/** `measured · simulated: study`, or only how it is known where the service was real. */
export const provenanceLabel = (
  run: RunDocument,
  how: 'measured' | 'derived' | 'assumed',
  { t }: Pick<Context, 't'>,
): string => {
  const known = t(how);
  return run.target.simulated === null ? known : `${known}, ${simulatedLabel(run.target.simulated, { t })}`;
};

/** The arm of each system that is under way, or was last: in a sweep the earlier loads have their own tab. */
export const currentArms = (run: RunDocument): readonly Arm[] => {
  const last = new Map<string, Arm>();
  for (const arm of run.arms) if (arm.samples.length > 0 || !last.has(arm.system)) last.set(arm.system, arm);
  return [...last.values()];
};

/** What stands for figures that a state does not have: it was not reached, or that is not known. */
export const unvisited = (run: RunDocument, { t }: Pick<Context, 't'>): string =>
  t(isRunning(run) ? 'notYet' : run.arms.every((arm) => arm.traced === 0) ? 'notRead' : 'notReached');
