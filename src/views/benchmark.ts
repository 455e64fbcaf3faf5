import * as vscode from 'vscode';
import { errorsOf } from '../asl';
import { ExpectedError } from '../model/errors';
import type { SystemName, WorkflowType } from '../model/machine';
import type { RunDocument } from '../model/run';
import type { BenchmarkForm } from '../protocol';
import type { Choices } from './choices';
import type { Current } from './current';
import { isWorkflow, type Machines } from './file/machines';
import { answer } from './file/phrases';
import { toRange } from './file/ranges';
import { fittingForm, formPlan, formProblems } from './panel/form';
import type { Panel } from './panel/host';
import { runBlocker, type Runner } from './runner';
import { formDefaults, planSettings, runsToKeep, workflowInputs, workflowSystems } from './settings';
import { speech } from './speech';
import type { Stores } from './stores';
import { targetLabel } from './targetLabel';
import type { Targets } from './targets';

/** What a quick pick chooses. */
interface Systems {
  readonly types: readonly WorkflowType[];
  readonly also: readonly SystemName[];
}

const baseName = (uri: vscode.Uri) => uri.path.split('/').pop() ?? uri.path;

/** From "Benchmark" to the answer: what is asked, what is refused, what is said at the end. */
export const createBenchmark = (
  machines: Machines,
  current: Current,
  choices: Choices,
  targets: Targets,
  runner: Runner,
  stores: Stores,
  panel: Panel,
) => {
  const { t } = vscode.l10n;

  const formOf = async (uri: vscode.Uri): Promise<BenchmarkForm> =>
    fittingForm(
      choices.form(uri),
      formDefaults(uri),
      [...(await workflowInputs(uri)).keys()],
      await workflowSystems(uri),
    );

  /** Shows the first problem where it stands and says so once. */
  const refuseProblems = async (uri: vscode.Uri): Promise<void> => {
    const document = await vscode.workspace.openTextDocument(uri);
    if (!isWorkflow(document)) {
      throw new ExpectedError(
        t('{0} is not a workflow: its language is {1}, not ASL.', baseName(uri), document.languageId),
      );
    }
    const errors = errorsOf(machines.of(document).problems);
    const first = errors[0];
    if (!first) return;
    const selection = first.range && toRange(first.range);
    await vscode.window.showTextDocument(document, { ...(selection ? { selection } : {}), preview: false });
    const line = (first.range?.start.line ?? 0) + 1;
    throw new ExpectedError(
      errors.length === 1
        ? t('{0} cannot be run, line {1}: {2}', baseName(uri), line, first.message)
        : t(
            '{0} cannot be run: {1} problems, the first in line {2}: {3}',
            baseName(uri),
            errors.length,
            line,
            first.message,
          ),
    );
  };

  /** The only question that no default can answer; the target stands beside it and can be changed there. */
  const askTypes = (uri: vscode.Uri, form: BenchmarkForm): Promise<Pick<BenchmarkForm, 'types' | 'also'>> =>
    new Promise((resolve, reject) => {
      const pick = vscode.window.createQuickPick<vscode.QuickPickItem & Systems>();
      const change: vscode.QuickInputButton = {
        iconPath: new vscode.ThemeIcon('target'),
        tooltip: t('Change the target'),
      };
      pick.title = t('Benchmark {0} on {1}', baseName(uri), targetLabel(targets.current(uri), speech().t));
      pick.placeholder = t('As which type?');
      pick.buttons = [change];
      const load =
        form.shape === 'arrivalRate'
          ? t('{0} a second for {1} s', form.rate, form.durationSeconds)
          : form.shape === 'sweep'
            ? t('{0} executions each at {1} at once', form.executions, form.steps ?? '')
            : t('{0} executions each', form.executions);
      pick.items = [
        {
          label: t('{0} and {1}', 'Standard', 'Express'),
          description: t('side by side, {0}', load),
          types: ['STANDARD', 'EXPRESS'],
          also: [],
        },
        { label: 'Standard', description: load, types: ['STANDARD'], also: [] },
        { label: 'Express', description: load, types: ['EXPRESS'], also: [] },
        {
          label: t('{0}, {1} and as code', 'Standard', 'Express'),
          description: t('beside the same workflow in a process of your own, {0}', load),
          types: ['STANDARD', 'EXPRESS'],
          also: ['as-code'],
        },
      ];
      pick.activeItems = pick.items.filter(
        (item) => item.types.join() === form.types.join() && item.also.join() === (form.also ?? []).join(),
      );
      let settled = false;
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems.length > 0 ? pick.selectedItems : pick.activeItems;
        if (!chosen) return;
        settled = true;
        pick.hide();
        resolve({ types: chosen.types, also: chosen.also });
      });
      pick.onDidTriggerButton(() => {
        settled = true;
        pick.hide();
        targets.pick(uri).then(() => askTypes(uri, form).then(resolve, reject), reject);
      });
      pick.onDidHide(() => {
        pick.dispose();
        if (!settled) reject(new vscode.CancellationError());
      });
      pick.show();
    });

  /** Runs a form as it stands and resolves with the run document. Errors are the caller's. */
  const run = async (uri: vscode.Uri, form: BenchmarkForm): Promise<RunDocument> => {
    const blocker = runBlocker(uri);
    if (blocker) throw new ExpectedError(blocker);
    if (runner.activity.kind === 'running') throw new ExpectedError(t('A run is going on. Stop it first.'));
    await refuseProblems(uri);
    const target = targets.current(uri);
    if (target.kind === 'endpoint' && target.url === '')
      throw new ExpectedError(t('The target has no address. Select a target first.'));
    const settings = planSettings(uri, target);
    const { fields, others } = formProblems(form, settings, speech().t);
    const wrong = Object.values(fields)[0] ?? others[0]?.message;
    if (wrong) throw new ExpectedError(wrong);
    const document = await runner.start(uri, formPlan(form, uri.fsPath, await workflowInputs(uri), settings));
    await stores.of(uri)?.retain(runsToKeep(uri));
    return document;
  };

  /** One notification, leading to the answer. */
  const announce = async (uri: vscode.Uri, document: RunDocument): Promise<void> => {
    const name = document.workflow.name;
    const done = document.arms.reduce((sum, arm) => sum + arm.executions.started, 0);
    const show = t('Show Answer');
    const chosen = await (() => {
      switch (document.status.kind) {
        case 'failed':
          return vscode.window.showErrorMessage(
            t('{0}: the run failed. {1}', name, document.status.message),
            ...(done > 0 ? [show] : []),
          );
        case 'stopped':
          return vscode.window.showInformationMessage(
            t(
              '{0}: stopped after {1} of {2} executions; what was measured is kept.',
              name,
              done,
              document.progress.planned,
            ),
            show,
          );
        case 'running':
        case 'finished': {
          const failed = document.arms.reduce((sum, arm) => sum + arm.executions.failed + arm.executions.timedOut, 0);
          const text = `${name}: ${answer(document, speech()) || t('finished')}`;
          return failed > 0 && failed === done
            ? vscode.window.showWarningMessage(
                t(
                  '{0}: all {1} executions failed ({2}).',
                  name,
                  done,
                  Object.keys(document.arms[0]?.errors ?? {})[0] ?? t('unknown error'),
                ),
                show,
              )
            : vscode.window.showInformationMessage(text, show);
        }
      }
    })();
    if (chosen !== show) return;
    current.set(uri);
    await panel.focus();
    panel.show('states');
  };
  const runAndAnnounce = async (uri: vscode.Uri, form: BenchmarkForm): Promise<void> => {
    await panel.focus({ preserveFocus: true });
    await announce(uri, await run(uri, form));
  };

  return {
    formOf,
    run,
    /** Asks for the type, opens the panel, runs. */
    start: async (argument?: unknown): Promise<void> => {
      const uri = await current.resolve(argument);
      const blocker = runBlocker(uri);
      if (blocker) throw new ExpectedError(blocker);
      await refuseProblems(uri);
      const form = await formOf(uri);
      const next = { ...form, ...(await askTypes(uri, form)) };
      await choices.setForm(uri, next);
      await runAndAnnounce(uri, next);
    },
    /** The form as it was left, without a question. */
    again: async (argument?: unknown): Promise<void> => {
      const uri = await current.resolve(argument);
      await runAndAnnounce(uri, await formOf(uri));
    },
    once: async (argument?: unknown): Promise<void> => {
      const uri = await current.resolve(argument);
      const form = await formOf(uri);
      await runAndAnnounce(uri, { ...form, shape: 'iterations', executions: 1, concurrency: 1, warmup: 0 });
    },
  };
};
export type Benchmark = ReturnType<typeof createBenchmark>;
