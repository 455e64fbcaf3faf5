// moto (https://github.com/getmoto/moto): an implementation of AWS's APIs that is not ours, from Python's registry.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const home = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'stepbench-moto');
const python = path.join(home, 'bin', 'python');
const installMs = 240_000;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Installs moto once, into a folder of its own in the user's cache. Throws with one line that says why it cannot be had. */
export const installMoto = async () => {
  if (existsSync(python) && (await works())) return;
  await rm(home, { recursive: true, force: true });
  await mkdir(path.dirname(home), { recursive: true });
  try {
    await exec('python3', ['-m', 'venv', home], { timeout: installMs });
    await exec(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', 'moto[server,stepfunctions]'], {
      timeout: installMs,
    });
  } catch (error) {
    const line = String(error.stderr ?? error.message ?? error)
      .trim()
      .split('\n')
      .at(-1);
    throw new Error(`moto cannot be installed from Python's registry: ${line}`);
  }
};

const works = () =>
  exec(python, ['-c', 'import moto.server, antlr4']).then(
    () => true,
    () => false,
  );

/** Starts a server that carries executions out; `stop` ends it. */
export const startMoto = async () => {
  const port = await freePort();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log = (log + chunk).slice(-20_000)));
  const endpoint = `http://127.0.0.1:${port}`;
  const configure = (execute_state_machine) =>
    fetch(`${endpoint}/moto-api/config`, {
      method: 'POST',
      body: JSON.stringify({ stepfunctions: { execute_state_machine }, lambda: { use_docker: false } }),
    });
  for (let tries = 0; ; tries++) {
    const answer = await configure(true).catch(() => undefined);
    if (answer?.ok) break;
    if (tries > 150 || child.exitCode !== null) throw new Error(`moto did not start: ${log.trim().split('\n').at(-1)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { stdout } = await exec(python, ['-c', 'import moto; print(moto.__version__)']);
  return {
    endpoint,
    configure,
    version: stdout.trim(),
    log: () => log,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
        setTimeout(() => child.kill('SIGKILL'), 2_000).unref();
      }),
  };
};
