/** Waits for what a profile adds, so that totals are right although timers are coarse and the machine is busy. */
import type { Clock } from '../../model/clock';
import type { TaskLatency } from '../../model/profile';
import type { LatencyProfile } from '../../model/profile';
import { latencyOf, sampleLatency, taskLatency, type Caller } from '../profile';

/** Executions whose debt is remembered; the oldest is forgotten first, which costs it a few ms of accuracy at most. */
const kept = 20_000;

/**
 * Pays simulated time by execution: whatever a wait overshot (a timer's grain, a queue for a process) is taken off the same
 * execution's next wait, so that a hundred waits of 0.8 ms make 80 ms and not 110.
 */
export class Pacer {
  private readonly debts = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Resolves `ms` after `from` (clock ms), less what `key` has in debt. Rejects with the signal's reason if aborted. */
  async until(key: string | undefined, from: number, ms: number, signal?: AbortSignal): Promise<void> {
    const debt = key === undefined ? 0 : (this.debts.get(key) ?? 0);
    const target = from + ms - debt;
    const wait = target - this.clock.now();
    // Below a timer's grain the wait is owed instead of slept.
    if (wait >= 1) await this.clock.sleep(wait, signal);
    if (key !== undefined) this.remember(key, this.clock.now() - target);
  }

  /** Adds to what `key` has in debt: ms that passed although no profile asked for them. */
  owe(key: string, ms: number): void {
    this.remember(key, (this.debts.get(key) ?? 0) + ms);
  }

  private remember(key: string, debt: number): void {
    this.debts.delete(key);
    this.debts.set(key, debt);
    if (this.debts.size > kept) {
      const oldest = this.debts.keys().next();
      if (!oldest.done) this.debts.delete(oldest.value);
    }
  }
}

/** The profile with its source of chance: what a task waits, drawn anew each time. */
export class Latencies {
  private readonly turns = new Map<string, number>();
  private readonly fates = new Map<string, boolean>();

  constructor(
    readonly profile: LatencyProfile | undefined,
    private readonly random: () => number,
  ) {}

  entry(caller: Caller, service: string, functionName?: string): TaskLatency | undefined {
    return taskLatency(latencyOf(this.profile, caller), service, functionName);
  }

  draw(entry: TaskLatency | undefined, part: 'queue' | 'work' | 'cold'): number {
    return sampleLatency(entry?.[part], this.random);
  }

  /**
   * Whether an invocation finds its environments gone although some are idle, as the entry's `coldShare` says. One execution
   * has one fate for all its functions: after a pause all its environments are gone together. The share is kept by counting
   * (the first, then every 1/share-th one), not by chance, so that 25 runs already have it.
   * Where no execution ties functions together each counts by itself.
   */
  environmentGone(entry: TaskLatency, functionName: string, caller: Caller, execution?: string): boolean {
    const share = entry.coldShare ?? 0;
    if (share <= 0) return false;
    const known = execution === undefined ? undefined : this.fates.get(execution);
    if (known !== undefined) return known;
    const counter = `${caller} ${functionName}`;
    const turn = this.turns.get(counter) ?? 0;
    this.turns.set(counter, turn + 1);
    const fate = turn === 0 || Math.floor(turn * share) > Math.floor((turn - 1) * share);
    if (execution !== undefined) {
      this.fates.set(execution, fate);
      if (this.fates.size > kept) this.fates.delete(this.fates.keys().next().value ?? '');
    }
    return fate;
  }
}
