import { coldShares, forecast, priceTable, stretchOf } from '../cost';
import { ExpectedError } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { Plan } from '../model/plan';
import { forecastPlan, money, type ExecutionEstimate } from '../plan/forecast';
import type { Quotas } from '../plan/quotas';
import type { Door } from '../target/door';
import type { Ask } from './contract';
import type { Prepared } from './prepare';
import { loadSteps } from './shapes';

/**
 * Says whose account it is and what the run would cost there, and asks: on an account always, on another endpoint only where the
 * forecast is above a cap that was set. @throws ExpectedError when the answer is no.
 */
export const confirmSpending = async (
  plan: Plan,
  definition: JsonObject,
  door: Door,
  prepared: Pick<Prepared, 'settings'>,
  quotas: Quotas,
  ask: Ask,
): Promise<void> => {
  const { usd, sentences } = forecastPlan(plan, quotas, estimateOf(definition, door.region, prepared, plan));
  const above = plan.maxCost > 0 && usd !== null && usd > plan.maxCost;
  const account = plan.target.kind === 'aws';
  if (!account && !above) return;
  const { endpoint } = door.connection;
  const agreed = await ask({
    kind: 'confirm',
    about: 'realAccount',
    message: account
      ? `Run on AWS account ${door.accountId} in ${door.region} (${door.caller})${endpoint ? ` at ${endpoint}` : ''}?`
      : `Run on ${endpoint} (account ${door.accountId}), whose bill is capped?`,
    detail: [
      sentences.time,
      sentences.quota,
      sentences.money,
      ...(above
        ? [`The forecast of ${money(usd)} is above the cap: the run would end early, with what it has by then.`]
        : []),
      plan.keep ? 'What is deployed is kept.' : 'What is deployed is removed at the end.',
    ].join('\n'),
  });
  if (agreed === true) return;
  throw new ExpectedError(
    above
      ? `Not run: the forecast of ${money(usd)} is above the cap of ${money(plan.maxCost)}. Raise it (--max-cost), run fewer executions, or use --yes to run up to the cap.`
      : 'Not run: the account was not confirmed. Use --yes to run without being asked.',
  );
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
    return forecast(definition, type, 1, functionsOf(prepared), rates, { coldShare });
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
