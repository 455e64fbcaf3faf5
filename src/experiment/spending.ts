import { languageOf, parseMachine } from '../asl';
import { loadSettings } from '../asl/settings';
import { readFile } from 'node:fs/promises';
import { forecastPlan, regionQuotas } from '../plan';
import { estimateOf } from '../run/estimate';
import type { Trial } from './trials';

/** What all runs of an experiment are forecast to cost on an account. */
export interface ExperimentForecast {
  /** USD; null where a run's cost cannot be forecast. */
  readonly usd: number | null;
  readonly executions: number;
  readonly runs: number;
}

/** Derived from the definitions as they stand, each run that several rows share counted once. */
export const forecastTrials = async (trials: readonly Trial[], region: string): Promise<ExperimentForecast> => {
  const once = [...new Map(trials.map((trial) => [trial.key, trial])).values()];
  let usd: number | null = 0;
  let executions = 0;
  for (const { plan } of once) {
    const { settings } = await loadSettings(plan.file);
    const { definition } = parseMachine(await readFile(plan.file, 'utf8'), languageOf(plan.file));
    const told = definition
      ? forecastPlan(plan, regionQuotas(region), estimateOf(definition, region, { settings }, plan))
      : undefined;
    usd = usd === null || told?.usd === null || told === undefined ? null : usd + told.usd;
    executions += told?.executions ?? 0;
  }
  return { usd, executions, runs: once.length };
};
