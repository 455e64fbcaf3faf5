import type { ArmType } from '../model/system';
import { architectures, costArchitectures, type ParameterValues } from './architectures';
import { totalOf, type Rates } from './bill';
import type { CostForecast } from './forecast';

/** What an execution of a system that is no Step Functions type is expected to cost. */
export interface SystemForecast {
  /** USD; null where a part has no price. */
  readonly perExecution: number | null;
}

/**
 * By the meters in architectures.json, `stated` in place of their parameters. An instance is left out: none is made for a run, and it is
 * billed by the hour whether orders come or not.
 */
export const forecastSystem = (
  system: 'event-driven' | 'gateway',
  rates: Rates,
  stated: ParameterValues = {},
): SystemForecast => {
  const all = architectures(rates.table);
  const own = all.architectures.filter(({ id }) => id === system);
  const perOrder = own.map((each) => ({ ...each, meters: each.meters.filter(({ per }) => per !== 'month') }));
  const [cost] = costArchitectures({ ...all, architectures: perOrder }, 1, rates, { parameters: stated });
  return { perExecution: cost?.complete ? cost.total : null };
};

/** As code the tasks of the workflow are billed as ever, and no orchestration. */
export const forecastAsCode = ({ lines, executions }: Pick<CostForecast, 'lines' | 'executions'>): SystemForecast => {
  const { total, complete } = totalOf(lines.filter(({ meter }) => !meter.startsWith('states.')));
  return { perExecution: complete ? total / executions : null };
};

/** USD of one execution by what it is an execution of; null where a price is missing, absent where nothing is known. */
export type ExpectedUsd = Readonly<Partial<Record<ArmType, number | null>>>;
