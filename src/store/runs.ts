import { watch } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '../model/errors';
import type { RunDocument } from '../model/run';
import { prepareFolder, stateFolder, writeAtomically } from './folder';
import { summarise, type DamagedRun, type RunSummary } from './summary';
import { readDocument, type Read } from './upgrade';

export type { DamagedRun, RunSummary } from './summary';

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly damaged: readonly DamagedRun[];
}

/** The run documents of a workspace, under `.stepbench/runs/`. */
export interface RunStore {
  readonly folder: string;
  list(): Promise<RunList>;
  /** The document, upgraded to the current schema; a damaged or missing one is reported, not thrown. */
  read(id: string): Promise<Read>;
  /** @throws ExpectedError when the disk refuses. */
  save(document: RunDocument): Promise<void>;
  delete(id: string): Promise<void>;
  /** Sets the label (empty: none) or the pin. */
  mark(id: string, change: { readonly label?: string; readonly pinned?: boolean }): Promise<void>;
  /** Deletes the oldest unpinned runs beyond `keep`, never one that is running; answers the ids. */
  retain(keep: number): Promise<readonly string[]>;
  /** Where the executions of a run are kept for their timelines (see traces.ts). */
  tracesFile(id: string): string;
  /** Where the samples of a run are appended. */
  samplesFile(id: string): string;
  /** Also of changes by others, as far as the system tells of them: `check` finds the rest. */
  onDidChange(listener: () => void): { dispose(): void };
  /** Looks at the folder and tells listeners if it is not as it was last listed: a watcher may drop what it should tell. */
  check(): Promise<void>;
  dispose(): void;
}

/** A document's file and its mtime in ms and size. */
interface Stamped {
  readonly name: string;
  readonly stamp: string;
}

