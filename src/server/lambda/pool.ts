/**
 * The physical processes: a bounded number, shared by all functions, kept warm while they are used. How many environments
 * there are as far as a workflow can tell is another matter (environments.ts).
 *
 * Invocations that wait for an answer of this server (a nested invocation, a call that a latency profile delays) do no
 * work: their processes do not count against the bound, or all could wait for one that never gets a process; and under a
 * profile a Node process whose invocations all wait takes another one, or a thousand orders would need a thousand processes.
 */
import { performance } from 'node:perf_hooks';
import type { Clock } from '../../model/clock';
import { RuntimeProcess, type ProcessSource } from './process';
import { watchProcessor } from './processor';

export interface Lease {
  readonly process: RuntimeProcess;
  /** Started for this lease: the invocation is a cold one. */
  readonly fresh: boolean;
}

interface Waiter {
  readonly source: ProcessSource;
  readonly forceNew: boolean;
  readonly take: (lease: Lease) => void;
}

/** Idle for longer than this, a process is ended. */
const idleLimitMs = 5 * 60_000;

/** Used within this time, an idle process makes way only for a function that has none at all. */
const warmMs = 10_000;

/** A process that came free within this time says that those who wait will have their turn. */
const flowingMs = 50;

/** The same while the processor has nothing to spare, and even the quickest take their time. */
const crowdedMs = 1_000;

/** What a start costs, in warm invocations: from so many in line for each of a function's processes another one pays. */
const startWorth = 32;

/** A Node process with a small handler takes about 50 MB. */
const bytesEach = 64 * 1024 ** 2;

/** How many processes a machine has room for: a quarter of its memory, 8 to 64. */
export const processLimit = (memoryBytes: number): number =>
  Math.min(64, Math.max(8, Math.floor(memoryBytes / 4 / bytesEach)));

export class ProcessPool {
  private readonly idle: RuntimeProcess[] = [];
  private readonly busy = new Set<RuntimeProcess>();
  private readonly byToken = new Map<string, RuntimeProcess>();
  /** The clock stands still while a process works: what it does takes no time of the clock's own. */
  private readonly holds = new Map<RuntimeProcess, () => void>();
  /** By key, each in order. */
  private readonly waiting = new Map<string, Waiter[]>();
  private readonly reaper: NodeJS.Timeout;
  private stopped = false;
  /** Processes that are not ready yet. */
  private starting = 0;

  private freedAt = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * `limit`: processes at a time, at least 1, those that wait not counted. `cores`: so many may be in their start at once, which
   * costs hundreds of times what a warm invocation costs; and once twice as many work and come free all the time, more of
   * them would only share the processor: a queue is served sooner by those who are warm. `saturated`: the processor has
   * nothing to spare, which those that wait for this server do not show. A long line gets more all the same, up to four times the
   * cores: on a machine that others keep busy an invocation mostly waits for its turn, and one process would serve one at a time.
   */
  constructor(
    private readonly limit: number,
    private readonly clock: Clock,
    private readonly cores = limit,
    private readonly saturated: () => boolean = watchProcessor(),
  ) {
    this.reaper = setInterval(() => this.reap(), 30_000);
    this.reaper.unref();
  }

  get size(): number {
    return this.idle.length + this.busy.size;
  }

  /** A process of the source: an idle one, a new one while there is room, else after a wait. */
  acquire(source: ProcessSource, forceNew = false): Promise<Lease> {
    return new Promise((take) => {
      const waiter = { source, forceNew, take };
      if (this.serve(waiter)) return;
      const queue = this.waiting.get(source.key);
      if (queue) queue.push(waiter);
      else this.waiting.set(source.key, [waiter]);
      this.lookAgain();
    });
  }

  /** Starts a process ahead of its invocation where there is none of its key and room for one. */
  prepare(source: ProcessSource): void {
    if (this.stopped || this.has(source.key) || !this.room() || this.starting >= this.cores) return;
    const process = this.start(source);
    process.lastUsed = performance.now();
    this.idle.push(process);
  }

  /** Gives a process back; `dispose` ends it, as does being unfit for more. */
  release(process: RuntimeProcess, dispose = false): void {
    process.load--;
    process.lastUsed = this.freedAt = performance.now();
    if (dispose) process.usable = false;
    this.syncHold(process);
    if (process.load === 0) {
      this.busy.delete(process);
      process.blocked = 0;
      if (!process.usable || this.stopped) process.kill();
      else this.idle.push(process);
    }
    this.serveWaiting();
  }

