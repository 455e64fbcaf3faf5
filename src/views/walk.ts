import * as vscode from 'vscode';
import { formatShare } from '../model/format';
import { ExpectedError } from '../model/errors';
import type { Current } from './current';
import type { Figures } from './figures';
import { slowStates, stateFacts } from './file/facts';
import { isWorkflow, type Machines } from './file/machines';
import { toRange } from './file/ranges';

/** Ways to a state: by name, by its time, and from the panel. */
export const createWalk = (machines: Machines, figures: Figures, current: Current) => {
  const { t } = vscode.l10n;
  let last: { uri: string; path: string } | undefined;
  const editorOf = async (uri: vscode.Uri): Promise<vscode.TextEditor> => {
    const visible = vscode.window.visibleTextEditors.find(
      (editor) => editor.document.uri.toString() === uri.toString(),
    );
    return vscode.window.showTextDocument(visible?.document ?? (await vscode.workspace.openTextDocument(uri)), {
      viewColumn: visible?.viewColumn,
      preview: false,
    });
  };
  const reveal = async (uri: vscode.Uri, path: string): Promise<void> => {
    const editor = await editorOf(uri);
    const state = machines.of(editor.document).states.find((candidate) => candidate.path === path);
    if (!state) throw new ExpectedError(t('The file no longer has the state "{0}".', path));
    const range = toRange(state.nameRange);
    editor.selection = new vscode.Selection(range.start, range.start);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    last = { uri: uri.toString(), path };
  };
  return {
    reveal,
    goTo: async (): Promise<void> => {
      const uri = await current.resolve();
      const { document } = await editorOf(uri);
      const items = machines.of(document).states.map((state) => ({
        label: state.name,
        description: state.type,
        detail: state.path === state.name ? undefined : state.path,
        path: state.path,
      }));
      if (items.length === 0) throw new ExpectedError(t('This file has no states.'));
      const chosen = await vscode.window.showQuickPick(items, { title: t('Go to state'), matchOnDetail: true });
      if (chosen) await reveal(uri, chosen.path);
    },
    /** Slowest first, then round; from the state the cursor was last sent to. */
    nextSlow: async (): Promise<void> => {
      const uri = await current.resolve();
      const shown = await figures.whole(uri);
      const { document } = await editorOf(uri);
      if (!shown || !isWorkflow(document))
        throw new ExpectedError(t('There are no figures for this workflow yet. Run a benchmark first.'));
      const facts = stateFacts(machines.of(document).states, shown.run);
      const slow = slowStates(facts);
      if (slow.length === 0)
        throw new ExpectedError(t('No state of this workflow takes a noticeable share of the time.'));
      const at = last?.uri === uri.toString() ? slow.indexOf(last.path) : -1;
      const path = slow[(at + 1) % slow.length]!;
      await reveal(uri, path);
      vscode.window.setStatusBarMessage(
        t(
          '{0}: {1} of the critical path',
          path,
          formatShare(facts.get(path)!.criticalShare, { digits: 2, locale: vscode.env.language }),
        ),
        4000,
      );
    },
  };
};
export type Walk = ReturnType<typeof createWalk>;
