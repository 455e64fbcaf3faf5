import { describe, expect, it } from 'vitest';
import { forecast, forecastAsCode, forecastSystem, priceTable } from '../../../src/cost';
import { orderDefinition } from '../report/document';

const rates = { table: priceTable(), region: 'us-east-1' };

describe('what an order of a system without states is forecast to cost', () => {
  it('is its meters at the model’s parameters, or at those that are stated', () => {
    const usual = forecastSystem('event-driven', rates).perExecution ?? NaN;
    // Three requests, three functions of 600 ms at 128 MB, three publishes, half a read unit, two writes.
    expect(usual).toBeCloseTo(3 * 2e-7 + 3 * 0.6 * 0.125 * 1.66667e-5 + 3 * 5e-7 + 0.5 * 1.25e-7 + 2 * 6.25e-7, 8);
    expect(
      (forecastSystem('event-driven', rates, { publishes: 4, writes: 5 }).perExecution ?? NaN) - usual,
    ).toBeCloseTo(5e-7 + 3 * 6.25e-7, 10);
  });

  it('has no instance in it: none is made for a run', () => {
    expect(forecastSystem('gateway', rates).perExecution).toBeLessThan(0.0001);
  });

  it('is as code the tasks alone', () => {
    const standard = forecast(orderDefinition, 'STANDARD', 1, { check: { memoryMb: 128 } }, rates);
    const { perExecution } = forecastAsCode(standard);
    expect(standard.perExecution - (perExecution ?? NaN)).toBeCloseTo(standard.transitions * 0.000025, 10);
  });

  it('is not told where a region has no price', () => {
    const nowhere = { ...rates, region: 'xx-nowhere-1' };
    expect(forecastSystem('gateway', nowhere).perExecution).toBeNull();
    expect(forecastAsCode(forecast(orderDefinition, 'STANDARD', 1, {}, nowhere)).perExecution).toBeNull();
  });
});
