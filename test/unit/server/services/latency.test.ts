import { describe, expect, it } from 'vitest';
import type { TaskLatency } from '../../../../src/model/profile';
import { Latencies, Pacer } from '../../../../src/server/services/latency';
import { fakeContext } from './context';

describe('Pacer', () => {
  it('waits on the clock', async () => {
    const { clock } = fakeContext();
    const from = clock.now();
    await new Pacer(clock).until('a', from, 100);
    expect(clock.now() - from).toBe(100);
  });

  it('takes off the next wait what the last one overshot, for the same execution only', async () => {
    const { clock } = fakeContext();
    const pacer = new Pacer(clock);
    pacer.owe('a', 30);
    const from = clock.now();
    await pacer.until('a', from, 100);
    expect(clock.now() - from).toBe(70);
    await pacer.until('b', clock.now(), 100);
    expect(clock.now() - from).toBe(170);
  });

  it('adds up what is below the timer grain', async () => {
    const { clock } = fakeContext();
    const pacer = new Pacer(clock);
    const from = clock.now();
    for (let i = 0; i < 100; i++) await pacer.until('a', clock.now(), 0.8);
    expect(Math.abs(clock.now() - from - 80)).toBeLessThan(1);
  });

  it('ends with its signal', async () => {
    const { clock } = fakeContext();
    const ending = new AbortController();
    const wait = new Pacer(clock).until('a', clock.now(), 1_000_000, ending.signal);
    ending.abort(new Error('over'));
    await expect(wait).rejects.toThrow('over');
  });
});

describe('environmentGone', () => {
  const entry: TaskLatency = { work: { kind: 'constant', ms: 1 }, coldShare: 0.24 };
  const latencies = (): Latencies => new Latencies(undefined, Math.random);

  it('keeps the share by counting: six of 25, the first among them', () => {
    const them = latencies();
    const fates = Array.from({ length: 25 }, (_, i) => them.environmentGone(entry, 'f', 'EXPRESS', `run${i}`));
    expect(fates.filter(Boolean)).toHaveLength(6);
    expect(fates[0]).toBe(true);
  });

  it('gives all functions of one execution one fate', () => {
    const them = latencies();
    for (let i = 0; i < 25; i++) {
      const fate = them.environmentGone(entry, 'first', 'STANDARD', `run${i}`);
      expect(them.environmentGone({ ...entry, coldShare: 0.9 }, 'second', 'STANDARD', `run${i}`)).toBe(fate);
    }
  });

  it('counts types and functions apart, and is never so without a share', () => {
    const them = latencies();
    expect(them.environmentGone(entry, 'f', 'EXPRESS', 'a')).toBe(true);
    expect(them.environmentGone(entry, 'f', 'STANDARD', 'b')).toBe(true);
    expect(them.environmentGone(entry, 'f', 'EXPRESS', 'c')).toBe(false);
    expect(them.environmentGone({ work: entry.work }, 'g', 'EXPRESS', 'd')).toBe(false);
  });
});
