// Runs a row of the study's experiments (the warm row of concurrent orders, or the one named first) at full size (or the factor named
// second) with dist/cli.js, and prints the most memory that its process held. Linux only. Needs `npm run build`.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [row = 'concurrent-payload-warm', scale = '1'] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(path.join(os.tmpdir(), 'stepbench-row-'));
try {
  await cp(path.join(root, 'examples/order-booking'), folder, { recursive: true });
  const args = ['experiment', folder, '--only', row, '--scale', scale];
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-400)));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const from = performance.now();
  let peakMb = 0;
  const look = setInterval(async () => {
    // The kernel keeps the highest it was.
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 1_000);
  const code = await ended;
  clearInterval(look);
  const seconds = ((performance.now() - from) / 1_000).toFixed(0);
  console.log(`${row} × ${scale}: ${seconds} s, load ${os.loadavg()[0].toFixed(1)} on ${os.cpus().length} cores`);
  console.log(`most memory of its process (run, server and command line): ${peakMb.toFixed(0)} MB`);
  if (code !== 0) console.log(said);
  process.exitCode = code;
} finally {
  await rm(folder, { recursive: true, force: true });
}
