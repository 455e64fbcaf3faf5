import { ExpectedError } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { Plan } from '../model/plan';
import { forecastPlan, money } from '../plan/forecast';
import type { Quotas } from '../plan/quotas';
import type { Door } from '../target/door';
import type { Ask } from './contract';
import { estimateOf } from './estimate';
import type { Prepared } from './prepare';

/**
 * Says whose account it is and what the run would cost there, and asks: on an account always, on another endpoint only where the
 * forecast is above a cap that was set. @throws ExpectedError when the answer is no.
 */
export const confirmSpending = async (
  plan: Plan,
  definition: JsonObject,
  door: Door,
  prepared: Pick<Prepared, 'settings' | 'initMs'>,
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
