/** Time as the engine and the runner see it; never `Date.now()`, so that an hour's Wait can be tested in a millisecond. */
export interface Clock {
  /** Epoch milliseconds, with a fraction where the clock has one. */
  now(): number;
  /** Calls back once after `ms` (≥ 0) of this clock's time; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`; rejects with the signal's reason if aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Says that something outside (a worker, a socket) is at work: a virtual clock stands still until the returned
   * function is called. A real or scaled clock ignores it.
   */
  hold(): () => void;
}

export type ClockKind = 'real' | 'virtual' | { readonly scale: number };
