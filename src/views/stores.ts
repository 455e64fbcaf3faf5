import path from 'node:path';
import * as vscode from 'vscode';
import { openStore, type RunStore, type RunSummary } from '../store/runs';

/** The folder whose `.stepbench/` keeps the runs of a file; undefined where there is no disk (virtual workspaces). */
export const folderOf = (uri: vscode.Uri): string | undefined => {
  if (uri.scheme !== 'file') return undefined;
  return vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(uri.fsPath);
};

/** A file's name in a run document: relative to its folder, forward slashes. */
export const workflowFile = (uri: vscode.Uri): string => {
  const folder = folderOf(uri);
  return (folder ? path.relative(folder, uri.fsPath) : uri.path).split(path.sep).join('/');
};

/** How long after a change in the folder it is looked at: changes come in flocks. */
const settleMs = 100;
/** A watcher takes a moment to begin, does not see through every file system, and under load it may lose what it should tell. */
const checkEveryMs = 5000;

/** One store of runs a workspace folder, opened when first asked for; changes of all of them come as one event. */
export const createStores = (subscriptions: vscode.Disposable[]) => {
  const open = new Map<string, RunStore>();
  const changed = new vscode.EventEmitter<void>();
  const lists = new Map<RunStore, Promise<readonly RunSummary[]>>();
  const forget = () => {
    lists.clear();
    changed.fire();
  };
  const check = () => open.forEach((store) => void store.check());
  let pending: ReturnType<typeof setTimeout> | undefined;
  /** Runs are written by workers and by the command line, in a folder that may not exist yet: the editor's watcher sees both. */
  const watch = (folder: string) => {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, '.stepbench/runs/*.json'),
    );
    const onFile = (uri: vscode.Uri) => {
      if (uri.path.endsWith('/index.json')) return;
      pending ??= setTimeout(() => {
        pending = undefined;
        check();
      }, settleMs);
    };
    subscriptions.push(watcher, watcher.onDidCreate(onFile), watcher.onDidChange(onFile), watcher.onDidDelete(onFile));
  };
  const at = (folder: string): RunStore => {
    let store = open.get(folder);
    if (!store) {
      store = openStore(folder);
      store.onDidChange(() => forget());
      open.set(folder, store);
      watch(folder);
    }
    return store;
  };
  const timer = setInterval(check, checkEveryMs);
  const workspaceFolders = () =>
    (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
  subscriptions.push(
    changed,
    vscode.workspace.onDidChangeWorkspaceFolders(() => forget()),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) check();
    }),
    new vscode.Disposable(() => {
      clearInterval(timer);
      clearTimeout(pending);
      open.forEach((store) => store.dispose());
    }),
  );
  return {
    at,
    of: (uri: vscode.Uri): RunStore | undefined => {
      const folder = folderOf(uri);
      return folder === undefined ? undefined : at(folder);
    },
    /** Runs of the folder of a file, newest first; read again only after a change. */
    recent: (uri: vscode.Uri): Promise<readonly RunSummary[]> => {
      const folder = folderOf(uri);
      if (folder === undefined) return Promise.resolve([]);
      const store = at(folder);
      let list = lists.get(store);
      if (!list) lists.set(store, (list = store.list().then(({ runs }) => runs)));
      return list;
    },
    /** Those of the workspace, and of files outside it that were run. */
    all: (): readonly RunStore[] => {
      workspaceFolders().forEach((folder) => at(folder.uri.fsPath));
      return [...open.values()];
    },
    onDidChange: changed.event,
  };
};
export type Stores = ReturnType<typeof createStores>;
