import { describe, expect, it } from 'vitest';
import { parsePriceList, priceTable, refreshTable, type PriceList } from '../../../src/cost';

const table = priceTable();
const dimension = (rate: number, from = 0, to: number | 'Inf' = 'Inf') => ({
  unit: 'x',
  beginRange: String(from),
  endRange: String(to),
  pricePerUnit: { USD: rate.toFixed(10) },
});
const offer = (
  entries: readonly (readonly [usage: string, region: string, dimensions: readonly object[]])[],
  more: object = {},
) => ({
  offerCode: 'AmazonStates',
  publicationDate: '2026-12-01T00:00:00Z',
  products: Object.fromEntries(
    entries.map(([usagetype, regionCode], i) => [`SKU${i}`, { attributes: { usagetype, regionCode } }]),
  ),
  terms: {
    OnDemand: Object.fromEntries(
      entries.map(([, , dimensions], i) => [
        `SKU${i}`,
        { T: { priceDimensions: Object.fromEntries(dimensions.map((each, k) => [`D${k}`, each])) } },
      ]),
    ),
  },
  ...more,
});
const listOf = (value: unknown): PriceList => {
  const parsed = parsePriceList(value, table);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.list;
};

describe('the public price list', () => {
  it('is read by usage type, whatever the region’s prefix, tiers in order and the free tier apart', () => {
    const list = listOf(
      offer([
        ['StateTransition', 'us-east-1', [dimension(0.000025, 4000), dimension(0, 0, 4000)]],
        ['APN2-StateTransition', 'ap-northeast-2', [dimension(0.0000271)]],
        [
          'EUW3-StepFunctions-GB-Second',
          'eu-west-3',
          [dimension(0.00000456, 18e6), dimension(0.00001667, 0, 3.6e6), dimension(0.00000833, 3.6e6, 18e6)],
        ],
        ['USE1-Something', 'us-east-1', [dimension(1)]],
      ]),
    );
    expect(list).toEqual({
      publishedAt: '2026-12-01',
      prices: [
        { id: 'states.transitions', region: 'us-east-1', tiers: [{ upTo: null, rate: 0.000025 }] },
        { id: 'states.transitions', region: 'ap-northeast-2', tiers: [{ upTo: null, rate: 0.0000271 }] },
        {
          id: 'states.express.gbSeconds',
          region: 'eu-west-3',
          tiers: [
            { upTo: 3.6e6, rate: 0.00001667 },
            { upTo: 18e6, rate: 0.00000833 },
            { upTo: null, rate: 0.00000456 },
          ],
        },
      ],
    });
  });
  it('shows what it changes, adds regions, and leaves the shipped table alone', () => {
    const { table: next, changes } = refreshTable(
      table,
      listOf(
        offer([
          ['StateTransition', 'us-east-1', [dimension(0.00003)]],
          ['EU-StepFunctions-Request', 'eu-west-1', [dimension(0.000001)]],
          ['APN2-StateTransition', 'ap-northeast-2', [dimension(0.0000271)]],
        ]),
      ),
    );
    expect(
      changes.map((change) => [change.id, change.region, change.before?.[0]?.rate ?? null, change.after[0]!.rate]),
    ).toEqual([
      ['states.transitions', 'us-east-1', 0.000025, 0.00003],
      ['states.express.requests', 'eu-west-1', null, 0.000001],
    ]);
    expect(next.date).toBe('2026-12-01');
    expect(next.prices['states.transitions']!.regions['us-east-1']).toMatchObject({
      source: 'LIST-2026-12-01',
      confidence: 'high',
    });
    expect(table.prices['states.transitions']!.regions['us-east-1']!.tiers[0]!.rate).toBe(0.000025);
    expect(refreshTable(next, listOf(offer([['StateTransition', 'us-east-1', [dimension(0.00003)]]]))).changes).toEqual(
      [],
    );
  });
  it.each([
    ['what is no offer file', { a: 1 }, 'not an offer file'],
    ['a file without a date', offer([], { publicationDate: undefined }), 'no date'],
    ['a file without a known price', offer([['Else', 'us-east-1', [dimension(1)]]]), 'holds no price of AmazonStates'],
    ['prices without an open end', offer([['StateTransition', 'us-east-1', [dimension(1, 0, 5)]]]), 'holds no price'],
    [
      'terms that are missing',
      offer([['StateTransition', 'us-east-1', [dimension(1)]]], { terms: {} }),
      'holds no price',
    ],
  ])('refuses %s', (_, value, why) => {
    const parsed = parsePriceList(value, table);
    expect(parsed.ok ? '' : parsed.problem).toContain(why);
  });
});
