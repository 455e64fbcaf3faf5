import * as vscode from 'vscode';
import type { Figures } from '../figures';
import { figurePlace } from '../settings';
import { speech } from '../speech';
import { stateFacts } from './facts';
import { hoverText } from './hoverText';
import { selector, type Machines } from './machines';
import { stateHint } from './phrases';
import { stateAt, toRange } from './ranges';

/** Inlay hints behind the states' names, and the hover that tells all of a state. */
export const registerHints = (subscriptions: vscode.Disposable[], machines: Machines, figures: Figures): void => {
  const changed = new vscode.EventEmitter<void>();
  const hints: vscode.InlayHintsProvider = {
    onDidChangeInlayHints: changed.event,
    provideInlayHints: (document, range) => {
      const place = figurePlace();
      const shown = place === 'hint' || place === 'both' ? figures.of(document.uri) : null;
      if (!shown) return [];
      const machine = machines.of(document);
      const facts = stateFacts(machine.states, shown.run, shown.before);
      const spoken = speech();
      return machine.states.flatMap((state) => {
        const fact = facts.get(state.path);
        const name = toRange(state.nameRange);
        if (!fact || !range.contains(name.end)) return [];
        const hint = new vscode.InlayHint(name.end, stateHint(fact, spoken));
        hint.paddingLeft = true;
        return [hint];
      });
    },
  };
  const hover: vscode.HoverProvider = {
    provideHover: (document, position) => {
      const shown = figures.of(document.uri);
      if (!shown) return undefined;
      const machine = machines.of(document);
      const state = stateAt(machine.states, position);
      if (!state || !toRange(state.nameRange).contains(position)) return undefined;
      const fact = stateFacts(machine.states, shown.run, shown.before).get(state.path);
      if (!fact) return undefined;
      const text = new vscode.MarkdownString(hoverText(fact, shown.run, speech()), true);
      text.supportHtml = true;
      text.isTrusted = { enabledCommands: ['stepbench.showState', 'stepbench.showTimeline'] };
      return new vscode.Hover(text, toRange(state.nameRange));
    },
  };
  subscriptions.push(
    changed,
    vscode.languages.registerInlayHintsProvider(selector, hints),
    vscode.languages.registerHoverProvider(selector, hover),
    figures.onDidChange(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('stepbench.figures')) changed.fire();
    }),
  );
};
