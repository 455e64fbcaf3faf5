import type { CostLine } from '../model/cost';
import type { Provenance } from '../model/distribution';
import { findPrice, tieredAmount, type PriceId, type PriceTable } from './table';

/** A quantity that will be billed. `quantity` null: it is used, but how much is not known. */
export interface BillItem {
  readonly price: PriceId;
  readonly quantity: number | null;
  readonly provenance: Provenance;
  readonly note?: string;
}

export interface Rates {
  readonly table: PriceTable;
  readonly region: string;
  /** Take prices of this region where `region` has none; such lines are labelled assumed. */
  readonly assumeRegion?: string;
}

/** Free units are one account's, a month: prices that share them are served in order of the items. */
const freeUnits = (table: PriceTable): { take(price: PriceId, quantity: number): number } => {
  const left = new Map<PriceId, number>();
  return {
    take: (id, quantity) => {
      const pool = table.prices[id]?.sharesFreeTierWith ?? id;
      const available = left.get(pool) ?? table.prices[pool]?.free ?? 0;
      const taken = Math.min(available, quantity);
      left.set(pool, available - taken);
      return taken;
    },
  };
};

const join = (...notes: readonly (string | undefined)[]): string | undefined =>
  notes.filter(Boolean).join(' ') || undefined;

/**
 * Prices items, `times` over (a month's volume), tiers counted from zero: quantity × unit price = amount, line by line.
 * `unitPrice` of a tiered line is its mean. What has no price here, or no quantity, has a null amount and says why.
 */
export const bill = (
  items: readonly BillItem[],
  rates: Rates,
  options: { times?: number; freeTier?: boolean } = {},
): CostLine[] => {
  const { times = 1, freeTier = false } = options;
  const free = freeUnits(rates.table);
  return items.map((item): CostLine => {
    const found = findPrice(rates.table, item.price, rates.region, rates.assumeRegion);
    if (!found) throw new Error(`The price table has no price named ${item.price}.`);
    const { price, here, assumed } = found;
    const quantity = item.quantity === null ? null : item.quantity * times;
    const given = freeTier && quantity !== null ? free.take(item.price, quantity) : 0;
    const amount = here && quantity !== null ? tieredAmount(quantity, here.tiers, given) : null;
    const note = join(
      item.note,
      here ? here.note : `No price of ${price.label} is known for ${rates.region}.`,
      assumed && `The price of ${assumed} is taken, for want of one for ${rates.region}.`,
      given > 0 ? `${given.toLocaleString('en')} of them are free.` : undefined,
    );
    return {
      meter: price.meter,
      ...(item.price === price.meter ? {} : { price: item.price }),
      label: price.label,
      quantity: quantity ?? 0,
      unit: price.unit,
      unitPrice: here
        ? amount !== null && quantity! > 0 && given === 0
          ? amount / quantity!
          : here.tiers[0]!.rate
        : null,
      amount,
      provenance: assumed ? 'assumed' : item.provenance,
      ...(note ? { note } : {}),
    };
  });
};

/** Σ of the amounts that are known, and whether all are. */
export const totalOf = (lines: readonly CostLine[]): { readonly total: number; readonly complete: boolean } => ({
  total: lines.reduce((sum, line) => sum + (line.amount ?? 0), 0),
  complete: lines.every((line) => line.amount !== null),
});
