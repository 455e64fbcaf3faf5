import path from 'node:path';
import * as vscode from 'vscode';
import { loadSettings, settingsFileName } from '../../asl/settings';
import { toDiagnostic } from './diagnostics';

/** Problems of `stepbench.json` where they stand: unknown fields, files that are not there. Read from disk, so after each save. */
export const registerSettingsFile = (subscriptions: vscode.Disposable[]): void => {
  const collection = vscode.languages.createDiagnosticCollection('stepbench settings');
  const check = async (document: vscode.TextDocument): Promise<void> => {
    const { uri } = document;
    if (uri.scheme !== 'file' || path.basename(uri.fsPath) !== settingsFileName) return;
    const { problems } = await loadSettings(path.join(path.dirname(uri.fsPath), 'any.asl.json'));
    collection.set(uri, problems.map(toDiagnostic));
  };
  const checkSoon = (document: vscode.TextDocument) => void check(document);
  subscriptions.push(
    collection,
    vscode.workspace.onDidOpenTextDocument(checkSoon),
    vscode.workspace.onDidSaveTextDocument(checkSoon),
    vscode.workspace.onDidCloseTextDocument((document) => collection.delete(document.uri)),
  );
  vscode.workspace.textDocuments.forEach(checkSoon);
};
