import * as vscode from 'vscode';
import { targetLabel } from '../targetLabel';
import { runDetail, runTitle } from '../panel/runTitle';
import type { Runner } from '../runner';
import { speech } from '../speech';
import type { Stores } from '../stores';
import { runNodes, type Grouping, type RunNode, type StoredRun } from './nodes';

const groupingKey = 'stepbench.runsGroup';

const icons: Readonly<Record<string, vscode.ThemeIcon>> = {
  finished: new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green')),
  failures: new vscode.ThemeIcon('warning', new vscode.ThemeColor('charts.yellow')),
  stopped: new vscode.ThemeIcon('debug-stop', new vscode.ThemeColor('charts.yellow')),
  failed: new vscode.ThemeIcon('error', new vscode.ThemeColor('charts.red')),
  running: new vscode.ThemeIcon('loading~spin'),
  interrupted: new vscode.ThemeIcon('warning', new vscode.ThemeColor('charts.yellow')),
};

/** The tree of runs of all folders of the workspace. */
export const createRunsTree = (
  subscriptions: vscode.Disposable[],
  stores: Stores,
  runner: Runner,
  memory: vscode.Memento,
) => {
  const { t } = vscode.l10n;
  const changed = new vscode.EventEmitter<void>();
  let grouping = memory.get<Grouping>(groupingKey, 'workflow');

  const stateWord = (state: string): string =>
    ({
      finished: t('finished'),
      failures: t('finished, with failed executions'),
      stopped: t('stopped'),
      failed: t('failed'),
      running: t('running'),
      interrupted: t('interrupted'),
    })[state] ?? state;
  const stateOf = ({ summary }: StoredRun): string =>
    summary.status === 'running' && summary.id !== liveId()
      ? 'interrupted'
      : summary.status === 'finished' && (summary.failed ?? 0) > 0
        ? 'failures'
        : summary.status;
  /** Made when the pointer rests on the row: reading Markdown for every run at each refresh costs the editor. */
  const tooltip = (node: RunNode): vscode.MarkdownString | undefined => {
    if (node.kind !== 'run') return undefined;
    const { summary } = node;
    return new vscode.MarkdownString(
      [
        `**${runTitle(summary, speech())}** · ${stateWord(stateOf(node))}`,
        `${summary.file} · ${summary.simulated === null ? summary.target : targetLabel({ kind: 'embedded', profile: summary.simulated }, speech().t)}`,
        new Date(summary.startedAt).toLocaleString(vscode.env.language),
      ].join('\n\n'),
    );
  };
  const liveId = () => (runner.activity.kind === 'running' ? runner.activity.document?.id : undefined);
  const toItem = (node: RunNode): vscode.TreeItem => {
    switch (node.kind) {
      case 'group': {
        const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
        item.contextValue = 'group';
        return item;
      }
      case 'damaged': {
        const item = new vscode.TreeItem(node.run.id);
        item.description = t('cannot be read');
        item.tooltip = t('{0}: {1}', node.run.file, node.run.reason);
        item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('charts.red'));
        item.contextValue = 'damaged';
        return item;
      }
      case 'run': {
        const { summary } = node;
        const title = runTitle(summary, speech());
        const item = new vscode.TreeItem(title);
        item.id = `${node.folder}/${summary.id}`;
        item.description = runDetail(summary, speech());
        const state = stateOf(node);
        item.iconPath = summary.pinned ? new vscode.ThemeIcon('pinned') : icons[state];
        item.contextValue = summary.pinned ? 'runPinned' : 'run';
        item.command = { command: 'stepbench.runs.open', title: t('Open'), arguments: [node] };
        item.accessibilityInformation = { label: `${title}, ${stateWord(state)}, ${item.description}` };
        return item;
      }
    }
  };
  const all = async (): Promise<readonly RunNode[]> => {
    const lists = await Promise.all(
      stores.all().map(async (store) => ({ folder: store.folder, ...(await store.list()) })),
    );
    const runs = lists.flatMap(({ folder, runs: list }) => list.map((summary) => ({ folder, summary })));
    const damaged = lists.flatMap(({ folder, damaged: list }) => list.map((run) => ({ folder, run })));
    void vscode.commands.executeCommand('setContext', 'stepbench.hasRuns', runs.length > 0);
    return runNodes(runs, damaged, grouping, speech(), new Date());
  };
  const provider: vscode.TreeDataProvider<RunNode> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: toItem,
    resolveTreeItem: (item, node) => {
      item.tooltip ??= tooltip(node);
      return item;
    },
    getChildren: (node) =>
      (node === undefined ? all() : node.kind === 'group' ? [...node.children] : []) as vscode.ProviderResult<
        RunNode[]
      >,
  };
  const view = vscode.window.createTreeView('stepbench.runs', { treeDataProvider: provider, canSelectMany: true });
  const publish = () => void vscode.commands.executeCommand('setContext', 'stepbench.runsGroup', grouping);
  let wasLive: string | undefined;
  subscriptions.push(
    changed,
    view,
    stores.onDidChange(() => changed.fire()),
    runner.onDidChange(() => {
      // A snapshot changes figures, which the tree does not show; only a run that begins or ends changes its icon.
      if (liveId() === wasLive) return;
      wasLive = liveId();
      changed.fire();
    }),
  );
  publish();
  return {
    groupBy: (next: Grouping): void => {
      grouping = next;
      void memory.update(groupingKey, next);
      publish();
      changed.fire();
    },
    /** The runs that a command means: the selected ones if the clicked one is among them, else the clicked one. */
    meant: (clicked: unknown, selected: unknown): readonly StoredRun[] => {
      const nodes = (
        Array.isArray(selected) && selected.includes(clicked) ? selected : clicked ? [clicked] : view.selection
      ) as readonly RunNode[];
      return nodes.filter((node) => node.kind === 'run');
    },
  };
};
export type RunsTree = ReturnType<typeof createRunsTree>;
