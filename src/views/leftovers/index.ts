import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { ExpectedError } from '../../model/errors';
import type { Funnel } from '../log';
import type { Runner } from '../runner';
import { speech } from '../speech';
import type { Stores } from '../stores';
import { leftoverQuestion } from './question';
import type { Choice, Leftover } from '../../run/recovery';

const askedKey = 'stepbench.leftovers';
/** Well after the window has opened: nothing here is urgent. */
const lookAfterMs = 3000;

/** The bundle of its own beside this one; see esbuild.mjs. */
const recovery = () => import('../../run/recovery');

/**
 * Looks, once after activation, for runs that died with their process and for what they left on their target. What needs
 * no decision is completed quietly; the rest is asked about once, and stays available as a command.
 */
export const registerLeftovers = (
  subscriptions: vscode.Disposable[],
  stores: Stores,
  runner: Runner,
  memory: vscode.Memento,
  funnel: Funnel,
) => {
  const { t } = vscode.l10n;

  const hasSigns = async (folder: string): Promise<boolean> => {
    const ledgers = await readdir(path.join(folder, '.stepbench', 'ledger')).catch(() => [] as string[]);
    if (ledgers.some((name) => name.endsWith('.jsonl'))) return true;
    const { runs } = await stores.at(folder).list();
    return runs.some((run) => run.status === 'running');
  };
  const look = async (): Promise<readonly (Leftover & { readonly folder: string })[]> => {
    const { activity } = runner;
    const own = new Set(activity.kind === 'running' && activity.document ? [activity.document.id] : []);
    const found: (Leftover & { readonly folder: string })[] = [];
    for (const { folder } of stores.all()) {
      if (!(await hasSigns(folder))) continue;
      const { findLeftovers } = await recovery();
      found.push(...(await findLeftovers(folder, own)).map((leftover) => ({ ...leftover, folder })));
    }
    return found;
  };
  const settle = async (found: readonly (Leftover & { readonly folder: string })[], choice: Choice): Promise<void> => {
    const { settleLeftovers } = await recovery();
    const title = choice === 'asIs' ? t('Completing interrupted runs') : t('Cleaning up after interrupted runs');
    const folders = [...new Set(found.map(({ folder }) => folder))];
    const all = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      Promise.all(
        folders.map((folder) =>
          settleLeftovers(
            folder,
            new Set(found.filter((each) => each.folder === folder).map(({ runId }) => runId)),
            choice,
            {
              env: process.env,
              askMfa: async (serial) =>
                vscode.window.showInputBox({ title: t('Code of MFA device {0}', serial), ignoreFocusOut: true }),
            },
          ),
        ),
      ),
    );
    const failures = all.flatMap((done) => done.failures);
    if (failures.length > 0)
      throw new ExpectedError(t('Some of it could not be cleaned up: {0}', failures.join(' · ')));
    const removed = all.reduce((sum, done) => sum + done.removed, 0);
    vscode.window.setStatusBarMessage(
      choice === 'asIs' ? t('Interrupted runs completed') : t('Cleaned up: {0} resources removed', removed),
      5000,
    );
  };
  const offer = async (found: readonly (Leftover & { readonly folder: string })[]): Promise<void> => {
    const [collect, stop, keep] = [t('Collect and Clean Up'), t('Stop and Clean Up'), t('Keep as Is')];
    const isRunning = found.some(({ outstanding }) => outstanding > 0);
    const cleanUp = t('Clean Up');
    const chosen = await vscode.window.showWarningMessage(
      leftoverQuestion(found, speech()),
      ...(isRunning ? [collect, stop] : [cleanUp]),
      keep,
    );
    if (chosen === undefined) return;
    await settle(found, chosen === keep ? 'asIs' : chosen === stop ? 'stop' : 'collect');
  };

  const first = setTimeout(() => {
    if (!vscode.workspace.isTrusted) return;
    look()
      .then(async (found) => {
        const asked = memory.get<readonly string[]>(askedKey, []);
        const fresh = found.filter(({ runId }) => !asked.includes(runId));
        if (fresh.length === 0) return;
        // Once: who closes the message has answered, and finds the command in the palette.
        await memory.update(
          askedKey,
          found.map(({ runId }) => runId),
        );
        await offer(fresh);
      })
      .catch(funnel);
  }, lookAfterMs);
  subscriptions.push(new vscode.Disposable(() => clearTimeout(first)));

  return {
    /** The command: asks again about what is left, or says that nothing is. */
    cleanUp: async (): Promise<void> => {
      if (!vscode.workspace.isTrusted) throw new ExpectedError(t('This workspace is not trusted.'));
      const found = await look();
      if (found.length === 0) {
        void vscode.window.showInformationMessage(t('Nothing was left behind by earlier runs.'));
        return;
      }
      await offer(found);
    },
  };
};
export type Leftovers = ReturnType<typeof registerLeftovers>;
