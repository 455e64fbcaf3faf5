/**
 * How fast Lambda reads a function's queue of asynchronous events. As long as nothing is throttled all go at once; a throttle
 * says how many fit, and from then on an event is read as one ends, while the number that may be under way grows again by one
 * a round. "If the queue contains many entries, Lambda … reduces the rate at which it reads events" (developer guide).
 */
export class EventQueue {
  private under = 0;
  private most = Infinity;
  private readonly waiting: (() => void)[] = [];

  /** Resolves when it is the event's turn; `leave` must follow. */
  enter(): Promise<void> {
    if (this.under < this.most && this.waiting.length === 0) {
      this.under++;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The event has been handled, or was refused for want of concurrency. */
  leave(throttled: boolean): void {
    this.under--;
    // Those that were refused leave one after the other: what remains in the end is what fitted.
    if (throttled) this.most = Math.max(1, this.under);
    else this.most += 1 / this.most;
    while (this.under < Math.floor(this.most) && this.waiting.length > 0) {
      this.under++;
      this.waiting.shift()?.();
    }
  }
}
