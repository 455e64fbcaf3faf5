import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ageWarning,
  bill,
  billedDurationMs,
  billedMemoryMb,
  crossings,
  estimatedMemoryMb,
  findPrice,
  gbSeconds,
  monthly,
  parsePriceTable,
  priceTable,
  tieredAmount,
  volumeProblem,
  type BillItem,
} from '../../../src/cost';

const table = priceTable();
const rates = { table, region: 'us-east-1' };
const item = (price: string, quantity: number | null): BillItem => ({ price, quantity, provenance: 'measured' });

describe('the price table', () => {
  it('has a source that it names and a confidence for every price', () => {
    for (const price of Object.values(table.prices)) {
      expect(Object.keys(price.regions)).toContain('us-east-1');
      for (const region of Object.values(price.regions)) expect(Object.keys(table.sources)).toContain(region.source);
    }
  });
  it('says so where a region has no price, and never guesses', () => {
    expect(findPrice(table, 'states.express.requests', 'eu-west-1')!.here).toBeNull();
    const [line] = bill([item('states.express.requests', 5)], { table, region: 'eu-west-1' });
    expect(line).toMatchObject({
      amount: null,
      unitPrice: null,
      quantity: 5,
      note: 'No price of Express requests is known for eu-west-1.',
    });
    const [assumed] = bill([item('states.express.requests', 5)], {
      table,
      region: 'eu-west-1',
      assumeRegion: 'us-east-1',
    });
    expect(assumed).toMatchObject({ amount: expect.closeTo(5e-6, 15) as number, provenance: 'assumed' });
    expect(assumed!.note).toContain('The price of us-east-1 is taken');
    expect(() => bill([item('coffee', 1)], rates)).toThrow('no price named coffee');
  });
  it.each([
    ['nothing', null, 'not of the format'],
    ['another format', { schema: 'x' }, 'not of the format'],
    ['no date', { schema: 'stepbench.prices/1', prices: {} }, 'no date'],
    [
      'no tiers',
      {
        schema: 'stepbench.prices/1',
        date: '2026-01-01',
        prices: { a: { meter: 'm', regions: { r: { tiers: [] } } } },
      },
      'The price a in r has no tiers.',
    ],
    [
      'falling tiers',
      {
        schema: 'stepbench.prices/1',
        date: '2026-01-01',
        prices: {
          a: {
            meter: 'm',
            regions: {
              r: {
                confidence: 'high',
                tiers: [
                  { upTo: 5, rate: 1 },
                  { upTo: 3, rate: 1 },
                  { upTo: null, rate: 1 },
                ],
              },
            },
          },
        },
      },
      'must have rising upTo',
    ],
    [
      'an open end',
      {
        schema: 'stepbench.prices/1',
        date: '2026-01-01',
        prices: { a: { meter: 'm', regions: { r: { confidence: 'high', tiers: [{ upTo: 5, rate: 1 }] } } } },
      },
      'must end with one tier',
    ],
    [
      'a negative rate',
      {
        schema: 'stepbench.prices/1',
        date: '2026-01-01',
        prices: { a: { meter: 'm', regions: { r: { confidence: 'high', tiers: [{ upTo: null, rate: -1 }] } } } },
      },
      'has no rate',
    ],
    [
      'a price without a meter',
      { schema: 'stepbench.prices/1', date: '2026-01-01', prices: { a: {} } },
      'has no meter',
    ],
  ])('refuses a table with %s', (_, value, why) => {
    const parsed = parsePriceTable(value);
    expect(parsed.ok ? '' : parsed.problems.join(' ')).toContain(why);
  });
  it('warns when it is old', () => {
    expect(ageWarning(table, Date.parse('2027-01-01'))).toBeUndefined();
    expect(ageWarning(table, Date.parse('2028-01-01'))).toContain('days old: refresh them');
  });
});

describe('rounding and tiers', () => {
  it('bills 100 ms and 64 MB at least, and rounds up', () => {
    expect([0, 1, 100, 100.1, 3200].map(billedDurationMs)).toEqual([100, 100, 100, 200, 3200]);
    expect([0, 50, 64, 64.1, 130].map(billedMemoryMb)).toEqual([64, 64, 64, 128, 192]);
    expect(() => billedDurationMs(-1)).toThrow(RangeError);
    expect(gbSeconds(1000, 1024)).toBe(1);
    expect(estimatedMemoryMb(0, 0, 0)).toBe(50);
  });
  it('never rounds below the raw figure', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (value) =>
          billedDurationMs(value) >= value && billedMemoryMb(value) >= value && billedDurationMs(value) < value + 200,
      ),
    );
  });
  it('rise with volume and have no jump between tiers', () => {
    const { tiers } = table.prices['states.express.gbSeconds']!.regions['us-east-1']!;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const difference = tieredAmount(high, tiers) - tieredAmount(low, tiers);
          expect(difference).toBeGreaterThanOrEqual(-1e-9);
          expect(difference).toBeLessThanOrEqual((high - low) * tiers[0]!.rate + 1e-6);
        },
      ),
    );
    for (const { upTo } of tiers)
      if (upTo !== null) expect(tieredAmount(upTo + 1e-6, tiers) - tieredAmount(upTo - 1e-6, tiers)).toBeLessThan(1e-9);
    for (const bad of [-1, NaN, Infinity]) expect(() => tieredAmount(bad, tiers)).toThrow(RangeError);
  });
  it('shares the free tier of one account between prices', () => {
    const lines = bill([item('lambda.gbSeconds', 300_000), item('lambda.gbSeconds.arm64', 300_000)], rates, {
      freeTier: true,
    });
    expect(lines[0]!.amount).toBe(0);
    expect(lines[1]!.amount).toBeCloseTo(200_000 * 0.0000133334, 9);
  });
});

describe('months', () => {
  it('multiply an execution, with tiers and free tier', () => {
    const month = monthly([item('states.transitions', 13)], 1000, rates, { freeTier: true });
    expect(month.total).toBeCloseTo(9000 * 0.000025, 12);
    expect(monthly([item('states.transitions', 13)], 0, rates).total).toBe(0);
  });
  it('rise with volume', () => {
    const items = [
      item('states.express.requests', 1),
      item('states.express.gbSeconds', 0.2),
      item('logs.ingestedGb', 2e-5),
      item('lambda.requests', 3),
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e10 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.boolean(),
        (n, more, freeTier) => {
          expect(monthly(items, n + more, rates, { freeTier }).total).toBeGreaterThanOrEqual(
            monthly(items, n, rates, { freeTier }).total - 1e-9,
          );
        },
      ),
    );
  });
  it.each([
    [NaN, 'must be a number'],
    [-1, 'cannot be negative'],
    [1e16, 'must not exceed'],
  ])('refuse a volume of %d', (volume, why) => {
    expect(volumeProblem(volume)).toContain(why);
    expect(() => monthly([], volume, rates)).toThrow(RangeError);
  });
  it('find where the cheaper changes, or that it never does', () => {
    expect(
      crossings(
        (n) => Math.max(0, n - 4000),
        (n) => n / 2,
      ),
    ).toEqual([{ executions: 8001, cheaperAbove: 'second' }]);
    expect(
      crossings(
        (n) => n,
        (n) => 2 * n,
      ),
    ).toEqual([]);
    expect(
      crossings(
        (n) => n,
        (n) => n,
      ),
    ).toEqual([]);
  });
});
