import type { ArmCost, CostLine } from '../model/cost';
import { bill, totalOf, type Rates } from './bill';
import { itemsOf, type CostContext, type StateItem } from './items';
import type { ArmUsage } from './usage';

/** What one state costs, USD per million executions of the workflow. */
export interface StateCost {
  readonly path: string;
  readonly perMillion: number;
  /** The part of it that retries caused. */
  readonly retriesPerMillion: number;
}

export interface MeteredArm {
  readonly cost: ArmCost;
  readonly states: readonly StateCost[];
  /** path → USD per million, as StateFigures want it; null where a part of the arm has no price. */
  readonly perState: ReadonlyMap<string, number | null>;
  readonly items: readonly StateItem[];
}

const isOrchestration = (line: CostLine): boolean => line.meter.startsWith('states.');

/**
 * The bill of an arm from what was counted. `total` is of the measured executions, without warm-up and without free tier;
 * the sum over states equals it as far as states are answerable (children's executions are nobody's).
 */
export const meterArm = (usage: ArmUsage, context: CostContext, rates: Rates): MeteredArm =>
  meterItems(usage, itemsOf(usage, context), context, rates);

/** The same for items that were counted otherwise. */
export const meterItems = (
  usage: ArmUsage,
  items: readonly StateItem[],
  context: CostContext,
  rates: Rates,
): MeteredArm => {
  const lines = bill(items, rates);
  const { total, complete } = totalOf(lines);
  const executions = usage.executions;
  const perExecution = executions > 0 ? total / executions : 0;
  const orchestration = totalOf(lines.filter(isOrchestration)).total;
  const states = new Map<string, { perMillion: number; retriesPerMillion: number }>(
    context.states.map((state) => [state.path, { perMillion: 0, retriesPerMillion: 0 }]),
  );
  items.forEach((item, i) => {
    const amount = lines[i]!.amount ?? 0;
    if (executions === 0) return;
    for (const [path, { share, retries }] of item.shares) {
      const known = states.get(path) ?? { perMillion: 0, retriesPerMillion: 0 };
      known.perMillion += (amount * share * 1e6) / executions;
      known.retriesPerMillion += (amount * retries * 1e6) / executions;
      states.set(path, known);
    }
  });
  const known = usage.type === 'EXPRESS' || usage.traced > 0;
  return {
    cost: {
      currency: 'USD',
      region: rates.region,
      pricesOf: rates.table.date,
      lines,
      total,
      perExecution,
      perMillion: perExecution * 1e6,
      orchestrationPerMillion: executions > 0 ? (orchestration / executions) * 1e6 : 0,
      complete,
      executions,
      ...(usage.warmups > 0 ? { warmup: perExecution * usage.warmups } : {}),
    },
    states: [...states].map(([path, each]) => ({ path, ...each })),
    perState: new Map([...states].map(([path, each]) => [path, known ? each.perMillion : null])),
    items,
  };
};

/** What `createArm` wants as `price`. */
export const createArmPricer =
  (context: CostContext, rates: Rates) =>
  (usage: ArmUsage): Pick<MeteredArm, 'cost' | 'perState'> =>
    meterArm(usage, context, rates);
