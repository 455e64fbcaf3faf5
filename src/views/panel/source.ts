import path from 'node:path';
import * as vscode from 'vscode';
import { ExpectedError } from '../../model/errors';
import type { PanelSnapshot, Request, TimelineReply } from '../../protocol';
import type { Benchmark } from '../benchmark';
import type { Choices } from '../choices';
import type { Current } from '../current';
import type { Figures } from '../figures';
import type { Machines } from '../file/machines';
import type { Funnel } from '../log';
import type { RunActions } from '../runs/actions';
import { runBlocker, type Runner } from '../runner';
import { formDefaults, planSettings, workflowInputs, workflowSystems } from '../settings';
import { pickExecution, readTraces } from '../../store/traces';
import { speech } from '../speech';
import { folderOf, type Stores } from '../stores';
import type { Targets } from '../targets';
import type { Walk } from '../walk';
import { fittingForm } from './form';
import type { Panel } from './host';
import { panelSnapshot } from './snapshot';

/** A text that came from a file or a service, whole, beside what is looked at. */
const showText = async (title: string, text: string): Promise<void> => {
  const document = await vscode.workspace.openTextDocument({
    content: text,
    language: /^\s*[{[]/.test(text) ? 'json' : 'plaintext',
  });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  vscode.window.setStatusBarMessage(title, 4000);
};

const saveImage = async (dataUrl: string, name: string): Promise<void> => {
  const match = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/.exec(dataUrl);
  if (!match) throw new ExpectedError(vscode.l10n.t('The picture could not be made.'));
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(process.cwd());
  const file = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, `${name.replace(/[^\w.-]+/g, '-')}.png`),
    filters: { PNG: ['png'] },
  });
  if (file) await vscode.workspace.fs.writeFile(file, Buffer.from(match[1]!, 'base64'));
};

/** Title of the wide panel: the workflow it speaks of. */
export const wideTitle = (uri: vscode.Uri | undefined): string =>
  uri ? `StepBench: ${path.posix.basename(uri.path)}` : 'StepBench';

/** What the panel is shown, and what is done when it asks. */
export const createPanelSource = (parts: {
  readonly machines: Machines;
  readonly current: Current;
  readonly choices: Choices;
  readonly targets: Targets;
  readonly runner: Runner;
  readonly figures: Figures;
  readonly stores: Stores;
}) => {
  const { machines, current, choices, targets, runner, figures, stores } = parts;
  const snapshot = async (): Promise<PanelSnapshot> => {
    const { uri } = current;
    const document = uri && (await vscode.workspace.openTextDocument(uri).then(undefined, () => undefined));
    const inputs = uri ? await workflowInputs(uri) : new Map<string, string>();
    const systems = uri ? await workflowSystems(uri) : [];
    const recent = uri ? await stores.recent(uri) : [];
    // Nothing is waited for from here on: what a panel has been told that it was taken is never older in what it is shown next.
    const target = targets.current(uri);
    const settings = planSettings(uri, target);
    const form = fittingForm(uri && choices.form(uri), formDefaults(uri), [...inputs.keys()], systems);
    const shown = uri ? figures.of(uri) : null;
    const { activity } = runner;
    // A run of another file goes on: the panel shows that one's progress, for there is only one Stop.
    const live = activity.kind === 'running' ? activity.document : null;
    return panelSnapshot(
      {
        workflow:
          uri && document
            ? {
                file: uri.fsPath,
                name: path.posix.basename(uri.path),
                uri: uri.toString(),
                machine: machines.of(document),
              }
            : null,
        target,
        settings,
        form,
        inputs,
        systems,
        blocked: runBlocker(uri),
        run: live ?? shown?.run ?? null,
        baseline: live ? null : (shown?.baseline ?? null),
        comparisons: live ? [] : (shown?.comparisons ?? []),
        recent,
      },
      speech(),
    );
  };
  const onDidChange: readonly vscode.Event<unknown>[] = [
    current.onDidChange,
    targets.onDidChange,
    runner.onDidChange,
    figures.onDidChange,
    machines.onDidChange,
    stores.onDidChange,
    vscode.workspace.onDidGrantWorkspaceTrust,
    vscode.workspace.onDidChangeConfiguration,
  ];
  return { snapshot, onDidChange };
};

