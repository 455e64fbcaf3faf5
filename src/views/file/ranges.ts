import * as vscode from 'vscode';
import type { StateOutline, TextRange } from '../../model/machine';

export const toRange = (range: TextRange): vscode.Range =>
  new vscode.Range(range.start.line, range.start.column, range.end.line, range.end.column);

/** The innermost state around a position. */
export const stateAt = (states: readonly StateOutline[], position: vscode.Position): StateOutline | undefined =>
  states
    .filter((state) => toRange(state.range).contains(position))
    .sort((a, b) => b.range.start.line - a.range.start.line || b.range.start.column - a.range.start.column)[0];
