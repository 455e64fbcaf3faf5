// `npm run bench:engine`: our interpreter against the engines a JavaScript user can install and against the ceiling of
// ../shared/engine-bench, all in one run, medians of several. Prints CPU per execution and ratios; asserts nothing.
// Options: --repeats 5, --seconds 2, --engines ours,ceiling, --workloads order17,pass3
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const source = path.resolve(root, '../shared/engine-bench');
// order17s: the order with only the choice operators that every installable engine knows.
const workloads = ['order17', 'order17s', 'pass3', 'map1000', 'parallel10', 'jorder17'];
const engines = ['ours', 'ceiling', 'aws-local', 'statebox'];
const { values } = parseArgs({
  options: {
    repeats: { type: 'string' },
    seconds: { type: 'string' },
    engines: { type: 'string' },
    workloads: { type: 'string' },
  },
});
const repeats = Number(values.repeats ?? 5);
const seconds = values.seconds ?? '2';

if (!existsSync(source)) {
  console.log(
    `The engine bench needs ${source} (workloads and adapters of other engines), which is not there: nothing was measured.`,
  );
  process.exit(0);
}

// The recorded folder is read-only and its packages are its own: work on a copy.
const folder = path.join(tmpdir(), 'stepbench-engine-bench');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(source))
  cpSync(path.join(source, name), path.join(folder, name), { recursive: true, force: true, mode: 0 });
execFileSync('chmod', ['-R', 'u+w', folder]);
const installed = path.join(folder, 'node_modules/aws-local-stepfunctions');
if (!existsSync(installed)) {
  console.error('Installing the other engines (npm install)…');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent'], { cwd: folder, stdio: 'inherit' });
}

await bundle({
  entryPoints: [path.join(root, 'src/engine/index.ts')],
  outfile: path.join(folder, 'adapters/engine.cjs'),
});
writeFileSync(
  path.join(folder, 'adapters/ours.mjs'),
  `import engine from './engine.cjs';
export async function load(def, { stub }) {
  const machine = engine.compileMachine(def);
  const clock = engine.realClock();
  const host = {
    clock, region: 'us-east-1', accountId: '123456789012', random: Math.random, uuid: () => crypto.randomUUID(),
    tasks: { run: (request) => stub(request.parameters).then((output) => ({ ok: true, output })) },
  };
  const stateMachine = { arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:bench', name: 'bench' };
  let n = 0, last;
  return {
    async run(input) {
      const name = 'e' + n++;
      const identity = { arn: 'arn:aws:states:us-east-1:123456789012:execution:bench:' + name, name, roleArn: 'arn:aws:iam::123456789012:role/r', stateMachine, type: 'STANDARD', startedAt: clock.now(), redriveCount: 0 };
      const execution = engine.startExecution(machine, { identity, input }, host);
      last = execution;
      if (execution.status === 'RUNNING') await execution.done;
      if (execution.status !== 'SUCCEEDED') throw new Error(execution.error + ': ' + execution.cause);
      return execution.output;
    },
    historyLength: () => last.history.length,
  };
}
`,
);

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const chosen = (given, all) => (given ? given.split(',') : all);
const results = {};
for (const workload of chosen(values.workloads, workloads)) {
  results[workload] = {};
  for (let repeat = 0; repeat < repeats; repeat++) {
    // Interleaved, so that a busy minute of the machine hits all engines alike.
    for (const engine of chosen(values.engines, engines)) {
      // Neither of the two installable engines knows JSONata.
      if (workload === 'jorder17' && (engine === 'aws-local' || engine === 'statebox')) continue;
      const run = spawnSync(process.execPath, ['--expose-gc', 'bench.mjs', engine, workload, '1', seconds], {
        cwd: folder,
        encoding: 'utf8',
      });
      const line = run.stdout.trim().split('\n').at(-1);
      try {
        const result = JSON.parse(line);
        if (result.error) throw new Error(result.error);
        (results[workload][engine] ??= []).push(result);
      } catch {
        results[workload][engine] ??= [];
        if (repeat === 0) console.error(`${engine} cannot run ${workload}: ${(line || run.stderr).slice(0, 200)}`);
      }
    }
  }
}

console.log(
  `CPU µs per execution, medians of ${repeats} runs of ${seconds} s at one in flight, all engines interleaved`,
);
console.log(
  [
    'workload'.padEnd(12),
    ...engines.map((name) => name.padStart(10)),
    ' vs ceiling',
    ' vs best installable',
    '  events',
  ].join(''),
);
for (const [workload, byEngine] of Object.entries(results)) {
  const cpu = Object.fromEntries(
    Object.entries(byEngine).map(([name, runs]) => [
      name,
      runs.length ? median(runs.map((r) => r.cpuUsPerExec)) : undefined,
    ]),
  );
  const best = Math.min(...['aws-local', 'statebox'].map((name) => cpu[name] ?? Infinity));
  const ratio = (other) => (cpu.ours && Number.isFinite(other) ? `${(other / cpu.ours).toFixed(2)}×` : '—');
  console.log(
    [
      workload.padEnd(12),
      ...engines.map((name) => (cpu[name] === undefined ? '—' : cpu[name].toFixed(1)).padStart(10)),
      ratio(cpu.ceiling ?? NaN).padStart(11),
      ratio(best).padStart(20),
      String(byEngine.ours?.[0]?.histEvents ?? '—').padStart(8),
    ].join(''),
  );
}
if (statSync(folder).isDirectory()) console.log(`Workloads and adapters: ${folder}`);
