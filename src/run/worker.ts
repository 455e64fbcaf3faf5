/** Entry of dist/run.js: one run in a worker thread. */
import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { version } from '../../package.json';
import { ExpectedError, messageOf } from '../model/errors';
import { spawnServer } from '../server/spawn';
import { preciseClock } from './clock';
import type { Answer, FromWorker, Question, ToWorker, WorkerData } from './contract';
import { runJob } from './job';

/**
 * Lowers the priority of this thread and of all that it starts (the server, the functions). Only Linux has priorities of
 * threads: elsewhere the call would slow the editor down too.
 */
const giveWay = (): void => {
  if (process.platform !== 'linux') return;
  try {
    os.setPriority(0, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A container may forbid it; then the run competes with the editor as any thread does.
  }
};

const main = async (): Promise<void> => {
  const port = parentPort;
  if (!port) throw new Error('run.js runs as a worker thread; use `stepbench run` on a command line.');
  const send = (message: FromWorker) => port.postMessage(message);
  const { plan, options } = workerData as WorkerData;
  if (options.givesWay) giveWay();
  const stop = new AbortController();
  const waiting = new Map<number, (answer: Answer) => void>();
  let nextId = 0;
  let watching = options.watched === true;
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'watch') {
      watching = message.on;
      return;
    }
    if (message.kind === 'stop') {
      stop.abort(message.reason);
      for (const resolve of waiting.values()) resolve(undefined);
      return;
    }
    waiting.get(message.id)?.(message.answer);
    waiting.delete(message.id);
  });
  const ask = (question: Question) =>
    new Promise<Answer>((resolve) => {
      if (stop.signal.aborted) return resolve(undefined);
      const id = nextId++;
      waiting.set(id, resolve);
      send({ kind: 'ask', id, question });
    });
  const note = (message: string) => send({ kind: 'note', message });
  try {
    await runJob(plan, {
      options,
      clock: preciseClock(),
      startServer: (server, onExit) => spawnServer(server, { onExit, onLog: note }),
      ask,
      // The last one is what is done, and sent once: two copies of every sample of a large run would be in memory at once.
      onSnapshot: (each) => send({ kind: each.status.kind === 'running' ? 'snapshot' : 'done', document: each }),
      onNote: note,
      isWatched: () => watching,
      signal: stop.signal,
      env: process.env,
      version,
    });
    send({ kind: 'closed' });
  } catch (error) {
    if (error instanceof ExpectedError)
      send({ kind: 'refused', message: error.message, usage: error.code === 'usage' });
    else send({ kind: 'crashed', message: messageOf(error), stack: error instanceof Error ? (error.stack ?? '') : '' });
  } finally {
    port.close();
  }
};

void main();
