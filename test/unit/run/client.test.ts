import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultPlan } from '../../../src/plan';
import { startRun, type Question } from '../../../src/run/client';
import { useFolder } from '../store/fixtures';

const newFolder = useFolder();
const plan = defaultPlan('/w/x.asl.json');

/** A worker that speaks the run's protocol; `body` sees `port`, `data` and `send`. */
const worker = (body: string): string => {
  const file = path.join(newFolder(), 'worker.js');
  writeFileSync(
    file,
    `const { parentPort: port, workerData: data } = require('node:worker_threads');
     const send = (message) => port.postMessage(message);
     ${body}`,
  );
  return file;
};
const options = { folder: '/w' };

describe('starting a run', () => {
  it('hands the plan over and the snapshots, notes and document back', async () => {
    const seen: unknown[] = [];
    const handle = startRun(
      plan,
      { ...options, onSnapshot: (document) => seen.push(document), onNote: (note) => seen.push(note) },
      worker(
        `send({ kind: 'snapshot', document: { id: data.plan.file } }); send({ kind: 'note', message: data.options.folder }); send({ kind: 'done', document: { id: 'end' } }); port.close();`,
      ),
    );
    expect(await handle.done).toEqual({ id: 'end' });
    // What is done is the last of the snapshots.
    expect(seen).toEqual([{ id: '/w/x.asl.json' }, '/w', { id: 'end' }]);
  });

  it('shows the document when it is saved, and is done when all is closed', async () => {
    const order: string[] = [];
    let saw = () => undefined as void;
    const shown = new Promise<void>((resolve) => (saw = resolve));
    const handle = startRun(
      plan,
      { ...options, onSnapshot: (document) => (order.push(document.id), saw()) },
      // Closes when it is told that the document has been seen.
      worker(
        `send({ kind: 'done', document: { id: 'end' } }); port.on('message', () => { send({ kind: 'closed' }); port.close(); });`,
      ),
    );
    const done = handle.done.then(({ id }) => order.push(`done ${id}`));
    await shown;
    expect(order).toEqual(['end']);
    handle.stop();
    await done;
    expect(order).toEqual(['end', 'done end']);
  });

  it('asks, and answers with what was said; nobody to ask says nothing', async () => {
    const asking =
      worker(`send({ kind: 'ask', id: 7, question: { kind: 'confirm', message: 'm', detail: 'd', about: 'realAccount' } });
      port.on('message', (message) => { send({ kind: 'done', document: message }); port.close(); });`);
    const questions: Question[] = [];
    const ask = (question: Question) => (questions.push(question), Promise.resolve(true));
    expect(await startRun(plan, { ...options, ask }, asking).done).toEqual({ kind: 'answer', id: 7, answer: true });
    expect(questions[0]).toMatchObject({ kind: 'confirm', about: 'realAccount' });
    expect(await startRun(plan, options, asking).done).toEqual({ kind: 'answer', id: 7, answer: undefined });
    const failing = () => Promise.reject(new Error('the dialog failed'));
    expect(await startRun(plan, { ...options, ask: failing }, asking).done).toMatchObject({ answer: undefined });
  });

  it('passes a stop on, by call and by signal', async () => {
    const stopping = worker(
      `port.on('message', (message) => { send({ kind: 'done', document: message }); port.close(); });`,
    );
    const handle = startRun(plan, options, stopping);
    handle.stop('enough');
    expect(await handle.done).toEqual({ kind: 'stop', reason: 'enough' });
    const abort = new AbortController();
    const other = startRun(plan, { ...options, signal: abort.signal }, stopping);
    abort.abort();
    expect(await other.done).toEqual({ kind: 'stop', reason: 'stopped by you' });
    expect(await startRun(plan, { ...options, signal: AbortSignal.abort() }, stopping).done).toMatchObject({
      kind: 'stop',
    });
    other.stop();
  });

  it('passes on whether somebody looks at where executions stand', async () => {
    const said: unknown[] = [];
    const handle = startRun(
      plan,
      { ...options, watched: false, onNote: (note) => said.push(note) },
      worker(
        `send({ kind: 'note', message: String(data.options.watched) });
         port.on('message', ({ kind, on }) => {
           send({ kind: 'note', message: kind + ' ' + on });
           if (!on) { send({ kind: 'done', document: {} }); port.close(); }
         });`,
      ),
    );
    handle.watch(true);
    handle.watch(false);
    await handle.done;
    expect(said).toEqual(['false', 'watch true', 'watch false']);
  });

  it('tells a refusal from a bug from a worker that died', async () => {
    await expect(
      startRun(plan, options, worker(`send({ kind: 'refused', message: 'no such file', usage: true }); port.close();`))
        .done,
    ).rejects.toMatchObject({ name: 'ExpectedError', code: 'usage', message: 'no such file' });
    await expect(
      startRun(plan, options, worker(`send({ kind: 'crashed', message: 'a bug', stack: 'at x' }); port.close();`)).done,
    ).rejects.toMatchObject({ name: 'Error', message: 'a bug', stack: 'at x' });
    await expect(startRun(plan, options, worker('process.exit(5)')).done).rejects.toThrow(/ended early \(exit 5\)/);
    await expect(startRun(plan, options, worker('throw new Error("at start")')).done).rejects.toThrow('at start');
  });
});
