import type { Plan } from '../model/plan';
import { systemsOf } from '../model/system';
import { loadSteps, plannedExecutions } from '../run/shapes';

/** What a run on an account may cost before it starts nothing more, USD. */
const accountCap = 1;

/** What a plan is until someone says otherwise: the study's 25 executions, one after the other, both types. */
export const defaultPlan = (file: string, changes: Partial<Plan> = {}): Plan => ({
  file,
  types: ['STANDARD', 'EXPRESS'],
  target: { kind: 'embedded', profile: 'study' },
  load: { kind: 'iterations', executions: 25, concurrency: 1 },
  input: { kind: 'value', label: 'empty object', value: {} },
  warmup: 0,
  seed: 1,
  maxCost: accountCap,
  thresholds: [],
  keep: false,
  ...changes,
});

/**
 * The cap of a run in USD, 0 for none: the one that was asked for, else that of an account. What an emulator would have cost is
 * nobody's money: a run to its end is worth more than a cap that nobody asked for.
 */
export const costCap = (target: Plan['target'], asked?: number): number =>
  asked ?? (target.kind === 'aws' ? accountCap : 0);

/** Executions of the whole plan, warm-up not counted. */
export const planExecutions = (plan: Plan): number =>
  plannedExecutions(plan.load) * systemsOf(plan).length * (plan.observer ? 2 : 1);

/** Executions before the measured ones, of one type: each step of a load is warmed up by itself. */
export const planWarmups = (plan: Pick<Plan, 'load' | 'warmup'>): number => plan.warmup * loadSteps(plan.load).length;
