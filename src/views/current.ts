import * as vscode from 'vscode';
import { ExpectedError } from '../model/errors';
import { isWorkflow } from './file/machines';

const key = 'stepbench.workflow';
export const workflowGlob = '**/*.{asl,asl.json,asl.yaml,asl.yml}';
const excluded = '{**/node_modules/**,**/.aws-sam/**,**/cdk.out/**,**/dist/**,**/out/**,**/.stepbench/**}';

/**
 * The workflow that the panel and the commands speak of: the one in the active editor, else the last one that was.
 * Survives a restart.
 */
export const createCurrent = (subscriptions: vscode.Disposable[], memory: vscode.Memento) => {
  const stored = memory.get<string>(key);
  let uri = stored ? vscode.Uri.parse(stored) : undefined;
  const changed = new vscode.EventEmitter<void>();
  const publish = () => void vscode.commands.executeCommand('setContext', 'stepbench.hasWorkflow', uri !== undefined);
  const set = (next: vscode.Uri | undefined) => {
    if (next?.toString() === uri?.toString()) return;
    uri = next;
    void memory.update(key, next?.toString());
    publish();
    changed.fire();
  };
  const follow = (editor: vscode.TextEditor | undefined) => {
    if (editor && isWorkflow(editor.document) && editor.document.uri.scheme !== 'git') set(editor.document.uri);
  };
  subscriptions.push(
    changed,
    vscode.window.onDidChangeActiveTextEditor(follow),
    // A file that becomes a workflow by a change of its language.
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (vscode.window.activeTextEditor?.document === document) follow(vscode.window.activeTextEditor);
    }),
    vscode.workspace.onDidDeleteFiles(({ files }) => {
      if (files.some((file) => file.toString() === uri?.toString())) set(undefined);
    }),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      const renamed = files.find((file) => file.oldUri.toString() === uri?.toString());
      if (renamed) set(renamed.newUri);
    }),
  );
  publish();
  follow(vscode.window.activeTextEditor);

  const pick = async (): Promise<vscode.Uri> => {
    const files = await vscode.workspace.findFiles(workflowGlob, excluded, 500);
    if (files.length === 0) {
      throw new ExpectedError(
        vscode.l10n.t(
          'This workspace has no workflow (.asl.json, .asl.yaml). Open one, or run "StepBench: Open the Example".',
        ),
      );
    }
    if (files.length === 1) {
      set(files[0]);
      return files[0]!;
    }
    const items = files
      .map((file) => ({ label: file.path.split('/').pop()!, description: vscode.workspace.asRelativePath(file), file }))
      .sort((a, b) => a.description.localeCompare(b.description));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Workflow to benchmark'),
      matchOnDescription: true,
    });
    if (!chosen) throw new vscode.CancellationError();
    set(chosen.file);
    return chosen.file;
  };
  return {
    get uri() {
      return uri;
    },
    set,
    pick,
    /** The one a command means: its argument (explorer, title bar), the current one, or one that is asked for. */
    resolve: async (argument?: unknown): Promise<vscode.Uri> => {
      if (argument instanceof vscode.Uri) {
        set(argument);
        return argument;
      }
      follow(vscode.window.activeTextEditor);
      return uri ?? (await pick());
    },
    onDidChange: changed.event,
  };
};
export type Current = ReturnType<typeof createCurrent>;
