import {
  coldShares,
  forecast,
  forecastAsCode,
  forecastSystem,
  priceTable,
  stretchOf,
  type CostForecast,
  type ExpectedUsd,
  type Rates,
} from '../cost';
import type { JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { Plan } from '../model/plan';
import type { WorkflowSettings } from '../model/settings';
import type { ExecutionEstimate } from '../plan/forecast';
import { leadMs } from '../target/driver';
import { driverCost, driverShapeOf } from './distributedCost';
import type { Prepared } from './prepare';
import { loadSteps, plannedExecutions, scheduleOf } from './shapes';

/** What of a plan an estimate depends on. */
type Estimated = Pick<Plan, 'types' | 'load' | 'warmup' | 'driver'>;

/**
 * From the definition and the load: the longest way to a good end, usual times of the services, and the cold starts that the first
 * executions meet. Of two types each may be first: the one that costs more by it is taken to be.
 */
export const estimateOf = (
  definition: JsonObject,
  region: string,
  prepared: Pick<Prepared, 'settings' | 'initMs'>,
  plan: Estimated,
): ExecutionEstimate => {
  const { load, warmup } = plan;
  const rates = { table: priceTable(), region };
  const of = (type: WorkflowType) => {
    const warm = forecast(definition, type, 1, functionsOf(prepared), rates);
    const stretches = loadSteps(load).flatMap((step) => {
      const own = stretchOf(type, step.load, warm.durationMs);
      return [...(warmup > 0 ? [{ ...own, executions: warmup, atOnce: Math.min(own.atOnce, warmup) }] : []), own];
    });
    const shares = coldShares(definition, stretches, { shareOf: () => 0 });
    const executions = stretches.reduce((sum, each) => sum + each.executions, 0);
    const coldShare: Record<string, number> = {};
    stretches.forEach((stretch, i) => {
      for (const [fn, share] of Object.entries(shares[i] ?? {}))
        coldShare[fn] = (coldShare[fn] ?? 0) + (share * stretch.executions) / executions;
    });
    return forecast(definition, type, 1, functionsOf(prepared), rates, {
      coldShare,
      ...(prepared.initMs === undefined ? {} : { initMs: { lambda: prepared.initMs } }),
    });
  };
  const standard = of('STANDARD');
  const express = of('EXPRESS');
  return {
    durationMs: standard.durationMs,
    transitions: standard.transitions,
    usd: {
      STANDARD: standard.complete ? standard.perExecution : null,
      EXPRESS: express.complete ? express.perExecution : null,
      ...others(rates, prepared.settings, standard),
    },
    ...(plan.driver ? { driverUsd: driverUsd(plan, region, standard.durationMs) } : {}),
  };
};

/** The systems that are described, by their meters, and the workflow as code. */
const others = (rates: Rates, { systems }: WorkflowSettings, standard: CostForecast): ExpectedUsd => ({
  AS_CODE: forecastAsCode(standard).perExecution,
  ...(systems?.['event-driven']
    ? { EVENT_DRIVEN: forecastSystem('event-driven', rates, systems['event-driven'].costs).perExecution }
    : {}),
  ...(systems?.gateway ? { GATEWAY: forecastSystem('gateway', rates, systems.gateway.costs).perExecution } : {}),
});

/** What the drivers of all types and steps cost, each for as long as its load takes. */
const driverUsd = ({ types, load }: Estimated, region: string, durationMs: number): number | null => {
  let total = 0;
  for (const type of types)
    for (const step of loadSteps(load)) {
      const schedule = scheduleOf(step.load);
      const shape = driverShapeOf(type, step.load);
      const children = plannedExecutions(step.load);
      const driverMs =
        schedule.model === 'open'
          ? leadMs(schedule.startsAt, shape.child) + (schedule.startsAt.at(-1) ?? 0) + durationMs
          : Math.ceil(children / schedule.concurrency) * (durationMs + schedule.thinkMs);
      const { usd, complete } = driverCost({ shape, children, region, driverMs });
      if (!complete) return null;
      total += usd;
    }
  return total;
};

/** Functions as their bill needs them. */
export const functionsOf = (prepared: Pick<Prepared, 'settings'>) =>
  Object.fromEntries(
    Object.entries(prepared.settings.functions ?? {}).map(([name, each]) => [
      name,
      { memoryMb: each.memorySize ?? 128, architecture: each.architecture },
    ]),
  );
