import * as vscode from 'vscode';
import type { Comparison, RunDocument } from '../model/run';
import type { RunStore, RunSummary } from '../store/runs';
import { compareRuns } from './compareRuns';
import type { Runner } from './runner';
import { speech } from './speech';
import { workflowFile, type Stores } from './stores';

/** What is shown of a workflow: a run, and what it is compared with. */
export interface Shown {
  readonly run: RunDocument;
  /** The run before, of the same file on the same target. */
  readonly before: RunDocument | null;
  readonly baseline: RunDocument | null;
  /** `run` against `baseline`; empty without one. */
  readonly comparisons: readonly Comparison[];
}

const liveRefreshMs = 1000;

/**
 * The runs whose figures are shown, by workflow: the one that goes on, else the one a person opened, else the newest on
 * disk. `of` answers at once from memory and loads in the background; `onDidChange` says when there is more, and only then:
 * lenses start over at each event.
 */
export const createFigures = (subscriptions: vscode.Disposable[], stores: Stores, runner: Runner) => {
  /** `of` the generation that it was read in: an older one is shown until the newer is there, so that nothing flickers. */
  const cache = new Map<string, { readonly uri: vscode.Uri; shown: Shown | null; of: number }>();
  const loading = new Map<string, { readonly of: number; readonly done: Promise<void> }>();
  const opened = new Map<string, { readonly run: RunDocument; readonly baseline: RunDocument | null }>();
  const reader = createReader();
  const changed = new vscode.EventEmitter<void>();
  let generation = 0;
  let liveTimer: ReturnType<typeof setTimeout> | undefined;

  const newest = async (uri: vscode.Uri): Promise<Shown | null> => {
    const store = stores.of(uri);
    if (!store) return null;
    const file = workflowFile(uri);
    const { runs } = await store.list();
    const own = runs.filter((run) => run.file === file && run.status !== 'running' && run.executions > 0);
    const chosen = opened.get(uri.toString());
    const run = chosen?.run ?? (await reader.first(store, own));
    if (!run) return null;
    const earlier = own.filter(
      (other) =>
        other.startedAt < run.startedAt && other.target === run.target.kind && other.simulated === run.target.simulated,
    );
    return {
      run,
      before: await reader.first(store, earlier.slice(0, 1)),
      baseline: chosen?.baseline ?? null,
      comparisons: chosen?.baseline ? compareRuns(run, chosen.baseline, speech().t) : [],
    };
  };
  const read = async (uri: vscode.Uri): Promise<void> => {
    const key = uri.toString();
    const of = generation;
    const shown = await newest(uri).catch(() => null);
    // Something changed while this was being read.
    if (of !== generation) return load(uri);
    const before = cache.get(key)?.shown ?? null;
    const isSame = isAlike(before, shown);
    cache.set(key, { uri, shown: isSame ? before : shown, of });
    reader.keepOnly([...cache.values()].flatMap(({ shown: each }) => (each ? [each.run, each.before] : [])));
    if (!isSame) changed.fire();
  };
  const load = (uri: vscode.Uri): Promise<void> => {
    const key = uri.toString();
    const now = loading.get(key);
    if (now?.of === generation) return now.done;
    const done = read(uri);
    loading.set(key, { of: generation, done });
    return done;
  };
  const refresh = () => {
    generation++;
    for (const { uri } of cache.values()) void load(uri);
  };
  const isLive = () => runner.activity.kind === 'running';
  subscriptions.push(
    changed,
    stores.onDidChange(() => {
      if (!isLive()) refresh();
    }),
    runner.onDidFinish(({ uri, run }) => {
      const key = uri.toString();
      opened.delete(key);
      const last = cache.get(key)?.shown?.run;
      const isBefore =
        last?.target.kind === run.target.kind &&
        last.target.simulated === run.target.simulated &&
        last.startedAt < run.startedAt;
      reader.add(run);
      // Whole at once: what is shown now need not be drawn again when the disk has been read.
      const shown = { run, before: isBefore ? last : null, baseline: null, comparisons: [] };
      cache.set(key, { uri, shown, of: generation });
    }),
    runner.onDidChange(() => {
      if (!isLive()) {
        clearTimeout(liveTimer);
        liveTimer = undefined;
        changed.fire();
        refresh();
        return;
      }
      // Lenses that jump ten times a second cannot be read.
      liveTimer ??= setTimeout(() => {
        liveTimer = undefined;
        changed.fire();
      }, liveRefreshMs);
    }),
    new vscode.Disposable(() => clearTimeout(liveTimer)),
  );
  const of = (uri: vscode.Uri): Shown | null => {
    const { activity } = runner;
    if (activity.kind === 'running' && activity.document && activity.uri.toString() === uri.toString()) {
      return { run: activity.document, before: null, baseline: null, comparisons: [] };
    }
    const known = cache.get(uri.toString());
    if (known?.of !== generation) void load(uri);
    return known?.shown ?? null;
  };
  return {
    of,
    /** As `of`, once the disk has been read: for a command, which may be the first to ask. */
    whole: async (uri: vscode.Uri): Promise<Shown | null> => {
      const shown = of(uri);
      if (shown || cache.get(uri.toString())?.of === generation) return shown;
      await load(uri);
      return of(uri);
    },
    /** Shows a run of a workflow instead of its newest one. */
    show(uri: vscode.Uri, run: RunDocument, baseline: RunDocument | null): void {
      opened.set(uri.toString(), { run, baseline });
      refresh();
      void load(uri);
    },
    onDidChange: changed.event,
  };
};
export type Figures = ReturnType<typeof createFigures>;

const isAlike = (a: Shown | null, b: Shown | null): boolean =>
  a === b || (a !== null && b !== null && a.run === b.run && a.before === b.before && a.baseline === b.baseline);

/** Reads documents, and each only once while its file stays as it is: a large run takes longer to read than to show. */
const createReader = () => {
  /** By id. Without a stamp: handed over by its runner, whose file has not been looked at yet. */
  const kept = new Map<string, { readonly run: RunDocument; readonly stamp?: string }>();
  const read = async (store: RunStore, summary: RunSummary): Promise<RunDocument | null> => {
    const { id, stamp, finishedAt } = summary;
    const known = kept.get(id);
    if (known && (known.stamp === stamp || (known.stamp === undefined && known.run.finishedAt === finishedAt))) {
      kept.set(id, { run: known.run, stamp });
      return known.run;
    }
    const result = await store.read(id);
    if (!result.ok) return null;
    kept.set(id, { run: result.document, stamp });
    return result.document;
  };
  return {
    add: (run: RunDocument): void => void kept.set(run.id, { run }),
    /** The first of them that can be read. */
    first: async (store: RunStore, summaries: readonly RunSummary[]): Promise<RunDocument | null> => {
      for (const summary of summaries) {
        const run = await read(store, summary);
        if (run) return run;
      }
      return null;
    },
    keepOnly: (runs: readonly (RunDocument | null)[]): void => {
      for (const [id, { run }] of kept) if (!runs.includes(run)) kept.delete(id);
    },
  };
};
