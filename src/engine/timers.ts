/** A binary heap of timers, earliest first, in order of setting where the instant is the same. Cancelling is lazy. */
export interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export class TimerHeap {
  readonly #heap: Timer[] = [];
  #order = 0;
  #cancelled = 0;

  push(at: number, callback: () => void): Timer {
    const timer: Timer = { at, order: this.#order++, callback, cancelled: false };
    const heap = this.#heap;
    heap.push(timer);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(timer, heap[parent]!)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = timer;
    return timer;
  }

  /** The earliest timer that was not cancelled. */
  peek(): Timer | undefined {
    while (this.#heap[0]?.cancelled) this.pop();
    return this.#heap[0];
  }

  pop(): Timer | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last) return undefined;
    if (top.cancelled) this.#cancelled--;
    if (heap.length > 0) this.#sink(last, 0);
    return top;
  }

  cancel(timer: Timer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    // A cancelled timer far in the future (a task's timeout) would stay for ever: clear out when they are the most.
    if (++this.#cancelled > 64 && this.#cancelled > this.#heap.length / 2) this.#compact();
  }

  get size(): number {
    return this.#heap.length;
  }

  #sink(timer: Timer, from: number): void {
    const heap = this.#heap;
    let parent = from;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, timer)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = timer;
  }

  #compact(): void {
    const kept = this.#heap.filter((timer) => !timer.cancelled);
    this.#heap.length = 0;
    this.#heap.push(...kept);
    for (let parent = (kept.length >> 1) - 1; parent >= 0; parent--) this.#sink(this.#heap[parent]!, parent);
    this.#cancelled = 0;
  }
}
