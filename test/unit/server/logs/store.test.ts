import { describe, expect, test, vi } from 'vitest';
import { LogStore } from '../../../../src/server/logs/store';

const messages = (store: LogStore, name: string): string[] => {
  const group = store.group(name);
  return group ? store.events(group).map((event) => event.message) : [];
};

describe('LogStore', () => {
  test('makes group and stream as needed and keeps events in order of time, ties in order of arrival', () => {
    const store = new LogStore(() => 50, 10_000);
    store.put('g', 's1', [
      { timestamp: 10, message: 'b' },
      { timestamp: 20, message: 'd' },
    ]);
    store.put('g', 's2', [
      { timestamp: 5, message: 'a' },
      { timestamp: 10, message: 'c' },
    ]);
    expect(messages(store, 'g')).toEqual(['a', 'b', 'c', 'd']);
    const stream = store.group('g')?.streams.get('s2');
    expect(stream).toMatchObject({ firstAt: 5, lastAt: 10, lastIngestedAt: 50, bytes: 2 * 27 });
  });

  test('asks its sources before it is read', () => {
    const store = new LogStore(() => 0, 10_000);
    let asked = 0;
    store.addSource(() => {
      if (asked++ === 0) store.put('late', 's', [{ timestamp: 1, message: 'x' }]);
    });
    expect(store.groups().map((group) => group.name)).toEqual(['late']);
    expect(messages(store, 'late')).toEqual(['x']);
  });

  test('stays within its bytes: the oldest events of the largest group go', () => {
    const store = new LogStore(() => 0, 4_000);
    store.put('small', 's', [{ timestamp: 0, message: 'keep' }]);
    for (let n = 0; n < 200; n++) store.put('large', 's', [{ timestamp: n, message: `message ${n}` }]);
    expect(store.bytes).toBeLessThanOrEqual(4_000);
    expect(messages(store, 'small')).toEqual(['keep']);
    expect(messages(store, 'large').at(-1)).toBe('message 199');
    expect(messages(store, 'large')).not.toContain('message 0');
  });

  test('deleting a stream or a group gives its bytes back', () => {
    const store = new LogStore(() => 0, 4_000);
    store.put('g', 'a', [{ timestamp: 1, message: 'one' }]);
    store.put('g', 'b', [{ timestamp: 2, message: 'two' }]);
    const group = store.group('g');
    const stream = group?.streams.get('a');
    if (!group || !stream) throw new Error('no group');
    store.deleteStream(group, stream);
    expect(messages(store, 'g')).toEqual(['two']);
    store.deleteGroup('g');
    store.deleteGroup('g');
    expect(store.bytes).toBe(0);
    expect(store.hasGroup('g')).toBe(false);
  });

  test(
    'keeps what is old of a long log deflated, and gives every message back as it was',
    { timeout: 600_000 },
    async () => {
      const store = new LogStore(() => 0, 64_000_000);
      const text = (n: number) => `${n} ${'an order says the same over and over, ü and \u0000 too; '.repeat(200)}`;
      const many = 4_000;
      for (let n = 0; n < many; n++) store.put('g', `s${n % 3}`, [{ timestamp: n ^ 1, message: text(n) }]);
      const group = store.group('g')!;
      const events = store.events(group);
      await vi.waitFor(() => expect(events.some(({ isCold }) => isCold)).toBe(true), { timeout: 600_000 });
      expect(events.at(-1)?.isCold).toBe(false);
      expect(events.map(({ message }) => message)).toEqual(Array.from({ length: many }, (_, n) => text(n ^ 1)));
      // From anywhere, and again.
      for (const n of [3_999, 0, 2_000, 1, 0]) expect(events[n]?.message).toBe(text(n ^ 1));
      expect(store.bytes).toBe(events.reduce((sum, event) => sum + event.message.length + 26, 0));
      for (const stream of [...group.streams.values()]) store.deleteStream(group, stream);
      expect(store.bytes).toBe(0);
    },
  );
});
