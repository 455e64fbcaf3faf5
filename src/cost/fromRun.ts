import type { Arm } from '../model/run';
import type { BillItem } from './bill';
import type { ForecastAssumptions } from './forecast';

/** What one execution of an arm consumed, from its bill: to price it anew, for another region or a month. */
export const itemsOfArm = (arm: Arm): BillItem[] => {
  const { cost } = arm;
  if (!cost || cost.executions === 0) return [];
  return cost.lines.map(({ meter, price, quantity, amount, provenance, note, unitPrice }) => ({
    price: price ?? meter,
    // A line whose price was known but not its amount is one whose quantity was not.
    quantity: amount === null && unitPrice !== null ? null : quantity / cost.executions,
    provenance,
    ...(note === undefined ? {} : { note }),
  }));
};

/** What an arm measured, as assumptions of a forecast for the other type. */
export const assumptionsOfArm = (arm: Arm): ForecastAssumptions => {
  const traced = arm.traced ?? arm.latencyMs?.n ?? 0;
  if (traced === 0) return {};
  return {
    visits: Object.fromEntries(arm.states.map((state) => [state.path, state.visits / traced])),
    taskMs: Object.fromEntries(
      arm.states
        .filter((state) => state.type === 'Task' && state.visits > 0)
        .map((state) => [state.path, state.parts.work]),
    ),
    ...(arm.latencyMs ? { durationMs: arm.latencyMs.mean } : {}),
  };
};

/**
 * ms that a cold start of one of its functions took: the mean of its cold executions less that of its warm ones, shared out among the
 * cold starts of an execution. Undefined where Lambda did not report them, or a kind has fewer than three.
 */
export const initMsOfArm = ({
  coldBasis,
  coldLatencyMs: cold,
  warmLatencyMs: warm,
  states,
  traced,
}: Arm): number | undefined => {
  if (coldBasis !== 'reported' || !cold || !warm || cold.n < 3 || warm.n < 3 || !traced) return undefined;
  const starts = states.reduce((sum, state) => sum + state.coldStarts, 0);
  // As many executions were looked into as traces were read: their cold starts are those of these alone.
  const each = starts / ((cold.n / (cold.n + warm.n)) * traced);
  const init = (cold.mean - warm.mean) / each;
  return Number.isFinite(init) && init > 0 ? init : undefined;
};

/** Billed Standard transitions of one execution and of what it starts: from its bill, else entered states and retries. */
export const transitionsOfArm = (arm: Arm): number => {
  const lines =
    arm.type === 'STANDARD'
      ? (arm.cost?.lines ?? []).filter((each) => each.meter === 'states.transitions' && each.amount !== null)
      : [];
  if (lines.length > 0 && arm.cost!.executions > 0)
    return lines.reduce((sum, line) => sum + line.quantity, 0) / arm.cost!.executions;
  const traced = arm.traced ?? arm.latencyMs?.n ?? 0;
  return traced === 0
    ? 0
    : arm.states.reduce((sum, state) => sum + state.visits + (state.type === 'Task' ? state.retries : 0), 0) / traced;
};
