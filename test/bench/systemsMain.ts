/** `systemsMain ROOT [ORDERS]`: one burst on each system, first as it is, then with everything going wrong that can. */
import os from 'node:os';
import path from 'node:path';
import type { Arm } from '../../src/model/run';
import { spawnServer } from '../../src/server/spawn';
import { loadOrders, type LoadResult } from '../integration/systems/loadOrders';

const root = path.resolve(process.argv[2] ?? '.');
const orders = Number(process.argv[3] ?? 1_000);
const systems = ['standard', 'express', 'event-driven', 'gateway'] as const;
const say = (text: string) => process.stdout.write(`${text}\n`);

const startServer: Parameters<typeof loadOrders>[0]['startServer'] = (options) =>
  spawnServer(options, { script: path.join(root, 'dist', 'server.js') });

const lineOf = ({ system, executions, latencyMs, throughputPerSecond }: Arm): string => {
  const { started, succeeded, failed, timedOut, aborted, unknown = 0 } = executions;
  const cells = [started, succeeded, failed + timedOut + aborted, unknown].map((count) => String(count).padStart(9));
  const seconds = (ms: number | undefined) => ((ms ?? NaN) / 1000).toFixed(2).padStart(9);
  return `  ${system.padEnd(14)}${cells.join('')}${throughputPerSecond.toFixed(1).padStart(11)}${seconds(latencyMs?.p50)}${seconds(latencyMs?.p95)}`;
};

/** Whether every order is accounted for: an end each, one bill each, both rows for each that succeeded. */
const wrongIn = ({ document, bills, shipments, billedTwice }: LoadResult): readonly string[] => {
  const succeeded = document.arms.reduce((sum, arm) => sum + arm.executions.succeeded, 0);
  const billed = new Set(bills);
  return [
    ...(document.status.kind === 'finished' ? [] : [`the run ${JSON.stringify(document.status)}`]),
    ...document.arms.flatMap(({ system, executions, samples }) => [
      ...(executions.started === orders && samples.length === orders ? [] : [`${system}: orders were lost`]),
      ...((executions.unknown ?? 0) > 0 ? [`${system}: the end of ${executions.unknown} is not known`] : []),
      ...(samples.every(({ status, name }) => status !== 'succeeded' || billed.has(name))
        ? []
        : [`${system}: succeeded without a bill`]),
    ]),
    ...(billedTwice.length > 0 ? [`${billedTwice.length} orders were billed twice`] : []),
    ...(shipments < succeeded ? [`${succeeded - shipments} succeeded without a shipment`] : []),
  ];
};

const main = async (): Promise<void> => {
  say(
    `${orders} orders at once on each system; bare engine, ${os.cpus().length} cores, load ${os.loadavg()[0]?.toFixed(1)}`,
  );
  for (const [title, faults] of [
    ['as it is', {}],
    [
      'a fifth of the shipments throw, charges are throttled, every message comes twice',
      { failRate: 0.2, duplicates: true, reserved: 50 },
    ],
  ] as const) {
    const result = await loadOrders({ root, orders, systems, startServer, ...faults });
    say(title);
    say('  system          started succeeded   failed  unknown   a second    p50 s    p95 s');
    for (const arm of result.document.arms) say(lineOf(arm));
    const wrong = wrongIn(result);
    say(wrong.length === 0 ? '  every order is accounted for' : `  ${wrong.join('; ')}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
};

void main();
