// `npm run test:interop`: the whole story (deploy, run, collect, analyse, clean) against moto, an implementation of AWS that is not
// ours, and with AWS's own command line to look at what was left. Closes with `N passed, N failed, N skipped`; one line says why
// where it cannot be had.
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installMoto, startMoto } from './moto.mjs';
import { stories } from './stories.mjs';

const exec = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cli = path.join(root, 'dist', 'cli.js');
const counts = { passed: 0, failed: 0, skipped: 0 };
const close = () => {
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exit(counts.failed === 0 ? 0 : 1);
};
const skip = (why) => {
  console.log(`skipped: ${why}`);
  counts.skipped = stories.length;
  close();
};

const region = 'eu-west-1';
const env = {
  PATH: process.env.PATH,
  HOME: os.tmpdir(),
  AWS_ACCESS_KEY_ID: 'interop',
  AWS_SECRET_ACCESS_KEY: 'interop-secret',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** Debian's, not one that a Python environment put before it. */
const awsCommand = async () => {
  for (const command of ['/usr/bin/aws', 'aws'])
    if (
      await exec(command, ['--version'], { env: { ...process.env } }).then(
        () => true,
        () => false,
      )
    )
      return command;
  return undefined;
};

const main = async () => {
  if (!existsSync(cli)) await exec('node', ['esbuild.mjs'], { cwd: root });
  const command = await awsCommand();
  if (!command) return skip("there is no aws command line (Debian's package awscli)");
  try {
    await installMoto();
  } catch (error) {
    return skip(error.message);
  }
  const moto = await startMoto();
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'stepbench-interop-'));
  console.log(`moto ${moto.version} at ${moto.endpoint}; ${(await exec(command, ['--version'])).stdout.trim()}`);

  const world = {
    endpoint: moto.endpoint,
    /** Whether the machines that are asked for are those that moto carries out, or those it only keeps. */
    executing: moto.configure,
    region,
    /** AWS's own command line; answers what it printed as JSON. */
    aws: async (...args) => {
      const { stdout } = await exec(
        command,
        ['--endpoint-url', moto.endpoint, '--region', region, '--output', 'json', ...args],
        {
          env: { ...env, ...(command.startsWith('/usr/bin/') ? { PATH: '/usr/bin:/bin' } : {}) },
          maxBuffer: 1 << 26,
        },
      );
      return stdout.trim() === '' ? undefined : JSON.parse(stdout);
    },
    /** Our command line, in a folder; answers `{code, stdout, stderr}`. `--target aws` leads to moto, which is an account then. */
    stepbench: (folder, ...args) =>
      new Promise((resolve) =>
        execFile(
          'node',
          [cli, ...args],
          { cwd: folder, env: { ...env, AWS_ENDPOINT_URL: moto.endpoint }, maxBuffer: 1 << 26, timeout: 60_000 },
          (error, stdout, stderr) => resolve({ code: error ? (error.code ?? 1) : 0, stdout, stderr }),
        ),
      ),
    /** The same, still running. */
    start: (folder, ...args) =>
      spawn('node', [cli, ...args], {
        cwd: folder,
        env: { ...env, AWS_ENDPOINT_URL: moto.endpoint },
        stdio: 'ignore',
      }),
    folder: (files) => {
      const folder = mkdtempSync(path.join(scratch, 'w-'));
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
      }
      return folder;
    },
    ledgers: (folder) => {
      const at = path.join(folder, '.stepbench', 'ledger');
      return existsSync(at) ? readdirSync(at) : [];
    },
  };

  for (const [name, story] of stories) {
    const began = performance.now();
    try {
      await story(world);
      counts.passed++;
      console.log(`✓ ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    } catch (error) {
      counts.failed++;
      console.log(`✗ ${name}\n${String(error.stack ?? error).replace(/^/gm, '    ')}`);
    }
  }
  if (counts.failed > 0) console.log(`the end of moto's log:\n${moto.log().slice(-3_000)}`);
  await moto.stop();
  rmSync(scratch, { recursive: true, force: true });
  close();
};

await main();
