/** Worked examples of AWS's pricing pages, told in our own words, each exact to the sixth digit of a cent. */
import { describe, expect, it } from 'vitest';
import {
  bill,
  billedMemoryMb,
  estimatedMemoryMb,
  gbSeconds,
  priceTable,
  totalOf,
  type BillItem,
  type PriceTable,
} from '../../../src/cost';

const table = priceTable();

interface Example {
  readonly what: string;
  readonly address: string;
  readonly items: readonly BillItem[];
  readonly freeTier: boolean;
  readonly usd: number;
  /** Where the page reckons with prices rounded or dated otherwise than the price list. */
  readonly prices?: PriceTable;
}

const withTiers = (id: string, tiers: PriceTable['prices'][string]['regions'][string]['tiers']): PriceTable => ({
  ...table,
  prices: {
    ...table.prices,
    [id]: { ...table.prices[id]!, regions: { 'us-east-1': { tiers, source: 'PAGE', confidence: 'high' } } },
  },
});
const item = (price: string, quantity: number): BillItem => ({ price, quantity, provenance: 'assumed' });
const hour = 3600;

const examples: Example[] = [
  {
    what: 'A month of 100,000 Standard executions of four transitions each, the free 4,000 off: 396,000 at $0.000025',
    address: 'https://aws.amazon.com/step-functions/pricing/',
    items: [item('states.transitions', 400_000)],
    freeTier: true,
    usd: 9.9,
  },
  {
    what: '100 million Express executions of 10 s in 64 MB: 17,361.11 GB-hours over three tiers and the requests, with the page’s prices by the hour',
    address: 'https://aws.amazon.com/step-functions/pricing/',
    items: [item('states.express.requests', 100e6), item('states.express.gbSeconds', 100e6 * gbSeconds(10_000, 64))],
    freeTier: false,
    prices: withTiers('states.express.gbSeconds', [
      { upTo: 1000 * hour, rate: 0.06 / hour },
      { upTo: 5000 * hour, rate: 0.03 / hour },
      { upTo: null, rate: 0.01642 / hour },
    ]),
    usd: 100 + 60 + 120 + (62_500_000 / 3600 - 5000) * 0.01642,
  },
  {
    what: 'Three million Lambda requests of 512 MB and one second, the free 400,000 GB-seconds and million requests off, at the rounded rate the page then had',
    address: 'https://aws.amazon.com/lambda/pricing/',
    items: [item('lambda.gbSeconds', 3e6 * gbSeconds(1000, 512)), item('lambda.requests', 3e6)],
    freeTier: true,
    prices: withTiers('lambda.gbSeconds', [{ upTo: null, rate: 0.00001667 }]),
    usd: 1_100_000 * 0.00001667 + 0.4,
  },
  {
    what: 'The same at the rate of the price list',
    address: 'https://aws.amazon.com/lambda/pricing/',
    items: [item('lambda.gbSeconds', 3e6 * gbSeconds(1000, 512)), item('lambda.requests', 3e6)],
    freeTier: true,
    usd: 18.73337,
  },
  {
    what: 'Thirty million Lambda requests of 128 MB and 200 ms: 750,000 GB-seconds less the free 400,000',
    address: 'https://aws.amazon.com/lambda/pricing/',
    items: [item('lambda.gbSeconds', 30e6 * gbSeconds(200, 128)), item('lambda.requests', 30e6)],
    freeTier: true,
    usd: 350_000 * 0.0000166667 + 29e6 * 0.0000002,
  },
  {
    what: '60 TB of vended logs: 10, 20, 20 and 10 TB at falling rates',
    address: 'https://www.duckbillgroup.com/?p=9080',
    items: [item('logs.ingestedGb', 60 * 1024)],
    freeTier: false,
    usd: 1024 * (10 * 0.5 + 20 * 0.25 + 20 * 0.1 + 10 * 0.05),
  },
];

describe('examples of the pricing pages', () => {
  it.each(examples.map((each) => [each.what, each] as const))('%s', (_, { items, freeTier, usd, prices }) => {
    const { total, complete } = totalOf(bill(items, { table: prices ?? table, region: 'us-east-1' }, { freeTier }));
    expect(complete).toBe(true);
    expect(total).toBeCloseTo(usd, 8);
  });
  it('the page’s Express example comes to $482.97, and to 0.1 % the same with the price list’s rates by the second', () => {
    const { items, prices } = examples[1]!;
    const page = totalOf(bill(items, { table: prices!, region: 'us-east-1' })).total;
    expect(page).toBeCloseTo(482.97, 2);
    expect(Math.abs(totalOf(bill(items, { table, region: 'us-east-1' })).total / page - 1)).toBeLessThan(0.001);
  });
  it('a definition of 50 KB and 400 Map steps of 32 KB take 62.5 MB (62.85 as the page rounds), billed as 64', () => {
    const used = estimatedMemoryMb(50 * 1024, 32 * 1024, 400);
    expect(used).toBeCloseTo(62.55, 2);
    expect(billedMemoryMb(used)).toBe(64);
  });
});
