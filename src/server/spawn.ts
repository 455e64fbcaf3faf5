/** Starts the server in a worker thread, so that it never blocks an editor or a load generator. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunningServer, ServerAddress, ServerOptions } from './options';

export type FromServer =
  | { readonly kind: 'ready'; readonly address: ServerAddress }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' };

export type ToServer = { readonly kind: 'stop' };

export interface SpawnOptions {
  /** The bundle to run; `server.js` beside the running one unless told. */
  readonly script?: string;
  /** What the server says (its stderr); the process's own stderr unless told. */
  readonly onLog?: (text: string) => void;
  /** The worker ended without being asked to. */
  readonly onExit?: (message: string) => void;
}

/**
 * Most of its heap, MB. Below 2 GB V8 collects once the live half has doubled; above, it lets garbage grow to three times what lives,
 * and a load of thousands of orders to more than a gigabyte.
 */
const heapMb = 2_000;

/** How long a server may take to close its workers before the thread is ended. */
const graceMs = 2_000;

/** Resolves when the server listens. Rejects with one clear message when it cannot (port taken, bad profile). */
export function spawnServer(
  options: ServerOptions = {},
  { script = path.join(__dirname, 'server.js'), onLog, onExit }: SpawnOptions = {},
): Promise<RunningServer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, {
      ...{ workerData: options, stderr: onLog !== undefined },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    if (onLog) worker.stderr.on('data', (chunk: Buffer) => onLog(chunk.toString('utf8')));
    let stopping = false;
    const exited = new Promise<void>((done) => worker.once('exit', () => done()));
    const stop = async (): Promise<void> => {
      stopping = true;
      worker.postMessage({ kind: 'stop' } satisfies ToServer);
      const timer = setTimeout(() => void worker.terminate(), graceMs);
      await exited;
      clearTimeout(timer);
    };
    worker.on('message', (message: FromServer) => {
      if (message.kind === 'ready') resolve({ ...message.address, stop });
      else if (message.kind === 'failed') {
        stopping = true;
        reject(new Error(message.message));
      }
    });
    worker.on('error', (error) => {
      reject(error);
      if (!stopping) onExit?.(error.message);
      stopping = true;
    });
    worker.once('exit', (code) => {
      reject(new Error(`The embedded server ended with code ${code} before it was ready.`));
      if (!stopping) onExit?.(`The embedded server ended with code ${code}.`);
    });
  });
}
