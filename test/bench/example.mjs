// README's main job: the example as Standard and Express at concurrency 1 and 10 on the embedded engine, tables and an HTML report.
// Its latencies are simulated by the profile "study"; `--executions N` (10 unless told) trades time for intervals.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const at = process.argv.indexOf('--executions');
const executions = at < 0 ? '10' : process.argv[at + 1];
const out = path.join(root, 'out');
mkdirSync(out, { recursive: true });

const stepbench = (...args) => {
  const { status } = spawnSync(process.execPath, [path.join(root, 'dist/cli.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
};
const document = path.join(out, 'order-booking.json');
const report = path.join(out, 'order-booking.html');
stepbench(
  'run',
  'examples/order-booking/order.asl.json',
  '--type',
  'both',
  '--executions',
  executions,
  '--concurrency',
  '1,10',
  '--out',
  document,
);
stepbench('report', document, '--out', report);
console.log(`\nReport: ${path.relative(root, report)}`);
