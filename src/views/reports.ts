import * as vscode from 'vscode';
import { ExpectedError } from '../model/errors';
import type { RunDocument } from '../model/run';
import { htmlReport, markdownReport } from '../report';
import type { Current } from './current';
import type { Figures } from './figures';

/** The run that is shown, for other people: Markdown for a pull request, a page that stands alone. */
export const createReports = (current: Current, figures: Figures) => {
  const { t } = vscode.l10n;
  const shownRun = async (): Promise<RunDocument> => {
    const shown = await figures.whole(await current.resolve());
    if (!shown) throw new ExpectedError(t('There are no figures for this workflow yet. Run a benchmark first.'));
    return shown.run;
  };
  return {
    copyMarkdown: async (run?: RunDocument): Promise<void> => {
      const text = markdownReport(run ?? (await shownRun()));
      await vscode.env.clipboard.writeText(text);
      void vscode.window.showInformationMessage(t('Copied as Markdown. Paste it into the pull request.'));
    },
    saveHtml: async (): Promise<void> => {
      const run = await shownRun();
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(process.cwd());
      const file = await vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.joinPath(folder, `${run.workflow.name}-${run.id}.html`),
        filters: { HTML: ['html'] },
      });
      if (!file) return;
      await vscode.workspace.fs.writeFile(file, Buffer.from(htmlReport(run), 'utf8'));
      const open = t('Open');
      if ((await vscode.window.showInformationMessage(t('Report saved.'), open)) === open)
        await vscode.env.openExternal(file);
    },
  };
};
export type Reports = ReturnType<typeof createReports>;
