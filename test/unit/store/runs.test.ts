import { existsSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../src/store/runs';
import { runDocument, useFolder } from './fixtures';

vi.mock('node:fs', { spy: true });
/** A watcher that tells nothing, as one that drops its events. */
beforeEach(() => {
  vi.mocked(watch).mockClear();
  vi.mocked(watch).mockImplementation(() => ({ close: () => undefined, on: () => undefined }) as never);
});

const really = async () => {
  vi.mocked(watch).mockImplementation((await vi.importActual<{ watch: typeof watch }>('node:fs')).watch);
};

const newFolder = useFolder();
const runsOf = (folder: string) => path.join(folder, '.stepbench', 'runs');

describe('the store of runs', () => {
  it('creates nothing until something is saved', async () => {
    const folder = newFolder();
    const store = openStore(folder);
    expect(await store.list()).toEqual({ runs: [], damaged: [] });
    expect(readdirSync(folder)).toEqual([]);
    store.dispose();
  });

  it('gives back what was saved, and keeps it out of repositories', async () => {
    const folder = newFolder();
    const store = openStore(folder);
    const document = runDocument('a');
    await store.save(document);
    expect(await store.read('a')).toEqual({ ok: true, document });
    expect(readFileSync(path.join(folder, '.stepbench', '.gitignore'), 'utf8')).toBe('*\n');
    expect(readdirSync(runsOf(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    store.dispose();
  });

  it('does not write over a .gitignore that is there', async () => {
    const folder = newFolder();
    const store = openStore(folder);
    await store.save(runDocument('a'));
    writeFileSync(path.join(folder, '.stepbench', '.gitignore'), 'mine\n');
    await store.save(runDocument('b'));
    expect(readFileSync(path.join(folder, '.stepbench', '.gitignore'), 'utf8')).toBe('mine\n');
  });

  it('lists the newest first with what a list shows', async () => {
    const store = openStore(newFolder());
    await store.save(runDocument('old', { startedAt: '2026-11-23T10:00:00.000Z' }));
    await store.save(runDocument('new', { startedAt: '2026-11-24T10:00:00.000Z' }));
    const { runs, damaged } = await store.list();
    expect(runs.map((run) => run.id)).toEqual(['new', 'old']);
    expect(runs[0]).toMatchObject({ workflow: 'order', target: 'embedded', simulated: 'study', status: 'finished' });
    expect(damaged).toEqual([]);
  });

  it('lists from the index without opening unchanged documents, and reads changed ones anew', async () => {
    const folder = newFolder();
    const store = openStore(folder);
    await store.save(runDocument('a'));
    await store.list();
    const index = JSON.parse(readFileSync(path.join(runsOf(folder), 'index.json'), 'utf8')) as {
      summaries: Record<string, { workflow: string }>;
    };
    const summary = index.summaries['a'];
    expect(summary?.workflow).toBe('order');
    // What the index says is what the list shows, as long as the file is the same.
    if (summary) summary.workflow = 'from the index';
    writeFileSync(path.join(runsOf(folder), 'index.json'), JSON.stringify(index));
    expect((await store.list()).runs[0]?.workflow).toBe('from the index');
    await store.save(
      runDocument('a', { workflow: { file: 'x', name: 'changed name', definitionBytes: 1, states: [] } }),
    );
    expect((await store.list()).runs[0]?.workflow).toBe('changed name');
  });

  it('survives a damaged index', async () => {
    const folder = newFolder();
    const store = openStore(folder);
    await store.save(runDocument('a'));
    writeFileSync(path.join(runsOf(folder), 'index.json'), '{ not json');
    expect((await store.list()).runs.map((run) => run.id)).toEqual(['a']);
  });

  it('reports a damaged document and keeps the others', async () => {
    const folder = newFolder();
    const store = openStore(folder);
    await store.save(runDocument('good'));
    writeFileSync(path.join(runsOf(folder), 'bad.json'), '{"schema": "stepbench.run/1"');
    const { runs, damaged } = await store.list();
    expect(runs.map((run) => run.id)).toEqual(['good']);
    expect(damaged).toMatchObject([{ id: 'bad' }]);
    expect(damaged[0]?.reason).toMatch(/not JSON/);
    const read = await store.read('bad');
    expect(read.ok).toBe(false);
    await store.delete('bad');
    expect((await store.list()).damaged).toEqual([]);
  });

  it('says that a run is not there, and refuses ids that leave the folder', async () => {
    const store = openStore(newFolder());
    expect(await store.read('none')).toEqual({ ok: false, reason: 'there is no run "none"' });
    expect((await store.read('../../etc/passwd')).ok).toBe(false);
    expect(() => store.samplesFile('../x')).toThrow(/not the id of a run/);
    await expect(store.delete('../x')).rejects.toThrow(/not the id/);
  });

  it('deletes a run with its samples, and deleting again is fine', async () => {
    const folder = newFolder();
    const store = openStore(folder);
    await store.save(runDocument('a'));
    writeFileSync(store.samplesFile('a'), '[]\n');
    await store.delete('a');
    expect(existsSync(store.samplesFile('a'))).toBe(false);
    expect((await store.list()).runs).toEqual([]);
    await expect(store.delete('a')).resolves.toBeUndefined();
  });

  it('keeps labels and pins across saves, and takes them off again', async () => {
    const store = openStore(newFolder());
    await store.save(runDocument('a'));
    await store.mark('a', { label: 'before the change', pinned: true });
    await store.save(runDocument('a'));
    expect((await store.list()).runs[0]).toMatchObject({ label: 'before the change', pinned: true });
    await store.mark('a', { label: '', pinned: false });
    const [run] = (await store.list()).runs;
    expect(run?.label).toBeUndefined();
    expect(run?.pinned).toBeUndefined();
  });

  it('retains the newest, every pinned one and those that are running', async () => {
    const store = openStore(newFolder());
    for (let day = 1; day <= 5; day++)
      await store.save(
        runDocument(`d${day}`, {
          startedAt: `2026-11-0${day}T00:00:00.000Z`,
          ...(day === 2 ? { status: { kind: 'running', phase: 'loading' } } : {}),
        }),
      );
    await store.mark('d1', { pinned: true });
    expect([...(await store.retain(2))].sort()).toEqual(['d3']);
    expect((await store.list()).runs.map((run) => run.id)).toEqual(['d5', 'd4', 'd2', 'd1']);
  });

  it('tells listeners of its own changes until they are disposed', async () => {
    const store = openStore(newFolder());
    const listener = vi.fn();
    const subscription = store.onDidChange(listener);
    await store.save(runDocument('a'));
    expect(listener).toHaveBeenCalledTimes(1);
    subscription.dispose();
    await store.delete('a');
    expect(listener).toHaveBeenCalledTimes(1);
    store.dispose();
  });

  it('tells of changes that another process makes', async () => {
    await really();
    const folder = newFolder();
    const mine = openStore(folder);
    await mine.save(runDocument('a'));
    const seen = new Promise<void>((resolve) => mine.onDidChange(resolve));
    const theirs = openStore(folder);
    await theirs.save(runDocument('b'));
    await seen;
    mine.dispose();
  });

  it('finds on a check what no watcher told of, and tells it once', async () => {
    const folder = newFolder();
    const mine = openStore(folder);
    await mine.save(runDocument('a'));
    await mine.save(runDocument('b'));
    const listener = vi.fn();
    mine.onDidChange(listener);
    await mine.list();
    await mine.check();
    expect(listener).not.toHaveBeenCalled();
    // Both come to the folder as the watcher of this store would hear of them: not at all.
    await openStore(folder).delete('b');
    await mine.check();
    expect(listener).toHaveBeenCalledTimes(1);
    await mine.check();
    expect(listener).toHaveBeenCalledTimes(1);
    await openStore(folder).save(runDocument('a', { finishedAt: '2026-11-25T10:00:00.000Z' }));
    await mine.check();
    expect(listener).toHaveBeenCalledTimes(2);
    mine.dispose();
  });

  it('tells all when one of them finds a change in its own listing', async () => {
    const folder = newFolder();
    const mine = openStore(folder);
    await mine.save(runDocument('a'));
    const listener = vi.fn();
    mine.onDidChange(listener);
    expect((await mine.list()).runs).toHaveLength(1);
    await openStore(folder).delete('a');
    expect((await mine.list()).runs).toHaveLength(0);
    expect(listener).toHaveBeenCalledTimes(1);
    await mine.check();
    expect(listener).toHaveBeenCalledTimes(1);
    mine.dispose();
  });

  it('watches a folder that is made after it was opened', async () => {
    await really();
    const folder = newFolder();
    const mine = openStore(folder);
    const listener = vi.fn();
    mine.onDidChange(listener);
    await openStore(folder).save(runDocument('a'));
    await mine.check();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(vi.mocked(watch).mock.results.map(({ type }) => type)).toEqual(['throw', 'return']);
    mine.dispose();
  });

  it('does not lose an index entry when changes come together', async () => {
    const store = openStore(newFolder());
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.save(runDocument(id))));
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.mark(id, { label: `label ${id}` })));
    expect((await store.list()).runs.map((run) => run.label).sort()).toEqual([
      'label a',
      'label b',
      'label c',
      'label d',
    ]);
  });

  it.skipIf(!existsSync('/sys/kernel'))('says in one sentence that a folder cannot be written', async () => {
    // A folder in which not even root may make another.
    await expect(openStore('/sys/kernel').save(runDocument('a'))).rejects.toThrow(/cannot be written .*kept in memory/);
  });

  it('says in one sentence that the place of the folder is taken by a file', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, '.stepbench'), 'a file');
    await expect(openStore(folder).save(runDocument('a'))).rejects.toMatchObject({ name: 'ExpectedError' });
  });
});
