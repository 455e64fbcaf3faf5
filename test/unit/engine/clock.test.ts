import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClock, realClock, scaledClock, virtualClock } from '../../../src/engine/clock';
import { turn } from './harness';

describe('virtualClock', () => {
  it('jumps over an hour and still says that it passed', async () => {
    const clock = virtualClock(1000);
    await clock.sleep(3_600_000);
    expect(clock.now()).toBe(3_601_000);
  });

  it('fires in order of time, then in order of setting', async () => {
    const clock = virtualClock(0);
    const fired: string[] = [];
    clock.after(20, () => fired.push('late'));
    clock.after(10, () => fired.push('first'));
    clock.after(10, () => fired.push('second'));
    await clock.sleep(30);
    expect(fired).toEqual(['first', 'second', 'late']);
  });

  it('fires all that is due at an instant before anything they set off goes on', async () => {
    const clock = virtualClock(0);
    const fired: string[] = [];
    clock.after(5, () => void Promise.resolve().then(() => fired.push('consequence')));
    clock.after(5, () => fired.push('second timer'));
    await clock.sleep(6);
    expect(fired).toEqual(['second timer', 'consequence']);
  });

  it('stands still while somebody holds it', async () => {
    const clock = virtualClock(0);
    const release = clock.hold();
    let fired = false;
    clock.after(10, () => (fired = true));
    await turn();
    await turn();
    expect([fired, clock.now()]).toEqual([false, 0]);
    release();
    release();
    await turn();
    expect([fired, clock.now()]).toEqual([true, 10]);
  });

  it('needs all holds to be given back', async () => {
    const clock = virtualClock(0);
    const [one, other] = [clock.hold(), clock.hold()];
    let fired = false;
    clock.after(1, () => (fired = true));
    one();
    one();
    await turn();
    expect(fired).toBe(false);
    other();
    await turn();
    expect(fired).toBe(true);
  });

  it('forgets a cancelled timer and does not move for it', async () => {
    const clock = virtualClock(0);
    let fired = false;
    clock.after(10, () => (fired = true))();
    await turn();
    await turn();
    expect([fired, clock.now()]).toEqual([false, 0]);
  });

  it('does not pass over what runs on in microtasks', async () => {
    const clock = virtualClock(0);
    const seen: number[] = [];
    clock.after(100, () => seen.push(clock.now()));
    for (let step = 0; step < 50; step++) await Promise.resolve();
    seen.push(clock.now());
    await clock.sleep(200);
    expect(seen).toEqual([0, 100]);
  });
});

describe('sleep', () => {
  it('rejects with the reason of the signal, before and while sleeping', async () => {
    const clock = virtualClock(0);
    const hold = clock.hold();
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(10, controller.signal)).rejects.toThrow('enough');
    hold();
    await turn();
    expect(clock.now()).toBe(0);
  });
});

describe('wall clocks', () => {
  afterEach(() => void vi.useRealTimers());

  it('chains a delay that is longer than setTimeout takes', () => {
    vi.useFakeTimers();
    let fired = false;
    const month = 30 * 24 * 3_600_000;
    realClock().after(month, () => (fired = true));
    vi.advanceTimersByTime(month - 1);
    expect(fired).toBe(false);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(true);
  });

  it('cancels a chained delay in its second part', () => {
    vi.useFakeTimers();
    let fired = false;
    const month = 30 * 24 * 3_600_000;
    const cancel = realClock().after(month, () => (fired = true));
    vi.advanceTimersByTime(29 * 24 * 3_600_000);
    cancel();
    vi.advanceTimersByTime(month);
    expect(fired).toBe(false);
  });

  it('scales both timers and timestamps', () => {
    vi.useFakeTimers({ now: 1000 });
    const clock = scaledClock(10);
    let at = 0;
    clock.after(1000, () => (at = clock.now()));
    vi.advanceTimersByTime(100);
    expect(at).toBe(2000);
  });

  it('refuses a factor that is none', () => {
    for (const factor of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => scaledClock(factor)).toThrow(RangeError);
  });

  it('makes each kind by name', async () => {
    const virtual = createClock('virtual');
    const before = virtual.now();
    await virtual.sleep(1e9);
    expect(virtual.now() - before).toBe(1e9);
    expect(createClock({ scale: 2 }).hold()).toBeTypeOf('function');
    let fired = false;
    const cancel = createClock('real').after(0, () => (fired = true));
    cancel();
    await turn();
    expect(fired).toBe(false);
  });
});
