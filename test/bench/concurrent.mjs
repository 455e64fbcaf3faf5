// How late 1,000 order executions started at once are against the time their tasks alone take: the engine in this process,
// tasks of 50 ms, a real clock. Prints wall and CPU time of each of several rounds; asserts nothing.
// Options: --executions 1000, --task 50 (ms), --rounds 5. `npm ci` is all it needs, and ../shared/engine-bench.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const source = path.resolve(root, '../shared/engine-bench/workloads.mjs');
const { values } = parseArgs({
  options: { executions: { type: 'string' }, task: { type: 'string' }, rounds: { type: 'string' } },
});
const executions = Number(values.executions ?? 1000);
const taskMs = Number(values.task ?? 50);
const rounds = Number(values.rounds ?? 5);

if (!existsSync(source)) {
  console.log(`The bench of concurrent orders needs ${source}, which is not there: nothing was measured.`);
  process.exit(0);
}
const outfile = path.join(root, 'out/bench/engine.cjs');
await bundle({
  entryPoints: [path.join(root, 'src/engine/index.ts')],
  outfile,
});
const engine = createRequire(import.meta.url)(outfile);
const { def, input } = (await import(pathToFileURL(source))).workloads.order17;

const clock = engine.realClock();
const machine = engine.compileMachine(def);
const stateMachine = { arn: 'arn:aws:states:us-east-1:111111111111:stateMachine:order', name: 'order' };
let tasks = 0;
const host = {
  clock,
  region: 'us-east-1',
  accountId: '111111111111',
  random: Math.random,
  uuid: () => crypto.randomUUID(),
  tasks: {
    run: () => {
      tasks++;
      return new Promise((resolve) => setTimeout(() => resolve({ ok: true, output: { ok: true, n: 7 } }), taskMs));
    },
  },
};
const begin = (number) => {
  const name = `e${number}`;
  const arn = `arn:aws:states:us-east-1:111111111111:execution:order:${name}`;
  const roleArn = 'arn:aws:iam::111111111111:role/r';
  const identity = { arn, name, roleArn, stateMachine, type: 'STANDARD', startedAt: clock.now(), redriveCount: 0 };
  return engine.startExecution(machine, { identity, input: input(number) }, host);
};

// One execution alone tells how many tasks follow each other, and is the warm-up.
for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 100 }, (_, n) => begin(n).done));
tasks = 0;
await begin(0).done;
const theoretical = tasks * taskMs;
console.log(
  `${executions} orders at once, ${tasks} tasks of ${taskMs} ms each: ${theoretical} ms in theory, 1.3 times that ${Math.round(1.3 * theoretical)} ms`,
);
const walls = [];
for (let round = 0; round < rounds; round++) {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const from = performance.now();
  const all = Array.from({ length: executions }, (_, n) => begin(n));
  await Promise.all(all.map(({ done }) => done));
  const wall = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  const failed = all.filter(({ status }) => status !== 'SUCCEEDED').length;
  walls.push(wall);
  console.log(
    `round ${round + 1}: ${wall.toFixed(0)} ms (${(wall / theoretical).toFixed(2)}×), CPU ${((user + system) / 1000).toFixed(0)} ms, ${failed} failed, load ${loadavg()[0].toFixed(1)}`,
  );
}
const sorted = walls.sort((a, b) => a - b);
console.log(`median of ${rounds}: ${sorted[rounds >> 1].toFixed(0)} ms, worst ${sorted.at(-1).toFixed(0)} ms`);
