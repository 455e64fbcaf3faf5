import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { ExpectedError, messageOf } from '../model/errors';
import type { Plan } from '../model/plan';
import type { RunDocument } from '../model/run';
import type { Ask, FromWorker, RunOptions, ToWorker, WorkerData } from './contract';

export type { Answer, Ask, Question, RunOptions } from './contract';

export interface RunCallbacks {
  /**
   * The whole document as it stands, at most ten a second. The last one has ended and is saved; `done` comes when the server is
   * closed as well.
   */
  readonly onSnapshot?: (document: RunDocument) => void;
  /** Called for what only a person can decide; a missing handler answers no. */
  readonly ask?: Ask;
  /** Short lines on progress that belong in a log. */
  readonly onNote?: (message: string) => void;
  /** Aborting it is the same as `stop()`. */
  readonly signal?: AbortSignal;
}

export interface RunHandle {
  /**
   * The finished document, also when the run failed or was stopped (see its `status`).
   * @throws ExpectedError when nothing could be started: bad plan, unreadable file, refused by the person.
   */
  readonly done: Promise<RunDocument>;
  /** Ends it within a second and keeps what was measured; may be called more than once. */
  stop(reason?: string): void;
  /** Whether somebody looks at where executions stand: only then are they asked. */
  watch(on: boolean): void;
}

const youngMb = 96;

/**
 * Runs a plan in a worker thread of its own (dist/run.js, beside the bundle that calls this), so that neither the editor
 * nor the command line is ever blocked by the load.
 */
export const startRun = (
  plan: Plan,
  options: RunOptions & RunCallbacks,
  workerFile = path.join(__dirname, 'run.js'),
): RunHandle => {
  const { onSnapshot, ask, onNote, signal, ...rest } = options;
  const data: WorkerData = { plan, options: rest };
  const worker = new Worker(workerFile, {
    ...{ workerData: data, stdout: false, stderr: false },
    // What a thousand calls in flight hold lives as long as they do: with a small nursery it is copied again and again.
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
  });
  const tell = (message: ToWorker) => worker.postMessage(message);
  const stop = (reason = 'stopped by you') => tell({ kind: 'stop', reason });
  const onAbort = () => stop();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', onAbort, { once: true });

  const done = new Promise<RunDocument>((resolve, reject) => {
    let settled = false;
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    let document: RunDocument | undefined;
    let exit: number | undefined;
    const ended = () => {
      if (document) resolve(document);
      else reject(new Error(`The run's worker ended early (exit ${exit ?? 'none'}).`));
    };
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'snapshot':
          onSnapshot?.(message.document);
          return;
        case 'note':
          onNote?.(message.message);
          return;
        case 'ask':
          void Promise.resolve(ask?.(message.question))
            .catch(() => undefined)
            .then((answer) => tell({ kind: 'answer', id: message.id, answer }));
          return;
        case 'done':
          document = message.document;
          onSnapshot?.(document);
          return;
        case 'closed':
          settle(ended);
          return;
        case 'refused':
          settle(() => reject(new ExpectedError(message.message, { code: message.usage ? 'usage' : 'run' })));
          return;
        case 'crashed': {
          const error = new Error(message.message);
          error.stack = message.stack;
          settle(() => reject(error));
          return;
        }
      }
    });
    worker.on('error', (error) => settle(() => reject(error instanceof Error ? error : new Error(messageOf(error)))));
    worker.on('exit', (code) => {
      exit = code;
      settle(ended);
    });
  });
  return { done, stop, watch: (on) => tell({ kind: 'watch', on }) };
};
