import { forecast, priceTable } from '../cost';
import { ExpectedError } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { Plan } from '../model/plan';
import { forecastPlan, type ExecutionEstimate } from '../plan/forecast';
import type { Quotas } from '../plan/quotas';
import type { Door } from '../target/door';
import type { Ask } from './contract';
import type { Prepared } from './prepare';

/** Says whose account it is and what the run would cost there, and asks. @throws ExpectedError when the answer is no. */
export const confirmRealAccount = async (
  plan: Plan,
  definition: JsonObject,
  door: Door,
  prepared: Prepared,
  quotas: Quotas,
  ask: Ask,
): Promise<void> => {
  const estimate = estimateOf(definition, door.region, prepared);
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

/** From the definition alone: the longest way to a good end, usual times of the services. */
export const estimateOf = (definition: JsonObject, region: string, prepared: Prepared): ExecutionEstimate => {
  const of = (type: WorkflowType) =>
    forecast(definition, type, 1, functionsOf(prepared), { table: priceTable(), region });
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