  /** The environment with this token waits for an answer until the returned function is called; undefined if it is nobody's. */
  block(token: string | undefined): (() => void) | undefined {
    const process = token === undefined ? undefined : this.byToken.get(token);
    if (!process || process.load === 0) return undefined;
    process.blocked++;
    const from = this.clock.now();
    this.syncHold(process);
    this.serveWaiting();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      process.waited += this.clock.now() - from;
      process.blocked = Math.max(0, process.blocked - 1);
      this.syncHold(process);
    };
  }

  /** Ends the idle processes of one key and lets the busy ones end after their invocation: the code has changed. */
  retire(key: string): void {
    for (const process of this.idle.filter((p) => p.key === key)) this.endIdle(process);
    for (const process of this.busy) if (process.key === key) process.usable = false;
  }

  /** Kills everything and waits until it is gone. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.reaper);
    clearTimeout(this.timer);
    const all = [...this.idle, ...this.busy];
    for (const process of all) process.kill();
    await Promise.all(all.map((process) => process.whenGone()));
  }

  private serve(waiter: Waiter): boolean {
    if (this.stopped) return false;
    const { source, forceNew } = waiter;
    const warm = forceNew ? undefined : this.idle.findLast((p) => p.key === source.key && p.usable);
    if (warm) {
      this.idle.splice(this.idle.indexOf(warm), 1);
      this.lend(warm, waiter, false);
      return true;
    }
    const shared = forceNew || source.shares < 2 ? undefined : this.sharable(source);
    if (shared) {
      this.lend(shared, waiter, false);
      return true;
    }
    if (this.starting >= this.cores) return false;
    if (this.flows() && this.has(source.key) && !this.pays(source.key)) return false;
    if (!this.room()) {
      // The one that has rested longest makes way.
      const oldest = this.idle[0];
      const resting = oldest && performance.now() - oldest.lastUsed > warmMs;
      if (!oldest || (!resting && !forceNew && this.has(source.key))) return false;
      this.endIdle(oldest);
    }
    this.lend(this.start(source), waiter, true);
    return true;
  }

  private start(source: ProcessSource): RuntimeProcess {
    const process = new RuntimeProcess(source.spec(), source.key);
    this.byToken.set(tokenOf(process), process);
    void process.whenGone().then(() => this.byToken.delete(tokenOf(process)));
    this.starting++;
    void process.started.then(() => {
      this.starting--;
      this.serveWaiting();
    });
    return process;
  }

  private sharable(source: ProcessSource): RuntimeProcess | undefined {
    for (const process of this.busy) {
      if (
        process.key === source.key &&
        process.usable &&
        process.blocked >= process.load &&
        process.load < source.shares
      )
        return process;
    }
    return undefined;
  }

  private room(): boolean {
    return this.idle.length + this.working() < this.limit;
  }

  private working(): number {
    let working = 0;
    for (const process of this.busy) if (process.blocked < process.load) working++;
    return working;
  }

  /** All that the processor can do is being done, and no invocation holds a process for long. */
  private flows(): boolean {
    const since = performance.now() - this.freedAt;
    if (this.saturated()) return since < crowdedMs;
    return this.working() >= 2 * this.cores && since < flowingMs;
  }

  /**
   * Whose turn it is when a process comes free: the oldest waiter that the process fits; but a function that has no process
   * at all goes first, so that no function starves and none thrashes.
   */
  private serveWaiting(): void {
    while (this.waiting.size > 0) {
      const queues = [...this.waiting];
      const starving = queues.find(([key]) => !this.has(key));
      const fitting = queues.find(([, [first]]) => first && this.fits(first.source));
      // A start may have to wait for others while there is somebody whom a warm process fits.
      const long = queues.find(([key]) => this.pays(key));
      const turn = [starving, fitting, long, queues[0]].find((each) => each?.[1][0] && this.serve(each[1][0]));
      if (!turn) return;
      const [key, queue] = turn;
      queue.shift();
      // The key goes to the end of the line, so that functions take turns.
      this.waiting.delete(key);
      if (queue.length > 0) this.waiting.set(key, queue);
    }
  }

  /** Those who wait for what no longer comes free are served by a new process. */
  private lookAgain(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.serveWaiting();
      if (this.waiting.size > 0 && !this.stopped) this.lookAgain();
    }, flowingMs + 5);
  }

  private fits(source: ProcessSource): boolean {
    return (
      this.idle.some((p) => p.key === source.key && p.usable) ||
      (source.shares > 1 && this.sharable(source) !== undefined)
    );
  }

  private has(key: string): boolean {
    return this.count(key) > 0;
  }

  private count(key: string): number {
    let count = 0;
    for (const process of this.idle) if (process.key === key) count++;
    for (const process of this.busy) if (process.key === key) count++;
    return count;
  }

  /** Whether the line for a function is worth another process of it although the processor is busy. */
  private pays(key: string): boolean {
    const line = this.waiting.get(key)?.length ?? 0;
    if (line < startWorth) return false;
    const its = this.count(key);
    return its < 4 * this.cores && line >= startWorth * its;
  }

  private lend(process: RuntimeProcess, waiter: Waiter, fresh: boolean): void {
    process.load++;
    this.busy.add(process);
    this.syncHold(process);
    waiter.take({ process, fresh });
  }

  private syncHold(process: RuntimeProcess): void {
    const works = process.load > process.blocked;
    if (works && !this.holds.has(process)) this.holds.set(process, this.clock.hold());
    if (works) return;
    this.holds.get(process)?.();
    this.holds.delete(process);
  }

  private endIdle(process: RuntimeProcess): void {
    this.idle.splice(this.idle.indexOf(process), 1);
    process.kill();
  }

  private reap(): void {
    const now = performance.now();
    for (const process of this.idle.filter((p) => !p.usable || now - p.lastUsed > idleLimitMs)) this.endIdle(process);
  }
}

/** The environment's own calls to the server carry it. */
const tokenOf = (process: RuntimeProcess): string => process.spec.env.AWS_SESSION_TOKEN ?? '';
