import * as vscode from 'vscode';
import { diagnosticSource } from './diagnostics';
import { fixesFor } from './fixes';
import { selector, type Machines } from './machines';
import { toRange } from './ranges';

/** Quick fixes for what can be put right by a word, and a way to the reasons behind a hint on performance. */
export const registerQuickFixes = (subscriptions: vscode.Disposable[], machines: Machines): void => {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document, _range, context) => {
      const own = context.diagnostics.filter((diagnostic) => diagnostic.source === diagnosticSource);
      if (own.length === 0) return [];
      const machine = machines.of(document);
      return own.flatMap((diagnostic) => {
        const problem = machine.problems.find(
          (candidate) =>
            candidate.range && toRange(candidate.range).isEqual(diagnostic.range) && candidate.code === diagnostic.code,
        );
        if (!problem) {
          if (diagnostic.severity !== vscode.DiagnosticSeverity.Hint) return [];
          const show = new vscode.CodeAction(
            vscode.l10n.t('Show the figures in the panel'),
            vscode.CodeActionKind.QuickFix,
          );
          show.diagnostics = [diagnostic];
          show.command = { title: show.title, command: 'stepbench.showPanel' };
          return [show];
        }
        const text = document.getText(diagnostic.range);
        return fixesFor(problem, text, machine.states).map(({ to }, index) => {
          const action = new vscode.CodeAction(vscode.l10n.t('Change to "{0}"', to), vscode.CodeActionKind.QuickFix);
          action.diagnostics = [diagnostic];
          action.isPreferred = index === 0;
          action.edit = new vscode.WorkspaceEdit();
          action.edit.replace(document.uri, diagnostic.range, /^["']/.test(text) ? JSON.stringify(to) : to);
          return action;
        });
      });
    },
  };
  subscriptions.push(
    vscode.languages.registerCodeActionsProvider(selector, provider, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
};
