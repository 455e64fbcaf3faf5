/**
 * The environments of one function as Lambda's bookkeeping has them, whatever processes there are: an invocation that finds
 * none idle is a cold start, and one is busy for the whole duration that the profile gives it.
 */
export interface LogicalEnvironment {
  readonly logStream: string;
  lastUsed: number;
}

/** Lambda keeps an idle environment for minutes; nothing official says how many. Clock time. */
const keptMs = 10 * 60_000;

export class Environments {
  private idle: LogicalEnvironment[] = [];

  /** The one used last, if any is fresh enough; `now` in clock ms. */
  take(now: number): LogicalEnvironment | undefined {
    this.idle = this.idle.filter((e) => now - e.lastUsed <= keptMs);
    return this.idle.pop();
  }

  give(environment: LogicalEnvironment, now: number): void {
    environment.lastUsed = now;
    this.idle.push(environment);
  }

  /** After a change of code or settings every invocation starts anew. */
  clear(): void {
    this.idle = [];
  }
}
