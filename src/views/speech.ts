import * as vscode from 'vscode';
import type { Speech } from './words';

/** The reader's language, for the pure parts. */
export const speech = (): Speech => ({
  t: (message, ...args) => vscode.l10n.t(message, ...args),
  locale: vscode.env.language,
});
