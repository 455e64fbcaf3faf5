import { isObject } from '../model/json';
import type { Meter } from '../model/cost';
import shipped from './prices.json';

/** A price of the table by name: a meter, or a variant of one (`lambda.gbSeconds.arm64`). */
export type PriceId = string;

/** Quantities up to `upTo` (cumulative in a month; null for the rest) cost `rate` USD each. */
export interface Tier {
  readonly upTo: number | null;
  readonly rate: number;
}

export interface RegionPrice {
  readonly tiers: readonly Tier[];
  /** Key of the table's sources. */
  readonly source: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly note?: string;
}

export interface Price {
  readonly label: string;
  readonly unit: string;
  readonly meter: Meter;
  /** Free each month, in units; a switch of the caller's decides whether it counts. */
  readonly free: number;
  /** Takes from the free units of another price. */
  readonly sharesFreeTierWith?: PriceId;
  /** Bytes that one unit may carry; a larger one is several. */
  readonly chunkBytes?: number;
  /** Where the public price list has it. */
  readonly service: string;
  readonly usage: string;
  readonly regions: Readonly<Record<string, RegionPrice>>;
}

/** A dated price table, format `stepbench.prices/1`: every price this program knows. */
export interface PriceTable {
  readonly schema: 'stepbench.prices/1';
  /** ISO date the prices were compiled. */
  readonly date: string;
  readonly currency: 'USD';
  readonly sources: Readonly<Record<string, string>>;
  readonly prices: Readonly<Record<PriceId, Price>>;
}

const confidences = ['high', 'medium', 'low'];

const tierProblem = (tiers: unknown): string | undefined => {
  if (!Array.isArray(tiers) || tiers.length === 0) return 'has no tiers';
  let before = 0;
  for (const [i, tier] of (tiers as unknown[]).entries()) {
    if (!isObject(tier) || typeof tier.rate !== 'number' || !(tier.rate >= 0)) return `tier ${i + 1} has no rate`;
    const last = i === tiers.length - 1;
    if (last !== (tier.upTo === null)) return 'must end with one tier whose upTo is null';
    if (!last && !(typeof tier.upTo === 'number' && tier.upTo > before)) return 'must have rising upTo';
    before = (tier.upTo as number | null) ?? before;
  }
  return undefined;
};

export type ParsedTable =
  { readonly ok: true; readonly table: PriceTable } | { readonly ok: false; readonly problems: readonly string[] };

/** Checks a price table read from anywhere; every problem at once, in sentences. */
export const parsePriceTable = (value: unknown): ParsedTable => {
  if (!isObject(value) || value.schema !== 'stepbench.prices/1')
    return { ok: false, problems: ['The price table is not of the format stepbench.prices/1.'] };
  const problems: string[] = [];
  if (typeof value.date !== 'string' || Number.isNaN(Date.parse(value.date)))
    problems.push('The price table has no date.');
  if (!isObject(value.prices)) problems.push('The price table has no prices.');
  for (const [id, price] of Object.entries(isObject(value.prices) ? value.prices : {})) {
    if (!isObject(price) || !isObject(price.regions) || typeof price.meter !== 'string') {
      problems.push(`The price ${id} has no meter or no regions.`);
      continue;
    }
    for (const [region, each] of Object.entries(price.regions)) {
      const problem = isObject(each)
        ? (tierProblem(each.tiers) ??
          (confidences.some((known) => known === each.confidence) ? undefined : 'has no confidence'))
        : 'is no object';
      if (problem) problems.push(`The price ${id} in ${region} ${problem}.`);
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, table: value as unknown as PriceTable };
};

let checked: PriceTable | undefined;

/** The table that ships with this version. */
export const priceTable = (): PriceTable => {
  if (!checked) {
    const parsed = parsePriceTable(shipped);
    if (!parsed.ok) throw new Error(`The shipped price table is damaged: ${parsed.problems.join(' ')}`);
    checked = parsed.table;
  }
  return checked;
};

/** A warning where the table is older than a year at `now` (epoch ms), else undefined. */
export const ageWarning = (table: PriceTable, now: number): string | undefined => {
  const days = Math.floor((now - Date.parse(table.date)) / 86_400_000);
  return days > 365
    ? `The prices are of ${table.date}, ${days} days old: refresh them with "stepbench prices".`
    : undefined;
};

/** What is known of a price in a region. `assumed` is set where another region's price was taken because the caller allowed it. */
export const findPrice = (
  table: PriceTable,
  id: PriceId,
  region: string,
  assumeRegion?: string,
): { readonly price: Price; readonly here: RegionPrice | null; readonly assumed?: string } | undefined => {
  const price = table.prices[id];
  if (!price) return undefined;
  const here = price.regions[region];
  if (here) return { price, here };
  const elsewhere = assumeRegion === undefined ? undefined : price.regions[assumeRegion];
  return elsewhere ? { price, here: elsewhere, assumed: assumeRegion! } : { price, here: null };
};

/**
 * USD of a month's quantity under cumulative tiers, after `free` units. Continuous and rising in the quantity.
 * RangeError for a negative or unbounded quantity.
 */
export const tieredAmount = (quantity: number, tiers: readonly Tier[], free = 0): number => {
  if (!(quantity >= 0) || !Number.isFinite(quantity))
    throw new RangeError(`A quantity must be a number from 0, not ${quantity}.`);
  let amount = 0;
  let from = 0;
  const billable = Math.max(0, quantity - free);
  for (const { upTo, rate } of tiers) {
    const to = Math.min(billable, upTo ?? Infinity);
    if (to > from) amount += (to - from) * rate;
    from = Math.max(from, upTo ?? Infinity);
    if (from >= billable) break;
  }
  return amount;
};
