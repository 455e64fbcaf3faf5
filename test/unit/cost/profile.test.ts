import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  assumptionsOfProfile,
  bill,
  checkForecast,
  coldShares,
  forecast,
  priceTable,
  shareOfProfile,
  stretchOf,
  totalOf,
  type BillItem,
} from '../../../src/cost';
import { meanOf } from '../../../src/cost/profile';
import type { ArmCost } from '../../../src/model/cost';
import type { JsonObject } from '../../../src/model/json';
import type { LatencyProfile } from '../../../src/model/profile';

const rates = { table: priceTable(), region: 'us-east-1' };
const definition: JsonObject = {
  StartAt: 'Check',
  States: {
    Check: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'check' },
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: 2, Next: 'Save' },
    Save: { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { Item: {} }, End: true },
  },
};
const constant = (ms: number) => ({ kind: 'constant', ms }) as const;
const profile: LatencyProfile = {
  schema: 'stepbench.profile/1',
  name: 'p',
  types: {
    EXPRESS: {
      start: constant(10),
      transition: constant(5),
      tasks: {
        'lambda:check': { queue: constant(20), work: constant(400), cold: constant(1000), coldShare: 0.1 },
        dynamodb: { work: constant(30), cold: constant(50) },
      },
    },
  },
};

describe('a latency profile', () => {
  it('has means', () => {
    expect(meanOf(constant(5))).toBe(5);
    expect(meanOf({ kind: 'normal', mean: 40, sd: 5 })).toBe(40);
    expect(meanOf({ kind: 'lognormal', median: 68.5, sigma: 0.35 })).toBeCloseTo(68.5 * Math.exp(0.06125), 9);
    expect(meanOf({ kind: 'empirical', samples: [10, 20, -6] })).toBe(10);
    expect([meanOf({ kind: 'empirical', samples: [] }), meanOf(undefined)]).toEqual([0, 0]);
  });
  it('makes a forecast rest on what the engine will do', () => {
    const assumed = assumptionsOfProfile(profile, 'EXPRESS');
    expect(assumed.taskMs).toEqual({ 'lambda:check': 400, dynamodb: 30 });
    expect(assumed.initMs).toEqual({ 'lambda:check': 1000, dynamodb: 50 });
    const known = forecast(definition, 'EXPRESS', 1, { check: { memoryMb: 128 } }, rates, assumed);
    expect(known.durationMs).toBe(10 + 3 * 5 + 20 + 400 + 2000 + 30);
    expect(known.lines.find((line) => line.meter === 'lambda.gbSeconds')!.quantity).toBeCloseTo(0.4 * 0.125, 12);
    expect(known.lines.find((line) => line.meter === 'states.express.gbSeconds')!.quantity).toBeCloseTo(2.5 / 16, 12);
    expect(assumptionsOfProfile(profile, 'STANDARD')).toEqual({});
  });
  it('adds what cold starts take to Lambda’s bill, to the duration and so to Express’s, and says so', () => {
    const of = (coldShare: Record<string, number>, initMs?: Record<string, number>) =>
      forecast(definition, 'EXPRESS', 1, { check: { memoryMb: 128 } }, rates, {
        ...assumptionsOfProfile(profile, 'EXPRESS'),
        ...{ coldShare },
        ...(initMs ? { initMs } : {}),
      });
    const quantity = (known: ReturnType<typeof of>, meter: string) =>
      known.lines.find((line) => line.meter === meter)!.quantity;
    const cold = of({ check: 0.5 });
    expect(cold.durationMs).toBe(2475 + 500);
    expect(quantity(cold, 'lambda.gbSeconds')).toBeCloseTo(0.9 * 0.125, 12);
    expect(quantity(cold, 'states.express.gbSeconds')).toBeCloseTo(3 / 16, 12);
    expect(cold.assumptions).toContain('In it are 0.50 cold starts of 1000 ms each, derived from the load.');
    // Nothing known of the function's init: 300 ms.
    expect(of({ check: 1 }, {}).durationMs).toBe(2475 + 300);
    const warm = of({});
    expect(warm.durationMs).toBe(2475);
    expect(warm.assumptions).toContain('All functions are warm, derived from the load.');
    const untold = forecast(definition, 'EXPRESS', 1, { check: { memoryMb: 128 } }, rates);
    expect(untold.assumptions.join(' ')).toContain('cold starts are not in it');
  });
  it('as shipped, puts the example’s Express execution near the study’s 3.2 s', () => {
    const root = path.resolve(import.meta.dirname, '../../..');
    const study = JSON.parse(readFileSync(path.join(root, 'src/server/profiles/study.json'), 'utf8')) as LatencyProfile;
    const order = JSON.parse(
      readFileSync(path.join(root, 'examples/order-booking/order.asl.json'), 'utf8'),
    ) as JsonObject;
    const of = (coldShare: Record<string, number>) =>
      forecast(order, 'EXPRESS', 1, {}, rates, { ...assumptionsOfProfile(study, 'EXPRESS'), coldShare }).durationMs;
    const load = { kind: 'iterations', executions: 25, concurrency: 1 } as const;
    const [shares] = coldShares(order, [stretchOf('EXPRESS', load, 3000)], { shareOf: shareOfProfile(study) });
    // 6 of its 25 runs were cold.
    expect(shares).toMatchObject({ validateOrder: 6 / 25, chargeCustomer: 6 / 25, shipment: 6 / 25 });
    expect(of(shares!)).toBeGreaterThan(3150);
    expect(of(shares!)).toBeLessThan(3250);
    expect(of({})).toBeLessThan(2800);
  });
});

describe('a forecast and its bill', () => {
  const expected = forecast(definition, 'STANDARD', 10, { check: { memoryMb: 128 } }, rates);
  const billed = (items: readonly BillItem[]): ArmCost => {
    const lines = bill(items, rates, { times: 10 });
    const { total, complete } = totalOf(lines);
    return {
      currency: 'USD',
      region: 'us-east-1',
      pricesOf: '2026-11-24',
      lines,
      total,
      perExecution: total / 10,
      perMillion: total * 1e5,
      orchestrationPerMillion: 0,
      complete,
      executions: 10,
    };
  };
  it('agree in a sentence', () => {
    expect(checkForecast(expected, billed(expected.items))).toEqual({
      difference: expect.closeTo(0, 9) as number,
      sentence: expect.stringMatching(/^An execution cost \$\S+ where \$\S+ were forecast \(0 %\)\.$/) as string,
    });
  });
  it('differ by less than a hundredth of a percent: that has no sign', () => {
    const items = expected.items.map((item) => ({ ...item, quantity: (item.quantity ?? 0) * 0.999_97 }));
    expect(checkForecast(expected, billed(items)).sentence).toMatch(/\(0 %\)\.$/);
    const less = expected.items.map((item) => ({ ...item, quantity: (item.quantity ?? 0) * 0.96 }));
    expect(checkForecast(expected, billed(less)).sentence).toMatch(/\(−4\.0 %\)\.$/);
  });
  it('differ, and the line that makes most of it is named', () => {
    const more = expected.items.map((item) => (item.price === 'states.transitions' ? { ...item, quantity: 6 } : item));
    const { difference, sentence } = checkForecast(expected, billed(more));
    expect(difference).toBeGreaterThan(0.8);
    expect(sentence).toContain(
      'most of it Standard state transitions, $0.0000750 forecast and $0.000150 measured. The forecast assumed: The longest way',
    );
    expect(checkForecast(expected, { ...billed(more), executions: 0 }).difference).toBeNull();
  });
});
