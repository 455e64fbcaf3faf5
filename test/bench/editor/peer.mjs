// An extension with one webview view and nothing to do: what the editor itself takes to show a view.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packExtension } from '../../editor/host/package.mjs';

const manifest = {
  name: 'peer',
  displayName: 'Peer',
  publisher: 'stepbench',
  version: '0.0.1',
  engines: { vscode: '^1.100.0' },
  main: './main.js',
  contributes: {
    views: { explorer: [{ type: 'webview', id: 'peer.view', name: 'Peer' }] },
    commands: [{ command: 'peer.show', title: 'Peer: Show View' }],
  },
};

/** As a panel of ours does it: a script and a style from the extension's folder, `ready`, an answer, a button. */
const main = `const vscode = require('vscode');
exports.activate = ({ subscriptions, extensionUri }) => {
  const resolveWebviewView = ({ webview }) => {
    webview.options = { enableScripts: true, localResourceRoots: [extensionUri] };
    const at = (name) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, name));
    webview.onDidReceiveMessage(() => webview.postMessage('go'));
    webview.html = \`<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-n'; style-src \${webview.cspSource}"><link rel="stylesheet" href="\${at('view.css')}"></head><body><script type="module" nonce="n" src="\${at('view.js')}"></script></body></html>\`;
  };
  subscriptions.push(
    vscode.window.registerWebviewViewProvider('peer.view', { resolveWebviewView }),
    vscode.commands.registerCommand('peer.show', () => vscode.commands.executeCommand('peer.view.focus')),
  );
};
`;
const view = `const api = acquireVsCodeApi();
document.body.append('Loading');
addEventListener('message', ({ data }) => {
  if (data !== 'go') return;
  const button = document.createElement('button');
  button.textContent = 'Run';
  document.body.replaceChildren(button);
});
api.postMessage('ready');
`;

/** Packs it; resolves to the VSIX. */
export async function packPeer(folder) {
  const source = path.join(folder, 'peer');
  await mkdir(source, { recursive: true });
  const files = {
    'package.json': JSON.stringify(manifest),
    'main.js': main,
    'view.js': view,
    'view.css': 'body{margin:4px}',
  };
  for (const [name, text] of Object.entries({ ...files, 'README.md': 'Peer', '.vscodeignore': '' }))
    await writeFile(path.join(source, name), text);
  const vsix = path.join(folder, 'peer.vsix');
  await packExtension(source, vsix, { skipLicense: true });
  return vsix;
}
