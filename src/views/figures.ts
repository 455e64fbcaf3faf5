import * as vscode from 'vscode';
import type { Comparison, RunDocument } from '../model/run';
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
 * disk. `of` answers at once from memory and loads in the background; `onDidChange` says when there is more.
 */
export const createFigures = (subscriptions: vscode.Disposable[], stores: Stores, runner: Runner) => {
  /** `of` the generation that it was read in: an older one is shown until the newer is there, so that nothing flickers. */
  const cache = new Map<string, { shown: Shown | null; of: number }>();
  const loading = new Map<string, number>();
  const opened = new Map<string, { readonly run: RunDocument; readonly baseline: RunDocument | null }>();
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
    const run =
      chosen?.run ??
      (await readFirst(
        store,
        own.map((summary) => summary.id),
      ));
    if (!run) return null;
    const earlier = own.filter(
      (other) =>
        other.startedAt < run.startedAt && other.target === run.target.kind && other.simulated === run.target.simulated,
    );
    return {
      run,
      before: await readFirst(
        store,
        earlier.slice(0, 1).map((summary) => summary.id),
      ),
      baseline: chosen?.baseline ?? null,
      comparisons: chosen?.baseline ? compareRuns(run, chosen.baseline, speech().t) : [],
    };
  };
  const load = async (uri: vscode.Uri, of: number) => {
    const key = uri.toString();
    if (loading.get(key) === of) return;
    loading.set(key, of);
    const shown = await newest(uri).catch(() => null);
    // Something changed while this was being read: the next one to ask reads again.
    if (of !== generation) return;
    cache.set(key, { shown, of });
    changed.fire();
  };
  const forget = () => {
    generation++;
    changed.fire();
  };
  subscriptions.push(
    changed,
    stores.onDidChange(() => {
      if (runner.activity.kind === 'idle') forget();
    }),
    runner.onDidFinish(({ uri, run }) => {
      opened.delete(uri.toString());
      cache.set(uri.toString(), { shown: { run, before: null, baseline: null, comparisons: [] }, of: generation });
      forget();
    }),
    // Lenses that jump ten times a second cannot be read.
    runner.onDidChange(() => {
      liveTimer ??= setTimeout(() => {
        liveTimer = undefined;
        changed.fire();
      }, liveRefreshMs);
    }),
    new vscode.Disposable(() => clearTimeout(liveTimer)),
  );
  return {
    of(uri: vscode.Uri): Shown | null {
      const { activity } = runner;
      if (activity.kind === 'running' && activity.document && activity.uri.toString() === uri.toString()) {
        return { run: activity.document, before: null, baseline: null, comparisons: [] };
      }
      const known = cache.get(uri.toString());
      if (known?.of !== generation) void load(uri, generation);
      return known?.shown ?? null;
    },
    /** Shows a run of a workflow instead of its newest one. */
    show(uri: vscode.Uri, run: RunDocument, baseline: RunDocument | null): void {
      opened.set(uri.toString(), { run, baseline });
      forget();
    },
    onDidChange: changed.event,
  };
};
export type Figures = ReturnType<typeof createFigures>;

const readFirst = async (
  store: { read(id: string): Promise<{ ok: true; document: RunDocument } | { ok: false }> },
  ids: readonly string[],
): Promise<RunDocument | null> => {
  for (const id of ids) {
    const read = await store.read(id);
    if (read.ok) return read.document;
  }
  return null;
};
