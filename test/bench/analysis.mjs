// Prints what reading histories and keeping statistics costs: `node --expose-gc test/bench/analysis.mjs [--json]`. Asserts nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const folder = await mkdtemp(path.join(os.tmpdir(), 'stepbench-analysis-'));
const load = async (name, contents) => {
  const outfile = path.join(folder, `${name}.cjs`);
  await bundle({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
  });
  return createRequire(import.meta.url)(outfile);
};
const {
  traceExecution,
  statesOfDefinition,
  createArm,
  createArmPricer,
  costStates,
  priceTable,
  compareSamples,
  simulate,
  definitionOf,
} = await load(
  'analysis',
  `export * from './src/trace'; export * from './src/stats'; export * from './src/cost'; export * from './test/unit/trace/simulate';`,
);
await rm(folder, { recursive: true, force: true });

const task = (name, work) => ({ kind: 'task', name, gap: 50, attempts: [[5, work, 0]] });
const order = (i) => [
  ...Array.from({ length: 13 }, (_, k) => task(`Task${k}`, 20 + ((i * 7 + k * 3) % 40))),
  ...Array.from({ length: 4 }, (_, k) => ({ kind: 'wait', name: `Pause${k}`, ms: 10, gap: 50 })),
];
const longMap = [
  {
    kind: 'map',
    name: 'Orders',
    gap: 0,
    concurrency: 40,
    iterations: Array.from({ length: 2083 }, (_, i) => [task('Check', 20 + (i % 30)), task('Book', 10 + (i % 17))]),
  },
];

/** CPU ms of this process, all its threads (those of the garbage collector too): the machine may be shared. */
const timed = (times, work) => {
  const runs = [];
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    runs.push((user + system) / 1000);
  }
  runs.sort((a, b) => a - b);
  return { first: runs[0], median: runs[Math.floor(times / 2)], worst: runs[times - 1] };
};
const figures = [];
const note = (what, value, unit, target) => figures.push({ what, value: Math.round(value * 100) / 100, unit, target });

const big = simulate(longMap).events;
const bigStates = statesOfDefinition(definitionOf(longMap));
const trace = timed(15, () => traceExecution(big, bigStates));
note(`${big.length} events to visits, median of 15`, trace.median, 'ms', 60);
note(`${big.length} events to visits, least of 15 (nearest to an idle machine)`, trace.first, 'ms', 60);

const definition = definitionOf(order(0));
const states = statesOfDefinition(definition);
const histories = Array.from({ length: 1000 }, (_, i) => simulate(order(i)));
const price = createArmPricer(
  { states: costStates(definition), definitionBytes: 5000, functions: {} },
  { table: priceTable(), region: 'us-east-1' },
);
const newArm = () =>
  createArm({
    type: 'STANDARD',
    system: 'standard',
    load: { kind: 'burst', executions: 1000 },
    states: states.map(({ path, type }) => ({ path, type, hash: '' })),
    price,
  });
const sample = (i, latencyMs) => ({ name: `run-abc-${i}`, atMs: i, latencyMs, status: 'succeeded', startMs: 3 });
let arm;
const analysis = timed(7, () => {
  arm = newArm();
  histories.forEach(({ events, wallMs }, i) =>
    arm.addTrace(arm.add(sample(i, wallMs)), traceExecution(events, states)),
  );
  arm.snapshot({ final: true });
});
note('1,000 executions × 17 states: trace, statistics, cost, last snapshot, median of 7', analysis.median, 'ms', 300);
note('1,000 executions × 17 states: the same, least of 7', analysis.first, 'ms', 300);
note('load of this machine meanwhile (processes waiting for its processors)', os.loadavg()[0], '', null);

const live = timed(50, () => {
  arm.add(sample(0, 1234));
  arm.snapshot();
});
note('a live snapshot of 1,000 executions × 17 states after one more sample, median of 50', live.median, 'ms', 5);

const [a, b] = [
  Array.from({ length: 1000 }, () => 5000 + 1000 * Math.random()),
  Array.from({ length: 1000 }, () => 3000 + 1000 * Math.random()),
];
note(
  'a comparison of 1,000 with 1,000, unpaired',
  timed(5, () => compareSamples(a, b, { baseline: 'a', candidate: 'b' })).median,
  'ms',
  null,
);
note(
  'a comparison of 1,000 with 1,000, paired',
  timed(5, () => compareSamples(a, b, { baseline: 'a', candidate: 'b', paired: true })).median,
  'ms',
  null,
);

const huge = newArm();
const traces = histories.map(({ events }) => traceExecution(events, states));
const memory = () => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const base = memory();
for (let i = 0; i < 100_000; i++) huge.addTrace(huge.add(sample(i, 1000 + (i % 977))), traces[i % 1000]);
note('memory of 100,000 executions × 17 states, traces thrown away', (memory() - base) / 2 ** 20, 'MB', 400);
const liveHuge = timed(30, () => {
  for (let i = 0; i < 100; i++) huge.add(sample(i, 1000 + (i % 977)));
  huge.snapshot();
});
note('a live snapshot of 100,000 executions after 100 more, median of 30', liveHuge.median, 'ms', null);
note('a live snapshot of 100,000 executions after 100 more, worst of 30', liveHuge.worst, 'ms', null);
const last = timed(1, () => huge.snapshot({ final: true }));
note('the last snapshot of 100,000 executions', last.first, 'ms', null);
globalThis.gc?.();
note('resident memory of this process at the end', process.memoryUsage().rss / 2 ** 20, 'MB', 400);

if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
else
  for (const { what, value, unit, target } of figures)
    console.log(
      `${String(value).padStart(9)} ${unit.padEnd(3)} ${what}${target === null ? '' : `  (target ${target})`}`,
    );
