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

  it('tells again after a while where nothing was answered, if there was more to tell', () => {
    const tell = vi.fn();
    const { refresh } = askOnce(tell);
    refresh();
    vi.advanceTimersByTime(10_000);
    expect(tell).toHaveBeenCalledTimes(1);
    refresh();
    refresh();
    expect(tell).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(600);
    expect(tell).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(10_000);
    expect(tell).toHaveBeenCalledTimes(3);
  });
});
