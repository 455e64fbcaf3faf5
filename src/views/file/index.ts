import type * as vscode from 'vscode';
import type { Figures } from '../figures';
import type { Runner } from '../runner';
import { createAdvice, registerDiagnostics } from './diagnostics';
import { registerHeat } from './heat';
import { registerHints } from './hints';
import { registerLenses } from './lenses';
import type { Machines } from './machines';
import { registerQuickFixes } from './quickFixes';
import { registerSettingsFile } from './settingsFile';
import { registerSymbols } from './symbols';

/** All that a workflow file shows in its own editor. */
export const registerFile = (
  subscriptions: vscode.Disposable[],
  machines: Machines,
  figures: Figures,
  runner: Runner,
): ReturnType<typeof registerLenses> => {
  registerDiagnostics(subscriptions, machines, createAdvice(machines, figures));
  registerQuickFixes(subscriptions, machines);
  registerSettingsFile(subscriptions);
  registerSymbols(subscriptions, machines);
  const lenses = registerLenses(subscriptions, machines, figures, runner);
  registerHints(subscriptions, machines, figures);
  registerHeat(subscriptions, machines, figures);
  return lenses;
};
