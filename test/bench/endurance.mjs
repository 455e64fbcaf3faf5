// What a long run takes of the client, and how a run ends whose target dies: peak memory and CPU of `stepbench run` over 100,000 executions of
// either type, the server in a process of its own; seconds from the target's death to the end of the run, and what it says.
// `node test/bench/endurance.mjs [--executions 100000] [--json]`. Uses dist/ (npm run build) and /proc (Linux); asserts nothing.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../dist/cli.js');
const asked = process.argv.indexOf('--executions');
const executions = asked < 0 ? 100_000 : Number(process.argv[asked + 1]);
const folder = await mkdtemp(path.join(os.tmpdir(), 'stepbench-endurance-'));
const started = new Set();
const launch = (args, env = process.env) => {
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.add(child);
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (told[name] += text));
  const ended = new Promise((resolve) =>
    child.on('close', (code) => {
      started.delete(child);
      resolve({ code, at: performance.now(), ...told });
    }),
  );
  return { child, told, ended };
};

const serve = async () => {
  const server = launch(['serve']);
  for (let waited = 0; !server.told.stdout.includes('\n'); waited += 50) {
    if (waited > 60_000) throw new Error(`The server did not start: ${server.told.stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { endpoint, credentials } = JSON.parse(server.told.stdout.split('\n')[0]);
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  return { ...server, endpoint, env };
};

/** Peak resident memory (MB) and CPU (s) of a process, read while it lives. */
const watch = ({ child, ended }) => {
  const seen = { peakMb: NaN, cpuSeconds: NaN };
  const look = async () => {
    const [status, stat] = await Promise.all(
      ['status', 'stat'].map((name) => readFile(`/proc/${child.pid}/${name}`, 'utf8')),
    );
    const peak = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    if (peak) seen.peakMb = Number(peak) / 1024;
    // Fields 14 and 15, counted after the name, which may hold blanks; in hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    seen.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const timer = setInterval(() => void look().catch(() => undefined), 200);
  void ended.then(() => clearInterval(timer));
  return seen;
};

const write = async (name, states) => {
  const file = path.join(folder, `${name}.asl.json`);
  await writeFile(file, JSON.stringify({ StartAt: Object.keys(states)[0], States: states }));
  return file;
};

const long = async (type) => {
  const file = await write('long', {
    A: { Type: 'Pass', Next: 'B' },
    B: { Type: 'Pass', Next: 'C' },
    C: { Type: 'Pass', End: true },
  });
  const server = await serve();
  const at = performance.now();
  const run = launch(
    [
      ...['run', file, '--type', type, '--target', server.endpoint, '--json', '--no-save'],
      ...['--executions', String(executions), '--concurrency', '200'],
    ],
    server.env,
  );
  const seen = watch(run);
  const { code, at: end, stdout, stderr } = await run.ended;
  server.child.kill('SIGTERM');
  await server.ended;
  if (code !== 0) throw new Error(`stepbench run ended with ${code}: ${stderr}`);
  const [{ executions: counts, traced }] = JSON.parse(stdout).arms;
  const { started: all, succeeded, unknown = 0 } = counts;
  return { type, started: all, succeeded, unknown, traced, seconds: (end - at) / 1000, ...seen };
};

const death = async (type) => {
  const file = await write('wait', { W: { Type: 'Wait', Seconds: 30, End: true } });
  const server = await serve();
  const run = launch(
    [
      ...['run', file, '--type', type, '--target', server.endpoint, '--json', '--no-save'],
      ...['--rate', '20', '--duration', '20s'],
    ],
    server.env,
  );
  while (!/ [1-9]\d* running/.test(run.told.stderr) && run.child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  server.child.kill('SIGKILL');
  const at = performance.now();
  const { code, at: end, stdout } = await run.ended;
  await server.ended;
  const { status, arms } = JSON.parse(stdout);
  const { started: all, unknown = 0 } = arms[0].executions;
  return {
    type,
    code,
    seconds: (end - at) / 1000,
    started: all,
    unknown,
    message: status.message ?? status.kind,
  };
};

try {
  if (process.platform !== 'linux') throw new Error('Memory and CPU are read from /proc: run this on Linux.');
  const [runs, deaths] = [[], []];
  const json = process.argv.includes('--json');
  const say = (text) => void (json || console.log(text));
  say(
    `${executions.toLocaleString('en')} executions of three states, 200 at a time, the server in a process of its own`,
  );
  for (const type of ['standard', 'express']) {
    const each = await long(type);
    runs.push(each);
    say(
      `  ${type.padEnd(9)} peak memory ${each.peakMb.toFixed(0)} MB (target 400), client CPU ${((each.cpuSeconds / each.started) * 1e6).toFixed(0)} µs an execution, all told, in ${each.seconds.toFixed(0)} s; ` +
        `${each.started} started = ${each.succeeded} succeeded + ${each.started - each.succeeded - each.unknown} others + ${each.unknown} unknown, ${each.traced} histories read`,
    );
  }
  say('\nA target that dies under 20 starts a second of 30 s each');
  for (const type of ['standard', 'express']) {
    const each = await death(type);
    deaths.push(each);
    say(
      `  ${type.padEnd(9)} over after ${each.seconds.toFixed(1)} s, exit ${each.code}, ${each.started} started, ${each.unknown} unknown: ${each.message}`,
    );
  }
  const load = os.loadavg()[0];
  say(`\nload of this machine at the end: ${load.toFixed(1)}`);
  if (json) console.log(JSON.stringify({ runs, deaths, load }));
} finally {
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
