/**
 * The engine's side of the sandbox: hands out evaluations to worker threads, one at a time each, and ends a thread that does
 * not answer in time. Only the evaluation it was at fails; those that waited go to a fresh thread.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Json } from '../../model/json';
import type { ScopeHost } from './contract';
import { LimitExceeded, memoryExceeded } from './jsonataFunctions';
import { limits, timeoutExceeded } from './jsonataRun';
import { UnsupportedResult } from './jsonataResult';

export interface SandboxRequest {
  readonly source: string;
  readonly bindings: Readonly<Record<string, unknown>>;
  /** A number of the engine's chance; absent where it has none of its own. */
  readonly seed?: number;
}

export type SandboxAnswer =
  | { readonly kind: 'value'; readonly value: Json | undefined }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'error'; readonly code?: string; readonly message: string };

interface Job {
  readonly request: SandboxRequest;
  readonly settle: (answer: SandboxAnswer) => void;
}

/** A thread starts in some tens of ms; its first answer may take that much longer. */
const startAllowanceMs = 3000;
const maxThreads = 2;
const idle: Thread[] = [];
const waiting: Job[] = [];
let threads = 0;

/**
 * Evaluates in another thread under a hard time limit. Resolves with plain JSON or undefined; rejects with LimitExceeded,
 * UnsupportedResult, or an object with jsonata's code and message.
 */
export async function evaluateInSandbox(
  source: string,
  bindings: Record<string, unknown>,
  host?: ScopeHost,
): Promise<unknown> {
  const release = host?.hold?.();
  try {
    const answer = await new Promise<SandboxAnswer>((settle) => {
      waiting.push({ request: { source, bindings, seed: host?.random() }, settle });
      dispatch();
    });
    return valueOf(answer);
  } finally {
    release?.();
  }
}

function valueOf(answer: SandboxAnswer): unknown {
  switch (answer.kind) {
    case 'value':
      return answer.value;
    case 'unsupported':
      throw new UnsupportedResult();
    case 'error':
      if (answer.code === undefined) throw new LimitExceeded(answer.message);
      throw Object.assign(new Error(answer.message), { code: answer.code });
  }
}

/** Ends all sandbox threads; a later evaluation starts new ones. */
export async function stopSandbox(): Promise<void> {
  await Promise.all(idle.splice(0).map((thread) => thread.end()));
}

function dispatch(): void {
  while (waiting.length > 0) {
    let thread = idle.pop();
    if (!thread) {
      if (threads >= maxThreads) return;
      const file = sandboxFile();
      if (!file) {
        for (const job of waiting.splice(0))
          job.settle({ kind: 'error', message: 'sandbox.js is missing beside the program: run `npm run build`' });
        return;
      }
      thread = new Thread(file);
    }
    thread.run(waiting.shift() as Job);
  }
}

/** Beside the bundle; or, when the sources themselves run (tests), where the build puts it. */
function sandboxFile(): string | undefined {
  const candidates = [path.join(__dirname, 'sandbox.js'), path.resolve(__dirname, '../../../dist/sandbox.js')];
  return candidates.find((file) => existsSync(file));
}

class Thread {
  private readonly worker: Worker;
  private job: Job | undefined;
  private warm = false;
  private watchdog: NodeJS.Timeout | undefined;

  constructor(file: string) {
    threads += 1;
    this.worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: 256 }, stdin: false, env: {} });
    this.worker.on('message', (answer: SandboxAnswer) => this.finish(answer));
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      this.fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? memoryExceeded : error.message);
    });
    this.worker.on('exit', () => {
      threads -= 1;
      const at = idle.indexOf(this);
      if (at >= 0) idle.splice(at, 1);
      this.fail(timeoutExceeded);
      dispatch();
    });
  }

  run(job: Job): void {
    this.job = job;
    this.worker.ref();
    // A guard on this machine's processor, not on the workflow's time: so not through the clock.
    // eslint-disable-next-line no-restricted-globals
    this.watchdog = setTimeout(() => void this.end(), limits.timeoutMs + (this.warm ? 0 : startAllowanceMs));
    this.worker.postMessage(job.request);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private finish(answer: SandboxAnswer): void {
    clearTimeout(this.watchdog);
    this.warm = true;
    const { job } = this;
    this.job = undefined;
    // An idle thread does not keep the program alive.
    this.worker.unref();
    idle.push(this);
    job?.settle(answer);
    dispatch();
  }

  private fail(message: string): void {
    clearTimeout(this.watchdog);
    this.job?.settle({ kind: 'error', message });
    this.job = undefined;
  }
}
