import * as vscode from 'vscode';
import { ExpectedError } from '../model/errors';
import type { Plan } from '../model/plan';
import type { RunDocument } from '../model/run';
import { startRun, type Question, type RunHandle } from '../run/client';
import type { Log } from './log';
import { openDocument } from './file/machines';
import { folderOf } from './stores';

export type Activity =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      readonly uri: vscode.Uri;
      readonly plan: Plan;
      readonly handle: RunHandle;
      /** Null until the first snapshot. */
      readonly document: RunDocument | null;
      readonly stopping: boolean;
    };

/** Why nothing may run here, or null. */
export const runBlocker = (uri: vscode.Uri | undefined): string | null => {
  if (!vscode.workspace.isTrusted)
    return vscode.l10n.t('This workspace is not trusted: a benchmark would run its code.');
  if (uri && uri.scheme !== 'file')
    return vscode.l10n.t('A benchmark needs the workflow on a disk; this one is in a virtual workspace.');
  return null;
};

const ask = async (question: Question): Promise<boolean | string | undefined> => {
  if (question.kind === 'text') {
    return vscode.window.showInputBox({ title: question.message, password: question.secret, ignoreFocusOut: true });
  }
  const yes = question.about === 'createRole' ? vscode.l10n.t('Create Role') : vscode.l10n.t('Run');
  return (
    (await vscode.window.showWarningMessage(question.message, { modal: true, detail: question.detail }, yes)) === yes
  );
};

/** The one run that goes on at a time: starts it, keeps its newest snapshot, stops it. */
export const createRunner = (subscriptions: vscode.Disposable[], log: Log) => {
  let activity: Activity = { kind: 'idle' };
  const changed = new vscode.EventEmitter<void>();
  const finished = new vscode.EventEmitter<{ readonly uri: vscode.Uri; readonly run: RunDocument }>();
  let published: Activity['kind'] = 'idle';
  let isWatched = false;
  const become = (next: Activity) => {
    if (next.kind !== published)
      void vscode.commands.executeCommand('setContext', 'stepbench.running', next.kind === 'running');
    published = next.kind;
    activity = next;
    changed.fire();
  };
  const stop = () => {
    if (activity.kind !== 'running' || activity.stopping) return;
    activity.handle.stop(vscode.l10n.t('stopped by you'));
    become({ ...activity, stopping: true });
  };
  subscriptions.push(changed, finished, new vscode.Disposable(stop));

  const start = async (uri: vscode.Uri, plan: Plan): Promise<RunDocument> => {
    const blocker = runBlocker(uri);
    if (blocker) throw new ExpectedError(blocker);
    if (activity.kind === 'running') throw new ExpectedError(vscode.l10n.t('A run is going on. Stop it first.'));
    const folder = folderOf(uri)!;
    // The text as it stands, saved or not; what is typed from here on belongs to the next run.
    const text = openDocument(uri)?.getText();
    let over: (run: RunDocument) => void = () => undefined;
    const last = new Promise<RunDocument>((resolve) => (over = resolve));
    const handle = startRun(plan, {
      folder,
      givesWay: true,
      watched: isWatched,
      ...(text === undefined ? {} : { text }),
      onSnapshot: (document) => {
        if (document.status.kind !== 'running') over(document);
        else if (activity.kind === 'running' && activity.handle === handle) become({ ...activity, document });
      },
      ask,
      onNote: (message) => log.info(message),
    });
    become({ kind: 'running', uri, plan, handle, document: null, stopping: false });
    try {
      // The last snapshot is the document as it was saved; its worker then closes the server, which nobody waits for.
      const run = await Promise.race([handle.done, last]);
      handle.done.catch((error: unknown) => log.bug(error));
      activity = { kind: 'idle' };
      // Those who keep the figures hear of the run before those who show them ask.
      finished.fire({ uri, run });
      become(activity);
      return run;
    } catch (error) {
      become({ kind: 'idle' });
      throw error;
    }
  };
  return {
    get activity(): Activity {
      return activity;
    },
    start,
    stop,
    /** Whether somebody looks at where executions stand. */
    watch: (on: boolean) => {
      if (on === isWatched) return;
      isWatched = on;
      if (activity.kind === 'running') activity.handle.watch(on);
    },
    /** At the start, at each snapshot, at Stop, and at the end. */
    onDidChange: changed.event,
    onDidFinish: finished.event,
  };
};
export type Runner = ReturnType<typeof createRunner>;
