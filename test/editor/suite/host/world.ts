import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { parseMachine } from '../../../../src/asl';
import type { RunDocument } from '../../../../src/model/run';
import { openStore } from '../../../../src/store/runs';
import type { StepBenchApi } from '../../../../src/views/api';
import { arm, dist, figures, run } from '../../../unit/views/runFixture';

export const extensionId = 'stepbench.stepbench';

export const workspace = (): vscode.Uri => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder, 'the tests run in a workspace');
  return folder;
};
export const orderFile = () => vscode.Uri.joinPath(workspace(), 'examples/order-booking/order.asl.json');

export const activateExtension = async (): Promise<StepBenchApi> => {
  const extension = vscode.extensions.getExtension<StepBenchApi>(extensionId);
  assert.ok(extension, `${extensionId} is installed`);
  return extension.activate();
};

/** Polls until `check` gives something true; its last falsy or thrown state is what a failure shows. */
export const until = async <T>(
  what: string,
  check: () => T | Promise<T>,
  timeoutMs = 300_000,
): Promise<Exclude<T, false | null | undefined>> => {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const value = await check();
      if (value) return value as Exclude<T, false | null | undefined>;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}; last: ${String(last)}`);
};

/** A file of the workspace with this text, opened in an editor. */
export const openText = async (name: string, text: string): Promise<vscode.TextEditor> => {
  const uri = vscode.Uri.joinPath(workspace(), 'written', name);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
};

export const ownDiagnostics = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'StepBench');

export const lensTitles = async (uri: vscode.Uri): Promise<readonly { line: number; title: string }[]> => {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 1000);
  return lenses.map((lens) => ({ line: lens.range.start.line, title: lens.command?.title ?? '' }));
};

export const replaceText = async (editor: vscode.TextEditor, from: string, to: string): Promise<void> => {
  const text = editor.document.getText();
  const at = text.indexOf(from);
  assert.notEqual(at, -1, `the text has ${from}`);
  const done = await editor.edit((edit) =>
    edit.replace(new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + from.length)), to),
  );
  assert.ok(done);
};

/** A finished run of a workflow, put on disk as the runner would. The figures are invented; the hashes are the file's. */
export const seedRun = async (
  uri: vscode.Uri,
  id: string,
  medians: Readonly<Record<string, number>>,
  startedAt: string,
): Promise<RunDocument> => {
  const machine = parseMachine(readFileSync(uri.fsPath, 'utf8'), 'json');
  const total = Object.values(medians).reduce((sum, ms) => sum + ms, 0);
  const states = (factor: number) =>
    machine.states.map((state) => {
      const median = medians[state.name];
      if (median === undefined)
        return figures(state.path, 0, {
          type: state.type,
          visits: 0,
          durationMs: null,
          transitionMs: null,
          hash: state.hash,
        });
      return figures(state.path, median * factor, {
        type: state.type,
        criticalShare: median / total,
        hash: state.hash,
        ...(median > 1000 ? { retries: 4, coldStarts: 6 } : {}),
      });
    });
  const document = run([arm('STANDARD', states(1)), arm('EXPRESS', states(0.7), { latencyMs: dist(3190, 4880) })], {
    id,
    startedAt,
    workflow: {
      file: path.relative(workspace().fsPath, uri.fsPath).split(path.sep).join('/'),
      name: 'order',
      definitionBytes: 1,
      states: machine.states.map(({ path: key, type, hash }) => ({ path: key, type, hash })),
    },
  });
  const store = openStore(workspace().fsPath);
  await store.save(document);
  store.dispose();
  return document;
};
