import * as vscode from 'vscode';
import { ExpectedError } from './model/errors';
import type { Benchmark } from './views/benchmark';
import type { Current } from './views/current';
import { openExample } from './views/example';
import type { Experiments } from './views/experiments';
import type { Figures } from './views/figures';
import type { Phrase } from './views/file/phrases';
import type { Leftovers } from './views/leftovers';
import type { Funnel, Log } from './views/log';
import type { Panel } from './views/panel/host';
import { wideTitle } from './views/panel/source';
import { createReports } from './views/reports';
import type { RunActions } from './views/runs/actions';
import type { RunsTree } from './views/runs/tree';
import type { Runner } from './views/runner';
import { figurePlace, setFigurePlace, type FigurePlace } from './views/settings';
import type { Targets } from './views/targets';
import type { Walk } from './views/walk';

export interface CommandParts {
  readonly benchmark: Benchmark;
  readonly experiments: Experiments;
  readonly current: Current;
  readonly runner: Runner;
  readonly targets: Targets;
  readonly panel: Panel;
  readonly walk: Walk;
  readonly tree: RunsTree;
  readonly actions: RunActions;
  readonly figures: Figures;
  readonly leftovers: Leftovers;
  readonly log: Log;
  readonly context: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalStorageUri'>;
}

type Handler = (...args: unknown[]) => unknown;

/** Every command of the manifest, by the name after `stepbench.`. A test holds it against package.json. */
const commandTable = (parts: CommandParts) => {
  const { benchmark, current, runner, targets, panel, walk, tree, actions, context } = parts;
  const reports = createReports(current, parts.figures);
  const one = (clicked: unknown) => {
    const [run] = tree.meant(clicked, undefined);
    if (!run) throw new ExpectedError(vscode.l10n.t('Select a run in the Runs view.'));
    return run;
  };
  const showState = async (opens: unknown) => {
    const { tab, path } = opens as Phrase['opens'];
    await panel.focus({ preserveFocus: true });
    panel.show(tab, path);
  };
  const example = () => openExample(context.extensionUri, context.globalStorageUri);
  return {
    benchmark: benchmark.start,
    runOnce: benchmark.once,
    runAgain: benchmark.again,
    runExperiment: parts.experiments.run,
    stop: runner.stop,
    pickTarget: () => targets.pick(current.uri),
    pickWorkflow: async () => vscode.window.showTextDocument(await current.pick(), { preview: false }),
    showPanel: () => panel.focus(),
    openWide: () => panel.openWide(wideTitle(current.uri)),
    goToState: walk.goTo,
    nextSlowState: walk.nextSlow,
    chooseFigures,
    copyMarkdown: () => reports.copyMarkdown(),
    saveReport: () => reports.saveHtml(),
    openExample: example,
    runExample: async () => benchmark.again(await example()),
    cleanUp: parts.leftovers.cleanUp,
    showLog: parts.log.show,
    showState,
    showTimeline: showState,
    'runs.open': (clicked) => actions.open(one(clicked)),
    'runs.delete': (clicked, selected) => actions.remove(tree.meant(clicked, selected)),
    'runs.rename': (clicked) => actions.rename(one(clicked)),
    'runs.pin': (clicked) => actions.pin(one(clicked), true),
    'runs.unpin': (clicked) => actions.pin(one(clicked), false),
    'runs.reveal': (clicked) => actions.reveal(one(clicked)),
    'runs.compare': (clicked, selected) => actions.compare(tree.meant(clicked, selected)),
    'runs.copyMarkdown': async (clicked) => reports.copyMarkdown(await actions.read(one(clicked))),
    'runs.groupByDay': () => tree.groupBy('day'),
    'runs.groupByWorkflow': () => tree.groupBy('workflow'),
  } satisfies Record<string, Handler>;
};

/** Registers the table; whatever a handler throws goes through the funnel and nowhere else. */
export const registerCommands = (subscriptions: vscode.Disposable[], parts: CommandParts, funnel: Funnel): void => {
  for (const [name, handler] of Object.entries(commandTable(parts)) as [string, Handler][]) {
    subscriptions.push(
      vscode.commands.registerCommand(`stepbench.${name}`, async (...args: unknown[]) => {
        try {
          await handler(...args);
        } catch (error) {
          funnel(error);
        }
      }),
    );
  }
};

const chooseFigures = async (): Promise<void> => {
  const { t } = vscode.l10n;
  const texts: Readonly<Record<FigurePlace, string>> = {
    lens: t('A line above each state'),
    hint: t('A hint behind each name'),
    both: t('Lines and hints'),
    off: t('Nowhere; hovers still tell'),
  };
  const items = (Object.keys(texts) as FigurePlace[]).map((place) => ({
    label: texts[place],
    description: place === figurePlace() ? t('now') : undefined,
    place,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: t('Where figures are shown in the file') });
  if (chosen) await setFigurePlace(chosen.place);
};
