// A VS Code server of our own, isolated from whatever else is on the machine: its own home, settings, extensions and port.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeScratch } from './scratch.mjs';
import { patience } from './until.mjs';

/** Nothing that phones home, pops up, or moves while a test looks at it. */
const quiet = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'files.autoSave': 'off',
  // Settings and trust open as tabs, not over the rest.
  'workbench.editor.useModal': 'off',
  'npm.autoDetect': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'security.workspace.trust.enabled': false,
};

/** Every group that was started and not yet stopped: ended when this process ends, however it ends. */
const groups = new Set();
const endGroup = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch {
    // already gone
  }
};
// Before the folders go that they write in.
process.prependOnceListener('exit', () => groups.forEach((pid) => endGroup(pid, 'SIGKILL')));
// A caller with a signal handler of its own ends things in its own order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    if (process.listenerCount(signal) === 0) process.exit(130);
  });
}

/**
 * Starts the server and resolves when it answers: `{base, folder, pid, stop(), log()}`.
 * `trust: true` keeps workspace trust as a user has it; `smokeDriver: false` shows toasts and ignores development mode.
 */
export async function startServer(editor, options = {}) {
  const { settings = {}, vsix = [], smokeDriver = true, trust = false, port: wanted, keep, env: more = {} } = options;
  const scratch = keep ? undefined : await makeScratch('stepbench-editor-');
  const folder = keep ?? scratch.folder;
  for (const part of ['user/User', 'extensions', 'home']) fs.mkdirSync(path.join(folder, part), { recursive: true });
  // An empty file is an error, and a missing one is made in ~/.config.
  fs.writeFileSync(path.join(folder, 'config.yaml'), 'auth: none\n');
  const settingsFile = path.join(folder, 'user/User/settings.json');
  const written = { ...quiet, ...(trust ? { 'security.workspace.trust.enabled': true } : {}), ...settings };
  fs.writeFileSync(settingsFile, JSON.stringify(written, null, 2));

  const home = path.join(folder, 'home');
  const env = {
    ...process.env,
    ...more,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_RUNTIME_DIR: home,
    CODE_SERVER_CONFIG: path.join(folder, 'config.yaml'),
    EXTENSIONS_GALLERY: '{}',
    NODE_OPTIONS: '',
  };
  const places = ['--user-data-dir', path.join(folder, 'user'), '--extensions-dir', path.join(folder, 'extensions')];
  const logFile = path.join(folder, 'server.log');
  const logged = fs.openSync(logFile, 'a');
  const log = () => fs.readFileSync(logFile, 'utf8');
  const run = (args) =>
    spawn(editor.node, [editor.entry, ...places, ...args], { env, stdio: ['ignore', logged, logged], detached: true });
  for (const file of vsix) {
    const code = await new Promise((resolve) => run(['--install-extension', file, '--force']).once('exit', resolve));
    if (code === 0) continue;
    const said = log().slice(-2000);
    fs.closeSync(logged);
    scratch?.remove();
    throw new Error(`installing ${file} failed: ${said}`);
  }
  const child = run([
    ...[
      '--bind-addr',
      // Any port that is free: one that was looked for before may be another's by now.
      `127.0.0.1:${wanted ?? 0}`,
      '--auth',
      'none',
      '--ignore-last-opened',
      '--disable-getting-started-override',
    ],
    ...['--disable-telemetry', '--disable-update-check', ...(trust ? [] : ['--disable-workspace-trust'])],
    ...(smokeDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ]);
  groups.add(child.pid);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    if (!groups.delete(child.pid)) return;
    endGroup(child.pid, 'SIGTERM');
    await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
    endGroup(child.pid, 'SIGKILL');
    await ended;
    fs.closeSync(logged);
    scratch?.remove();
  };
  const answers = async (address) => (await fetch(address).catch(() => undefined))?.status === 200;
  // A page also loads the workbench's own server; the health check answers before that works.
  for (const end = Date.now() + patience; ; await sleep(100)) {
    const base = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(log())?.[1];
    if (base && (await answers(`${base}/?ew=true`)))
      return { base, folder, settingsFile, pid: child.pid, stop, log, ended };
    if (child.exitCode === null && Date.now() < end) continue;
    const said = log().slice(-3000);
    await stop();
    throw new Error(`the editor's server ${child.exitCode === null ? 'did not answer' : 'ended'}: ${said}`);
  }
}
