import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askOnce } from '../../../../src/views/file/asking';

describe('asking an editor once', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells of the first change at once, and of no other until it is answered', () => {
    const tell = vi.fn();
    const { refresh, answered } = askOnce(tell);
    refresh();
    refresh();
    refresh();
    expect(tell).toHaveBeenCalledTimes(1);
    answered();
    // All three were told of by the answer.
    vi.advanceTimersByTime(10_000);
    expect(tell).toHaveBeenCalledTimes(1);
    refresh();
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it('tells a few times where nothing was answered, for an editor that lost the focus forgot it', () => {
    const tell = vi.fn();
    const { refresh } = askOnce(tell);
    refresh();
    vi.advanceTimersByTime(600);
    expect(tell).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1199);
    expect(tell).toHaveBeenCalledTimes(2);
    // A file that nobody looks at: it ends.
    vi.advanceTimersByTime(120_000);
    expect(tell).toHaveBeenCalledTimes(4);
    refresh();
    expect(tell).toHaveBeenCalledTimes(5);
  });

  it('leaves an editor that is slow to ask the time that it takes, however often there is more to tell', () => {
    let asks: ReturnType<typeof setTimeout> | undefined;
    const answers = vi.fn();
    // As an editor does: each time that it is told it waits from the beginning.
    const { refresh, answered } = askOnce(() => {
      clearTimeout(asks);
      asks = setTimeout(() => {
        answers();
        answered();
      }, 2000);
    });
    const changes = setInterval(refresh, 100);
    vi.advanceTimersByTime(30_000);
    clearInterval(changes);
    expect(answers.mock.calls.length).toBeGreaterThan(3);
  });
});
