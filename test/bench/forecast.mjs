// What the example workflow was forecast to cost and what it was billed: 1, 100 and 1,000 executions of both types on the embedded
// engine under the profile "study". `--quick` leaves 1,000 out, `--json` prints the figures alone. Uses dist/ (npm run build); asserts nothing.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const quick = process.argv.includes('--quick');
const loads = [
  ['1, cold', ['--executions', '1']],
  ['1, warmed up', ['--executions', '1', '--warmup', '1']],
  ['100, 10 at a time', ['--executions', '100', '--concurrency', '10']],
  ['100 at once', ['--burst', '100']],
  ...(quick
    ? []
    : [
        ['1,000, 100 at a time', ['--executions', '1000', '--concurrency', '100']],
        ['1,000 at once', ['--burst', '1000']],
      ]),
];

const rows = [];
for (const [load, options] of loads) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      path.join(root, 'dist/cli.js'),
      ...[
        'run',
        path.join(root, 'examples/order-booking/order.asl.json'),
        '--input',
        path.join(root, 'examples/order-booking/inputs/good.json'),
      ],
      ...['--type', 'both', '--no-save', '--json', ...options],
    ],
    { cwd: os.tmpdir(), encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new Error(`stepbench run ended with ${status}: ${stderr}`);
  const document = JSON.parse(stdout);
  for (const arm of document.arms) {
    const type = arm.type === 'STANDARD' ? 'Standard' : 'Express';
    const note = document.notes
      .map(({ message }) => message)
      .find((each) => each.startsWith(`${type}: An execution cost`));
    const [, forecast] = /where \$([\d.,]+) were forecast/.exec(note ?? '') ?? [];
    rows.push({
      load,
      type,
      n: arm.cost.executions,
      forecast: Number(forecast?.replaceAll(',', '')),
      billed: arm.cost.perExecution,
      note,
    });
  }
}
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else {
  console.log(
    'load                    type      n      forecast/1  billed/1    billed ÷ forecast   (USD for one execution; latencies simulated)',
  );
  for (const { load, type, n, forecast, billed, note } of rows) {
    const ratio = billed / forecast;
    const far = Math.abs(ratio - 1) >= 0.05;
    console.log(
      `${load.padEnd(23)} ${type.padEnd(9)} ${String(n).padEnd(6)} ${forecast.toPrecision(3).padEnd(11)} ${billed.toPrecision(3).padEnd(11)} ${ratio.toFixed(3)}${far ? `  more than 5 % off: ${note}` : ''}`,
    );
  }
  console.log(`load of this machine meanwhile: ${os.loadavg()[0].toFixed(1)}`);
}
