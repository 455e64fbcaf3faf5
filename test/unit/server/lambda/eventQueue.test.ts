import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../../../src/server/lambda/eventQueue';

/** A function that runs `limit` at once, and events that are tried again a second after a throttle, by a clock of whole seconds. */
const deliver = async (
  events: number,
  limit: number,
): Promise<{ seconds: number; throttles: number; most: number }> => {
  const queue = new EventQueue();
  let [running, throttles, most, delivered] = [0, 0, 0, 0];
  let due: (() => void)[] = [];
  const second = () => new Promise<void>((resolve) => due.push(resolve));
  const event = async (): Promise<void> => {
    for (;;) {
      await queue.enter();
      if (running >= limit) {
        throttles++;
        queue.leave(true);
        await second();
        continue;
      }
      most = Math.max(most, ++running);
      await second();
      running--;
      queue.leave(false);
      delivered++;
      return;
    }
  };
  const all = Promise.all(Array.from({ length: events }, event));
  let seconds = 0;
  while (delivered < events) {
    // Microtasks of the second before.
    for (let i = 0; i < 50; i++) await Promise.resolve();
    const now = due;
    due = [];
    seconds++;
    for (const go of now) go();
    for (let i = 0; i < 50; i++) await Promise.resolve();
  }
  await all;
  return { seconds, throttles, most };
};

describe('EventQueue', () => {
  it('lets everything through where nothing is throttled', async () => {
    expect(await deliver(1_000, Infinity)).toEqual({ seconds: 1, throttles: 0, most: 1_000 });
  });

  it('reads as many as fit once some were refused, and keeps the function full', async () => {
    const { seconds, throttles, most } = await deliver(1_000, 50);
    expect(most).toBe(50);
    // The first look refuses 950; afterwards only what was read to see whether there is more room.
    expect(throttles).toBeLessThan(950 + 2 * 25);
    expect(seconds).toBeLessThan(30);
  });

  it('goes on one at a time where nothing fits', async () => {
    const queue = new EventQueue();
    for (let i = 0; i < 3; i++) {
      await queue.enter();
      queue.leave(true);
    }
    const order: number[] = [];
    await queue.enter();
    const later = [1, 2].map((n) => queue.enter().then(() => order.push(n)));
    await Promise.resolve();
    expect(order).toEqual([]);
    queue.leave(false);
    await Promise.all(later);
    expect(order).toEqual([1, 2]);
  });
});
