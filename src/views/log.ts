import * as vscode from 'vscode';
import { ExpectedError, messageOf } from '../model/errors';

/** The extension's output channel; made on the first line, so that activation does not pay for it. */
export const createLog = (subscriptions: vscode.Disposable[]) => {
  let channel: vscode.LogOutputChannel | undefined;
  const open = () => {
    if (!channel) subscriptions.push((channel = vscode.window.createOutputChannel('StepBench', { log: true })));
    return channel;
  };
  return {
    info: (message: string) => open().info(message),
    bug: (error: unknown) => open().error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    show: () => open().show(),
  };
};
export type Log = ReturnType<typeof createLog>;

const isCancelled = (error: unknown): boolean =>
  error instanceof vscode.CancellationError ||
  (error instanceof Error && (error.name === 'Canceled' || error.name === 'AbortError'));

/** The one way out for errors: cancelled is quiet, expected is one message, anything else is a bug and logged with its stack. */
export const createFunnel =
  (log: Log) =>
  (error: unknown): void => {
    if (isCancelled(error)) return;
    if (error instanceof ExpectedError) {
      void vscode.window.showErrorMessage(error.message);
      return;
    }
    log.bug(error);
    const show = vscode.l10n.t('Show Log');
    void vscode.window
      .showErrorMessage(vscode.l10n.t('StepBench failed: {0}', messageOf(error)), show)
      .then((chosen) => {
        if (chosen) log.show();
      });
  };
export type Funnel = ReturnType<typeof createFunnel>;

/** Text of anything thrown, for a reply to the panel; a bug is logged as well. */
export const replyText = (error: unknown, log: Log): string => {
  if (!(error instanceof ExpectedError) && !isCancelled(error)) log.bug(error);
  return messageOf(error);
};
