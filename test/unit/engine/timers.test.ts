import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerHeap, type Timer } from '../../../src/engine/timers';

const drain = (heap: TimerHeap): Timer[] => {
  const popped: Timer[] = [];
  while (heap.peek()) popped.push(heap.pop()!);
  return popped;
};

describe('TimerHeap', () => {
  it('gives timers back sorted, whatever the order of setting and cancelling', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(50), cancelled: fc.boolean() }), { maxLength: 300 }), (entries) => {
        const heap = new TimerHeap();
        const timers = entries.map(({ at }) => heap.push(at, () => undefined));
        for (const [index, { cancelled }] of entries.entries()) if (cancelled) heap.cancel(timers[index]!);
        const kept = timers.filter((_, index) => !entries[index]!.cancelled);
        const expected = [...kept].sort((a, b) => a.at - b.at || a.order - b.order);
        expect(drain(heap)).toEqual(expected);
      }),
    );
  });

  it('does not keep a thousand cancelled timers', () => {
    const heap = new TimerHeap();
    heap.push(1, () => undefined);
    for (let n = 0; n < 1000; n++) heap.cancel(heap.push(1e9, () => undefined));
    expect(heap.size).toBeLessThan(200);
    expect(drain(heap)).toHaveLength(1);
  });

  it('takes a second cancelling and an empty heap calmly', () => {
    const heap = new TimerHeap();
    const timer = heap.push(1, () => undefined);
    heap.cancel(timer);
    heap.cancel(timer);
    expect([heap.peek(), heap.pop()]).toEqual([undefined, undefined]);
  });
});
