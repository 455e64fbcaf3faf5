import { describe, expect, it } from 'vitest';
import { watchProcessor } from '../../../../src/server/lambda/processor';

describe('watchProcessor', () => {
  /** Looks at times of a machine that is idle for `shares` of each 100 ms. */
  const looks = (...shares: readonly number[]) => {
    let [at, idle] = [0, 0];
    const saturated = watchProcessor(
      () => ({ idle, total: at }),
      () => at,
    );
    return shares.map((share) => {
      at += 100;
      idle += 100 * share;
      return saturated();
    });
  };

  it('says when there was nothing to spare since the last look', () => {
    expect(looks(0.5, 0.05, 0, 0.11, 1)).toEqual([false, true, true, false, false]);
  });

  it('keeps to what it saw for a while', () => {
    let [at, idle] = [0, 0];
    const saturated = watchProcessor(
      () => ({ idle, total: at }),
      () => at,
    );
    at = 100;
    expect(saturated()).toBe(true);
    [at, idle] = [150, 50];
    expect(saturated()).toBe(true);
    at = 200;
    expect(saturated()).toBe(false);
  });

  it('has nothing to say where the system tells nothing', () => {
    let at = 0;
    const saturated = watchProcessor(
      () => ({ idle: 0, total: 0 }),
      () => at,
    );
    at = 1_000;
    expect(saturated()).toBe(false);
  });

  it('reads this machine', () => {
    expect(typeof watchProcessor()()).toBe('boolean');
  });
});
