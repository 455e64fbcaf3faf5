/** One execution environment's process as the server holds it. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { performance } from 'node:perf_hooks';
import { endOfOutput, innerBreak, ownerMark, type EnvironmentMessage, type InvokeMessage } from './channel';

/** Where processes come from. Those of one key are interchangeable: same code, same settings. */
export interface ProcessSource {
  readonly key: string;
  /** Invocations one may run at once, all but one of them waiting. */
  readonly shares: number;
  /** How to start another: each has a token of its own. */
  spec(): ProcessSpec;
}

export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How the process came up: fit to invoke, or with the error document Lambda answers with. */
export type StartOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly payload: string; readonly log: string }
  | { readonly kind: 'exited'; readonly reason: string };

export type InvokeOutcome =
  | { readonly kind: 'result'; readonly payload: string; readonly rss: number }
  | { readonly kind: 'error'; readonly payload: string; readonly rss: number }
  /** The process ended under the invocation; `reason` in Lambda's words. */
  | { readonly kind: 'exited'; readonly reason: string };

/** Loading a handler for longer than this fails, as on Lambda. */
const initLimitMs = 10_000;

interface Pending {
  readonly log: (event: string) => void;
  outcome?: InvokeOutcome;
  outputEnded: boolean;
  readonly settle: (outcome: InvokeOutcome) => void;
}

export class RuntimeProcess {
  readonly startedAt = performance.now();
  readonly started: Promise<StartOutcome>;
  lastUsed = 0;
  /** Whether it can take another invocation. */
  usable = true;
  /** Invocations it was lent for, and how many of them wait for an answer of the server: the pool's bookkeeping. */
  load = 0;
  blocked = 0;
  /** Clock ms that its invocations waited for answers, all together. */
  waited = 0;
  private readonly child: ChildProcess;
  private readonly channel: Duplex;
  private settleStart: ((outcome: StartOutcome) => void) | undefined;
  private readonly pending = new Map<string, Pending>();
  private exit: string | undefined;
  private readonly gone: (() => void)[] = [];

  constructor(
    readonly spec: ProcessSpec,
    readonly key = '',
  ) {
    this.child = spawn(spec.command, spec.args, {
      cwd: spec.folder,
      env: { ...spec.env },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.channel = this.child.stdio[3] as Duplex;
    this.started = new Promise((resolve) => (this.settleStart = resolve));
    const limit = setTimeout(() => this.kill('timed out while loading the handler'), initLimitMs);
    void this.started.then(() => clearTimeout(limit));
    this.child.on('error', (error) => this.ended(`could not start ${spec.command}: ${error.message}`));
    this.child.on('exit', (code, signal) => this.ended(exitReason(code, signal)));
    // A dead process's pipes raise EPIPE; its exit says what there is to say.
    for (const stream of [this.child.stdin, this.channel]) stream?.on('error', () => undefined);
    byLine(this.channel, (line) => this.receive(JSON.parse(line) as EnvironmentMessage));
    byLine(this.child.stdout, (line) => this.output(line));
    byLine(this.child.stderr, (line) => this.output(line));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Runs one invocation; `log` takes each of its log events. Never rejects. */
  invoke(message: InvokeMessage, log: (event: string) => void): Promise<InvokeOutcome> {
    return new Promise((settle) => {
      if (this.exit !== undefined) {
        settle({ kind: 'exited', reason: this.exit });
        return;
      }
      this.pending.set(message.id, { log, outputEnded: false, settle });
      this.channel.write(JSON.stringify(message) + '\n');
    });
  }

  /** Gives up on one invocation: the process ends, at once if it runs nothing else. */
  abandon(id: string): void {
    this.usable = false;
    this.pending.delete(id);
    if (this.pending.size === 0) this.kill();
  }

  /** Ends the process at once; running invocations settle as exited. */
  kill(reason?: string): void {
    this.usable = false;
    if (reason !== undefined) this.settleStart?.({ kind: 'exited', reason });
    this.child.kill('SIGKILL');
  }

  /** Resolves when the process is gone. */
  whenGone(): Promise<void> {
    return this.exit !== undefined ? Promise.resolve() : new Promise((resolve) => this.gone.push(resolve));
  }

  private receive(message: EnvironmentMessage): void {
    if (message.t === 'ready') this.settleStart?.({ kind: 'ready' });
    else if (message.t === 'initError') {
      this.usable = false;
      this.settleStart?.({
        kind: 'failed',
        payload: message.payload,
        log: message.log.trimEnd().replaceAll(innerBreak, '\n'),
      });
    } else {
      const pending = this.pending.get(message.id);
      if (message.t === 'exit' || (message.t === 'error' && message.fatal)) this.usable = false;
      if (!pending) return;
      pending.outcome =
        message.t === 'exit'
          ? { kind: 'exited', reason: exitReason(message.code, null) }
          : { kind: message.t, payload: message.payload, rss: message.rss };
      this.settleIfComplete(message.id, pending);
    }
  }

  private output(line: string): void {
    const end = line.indexOf(endOfOutput);
    const written = end < 0 ? line : line.slice(0, end);
    if (end < 0 || written !== '') this.log(written);
    const id = end < 0 ? '' : line.slice(end + 1);
    const pending = this.pending.get(id);
    if (!pending) return;
    pending.outputEnded = true;
    this.settleIfComplete(id, pending);
  }

  private log(line: string): void {
    const close = line.startsWith(ownerMark) ? line.indexOf(ownerMark, 1) : -1;
    const owner = close < 0 ? undefined : this.pending.get(line.slice(1, close));
    const target = owner ?? this.pending.values().next().value;
    target?.log(line.slice(close + 1).replaceAll(innerBreak, '\n'));
  }

  private settleIfComplete(id: string, pending: Pending): void {
    if (!pending.outcome || !pending.outputEnded) return;
    this.pending.delete(id);
    pending.settle(pending.outcome);
  }

  private ended(reason: string): void {
    if (this.exit !== undefined) return;
    this.exit = reason;
    this.usable = false;
    this.settleStart?.({ kind: 'exited', reason });
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const { outcome, settle } of pending) settle(outcome ?? { kind: 'exited', reason });
    for (const resolve of this.gone) resolve();
  }
}

/** V8 aborts when its heap is full; Lambda's kernel would have killed the process, and its wording says so. */
function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null)
    return `signal: ${signal === 'SIGABRT' || signal === 'SIGKILL' ? 'killed' : signal.replace(/^SIG/, '').toLowerCase()}`;
  return code === 0 ? '' : `exit status ${code}`;
}

function byLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  if (!stream) return;
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
