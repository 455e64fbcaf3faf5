// `npm test`: every suite in turn, each with its own output, and one line at the end that adds them up.
// A suite that cannot run here says why in one line; it counts as failed unless it skipped itself.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'stepbench-test-'));
const report = path.join(scratch, 'vitest.json');

/** Runs a command with its output shown; resolves to {code, text}. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
        process.stdout.write(chunk);
      });
    }
    child.on('error', (error) => resolve({ code: 127, text: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

/** A command that either passes or fails as a whole. */
const whole = (command, args) => async () => {
  const { code } = await run(command, args);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
};

/** vitest, counted from its JSON report. */
const vitest =
  (...args) =>
  async () => {
    rmSync(report, { force: true });
    const { code } = await run('npx', [
      'vitest',
      'run',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]);
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: skipped,
    } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
  };

/** A script of ours that closes with `N passed, N failed, N skipped`. */
const counted =
  (script, ...args) =>
  async () => {
    const { code, text } = await run('node', [script, ...args]);
    const line = [...text.matchAll(/(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g)].at(-1);
    if (!line) return { passed: 0, failed: 1, skipped: 0 };
    const [passed, failed, skipped] = [Number(line[1]), Number(line[2]), Number(line[3] ?? 0)];
    return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
  };

const suites = {
  build: whole('node', ['esbuild.mjs']),
  types: whole('npx', ['tsc', '-p', '.', '--noEmit']),
  'types (webview)': whole('npx', ['tsc', '-p', 'webview', '--noEmit']),
  lint: whole('npx', ['eslint', '.', '--max-warnings=0']),
  format: whole('npx', ['prettier', '--check', '--log-level=warn', 'src', 'webview', 'test', '*.mjs', '*.mts']),
  unit: vitest('test/unit'),
  integration: vitest('test/integration'),
  conformance: vitest('test/conformance'),
  contract: vitest('test/contract'),
  panel: vitest('--config', 'test/panel/vitest.config.ts'),
  editor: counted('test/editor/run.mjs'),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No suite called ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
const results = [];
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = Date.now();
  console.log(`\n── ${name}`);
  const counts = await suite();
  results.push({ name, seconds: (Date.now() - started) / 1000, ...counts });
}
rmSync(scratch, { recursive: true, force: true });

console.log('\n── summary');
for (const { name, passed, failed, skipped, seconds } of results) {
  console.log(
    `${failed > 0 ? '✗' : '✓'} ${name.padEnd(16)} ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed ${String(skipped).padStart(4)} skipped  ${seconds.toFixed(1)} s`,
  );
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exit(sum('failed') > 0 ? 1 : 0);
