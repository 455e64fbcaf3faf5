import type { CostLine } from '../model/cost';
import { bill, totalOf, type BillItem, type Rates } from './bill';

/** A month at a volume. */
export interface MonthlyCost {
  readonly executions: number;
  readonly freeTier: boolean;
  readonly lines: readonly CostLine[];
  readonly total: number;
  readonly complete: boolean;
}

/** A thousand million million is more than AWS runs; beyond it a volume is a slip of the keyboard. */
const greatestVolume = 1e15;

/** Undefined if a volume can be priced, else why not. */
export const volumeProblem = (executions: number): string | undefined => {
  if (!Number.isFinite(executions)) return 'The number of executions a month must be a number.';
  if (executions < 0) return 'The number of executions a month cannot be negative.';
  if (executions > greatestVolume)
    return `The number of executions a month must not exceed ${greatestVolume.toLocaleString('en')}.`;
  return undefined;
};

/** `perExecution` items a month at `executions`, with tiers counted from zero and, if wanted, the free tiers of an account that uses nothing else. */
export const monthly = (
  perExecution: readonly BillItem[],
  executions: number,
  rates: Rates,
  options: { freeTier?: boolean } = {},
): MonthlyCost => {
  const problem = volumeProblem(executions);
  if (problem) throw new RangeError(problem);
  const { freeTier = false } = options;
  const lines = bill(perExecution, rates, { times: executions, freeTier });
  return { executions, freeTier, lines, ...totalOf(lines) };
};

/** Items of one execution from an arm's items of many. */
export const perExecution = (items: readonly BillItem[], executions: number): BillItem[] =>
  items.map(({ price, quantity, provenance, note }) => ({
    price,
    quantity: quantity === null || executions === 0 ? null : quantity / executions,
    provenance,
    ...(note === undefined ? {} : { note }),
  }));

/** A volume at which the cheaper of two changes. */
export interface Crossing {
  readonly executions: number;
  /** Which is cheaper above it. */
  readonly cheaperAbove: 'first' | 'second';
}

/**
 * Every volume up to `limit` (1e12 unless told) where the cheaper of two ways changes; tiers and free units make it a curve, so there
 * may be none or several. Found on a grid of 20 points a decade, then narrowed to one execution.
 */
export const crossings = (
  first: (executions: number) => number,
  second: (executions: number) => number,
  limit = 1e12,
): Crossing[] => {
  const difference = (n: number): number => first(n) - second(n);
  const found: Crossing[] = [];
  let from = 1;
  let before = difference(from);
  for (let i = 1; i <= 20 * Math.log10(limit); i++) {
    const to = Math.max(from + 1, Math.round(10 ** (i / 20)));
    const after = difference(to);
    if (before === 0 && from === 1 && after !== 0) before = after;
    else if (Math.sign(after) !== Math.sign(before) && after !== 0) {
      let [low, high] = [from, to];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (Math.sign(difference(middle)) === Math.sign(after)) high = middle;
        else low = middle;
      }
      found.push({ executions: high, cheaperAbove: after < 0 ? 'first' : 'second' });
      before = after;
    } else if (after !== 0) before = after;
    from = to;
  }
  return found;
};
