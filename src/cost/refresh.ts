import { isObject } from '../model/json';
import { parsePriceTable, type PriceId, type PriceTable, type RegionPrice, type Tier } from './table';

/** One price found in a price list. */
export interface ListedPrice {
  readonly id: PriceId;
  readonly region: string;
  readonly tiers: readonly Tier[];
}

export interface PriceList {
  /** ISO date of publication. */
  readonly publishedAt: string;
  readonly prices: readonly ListedPrice[];
}

export type ParsedPriceList =
  { readonly ok: true; readonly list: PriceList } | { readonly ok: false; readonly problem: string };

/** `APN2-StateTransition` and `StateTransition` are one usage type; the prefix is the region's. */
const usageMatches = (usageType: string, usage: string): boolean =>
  usageType === usage || (/^[A-Z]{2,4}\d?-/.test(usageType) && usageType.slice(usageType.indexOf('-') + 1) === usage);

const tiersOf = (term: unknown): Tier[] => {
  const found: { from: number; upTo: number | null; rate: number }[] = [];
  for (const offer of Object.values(isObject(term) ? term : {})) {
    for (const dimension of Object.values(
      isObject(offer) && isObject(offer.priceDimensions) ? offer.priceDimensions : {},
    )) {
      if (!isObject(dimension) || !isObject(dimension.pricePerUnit)) continue;
      const rate = Number(dimension.pricePerUnit.USD);
      const [from, to] = [
        Number(dimension.beginRange ?? 0),
        dimension.endRange === undefined || dimension.endRange === 'Inf' ? null : Number(dimension.endRange),
      ];
      if (Number.isFinite(rate) && Number.isFinite(from) && (to === null || Number.isFinite(to)))
        found.push({ from, upTo: to, rate });
    }
  }
  found.sort((a, b) => a.from - b.from);
  // A first tier at no charge is the free tier, which the table keeps apart; what follows then counts from there.
  const free = found[0]?.rate === 0 && found.length > 1 ? (found.shift()!.upTo ?? 0) : 0;
  return found.map(({ upTo, rate }) => ({ upTo: upTo === null ? null : upTo - free, rate }));
};

/**
 * Reads an offer file of the public price list (`…/offers/v1.0/aws/SERVICE/current/REGION/index.json`), as far as it prices what the
 * table prices. A file of another form is refused with a reason.
 */
export const parsePriceList = (value: unknown, table: PriceTable): ParsedPriceList => {
  if (!isObject(value) || typeof value.offerCode !== 'string' || !isObject(value.products) || !isObject(value.terms)) {
    return { ok: false, problem: 'It is not an offer file of the AWS price list.' };
  }
  const publishedAt = typeof value.publicationDate === 'string' ? value.publicationDate.slice(0, 10) : '';
  if (Number.isNaN(Date.parse(publishedAt))) return { ok: false, problem: 'It has no date of publication.' };
  const onDemand = isObject(value.terms.OnDemand) ? value.terms.OnDemand : {};
  const prices: ListedPrice[] = [];
  for (const [sku, product] of Object.entries(value.products)) {
    if (!isObject(product) || !isObject(product.attributes)) continue;
    const { usagetype, regionCode } = product.attributes;
    if (typeof usagetype !== 'string' || typeof regionCode !== 'string') continue;
    for (const [id, price] of Object.entries(table.prices)) {
      if (price.service !== value.offerCode || !usageMatches(usagetype, price.usage)) continue;
      const tiers = tiersOf(onDemand[sku]);
      if (tiers.length > 0 && tiers.at(-1)!.upTo === null) prices.push({ id, region: regionCode, tiers });
    }
  }
  return prices.length > 0
    ? { ok: true, list: { publishedAt, prices } }
    : { ok: false, problem: `It holds no price of ${value.offerCode} that the table knows.` };
};

export interface PriceChange {
  readonly id: PriceId;
  readonly region: string;
  readonly before: readonly Tier[] | null;
  readonly after: readonly Tier[];
}

const same = (a: readonly Tier[], b: readonly Tier[]): boolean =>
  a.length === b.length && a.every((tier, i) => tier.upTo === b[i]!.upTo && Math.abs(tier.rate - b[i]!.rate) < 1e-15);

/** What a price list would change in a table, and the table with it applied. */
export const refreshTable = (
  table: PriceTable,
  list: PriceList,
): { readonly table: PriceTable; readonly changes: readonly PriceChange[] } => {
  const source = `LIST-${list.publishedAt}`;
  const prices = structuredClone(table.prices) as Record<PriceId, { regions: Record<string, RegionPrice> }>;
  const changes: PriceChange[] = [];
  for (const { id, region, tiers } of list.prices) {
    const before = table.prices[id]?.regions[region]?.tiers ?? null;
    if (!before || !same(before, tiers)) changes.push({ id, region, before, after: tiers });
    prices[id]!.regions[region] = { tiers, source, confidence: 'high' };
  }
  const next = {
    ...table,
    date: list.publishedAt,
    sources: { ...table.sources, [source]: `AWS price list of ${list.publishedAt}` },
    prices,
  };
  const checked = parsePriceTable(next);
  if (!checked.ok) throw new Error(checked.problems.join(' '));
  return { table: checked.table, changes };
};
