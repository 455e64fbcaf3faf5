import { describe, expect, test } from 'vitest';
import { createQuotas, publishedQuotas } from '../../../src/server/quotas';

const throttled = (act: () => void): boolean => {
  try {
    act();
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ThrottlingException', message: 'Rate exceeded' });
    return true;
  }
};

describe('token buckets', () => {
  test('hold their size and regain their refill', () => {
    let now = 0;
    const quotas = createQuotas('us-east-1', { now: () => now });
    const burst = (): number => {
      for (let n = 0; ; n++) if (throttled(() => quotas.admit('DescribeExecution'))) return n;
    };
    expect(burst()).toBe(300);
    expect(burst()).toBe(0);
    now += 2_000;
    expect(burst()).toBe(30);
    now += 3_600_000;
    expect(burst()).toBe(300);
  });

  test('one type does not take the other’s starts', () => {
    const quotas = createQuotas(
      'eu-central-1',
      { now: () => 0 },
      { 'StartExecution.STANDARD': { size: 1, refill: 1 } },
    );
    quotas.admit('StartExecution', 'STANDARD');
    expect(throttled(() => quotas.admit('StartExecution', 'STANDARD'))).toBe(true);
    expect(throttled(() => quotas.admit('StartExecution', 'EXPRESS'))).toBe(false);
  });

  test('calls without a bucket always pass', () => {
    const quotas = createQuotas('us-east-1', { now: () => 0 });
    for (let n = 0; n < 10_000; n++) quotas.admit('SendTaskSuccess');
  });

  test('transitions are delayed, not refused: 100 above the bucket wait in turn', () => {
    const quotas = createQuotas('us-east-1', { now: () => 0 }, { StateTransition: { size: 10, refill: 100 } });
    const delays = Array.from({ length: 110 }, () => quotas.transitionDelay());
    expect(delays.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(delays[10]).toBeCloseTo(10);
    expect(delays[109]).toBeCloseTo(1000);
  });
});

test('the large regions have their own figures', () => {
  expect(publishedQuotas('us-west-2').StateTransition).toEqual({ size: 5000, refill: 5000 });
  expect(publishedQuotas('ap-south-1').StateTransition).toEqual({ size: 800, refill: 800 });
  expect(publishedQuotas('us-east-1').FilterLogEvents).toEqual({ size: 25, refill: 25 });
  expect(publishedQuotas('eu-central-1').FilterLogEvents).toEqual({ size: 5, refill: 5 });
  expect(publishedQuotas('eu-west-3').GetLogEvents).toEqual({ size: 30, refill: 30 });
});
