import * as vscode from 'vscode';
import { parseMachine } from '../../asl';
import type { ParsedMachine } from '../../model/machine';

export const selector: vscode.DocumentSelector = [{ language: 'asl' }, { language: 'asl-yaml' }];
export const isWorkflow = (document: vscode.TextDocument): boolean =>
  document.languageId === 'asl' || document.languageId === 'asl-yaml';

/** Typing is over when nothing came for this long; what is shown then follows. */
const pauseMs = 200;

/**
 * The machine of a document, parsed once a version. `onDidChange` comes after a pause in typing, so that what listens
 * (diagnostics, lenses, the panel) works once per pause and not per key.
 */
export const createMachines = (subscriptions: vscode.Disposable[]) => {
  const parsed = new WeakMap<vscode.TextDocument, { version: number; languageId: string; machine: ParsedMachine }>();
  const changed = new vscode.EventEmitter<vscode.TextDocument>();
  const pending = new Map<string, ReturnType<typeof setTimeout>>();
  const later = (document: vscode.TextDocument) => {
    if (!isWorkflow(document)) return;
    const key = document.uri.toString();
    clearTimeout(pending.get(key));
    pending.set(
      key,
      setTimeout(() => {
        pending.delete(key);
        if (!document.isClosed) changed.fire(document);
      }, pauseMs),
    );
  };
  subscriptions.push(
    changed,
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.contentChanges.length > 0) later(event.document);
    }),
    new vscode.Disposable(() => pending.forEach((timer) => clearTimeout(timer))),
  );
  return {
    of(document: vscode.TextDocument): ParsedMachine {
      const known = parsed.get(document);
      if (known?.version === document.version && known.languageId === document.languageId) return known.machine;
      const machine = parseMachine(document.getText(), document.languageId === 'asl-yaml' ? 'yaml' : 'json');
      parsed.set(document, { version: document.version, languageId: document.languageId, machine });
      return machine;
    },
    onDidChange: changed.event,
  };
};
export type Machines = ReturnType<typeof createMachines>;

/** The open document of a file, if there is one. */
export const openDocument = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
