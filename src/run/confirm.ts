import { coldShares, forecast, priceTable, stretchOf } from '../cost';
import { ExpectedError } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { Plan } from '../model/plan';
import { forecastPlan, type ExecutionEstimate } from '../plan/forecast';
import type { Quotas } from '../plan/quotas';
import type { Door } from '../target/door';
import type { Ask } from './contract';
import type { Prepared } from './prepare';
import { loadSteps } from './shapes';

/** Says whose account it is and what the run would cost there, and asks. @throws ExpectedError when the answer is no. */
export const confirmRealAccount = async (
  plan: Plan,
  definition: JsonObject,
  door: Door,
  prepared: Prepared,
  quotas: Quotas,
  ask: Ask,
): Promise<void> => {
  const estimate = estimateOf(definition, door.region, prepared, plan);
  const { sentences } = forecastPlan(plan, quotas, estimate);
  const agreed = await ask({
    kind: 'confirm',
    about: 'realAccount',
    message: `Run on AWS account ${door.accountId} in ${door.region} (${door.caller})?`,
    detail: [
      sentences.time,
      sentences.quota,
      sentences.money,
      plan.keep ? 'What is deployed is kept.' : 'What is deployed is removed at the end.',
    ].join('\n'),
  });
  if (agreed !== true)
    throw new ExpectedError('Not run: the account was not confirmed. Use --yes to run without being asked.');
};

/**
 * From the definition and the load: the longest way to a good end, usual times of the services, and the cold starts that the first
 * executions meet. Of two types each may be first: the one that costs more by it is taken to be.
 */
export const estimateOf = (
  definition: JsonObject,
  region: string,
  prepared: Pick<Prepared, 'settings'>,
  { load, warmup }: Pick<Plan, 'load' | 'warmup'>,
): ExecutionEstimate => {
  const of = (type: WorkflowType) => {
    const warm = forecast(definition, type, 1, functionsOf(prepared), { table: priceTable(), region });
    const stretches = loadSteps(load).map((step) => stretchOf(type, step.load, warm.durationMs));
    const [first] = stretches;
    const before =
      first && warmup > 0 ? [{ ...first, executions: warmup, atOnce: Math.min(first.atOnce, warmup) }] : [];
    const shares = coldShares(definition, [...before, ...stretches], { shareOf: () => 0 });
    const executions = [...before, ...stretches].reduce((sum, each) => sum + each.executions, 0);
    const coldShare: Record<string, number> = {};
    [...before, ...stretches].forEach((stretch, i) => {
      for (const [fn, share] of Object.entries(shares[i] ?? {}))
        coldShare[fn] = (coldShare[fn] ?? 0) + (share * stretch.executions) / executions;
    });
    return forecast(definition, type, 1, functionsOf(prepared), { table: priceTable(), region }, { coldShare });
  };
  const standard = of('STANDARD');
  const express = of('EXPRESS');
  return {
    durationMs: standard.durationMs,
    transitions: standard.transitions,
    usd: {
      STANDARD: standard.complete ? standard.perExecution : null,
      EXPRESS: express.complete ? express.perExecution : null,
    },
  };
};

/** Functions as their bill needs them. */
export const functionsOf = (prepared: Pick<Prepared, 'settings'>) =>
  Object.fromEntries(
    Object.entries(prepared.settings.functions ?? {}).map(([name, each]) => [
      name,
      { memoryMb: each.memorySize ?? 128, architecture: each.architecture },
    ]),
  );
