import * as vscode from 'vscode';
import type { StateOutline, StateType } from '../../model/machine';
import { selector, type Machines } from './machines';
import { toRange } from './ranges';
import { namedPlaces, stateMeant } from './references';

const kinds: Readonly<Record<StateType, vscode.SymbolKind>> = {
  Task: vscode.SymbolKind.Function,
  Pass: vscode.SymbolKind.Variable,
  Choice: vscode.SymbolKind.Enum,
  Wait: vscode.SymbolKind.Event,
  Succeed: vscode.SymbolKind.Constant,
  Fail: vscode.SymbolKind.Constant,
  Parallel: vscode.SymbolKind.Module,
  Map: vscode.SymbolKind.Array,
};

/** The outline as a tree: branches and Map processors inside their state. */
const outline = (states: readonly StateOutline[]): vscode.DocumentSymbol[] => {
  const symbols = new Map(
    states.map((state) => [
      state.path,
      new vscode.DocumentSymbol(
        state.name || '(unnamed)',
        state.type,
        kinds[state.type] ?? vscode.SymbolKind.Object,
        toRange(state.range),
        toRange(state.nameRange),
      ),
    ]),
  );
  const top: vscode.DocumentSymbol[] = [];
  for (const state of states) {
    const symbol = symbols.get(state.path)!;
    const parent = state.parent === undefined ? undefined : symbols.get(state.parent);
    (parent ? parent.children : top).push(symbol);
  }
  return top;
};

/** The range of a name without its quotes. */
const bareRange = (document: vscode.TextDocument, range: vscode.Range): vscode.Range => {
  const text = document.getText(range);
  return /^["']/.test(text) ? new vscode.Range(range.start.translate(0, 1), range.end.translate(0, -1)) : range;
};

/** Outline, go to definition from `Next`, and renaming of a state with all that leads to it. */
export const registerSymbols = (subscriptions: vscode.Disposable[], machines: Machines): void => {
  const placesOf = (document: vscode.TextDocument, states: readonly StateOutline[]) =>
    namedPlaces(document.getText()).flatMap((place) => {
      const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
      const state = stateMeant(states, place.name, range.start.line, range.start.character);
      return state ? [{ range, state }] : [];
    });
  const meantAt = (document: vscode.TextDocument, position: vscode.Position) => {
    const { states } = machines.of(document);
    const named = states.find((state) => toRange(state.nameRange).contains(position));
    if (named) return { state: named, range: bareRange(document, toRange(named.nameRange)) };
    return placesOf(document, states).find(({ range }) => range.contains(position));
  };
  subscriptions.push(
    vscode.languages.registerDocumentSymbolProvider(
      selector,
      { provideDocumentSymbols: (document) => outline(machines.of(document).states) },
      { label: 'StepBench' },
    ),
    vscode.languages.registerDefinitionProvider(selector, {
      provideDefinition: (document, position) => {
        const meant = meantAt(document, position);
        return meant && new vscode.Location(document.uri, toRange(meant.state.nameRange));
      },
    }),
    vscode.languages.registerRenameProvider(selector, {
      prepareRename: (document, position) => {
        const meant = meantAt(document, position);
        if (!meant) throw new Error(vscode.l10n.t('Only the name of a state can be renamed here.'));
        return meant.range;
      },
      provideRenameEdits: (document, position, newName) => {
        const meant = meantAt(document, position);
        if (!meant) return undefined;
        if (newName.length === 0 || newName.length > 80)
          throw new Error(vscode.l10n.t('The name of a state has 1 to 80 characters.'));
        const edit = new vscode.WorkspaceEdit();
        const isJson = document.languageId === 'asl';
        const written = isJson ? JSON.stringify(newName).slice(1, -1) : newName;
        edit.replace(document.uri, bareRange(document, toRange(meant.state.nameRange)), written);
        for (const { range, state } of placesOf(document, machines.of(document).states)) {
          if (state.path === meant.state.path) edit.replace(document.uri, range, written);
        }
        return edit;
      },
    }),
  );
};
