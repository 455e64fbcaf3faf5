/** One evaluation at a time: each is pure computation, and its time limit must not count the time of others. */

let last: Promise<unknown> | undefined;

/** Runs the work after all that was queued before it; at once when nothing is queued. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const current = last ? last.then(work, work) : work();
  const turn: Promise<unknown> = current.then(done, done);
  function done(): void {
    if (last === turn) last = undefined;
  }
  last = turn;
  return current;
}
