/**
 * The physical processes: a bounded number, shared by all functions, kept warm while they are used. How many environments
 * there are as far as a workflow can tell is another matter (environments.ts).
 */
import { performance } from 'node:perf_hooks';
import { RuntimeProcess, type ProcessSpec } from './process';

export interface Lease {
  readonly process: RuntimeProcess;
  /** Started for this lease: the invocation is a cold one. */
  readonly fresh: boolean;
}

interface Waiter {
  readonly spec: ProcessSpec;
  readonly take: (lease: Lease) => void;
}

/** Idle for longer than this, a process is ended. */
const idleLimitMs = 5 * 60_000;

export class ProcessPool {
  private readonly idle: RuntimeProcess[] = [];
  private readonly busy = new Set<RuntimeProcess>();
  private waiting: Waiter[] = [];
  /** Processes whose invocation waits for another one: they do no work, so they do not count against the limit. */
  private readonly blocked = new Map<RuntimeProcess, number>();
  private readonly reaper: NodeJS.Timeout;
  private stopped = false;

  /** `limit`: processes at work at a time, at least 1. */
  constructor(private readonly limit: number) {
    this.reaper = setInterval(() => this.reap(), 30_000);
    this.reaper.unref();
  }

  get size(): number {
    return this.idle.length + this.busy.size;
  }

  /** A process for the spec: an idle one, a new one while there is room, else after a wait. */
  acquire(spec: ProcessSpec, forceNew = false): Promise<Lease> {
    return new Promise((take) => {
      const waiter = { spec, take };
      if (!this.serve(waiter, forceNew)) this.waiting.push(waiter);
    });
  }

  /** Gives a process back; `dispose` ends it, as does being unfit for more. */
  release(process: RuntimeProcess, dispose = false): void {
    this.busy.delete(process);
    this.blocked.delete(process);
    process.onLog = () => undefined;
    process.lastUsed = performance.now();
    if (dispose || !process.usable || this.stopped) process.kill();
    else this.idle.push(process);
    this.serveWaiting();
  }

  /** The process's invocation waits for a nested one until the returned function is called. */
  block(process: RuntimeProcess): () => void {
    this.blocked.set(process, (this.blocked.get(process) ?? 0) + 1);
    this.serveWaiting();
    let done = false;
    return () => {
      const count = this.blocked.get(process);
      if (done || count === undefined) return;
      done = true;
      if (count > 1) this.blocked.set(process, count - 1);
      else this.blocked.delete(process);
    };
  }

  /** Ends the idle processes of one key and lets the busy ones end after their invocation: the code has changed. */
  retire(key: string): void {
    for (const process of this.idle.filter((p) => p.spec.key === key)) this.end(process);
    for (const process of this.busy) if (process.spec.key === key) process.usable = false;
  }

  /** Kills everything and waits until it is gone. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.reaper);
    const all = [...this.idle, ...this.busy];
    for (const process of all) process.kill();
    await Promise.all(all.map((process) => process.whenGone()));
  }

  private room(): boolean {
    return this.idle.length + this.busy.size - this.blocked.size < this.limit;
  }

  private serve(waiter: Waiter, forceNew = false): boolean {
    if (this.stopped) return false;
    const { key } = waiter.spec;
    const warm = forceNew ? undefined : this.idle.findLast((p) => p.spec.key === key && p.usable);
    if (warm) {
      this.idle.splice(this.idle.indexOf(warm), 1);
      this.lend(warm, waiter, false);
      return true;
    }
    if (!this.room()) {
      // The one that has rested longest makes way.
      const oldest = this.idle[0];
      if (!oldest) return false;
      this.end(oldest);
    }
    this.lend(new RuntimeProcess(waiter.spec), waiter, true);
    return true;
  }

  /**
   * Whose turn it is when a process comes free: the oldest waiter that the process fits; but a function that has no process
   * at all goes first, so that no function starves and none thrashes.
   */
  private serveWaiting(): void {
    while (this.waiting.length > 0) {
      const starving = this.waiting.find((w) => !this.has(w.spec.key));
      const fitting = this.waiting.find((w) => this.idle.some((p) => p.spec.key === w.spec.key && p.usable));
      const next = starving ?? fitting ?? this.waiting[0];
      if (!next || !this.serve(next)) return;
      this.waiting = this.waiting.filter((w) => w !== next);
    }
  }

  private has(key: string): boolean {
    return this.idle.some((p) => p.spec.key === key) || [...this.busy].some((p) => p.spec.key === key);
  }

  private lend(process: RuntimeProcess, waiter: Waiter, fresh: boolean): void {
    this.busy.add(process);
    waiter.take({ process, fresh });
  }

  private end(process: RuntimeProcess): void {
    this.idle.splice(this.idle.indexOf(process), 1);
    process.kill();
  }

  private reap(): void {
    const now = performance.now();
    for (const process of this.idle.filter((p) => !p.usable || now - p.lastUsed > idleLimitMs)) this.end(process);
  }
}
