import * as vscode from 'vscode';
import type { Figures } from '../figures';
import { heatIsOn } from '../settings';
import { stateFacts } from './facts';
import { isWorkflow, type Machines } from './machines';
import { toRange } from './ranges';

/** Shares of the critical path from which a step of the tint begins. */
const steps = [0.05, 0.15, 0.3, 0.5];

/** A quiet tint behind the names of the states that take the time: one colour, four strengths, faint enough for any theme. */
export const registerHeat = (subscriptions: vscode.Disposable[], machines: Machines, figures: Figures): void => {
  const types = steps.map((_, index) =>
    vscode.window.createTextEditorDecorationType({
      backgroundColor: `rgba(255, 140, 0, ${[0.07, 0.12, 0.18, 0.26][index]})`,
      borderRadius: '2px',
      ...(index < 2
        ? {}
        : {
            overviewRulerColor: new vscode.ThemeColor('charts.yellow'),
            overviewRulerLane: vscode.OverviewRulerLane.Right,
          }),
    }),
  );
  const paint = (editor: vscode.TextEditor) => {
    if (!isWorkflow(editor.document)) return;
    const ranges: vscode.Range[][] = steps.map(() => []);
    const shown = heatIsOn() ? figures.of(editor.document.uri) : null;
    if (shown) {
      const machine = machines.of(editor.document);
      const parents = new Set(machine.states.map((state) => state.parent));
      const facts = stateFacts(machine.states, shown.run);
      for (const state of machine.states) {
        const share = facts.get(state.path)?.criticalShare ?? 0;
        const step = steps.findLastIndex((from) => share >= from);
        if (step >= 0 && !parents.has(state.path)) ranges[step]!.push(toRange(state.nameRange));
      }
    }
    types.forEach((type, index) => editor.setDecorations(type, ranges[index]!));
  };
  const paintAll = () => vscode.window.visibleTextEditors.forEach(paint);
  subscriptions.push(
    ...types,
    vscode.window.onDidChangeVisibleTextEditors(paintAll),
    machines.onDidChange(paintAll),
    figures.onDidChange(paintAll),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('stepbench')) paintAll();
    }),
  );
  // After activation, as the diagnostics.
  const first = setTimeout(paintAll, 0);
  subscriptions.push(new vscode.Disposable(() => clearTimeout(first)));
};
