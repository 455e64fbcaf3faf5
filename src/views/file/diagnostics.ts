import * as vscode from 'vscode';
import { worthShowing } from '../../asl';
import type { Problem, Severity } from '../../model/machine';
import type { Figures } from '../figures';
import { figurePlace } from '../settings';
import { speech } from '../speech';
import { expressAdvice, performanceAdvice } from './advice';
import { isWorkflow, type Machines } from './machines';
import { toRange } from './ranges';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

export const diagnosticSource = 'StepBench';

export const toDiagnostic = (problem: Problem): vscode.Diagnostic => {
  const range = problem.range ? toRange(problem.range) : new vscode.Range(0, 0, 0, 1);
  const diagnostic = new vscode.Diagnostic(range, problem.message, severities[problem.severity]);
  diagnostic.source = diagnosticSource;
  diagnostic.code = problem.code;
  return diagnostic;
};

/** Hints: what cannot run as Express, and what the figures of the last run say once it is over. */
export const createAdvice = (machines: Machines, figures: Figures) => ({
  of: (document: vscode.TextDocument): readonly Problem[] => {
    if (figurePlace() === 'off') return [];
    const machine = machines.of(document);
    const run = figures.of(document.uri)?.run;
    return [
      ...(machine.definition ? expressAdvice(machine.definition, machine.states, speech()) : []),
      ...(!run || run.status.kind === 'running' ? [] : performanceAdvice(machine.states, run, speech())),
    ];
  },
  onDidChange: figures.onDidChange,
});

/** Problems of a workflow at their ranges; `advice` adds hints about its figures. */
export const registerDiagnostics = (
  subscriptions: vscode.Disposable[],
  machines: Machines,
  advice: { of(document: vscode.TextDocument): readonly Problem[]; readonly onDidChange: vscode.Event<unknown> },
): void => {
  const collection = vscode.languages.createDiagnosticCollection('stepbench');
  const update = (document: vscode.TextDocument) => {
    if (!isWorkflow(document)) return;
    // A saved run or a Git diff of a workflow is shown, not judged.
    if (document.uri.scheme === 'git') return;
    collection.set(
      document.uri,
      [...worthShowing(machines.of(document).problems), ...advice.of(document)].map(toDiagnostic),
    );
  };
  const updateVisible = () => vscode.window.visibleTextEditors.forEach((editor) => update(editor.document));
  subscriptions.push(
    collection,
    vscode.workspace.onDidOpenTextDocument(update),
    vscode.workspace.onDidCloseTextDocument((document) => collection.delete(document.uri)),
    machines.onDidChange(update),
    advice.onDidChange(updateVisible),
  );
  // After activation: the first parse costs more than all that activation does.
  const first = setTimeout(() => vscode.workspace.textDocuments.forEach(update), 0);
  subscriptions.push(new vscode.Disposable(() => clearTimeout(first)));
};
