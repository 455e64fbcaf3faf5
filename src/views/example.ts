import * as vscode from 'vscode';
import { ExpectedError } from '../model/errors';

const main = 'order.asl.json';

const exists = async (uri: vscode.Uri): Promise<boolean> =>
  vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );

/**
 * The shipped example, in a place where it can be edited and run: the workspace's own copy where it has one, else a copy in
 * the extension's storage (the installed one is replaced by every update).
 */
export const openExample = async (extension: vscode.Uri, storage: vscode.Uri): Promise<vscode.Uri> => {
  const [own] = await vscode.workspace.findFiles(`**/order-booking/${main}`, '**/node_modules/**', 1);
  if (own) return show(own);
  const shipped = vscode.Uri.joinPath(extension, 'examples/order-booking');
  if (!(await exists(shipped)))
    throw new ExpectedError(vscode.l10n.t('The example is missing from this installation. Install StepBench again.'));
  const copy = vscode.Uri.joinPath(storage, 'order-booking');
  if (!(await exists(vscode.Uri.joinPath(copy, main))))
    await vscode.workspace.fs.copy(shipped, copy, { overwrite: true });
  return show(vscode.Uri.joinPath(copy, main));
};

const show = async (uri: vscode.Uri): Promise<vscode.Uri> => {
  await vscode.window.showTextDocument(uri, { preview: false });
  return uri;
};