/** Handles every request of the panel but `ready` and `looking`; a rejection becomes its reply. */
export const createRequests = (parts: {
  readonly current: Current;
  readonly choices: Choices;
  readonly targets: Targets;
  readonly runner: Runner;
  readonly figures: Figures;
  readonly stores: Stores;
  readonly benchmark: Benchmark;
  readonly walk: Walk;
  readonly actions: RunActions;
  readonly panel: Panel;
  readonly funnel: Funnel;
}) => {
  const { t } = vscode.l10n;
  const workflow = (): vscode.Uri => {
    if (!parts.current.uri) throw new ExpectedError(t('Open a workflow first.'));
    return parts.current.uri;
  };
  /** When there is a run to show, and with it a Stop; until then the panel says no to a second click on Run. */
  const hasBegun = () =>
    new Promise<void>((resolve) => {
      const { runner } = parts;
      const listener = runner.onDidChange(() => {
        if (runner.activity.kind === 'running' && !runner.activity.document) return;
        listener.dispose();
        resolve();
      });
    });
  const storedRun = async (id: string) => {
    const uri = workflow();
    const summary = (await parts.stores.of(uri)?.list())?.runs.find((run) => run.id === id);
    if (!summary) throw new ExpectedError(t('That run is no longer there.'));
    return { folder: folderOf(uri)!, summary };
  };
  const timeline = async (uri: vscode.Uri, armIndex: number, pick: string): Promise<TimelineReply> => {
    const { activity } = parts.runner;
    const run = activity.kind === 'running' ? activity.document : parts.figures.of(uri)?.run;
    const store = parts.stores.of(activity.kind === 'running' ? activity.uri : uri);
    if (!run || !store) throw new ExpectedError(t('There is no run to look into yet.'));
    const kept = await readTraces(store.tracesFile(run.id));
    if (kept.length === 0) throw new ExpectedError(t('The histories of this run were not kept.'));
    const found = pickExecution(kept, armIndex, pick, run.arms[armIndex]?.latencyMs?.p50 ?? 0);
    if (!found)
      throw new ExpectedError(
        pick === 'failed' ? t('No execution failed.') : t('The history of this execution was not kept.'),
      );
    return found;
  };
  return async (request: Request): Promise<TimelineReply | undefined> => {
    switch (request.kind) {
      case 'ready':
      case 'looking':
        return undefined;
      case 'form':
        await parts.choices.setForm(workflow(), request.form);
        return undefined;
      case 'run': {
        // The reply says that it began, or will not; how it ends is told by snapshots and by one notification.
        const ended = parts.benchmark.again(workflow()).catch(parts.funnel);
        await Promise.race([ended, hasBegun()]);
        return undefined;
      }
      case 'stop':
        parts.runner.stop();
        return undefined;
      case 'pickTarget':
        await parts.targets.pick(parts.current.uri);
        return undefined;
      case 'pickWorkflow':
        await vscode.window.showTextDocument(await parts.current.pick(), { preview: false });
        return undefined;
      case 'reveal':
        await parts.walk.reveal(workflow(), request.path);
        return undefined;
      case 'openWide':
        parts.panel.openWide(wideTitle(parts.current.uri));
        if (request.tab) parts.panel.show(request.tab);
        return undefined;
      case 'openRun':
        await parts.actions.open(await storedRun(request.id));
        return undefined;
      case 'baseline': {
        const uri = workflow();
        const shown = parts.figures.of(uri);
        if (!shown) throw new ExpectedError(t('There is no run to compare yet.'));
        parts.figures.show(
          uri,
          shown.run,
          request.id === null ? null : await parts.actions.read(await storedRun(request.id)),
        );
        return undefined;
      }
      case 'timeline':
        return timeline(workflow(), request.armIndex, request.pick);
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        vscode.window.setStatusBarMessage(t('Copied: {0}', request.what), 3000);
        return undefined;
      case 'saveImage':
        await saveImage(request.dataUrl, request.name);
        return undefined;
      case 'showText':
        await showText(request.title, request.text);
        return undefined;
    }
  };
};
