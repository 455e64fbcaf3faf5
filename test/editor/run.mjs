// `npm run test:editor [-- --grep WORDS] [--only host|story] [--once]`: the suites inside the extension host, then the stories as a
// person would live them, a failed one twice unless `--once`. In VS Code itself where it can be downloaded, else in a real VS Code from
// the npm registry.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { explained } from './host/explain.mjs';
import { makeScratch } from './host/scratch.mjs';
import { installEditor } from './install/install.mjs';
import { liveStories } from './stories.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const { values: options } = parseArgs({
  options: { grep: { type: 'string' }, only: { type: 'string' }, once: { type: 'boolean' } },
});
const began = Date.now();
const results = [];
const skipped = [];
const unsteady = [];

/** VS Code's own download where its host answers, else the stand-in; `STEPBENCH_EDITOR` (a path) decides by hand. */
async function findEditor() {
  if (process.env.STEPBENCH_EDITOR) return process.env.STEPBENCH_EDITOR;
  const isDownloadable = async () =>
    existsSync(path.join(root, '.vscode-test')) ||
    fetch('https://update.code.visualstudio.com/api/releases/stable', { signal: AbortSignal.timeout(4000) }).then(
      (answer) => answer.ok,
      () => false,
    );
  // A desktop editor needs a screen.
  const hasScreen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (hasScreen && (await isDownloadable())) {
    try {
      return await downloadAndUnzipVSCode({ cachePath: path.join(root, '.vscode-test') });
    } catch (error) {
      console.error(`VS Code could not be downloaded (${error.message}); using the stand-in`);
    }
  }
  await installEditor();
  return path.join(here, 'host/code.mjs');
}

async function bundleHostSuites() {
  const folder = path.join(here, 'suite/host');
  const files = (await readdir(folder)).filter((file) => file === 'index.ts' || file.endsWith('.test.ts'));
  const outdir = path.join(root, 'out/editor');
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: files.map((file) => path.join(folder, file)),
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    mainFields: ['module', 'main'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.js');
}

/** The example in a folder of its own, so that runs written by tests stay out of the repository. */
async function makeWorkspace() {
  const { folder, remove } = await makeScratch('stepbench-ws-');
  await mkdir(path.join(folder, 'examples'));
  await cp(path.join(root, 'examples/order-booking'), path.join(folder, 'examples/order-booking'), { recursive: true });
  await rm(path.join(folder, 'examples/order-booking/.stepbench'), { recursive: true, force: true });
  return { folder, remove };
}

async function inTheHost() {
  const vscodeExecutablePath = await findEditor();
  const { folder: workspace, remove } = await makeWorkspace();
  const told = await makeScratch('stepbench-results-');
  const file = path.join(told.folder, 'results.json');
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: await bundleHostSuites(),
      launchArgs: [workspace],
      extensionTestsEnv: {
        STEPBENCH_RESULTS: file,
        STEPBENCH_GREP: options.grep ?? '',
      },
    });
  } catch (error) {
    if (!existsSync(file))
      results.push({ title: 'the suites in the extension host', state: 'failed', ms: 0, error: error.message });
  } finally {
    if (existsSync(file)) results.push(...JSON.parse(await readFile(file, 'utf8')));
    told.remove();
    remove();
  }
}

async function stories() {
  try {
    await installEditor();
  } catch (error) {
    skipped.push(error.message);
    results.push({ title: 'the stories', state: 'skipped', ms: 0 });
    return;
  }
  const lived = await liveStories({ grep: options.grep, attempts: options.once ? 1 : 2 });
  results.push(...lived.results);
  unsteady.push(...lived.unsteady);
}

try {
  if (options.only !== 'story') await inTheHost();
  if (options.only !== 'host') await stories();
} catch (error) {
  results.push({ title: 'the editor', state: 'failed', ms: 0, error: error.message });
}

const count = (state) => results.filter((result) => result.state === state).length;
const failed = results.filter((result) => result.state === 'failed');
console.log(`\n  ${count('passed')} passing (${Math.round((Date.now() - began) / 1000)} s)`);
if (count('skipped')) console.log(`  ${count('skipped')} pending`);
const tell = (tests) =>
  tests.forEach((test, index) =>
    console.log(`  ${index + 1}) ${test.title}\n     ${String(test.error).replaceAll('\n', '\n     ')}\n`),
  );
if (failed.length || unsteady.length) console.log(`\n${explained().join('\n')}\n`);
if (unsteady.length) console.log(`  ${unsteady.length} passed on a second try only\n`);
tell(unsteady);
if (failed.length) console.log(`  ${failed.length} failing\n`);
tell(failed);
for (const reason of skipped) console.log(`  skipped: ${reason}`);
console.log(`${count('passed')} passed, ${failed.length} failed, ${count('skipped')} skipped`);
process.exit(failed.length || !results.length ? 1 : 0);
