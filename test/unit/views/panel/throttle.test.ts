import { describe, expect, it } from 'vitest';
import { throttle } from '../../../../src/views/panel/throttle';

const bench = () => {
  let time = 0;
  let timers: { at: number; call: () => void }[] = [];
  const sent: number[] = [];
  const throttled = throttle(
    () => void sent.push(time),
    100,
    () => time,
    (call, ms) => {
      const timer = { at: time + ms, call };
      timers.push(timer);
      return { cancel: () => (timers = timers.filter((other) => other !== timer)) };
    },
  );
  const advance = (ms: number) => {
    time += ms;
    const due = timers.filter((timer) => timer.at <= time);
    timers = timers.filter((timer) => timer.at > time);
    due.forEach((timer) => timer.call());
  };
  return { throttled, sent, advance };
};

describe('throttling of snapshots', () => {
  it('sends the first at once and the rest at most once in an interval', () => {
    const { throttled, sent, advance } = bench();
    for (let ms = 0; ms < 1000; ms += 5) {
      throttled.request();
      advance(5);
    }
    expect(sent.length).toBeGreaterThanOrEqual(10);
    expect(sent.length).toBeLessThanOrEqual(11);
  });
  it('never loses the last request', () => {
    const { throttled, sent, advance } = bench();
    throttled.request();
    throttled.request();
    advance(100);
    expect(sent).toEqual([0, 100]);
  });
  it('waits for a send that takes long, and then sends once more', async () => {
    let end = () => {};
    let sent = 0;
    const slow = throttle(() => (sent++, new Promise<void>((resolve) => (end = resolve))), 0);
    slow.request();
    slow.request();
    slow.request();
    expect(sent).toBe(1);
    end();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(sent).toBe(2);
    slow.dispose();
    end();
    slow.request();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(sent).toBe(2);
  });
  it('goes on after a send that failed', async () => {
    let sent = 0;
    const failing = throttle(() => (sent++, Promise.reject(new Error('no'))), 0);
    failing.request();
    await new Promise((resolve) => setTimeout(resolve, 5));
    failing.request();
    expect(sent).toBe(2);
  });
  it('sends nothing after its end', () => {
    const { throttled, sent, advance } = bench();
    throttled.request();
    throttled.request();
    throttled.dispose();
    advance(1000);
    expect(sent).toEqual([0]);
  });
});
