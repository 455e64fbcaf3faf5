import { describe, expect, it } from 'vitest';
import { noQuotas, regionQuotas, secondsFor } from '../../../src/plan/quotas';

describe('quotas of a region', () => {
  it('gives the three large regions their larger buckets', () => {
    expect(regionQuotas('us-east-1').stateTransition).toEqual({ bucket: 5_000, refill: 5_000 });
    expect(regionQuotas('eu-west-1').startExecutionStandard).toEqual({ bucket: 1_300, refill: 300 });
    expect(regionQuotas('eu-central-1').startExecutionStandard).toEqual({ bucket: 800, refill: 150 });
    expect(regionQuotas('eu-central-1').describeExecution).toEqual({ bucket: 250, refill: 10 });
  });

  it.each([
    ['us-east-1', 25],
    ['eu-west-1', 10],
    ['eu-central-1', 5],
    ['ca-west-1', 5],
  ])('reads logs in %s at %i a second', (region, rate) =>
    expect(regionQuotas(region).filterLogEvents).toEqual({ bucket: rate, refill: rate }),
  );

  it('takes what an account really has', () => {
    const quotas = regionQuotas('us-east-1', {
      stateTransition: { refill: 500 },
      lambdaConcurrency: 10,
      getExecutionHistory: 5,
    });
    expect(quotas.stateTransition).toEqual({ bucket: 5_000, refill: 500 });
    expect(quotas.lambdaConcurrency).toBe(10);
    expect(quotas.getExecutionHistory).toEqual({ bucket: 5, refill: 5 });
  });

  it('ignores a quota it does not know', () => {
    expect(regionQuotas('us-east-1', { nothing: 5 } as never)).toEqual(regionQuotas('us-east-1'));
  });

  it('has none on the embedded engine, unless told', () => {
    expect(noQuotas().stateTransition.bucket).toBe(Infinity);
    expect(noQuotas({ listExecutions: 3 }).listExecutions).toEqual({ bucket: 3, refill: 3 });
  });
});

describe('seconds for a number of calls', () => {
  const bucket = { bucket: 100, refill: 10 };
  it('is nothing while they fit into the bucket', () => expect(secondsFor(100, bucket)).toBe(0));
  it('is what is over, by the refill', () => expect(secondsFor(150, bucket)).toBe(5));
  it('is nothing without a quota', () => expect(secondsFor(1e9, { bucket: Infinity, refill: Infinity })).toBe(0));
});
