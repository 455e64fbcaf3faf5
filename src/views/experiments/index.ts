import * as vscode from 'vscode';
import { ExpectedError } from '../../model/errors';
import type { Panel } from '../panel/host';
import { runBlocker, type Runner } from '../runner';
import { planSettings } from '../settings';
import { folderOf } from '../stores';
import type { Targets } from '../targets';
import type { FoundRows } from './conducting';

/** The bundle of its own beside this one; see esbuild.mjs. */
const conducting = () => import('./conducting');

/** "Run Experiment…": which file, which rows, then their runs one after the other, and a report. */
export const createExperiments = (targets: Targets, runner: Runner, panel: Panel) => {
  const { t } = vscode.l10n;

  const pickFile = async (argument: unknown): Promise<vscode.Uri> => {
    if (argument instanceof vscode.Uri) return argument;
    const files = await vscode.workspace.findFiles('**/experiments.json', '{**/node_modules/**,**/.stepbench/**}', 100);
    if (files.length === 0)
      throw new ExpectedError(
        t('This workspace has no experiments.json. The example has one: run "StepBench: Open the Example".'),
      );
    if (files.length === 1) return files[0]!;
    const chosen = await vscode.window.showQuickPick(
      files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file })),
      { title: t('Experiment to run') },
    );
    if (!chosen) throw new vscode.CancellationError();
    return chosen.file;
  };
  const pickRows = async ({ title, rows }: FoundRows): Promise<readonly string[]> => {
    const chosen = await vscode.window.showQuickPick(
      rows.map((row) => ({
        label: row.title,
        description: row.runs.length === 1 ? t('1 run') : t('{0} runs', row.runs.length),
        detail: row.runs[0],
        picked: true,
        row,
      })),
      { title, placeHolder: t('Rows to run; what is done already is taken as it is'), canPickMany: true },
    );
    if (!chosen || chosen.length === 0) throw new vscode.CancellationError();
    return chosen.map(({ row }) => row.name);
  };

  return {
    run: async (argument?: unknown): Promise<void> => {
      const uri = await pickFile(argument);
      const blocker = runBlocker(uri);
      if (blocker) throw new ExpectedError(blocker);
      if (runner.activity.kind === 'running') throw new ExpectedError(t('A run is going on. Stop it first.'));
      const { readExperiment, conductExperiment } = await conducting();
      const target = targets.current(uri);
      const { maxCost } = planSettings(uri, target);
      const found = await readExperiment(uri.fsPath, target);
      const rows = await pickRows(found);
      await panel.focus({ preserveFocus: true });
      const done = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: found.title },
        (progress) =>
          conductExperiment(uri.fsPath, rows, folderOf(uri)!, target, {
            start: (plan) => runner.start(vscode.Uri.file(plan.file), { ...plan, maxCost }),
            onTrial: (title, at, of) => progress.report({ message: t('{0} of {1}: {2}', at, of, title) }),
          }),
      );
      const open = t('Open Report');
      const text = done.stopped
        ? t('{0}: stopped after {1} of {2} runs. Run it again to go on.', found.title, done.finished, done.wanted)
        : [
            done.failed > 0
              ? t('{0}: {1} of {2} runs failed.', found.title, done.failed, done.wanted)
              : `${found.title}.`,
            ...done.conclusions.slice(0, 1),
          ].join(' ');
      const chosen = await vscode.window.showInformationMessage(text, ...(done.report === null ? [] : [open]));
      if (chosen === open && done.report !== null) await openReport(done.report);
    },
  };
};
/** Where the window is not on this machine (a browser, a remote), no browser can open a file of it: the text is shown instead. */
const openReport = async ({ html, markdown }: { readonly html: string; readonly markdown: string }): Promise<void> => {
  const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  if (isHere) await vscode.env.openExternal(vscode.Uri.file(html));
  else await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(markdown));
};
export type Experiments = ReturnType<typeof createExperiments>;
