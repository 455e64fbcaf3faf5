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
}
