import { describe, expect, it } from 'vitest';
import { createPacer } from '../../../src/run/pace';
import { createRandom, randomUuid, shuffle } from '../../../src/run/random';
import { defaultRules, jitter, withRetries } from '../../../src/run/retry';
import { broken, denied, refused, serverError, throttled, virtualClock } from './fakes';

const context = (changes = {}) => ({
  clock: virtualClock(0),
  random: createRandom(1),
  signal: new AbortController().signal,
  ...changes,
});

describe('a pacer', () => {
  it('lets a full bucket through at once, then nine tenths of the refill', async () => {
    const clock = virtualClock(0);
    const pacer = createPacer({ bucket: 5, refill: 10 }, clock);
    const at: number[] = [];
    await Promise.all(Array.from({ length: 14 }, () => pacer.take().then(() => at.push(clock.now()))));
    expect(at.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(at[13]).toBeCloseTo(1_000, 6);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
  });

  it('takes only what is there when it is tried', async () => {
    const clock = virtualClock(0);
    const pacer = createPacer({ bucket: 1, refill: 1 }, clock);
    expect([pacer.tryTake(), pacer.tryTake()]).toEqual([true, false]);
    await clock.sleep(1_200);
    expect(pacer.tryTake()).toBe(true);
  });

  it('leaves what is reserved', () => {
    const pacer = createPacer({ bucket: 5, refill: 1 }, virtualClock(0));
    expect([pacer.tryTake(4), pacer.tryTake(4), pacer.tryTake(3), pacer.tryTake()]).toEqual([true, false, true, true]);
  });

  it('is empty after it was drained', () => {
    const pacer = createPacer({ bucket: 100, refill: 1 }, virtualClock(0));
    pacer.drain();
    expect(pacer.tryTake()).toBe(false);
  });

  it('never holds anything up without a quota', async () => {
    const clock = virtualClock(0);
    const pacer = createPacer({ bucket: Infinity, refill: Infinity }, clock);
    for (let i = 0; i < 1_000; i++) await pacer.take();
    pacer.drain();
    expect(pacer.tryTake()).toBe(true);
    expect(clock.now()).toBe(0);
  });

  it('gives up waiting with its signal', async () => {
    const stop = new AbortController();
    const pacer = createPacer({ bucket: 1, refill: 0.001 }, virtualClock(0));
    await pacer.take();
    const waiting = pacer.take(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});

describe('retries', () => {
  it('answers with what the call answers, and how often it was made', async () => {
    const faults = [throttled(), throttled(), broken()];
    const result = await withRetries((attempt) => {
      const fault = faults[attempt];
      return fault ? Promise.reject(fault) : Promise.resolve('done');
    }, context());
    expect(result).toMatchObject({ ok: true, value: 'done', tries: { throttles: 2, failures: 1, ambiguous: 1 } });
  });

  it('waits between tries, with full jitter', async () => {
    const clock = virtualClock(0);
    const faults = [throttled(), throttled(), throttled()];
    await withRetries(
      (attempt) => (faults[attempt] ? Promise.reject(faults[attempt]) : Promise.resolve()),
      context({ clock }),
    );
    expect(clock.now()).toBeGreaterThan(0);
    expect(clock.now()).toBeLessThan(50 + 100 + 200);
  });

  it('draws each wait between nothing and the doubling bound, capped', () => {
    for (let attempt = 0; attempt < 20; attempt++) {
      expect(jitter(attempt, () => 0, defaultRules)).toBe(0);
      expect(jitter(attempt, () => 0.999999, defaultRules)).toBeLessThanOrEqual(Math.min(5_000, 50 * 2 ** attempt));
    }
  });

  it.each([
    ['a refusal for good is made once', denied, 1, 0],
    [
      'an error of the service is made again, and may have happened',
      serverError,
      defaultRules.failedAttempts,
      defaultRules.failedAttempts,
    ],
    ['a refused connection is made again, and has not happened', refused, defaultRules.failedAttempts, 0],
    ['a quota is waited out longer', throttled, defaultRules.throttledAttempts, 0],
  ])('%s', async (_name, fault, tries, ambiguous) => {
    let made = 0;
    const result = await withRetries(() => {
      made++;
      return Promise.reject(fault());
    }, context());
    expect(made).toBe(tries);
    expect(result).toMatchObject({ ok: false, tries: { ambiguous } });
  });

  it('makes no further call after a stop', async () => {
    const stop = new AbortController();
    let made = 0;
    const result = await withRetries(
      () => {
        made++;
        stop.abort(new Error('stopped'));
        return Promise.reject(throttled());
      },
      context({ signal: stop.signal }),
    );
    expect([made, result.ok]).toEqual([1, false]);
  });

  it('ends its wait at a stop', async () => {
    const stop = new AbortController();
    const clock = virtualClock(0);
    clock.after(1, () => stop.abort(new Error('stopped')));
    const result = await withRetries(
      () => Promise.reject(throttled()),
      context({ clock, signal: stop.signal, random: () => 0.99 }),
    );
    expect(result.ok).toBe(false);
    expect(clock.now()).toBeLessThan(100);
  });

  it('does not swallow a bug', async () => {
    await expect(withRetries(() => Promise.reject(new TypeError('bug')), context())).rejects.toThrow('bug');
  });
});

describe('chance', () => {
  it('repeats for a seed and differs between neighbours', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)[0]).not.toBe(draw(2)[0]);
    expect(draw(0)[0]).toBeGreaterThanOrEqual(0);
  });

  it('is even enough', () => {
    const random = createRandom(42);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 20_000; i++) {
      const at = Math.floor(random() * 10);
      tenths[at] = (tenths[at] ?? 0) + 1;
    }
    for (const n of tenths) expect(Math.abs(n - 2_000)).toBeLessThan(200);
  });

  it('shuffles without losing anything, in every order alike', () => {
    const random = createRandom(1);
    const orders = new Map<string, number>();
    for (let i = 0; i < 6_000; i++) {
      const order = shuffle([1, 2, 3], random).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const n of orders.values()) expect(Math.abs(n - 1_000)).toBeLessThan(150);
  });

  it('makes ids that do not repeat', () => {
    const random = createRandom(9);
    expect(new Set(Array.from({ length: 5_000 }, () => randomUuid(random))).size).toBe(5_000);
  });
});
