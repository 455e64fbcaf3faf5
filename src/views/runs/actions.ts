import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { ExpectedError } from '../../model/errors';
import type { RunDocument } from '../../model/run';
import type { Current } from '../current';
import type { Figures } from '../figures';
import type { Panel } from '../panel/host';
import { runDetail, runTitle } from '../panel/runTitle';
import { speech } from '../speech';
import type { Stores } from '../stores';
import type { StoredRun } from './nodes';

/** What a person does with runs that are on disk. */
export const createRunActions = (stores: Stores, current: Current, figures: Figures, panel: Panel) => {
  const { t } = vscode.l10n;
  const read = async ({ folder, summary }: StoredRun): Promise<RunDocument> => {
    const result = await stores.at(folder).read(summary.id);
    if (!result.ok) throw new ExpectedError(t('The run cannot be opened: {0}', result.reason));
    return result.document;
  };
  const uriOf = ({ folder, summary }: StoredRun) => vscode.Uri.file(path.resolve(folder, summary.file));

  const open = async (run: StoredRun): Promise<void> => {
    const document = await read(run);
    current.set(uriOf(run));
    figures.show(uriOf(run), document, null);
    await panel.focus({ preserveFocus: true });
  };
  const remove = async (runs: readonly StoredRun[]): Promise<void> => {
    const removed = await Promise.all(
      runs.map(async (run) => {
        const store = stores.at(run.folder);
        const [result, files] = await Promise.all([
          store.read(run.summary.id),
          Promise.all(
            [store.samplesFile(run.summary.id), store.tracesFile(run.summary.id)].map(async (file) => ({
              file,
              content: await readFile(file).catch(() => undefined),
            })),
          ),
        ]);
        await store.delete(run.summary.id);
        return { run, store, document: result.ok ? result.document : undefined, files };
      }),
    );
    const undo = t('Undo');
    const message =
      removed.length === 1
        ? t('Deleted "{0}".', runTitle(runs[0]!.summary, speech()))
        : t('Deleted {0} runs.', removed.length);
    // Not awaited by the command: the tree has changed already, and the message may stay for as long as it likes.
    if ((await vscode.window.showInformationMessage(message, undo)) !== undo) return;
    for (const { run, store, document, files } of removed) {
      if (!document) continue;
      for (const { file, content } of files) if (content) await writeFile(file, content);
      await store.save(document);
      const { label, pinned } = run.summary;
      if (label || pinned) await store.mark(document.id, { label, pinned });
    }
  };
  const rename = async (run: StoredRun): Promise<void> => {
    const label = await vscode.window.showInputBox({
      title: t('Name of the run'),
      value: runTitle(run.summary, speech()),
      prompt: t('Empty: the name it had at first'),
      validateInput: (text) => (text.length > 100 ? t('At most 100 characters') : undefined),
    });
    if (label !== undefined) await stores.at(run.folder).mark(run.summary.id, { label: label.trim() });
  };
  const others = async (run: StoredRun): Promise<StoredRun> => {
    const lists = await Promise.all(
      stores.all().map(async (store) => ({ folder: store.folder, runs: (await store.list()).runs })),
    );
    const items = lists
      .flatMap(({ folder, runs }) => runs.map((summary): StoredRun => ({ folder, summary })))
      .filter((other) => other.summary.id !== run.summary.id && other.summary.executions > 0)
      .sort((a, b) => Number(b.summary.file === run.summary.file) - Number(a.summary.file === run.summary.file))
      .map((other) => ({
        label: runTitle(other.summary, speech()),
        description: `${other.summary.workflow} · ${runDetail(other.summary, speech())}`,
        other,
      }));
    if (items.length === 0) throw new ExpectedError(t('There is no other run to compare with.'));
    const chosen = await vscode.window.showQuickPick(items, {
      title: t('Compare "{0}" with', runTitle(run.summary, speech())),
      matchOnDescription: true,
    });
    if (!chosen) throw new vscode.CancellationError();
    return chosen.other;
  };
  const compare = async (runs: readonly StoredRun[]): Promise<void> => {
    const [first] = runs;
    if (!first) throw new ExpectedError(t('Select a run in the Runs view.'));
    const second = runs[1] ?? (await others(first));
    // The older of the two is what the newer one is measured against.
    const [baseline, candidate] = [first, second].sort((a, b) =>
      a.summary.startedAt.localeCompare(b.summary.startedAt),
    ) as [StoredRun, StoredRun];
    current.set(uriOf(candidate));
    figures.show(uriOf(candidate), await read(candidate), await read(baseline));
    await panel.focus({ preserveFocus: true });
    panel.show('compare');
  };
  return {
    read,
    open,
    remove,
    rename,
    compare,
    pin: (run: StoredRun, pinned: boolean) => stores.at(run.folder).mark(run.summary.id, { pinned }),
    reveal: async ({ folder, summary }: StoredRun): Promise<void> => {
      await vscode.commands.executeCommand(
        'vscode.open',
        vscode.Uri.file(path.join(folder, '.stepbench', 'runs', `${summary.id}.json`)),
      );
    },
  };
};
export type RunActions = ReturnType<typeof createRunActions>;