interface Index {
  readonly summaries: Record<string, RunSummary>;
  readonly marks: Record<string, { label?: string; pinned?: boolean }>;
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Opens (without creating anything) the store of `folder`; the first save makes the directory. */
export const openStore = (folder: string): RunStore => {
  const runs = path.join(stateFolder(folder), 'runs');
  const indexFile = path.join(runs, 'index.json');
  const listeners = new Set<() => void>();
  let watcher: { close(): void } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  /** Changes go one after the other, so that two of them cannot lose each other's index entry. */
  const exclusively = <T>(task: () => Promise<T>): Promise<T> => {
    const next = queue.then(task, task);
    queue = next.catch(() => undefined);
    return next;
  };
  const changed = () => {
    for (const listener of listeners) listener();
  };
  /** What the folder held when it was last listed: all that listeners can know of. */
  let known: string | undefined;
  const look = async (): Promise<readonly Stamped[]> => {
    const names = (await readdir(runs).catch(() => [] as string[])).filter(isDocument).sort();
    const found = await Promise.all(
      names.map(async (name) => {
        const info = await stat(path.join(runs, name)).catch(() => undefined);
        return info ? [{ name, stamp: `${info.mtimeMs}:${info.size}` }] : [];
      }),
    );
    return found.flat();
  };
  /** Takes note of what was seen; answers whether that was known. */
  const isKnown = (found: readonly Stamped[]): boolean => {
    const before = known;
    known = found.map(({ name, stamp }) => `${name} ${stamp}`).join('\n');
    return known === before;
  };
  /** After a change of our own: told once, and not again by the watcher. */
  const ownChange = async () => {
    if (listeners.size === 0) return;
    isKnown(await look());
    changed();
    watchAgain();
  };
  const check = () =>
    exclusively(async () => {
      if (!isKnown(await look())) changed();
    });
  /** The folder is made by the first run, and a watcher may have failed. */
  const watchAgain = () => {
    if (listeners.size === 0) return;
    watcher ??= watchFolder(
      runs,
      () => void check(),
      () => (watcher = undefined),
    );
  };
  const documentFile = (id: string) => path.join(runs, `${checkedId(id)}.json`);

  const readIndex = async (): Promise<Index> => {
    try {
      const index = JSON.parse(await readFile(indexFile, 'utf8')) as Partial<Index>;
      return { summaries: index.summaries ?? {}, marks: index.marks ?? {} };
    } catch {
      return { summaries: {}, marks: {} };
    }
  };
  const writeIndex = async (index: Index) => writeAtomically(indexFile, JSON.stringify(index));

  const read = async (id: string): Promise<Read> => {
    if (!idPattern.test(id)) return { ok: false, reason: `"${id}" is not the id of a run` };
    try {
      return readDocument(await readFile(documentFile(id), 'utf8'));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      return {
        ok: false,
        reason: code === 'ENOENT' ? `there is no run "${id}"` : `it cannot be read (${code ?? 'unknown'})`,
      };
    }
  };

  const list = async (): Promise<RunList> => {
    const files = await look();
    const first = known === undefined;
    // One reader may find what the others have not been told of.
    if (!isKnown(files) && !first) changed();
    const index = await readIndex();
    const found: RunSummary[] = [];
    const damaged: DamagedRun[] = [];
    const summaries: Record<string, RunSummary> = {};
    let stale = Object.keys(index.summaries).length !== files.length;
    for (const { name, stamp } of files) {
      const id = name.slice(0, -'.json'.length);
      const file = path.join(runs, name);
      const meta = index.marks[id] ?? {};
      const known = index.summaries[id];
      if (known?.stamp === stamp) {
        summaries[id] = known;
        found.push({ ...known, ...meta });
        continue;
      }
      stale = true;
      const result = readDocument(await readFile(file, 'utf8').catch(() => ''));
      if (result.ok) {
        const summary = summarise(result.document, stamp, {});
        summaries[id] = summary;
        found.push({ ...summary, ...meta });
      } else damaged.push({ id, file, reason: result.reason });
    }
    if (stale && files.length > 0) await writeIndex({ summaries, marks: index.marks }).catch(() => undefined);
    found.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
    return { runs: found, damaged };
  };

  const remove = async (id: string) => {
    await rm(documentFile(id), { force: true });
    await rm(samplesFile(id), { force: true });
    await rm(tracesFile(id), { force: true });
    const index = await readIndex();
    const { [id]: _summary, ...summaries } = index.summaries;
    const { [id]: _mark, ...marks } = index.marks;
    await writeIndex({ summaries, marks }).catch(() => undefined);
  };
  const tracesFile = (id: string) => path.join(runs, `${checkedId(id)}.traces.jsonl`);
  const samplesFile = (id: string) => path.join(runs, `${checkedId(id)}.samples.jsonl`);

  return {
    folder,
    list: () => exclusively(list),
    read,
    save: (document) =>
      exclusively(async () => {
        await prepareFolder(folder, 'runs');
        await writeAtomically(documentFile(document.id), JSON.stringify(document));
        await ownChange();
      }),
    delete: (id) =>
      exclusively(async () => {
        await remove(id);
        await ownChange();
      }),
    mark: (id, change) =>
      exclusively(async () => {
        const index = await readIndex();
        const next = { ...index.marks[checkedId(id)], ...change };
        if (!next.label) delete next.label;
        if (!next.pinned) delete next.pinned;
        await prepareFolder(folder, 'runs');
        await writeIndex({ summaries: index.summaries, marks: { ...index.marks, [id]: next } });
        await ownChange();
      }),
    retain: (keep) =>
      exclusively(async () => {
        const { runs: all } = await list();
        const surplus = all.filter((run) => !run.pinned && run.status !== 'running').slice(keep);
        for (const run of surplus) await remove(run.id);
        if (surplus.length > 0) await ownChange();
        return surplus.map((run) => run.id);
      }),
    samplesFile,
    tracesFile,
    onDidChange: (listener) => {
      listeners.add(listener);
      watchAgain();
      return { dispose: () => void listeners.delete(listener) };
    },
    check: () => {
      watchAgain();
      return check();
    },
    dispose: () => {
      watcher?.close();
      watcher = undefined;
      listeners.clear();
    },
  };
};

const isDocument = (name: string): boolean => name.endsWith('.json') && name !== 'index.json';

const checkedId = (id: string): string => {
  if (idPattern.test(id)) return id;
  throw new ExpectedError(`"${id}" is not the id of a run.`, { code: 'usage' });
};

/** Tells of changes made by others (the CLI, a worker). A folder that cannot be watched is simply not watched. */
const watchFolder = (folder: string, changed: () => void, ended: () => void): { close(): void } | undefined => {
  try {
    let pending: NodeJS.Timeout | undefined;
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      // Some systems do not say which file it was.
      if (name !== null && !isDocument(name)) return;
      pending ??= setTimeout(() => {
        pending = undefined;
        changed();
      }, 100);
    });
    watcher.on('error', () => {
      watcher.close();
      ended();
    });
    return watcher;
  } catch {
    return undefined;
  }
};
