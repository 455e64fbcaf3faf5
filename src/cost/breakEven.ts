import { formatCount, formatMs, formatUsd } from '../model/format';
import { crossings, monthly, type Crossing } from './answers';
import type { BillItem, Rates } from './bill';
import { billedDurationMs, billedMemoryMb, gbSeconds } from './express';
import { findPrice } from './table';

/** An Express execution may last 5 minutes. */
const expressLimitMs = 300_000;

interface UnitPrices {
  readonly transition: number;
  readonly request: number;
  readonly gbSecond: number;
}

/** First-tier prices of both types; undefined where one is not known for the region. */
export const unitPrices = ({ table, region, assumeRegion }: Rates): UnitPrices | undefined => {
  const rate = (id: string): number | undefined => findPrice(table, id, region, assumeRegion)?.here?.tiers[0]?.rate;
  const [transition, request, gbSecond] = [
    rate('states.transitions'),
    rate('states.express.requests'),
    rate('states.express.gbSeconds'),
  ];
  return transition === undefined || request === undefined || gbSecond === undefined
    ? undefined
    : { transition, request, gbSecond };
};

/**
 * The duration at which an Express execution costs as much as a Standard one of `transitions`, ms, at first-tier prices without
 * logs: Express is the cheaper below it. Infinity never occurs; 0 where Standard is always the cheaper.
 */
export const breakEvenDurationMs = (transitions: number, memoryMb: number, prices: UnitPrices): number =>
  Math.max(
    0,
    ((transitions * prices.transition - prices.request) / (prices.gbSecond * (billedMemoryMb(memoryMb) / 1024))) * 1000,
  );

/** The least number of transitions from which Express is the cheaper for any duration it allows. */
export const transitionsWhereExpressAlwaysWins = (memoryMb: number, prices: UnitPrices): number =>
  Math.floor(
    (prices.request + prices.gbSecond * gbSeconds(expressLimitMs, billedMemoryMb(memoryMb))) / prices.transition,
  ) + 1;

export interface TypeComparison {
  /** USD an execution, everything counted; null where a price is missing. */
  readonly standard: number | null;
  readonly express: number | null;
  readonly breakEvenMs: number | null;
  readonly alwaysExpressFrom: number | null;
  /** Volumes a month, free tier counted, where the cheaper changes. */
  readonly volumes: readonly Crossing[];
  readonly recommendation: string;
}

export interface TypeQuestion {
  readonly standard: readonly BillItem[];
  readonly express: readonly BillItem[];
  /** Billed transitions and mean duration of one execution. */
  readonly transitions: number;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Why it could not be Express, in sentences; see asl/blockers.ts. */
  readonly blockers: readonly string[];
  /** Executions a month the recommendation is for. */
  readonly perMonth: number;
  /** Whether the figures come from a run or from the definition alone. */
  readonly basis: 'measured' | 'assumed';
  /** Where they were simulated: the profile's name. */
  readonly simulated?: string | null;
}

/** Standard against Express in money, with one sentence to act on. */
export const compareTypes = (question: TypeQuestion, rates: Rates): TypeComparison => {
  const { transitions, memoryMb } = question;
  const price = (items: readonly BillItem[], n: number, freeTier: boolean) => monthly(items, n, rates, { freeTier });
  const [standard, express] = [price(question.standard, 1, false), price(question.express, 1, false)];
  const prices = unitPrices(rates);
  const comparable = prices !== undefined;
  const volumes = comparable
    ? crossings(
        (n) => price(question.standard, n, true).total,
        (n) => price(question.express, n, true).total,
      )
    : [];
  return {
    standard: comparable ? standard.total : null,
    express: comparable ? express.total : null,
    breakEvenMs: prices ? breakEvenDurationMs(transitions, memoryMb, prices) : null,
    alwaysExpressFrom: prices ? transitionsWhereExpressAlwaysWins(memoryMb, prices) : null,
    volumes,
    recommendation: recommend(question, rates, comparable),
  };
};

const recommend = (question: TypeQuestion, rates: Rates, comparable: boolean): string => {
  const { blockers, durationMs, transitions, perMonth } = question;
  const assumptions =
    `${formatCount(perMonth)} executions a month, ${formatCount(transitions)} transitions and ${formatMs(durationMs)} each ` +
    `(${question.basis}${question.simulated ? `, simulated with the profile ${question.simulated}` : ''}), prices of ${rates.table.date} in ${rates.region}, without free tier`;
  if (blockers.length > 0)
    return `Stay with Standard: ${blockers[0]}${blockers.length > 1 ? ` (and ${blockers.length - 1} more)` : ''}`;
  if (durationMs > expressLimitMs)
    return `Stay with Standard: an execution takes ${formatMs(durationMs)}, and Express ends after 5 minutes.`;
  if (!comparable) return `No recommendation: not all prices of Standard and Express are known for ${rates.region}.`;
  const months = [question.standard, question.express].map((items) => monthly(items, perMonth, rates));
  const [standard, express] = months.map(({ total }) => total) as [number, number];
  const without = [
    ...new Set(months.flatMap(({ lines }) => lines.flatMap((line) => (line.amount === null ? [line.label] : [])))),
  ];
  const caveat =
    without.length > 0 ? ` Left out of the sums, for want of a price or a quantity: ${without.join(', ')}.` : '';
  const [cheap, dear, name] = express < standard ? [express, standard, 'Express'] : [standard, express, 'Standard'];
  if (dear - cheap <= dear * 0.02)
    return `Either: both cost about ${formatUsd(cheap)} a month at ${assumptions}.${caveat}`;
  const near =
    billedDurationMs(durationMs) > expressLimitMs * 0.8
      ? ' Executions come near the 5 minutes that Express allows.'
      : '';
  const semantics =
    name === 'Express'
      ? ' Express runs a step at least once, so tasks must bear being repeated, and keeps no history but its log.'
      : '';
  return `${name}: ${formatUsd(cheap)} instead of ${formatUsd(dear)} a month at ${assumptions}.${caveat}${semantics}${near}`;
};
