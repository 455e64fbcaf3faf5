import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/plan';
import { planSystems } from '../../../src/model/system';
import { defaultPlan } from '../../../src/plan';
import { duration, forecastPlan, money, type ExecutionEstimate } from '../../../src/plan/forecast';
import { noQuotas, regionQuotas } from '../../../src/plan/quotas';

const estimate: ExecutionEstimate = {
  durationMs: 5_000,
  transitions: 14,
  usd: { STANDARD: 0.00035, EXPRESS: 0.00001 },
};
const plan = (changes: Partial<Plan>) => defaultPlan('/w/x.asl.json', { target: { kind: 'aws' }, ...changes });

describe('the forecast of a plan', () => {
  it('adds the types of a closed load one after the other', () => {
    const forecast = forecastPlan(plan({}), noQuotas(), estimate);
    expect(forecast.seconds).toBe(2 * 25 * 5);
    expect(forecast.sentences.time).toBe('50 executions take about 4 min.');
    expect(forecast.usd).toBeCloseTo(25 * 0.00036, 10);
    expect(forecast.sentences.quota).toBe('No quota stands in the way.');
  });

  it('divides by the concurrency, and adds think time', () => {
    const load = { kind: 'iterations', executions: 100, concurrency: 10, thinkMs: 1_000 } as const;
    expect(forecastPlan(plan({ types: ['EXPRESS'], load }), noQuotas(), estimate).seconds).toBe(10 * 6);
  });

  it('takes one duration for a burst, and the schedule plus one for a rate', () => {
    expect(
      forecastPlan(plan({ types: ['EXPRESS'], load: { kind: 'burst', executions: 100 } }), noQuotas(), estimate)
        .seconds,
    ).toBe(5);
    const load = { kind: 'arrivalRate', rate: 5, durationMs: 30_000, maxInFlight: 100 } as const;
    expect(forecastPlan(plan({ types: ['EXPRESS'], load }), noQuotas(), estimate).seconds).toBe(35);
  });

  it('says which quota throttles, and how many histories there is time for', () => {
    const load = { kind: 'burst', executions: 5_000 } as const;
    const forecast = forecastPlan(plan({ types: ['STANDARD'], load }), regionQuotas('eu-central-1'), estimate);
    // 5,000 starts from a bucket of 800 at 150 a second; 70,000 transitions from 800 at 800.
    expect(forecast.seconds).toBeCloseTo((70_000 - 800) / 800, 5);
    expect(forecast.histories).toBe(Math.floor(400 + 20 * (forecast.seconds + 60)));
    expect(forecast.sentences.quota).toMatch(
      /StartExecution and state transitions will throttle this load; 3,330 of 5,000/,
    );
  });

  it('gives Express no transition quota', () => {
    const load = { kind: 'burst', executions: 5_000 } as const;
    expect(forecastPlan(plan({ types: ['EXPRESS'], load }), regionQuotas('eu-central-1'), estimate).seconds).toBe(5);
  });

  it('counts warm-ups into the money, and says where there is no price', () => {
    expect(forecastPlan(plan({ types: ['STANDARD'], warmup: 5 }), noQuotas(), estimate).usd).toBeCloseTo(
      30 * 0.00035,
      10,
    );
    const unknown = forecastPlan(plan({}), noQuotas(), { ...estimate, usd: { STANDARD: null, EXPRESS: 1 } });
    expect(unknown.usd).toBeNull();
    expect(unknown.sentences.money).toMatch(/cannot be forecast/);
  });

  it('adds every system and the driver, names the parts, and what it knows nothing of', () => {
    const systems = ['standard', 'express', 'event-driven', 'gateway'] as const;
    const load = { kind: 'burst', executions: 1_000 } as const;
    const all = forecastPlan(plan({ ...planSystems(systems), load }), noQuotas(), {
      ...estimate,
      usd: { ...estimate.usd, EVENT_DRIVEN: 0.00002, GATEWAY: 0.00003 },
      driverUsd: 0.5,
    });
    expect(all.usd).toBeCloseTo(0.35 + 0.01 + 0.02 + 0.03 + 0.5, 10);
    expect(all.sentences.money).toBe(
      'Forecast cost $0.91 (derived): Standard $0.35, Express $0.01, Event-driven $0.02, Gateway $0.03, the driver $0.50; new starts end at $1.00.',
    );
    const some = forecastPlan(plan({ ...planSystems(systems), load }), noQuotas(), estimate);
    expect(some.usd).toBeCloseTo(0.36, 10);
    expect(some.sentences.money).toMatch(/; Event-driven, Gateway not in it: nothing is known of it yet; new starts/);
    const none = forecastPlan(plan({ ...planSystems(['gateway']), load }), noQuotas(), estimate);
    expect([none.usd, none.sentences.money]).toEqual([
      null,
      'The cost cannot be forecast: nothing is known of it yet.',
    ]);
    const noPrice = forecastPlan(plan({ load }), noQuotas(), { ...estimate, driverUsd: null });
    expect(noPrice.usd).toBeNull();
  });

  it('pays both arms of an observer’s pair', () => {
    const load = { kind: 'burst', executions: 100 } as const;
    expect(forecastPlan(plan({ types: ['EXPRESS'], load, observer: true }), noQuotas(), estimate).usd).toBeCloseTo(
      200 * 0.00001,
      10,
    );
  });

  it('costs nothing elsewhere', () => {
    expect(
      forecastPlan(plan({ target: { kind: 'embedded', profile: 'none' } }), noQuotas(), estimate).sentences.money,
    ).toMatch(/costs nothing/);
  });
});

describe('words for amounts', () => {
  it.each([
    [0.2, 'a second'],
    [40, '40 s'],
    [600, '10 min'],
    [7_200, '2.0 h'],
  ])('%d s', (seconds, text) => expect(duration(seconds)).toBe(text));
  it.each([
    [0, '$0.00'],
    [0.00035, '$0.00035'],
    [12.345, '$12.35'],
  ])('%d USD', (usd, text) => expect(money(usd)).toBe(text));
});
