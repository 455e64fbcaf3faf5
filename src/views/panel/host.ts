import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostMessage, PanelSnapshot, Request, RequestMessage, TimelineReply } from '../../protocol';
import { replyText, type Log } from '../log';
import { panelHtml } from './html';
import { throttle } from './throttle';

/** At most ten snapshots a second go to a panel. */
const snapshotMs = 100;
const wideType = 'stepbench.wide';

/** A tab or a view that can be hidden, and is then without its page. */
interface Place {
  readonly visible: boolean;
}

export interface PanelSource {
  snapshot(): Promise<PanelSnapshot>;
  /** Does what a panel asks; its rejection becomes the one reply. */
  answer(request: Request): Promise<TimelineReply | undefined>;
  readonly onDidChange: readonly vscode.Event<unknown>[];
  /** Told whenever it changes which tabs can be seen in all panels together. */
  seen(tabs: readonly string[]): void;
}

/** One panel in one webview, in the side bar or in a tab. */
const attach = (
  webview: vscode.Webview,
  place: Place,
  source: PanelSource,
  extension: vscode.Uri,
  log: Log,
  looked: () => void,
) => {
  const dist = vscode.Uri.joinPath(extension, 'dist');
  /** The tab that the page shows; null until it has started. */
  let tab: string | null = null;
  /** Made while the page is fetched and started: by then there is something to show. */
  let early: Promise<PanelSnapshot> | null = null;
  const post = (message: HostMessage) => void webview.postMessage(message);
  const snapshots = throttle(async () => {
    try {
      // Awaited until the editor has taken it: a busy window is not sent more than it can show.
      const snapshot = await (early ?? source.snapshot());
      early = null;
      await webview.postMessage({ kind: 'snapshot', snapshot } satisfies HostMessage);
    } catch (error) {
      log.bug(error);
    }
  }, snapshotMs);
  const receive = async ({ id, request }: RequestMessage) => {
    try {
      if (request.kind === 'ready' || request.kind === 'looking') {
        tab = request.tab ?? '';
        looked();
      }
      const value = await source.answer(request);
      post({ kind: 'reply', id, result: { ok: true, value } });
    } catch (error) {
      post({ kind: 'reply', id, result: { ok: false, error: replyText(error, log) } });
    }
    if (request.kind !== 'looking') snapshots.request();
  };
  const changed = () => {
    early = null;
    if (tab !== null && place.visible) snapshots.request();
  };
  const disposables = [
    webview.onDidReceiveMessage((message: RequestMessage) => void receive(message)),
    ...source.onDidChange.map((event) => event(changed)),
  ];
  webview.options = { enableScripts: true, localResourceRoots: [dist, vscode.Uri.joinPath(extension, 'media')] };
  webview.html = panelHtml({
    script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.js')).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'panel.css')).toString(),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
    language: vscode.env.language,
    title: 'StepBench',
  });
  early = source.snapshot();
  early.catch(() => (early = null));
  return {
    post,
    seen: () => (place.visible ? tab : null),
    /** Hidden, a page is gone and is sent nothing; shown again, it has what it missed as soon as it can take it. */
    turned: () => {
      looked();
      changed();
    },
    dispose: () => {
      snapshots.dispose();
      for (const disposable of disposables) disposable.dispose();
    },
  };
};

/** The panel in the side bar and, on demand, the same application wide in an editor tab. */
export const registerPanel = (
  subscriptions: vscode.Disposable[],
  source: PanelSource,
  extension: vscode.Uri,
  log: Log,
) => {
  let side: { view: vscode.WebviewView; panel: ReturnType<typeof attach> } | undefined;
  let wide: { view: vscode.WebviewPanel; panel: ReturnType<typeof attach> } | undefined;
  /** What to show as soon as a panel that is being made is ready for it. */
  const looked = () => source.seen([side, wide].flatMap((open) => open?.panel.seen() ?? []));
  const adoptWide = (view: vscode.WebviewPanel) => {
    const panel = attach(view.webview, view, source, extension, log, looked);
    wide = { view, panel };
    view.onDidChangeViewState(panel.turned);
    view.iconPath = vscode.Uri.joinPath(extension, 'media/icon.png');
    view.onDidDispose(() => {
      panel.dispose();
      if (wide?.view === view) wide = undefined;
      looked();
    });
  };
  subscriptions.push(
    vscode.window.registerWebviewViewProvider('stepbench.panel', {
      resolveWebviewView: (view) => {
        const panel = attach(view.webview, view, source, extension, log, looked);
        side = { view, panel };
        view.onDidChangeVisibility(panel.turned);
        view.onDidDispose(() => {
          panel.dispose();
          if (side?.view === view) side = undefined;
          looked();
        });
      },
    }),
    // A window that is reloaded gets its tab back; the page restores its own state.
    vscode.window.registerWebviewPanelSerializer(wideType, {
      deserializeWebviewPanel: (view) => {
        adoptWide(view);
        return Promise.resolve();
      },
    }),
  );
  return {
    /** Shows the panel in the side bar, without taking the focus from the editor unless told. */
    focus: async (options: { preserveFocus: boolean } = { preserveFocus: false }): Promise<void> => {
      if (side && options.preserveFocus) side.view.show(true);
      else await vscode.commands.executeCommand('stepbench.panel.focus', options);
    },
    openWide: (title: string): void => {
      if (wide) {
        wide.view.title = title;
        wide.view.reveal();
        return;
      }
      adoptWide(
        vscode.window.createWebviewPanel(wideType, title, vscode.ViewColumn.Active, { enableFindWidget: true }),
      );
    },
    /** Turns every panel to a tab, and to a state there. */
    show: (tab: string, path?: string): void => {
      for (const open of [side, wide]) open?.panel.post({ kind: 'show', tab, ...(path === undefined ? {} : { path }) });
    },
  };
};
export type Panel = ReturnType<typeof registerPanel>;
