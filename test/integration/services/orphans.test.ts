/** Function processes end with their server, however it ends, and whatever they are doing. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { built } from './server';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie still answers to signal 0.
    return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
};
const until = async (condition: () => boolean): Promise<boolean> => {
  for (let i = 0; i < 100; i++) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return condition();
};

describe.skipIf(!built || process.platform === 'win32')('when the server is killed', () => {
  it.each([
    [
      'an idle Node process',
      'nodejs20.x',
      'index.js',
      'require("fs").writeFileSync(process.env.MARK, String(process.pid)); exports.handler = async () => 1;',
    ],
    [
      'a Node handler that loops without end',
      'nodejs20.x',
      'index.js',
      'exports.handler = async () => { require("fs").writeFileSync(process.env.MARK, String(process.pid)); for (;;); };',
    ],
    [
      'a Python handler that loops without end',
      'python3.12',
      'index.py',
      'import os\ndef handler(e, c):\n    open(os.environ["MARK"], "w").write(str(os.getpid()))\n    while True: pass\n',
    ],
  ])('%s ends too', async (_, runtime, file, code) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'orphan-'));
    const mark = path.join(folder, 'pid');
    const functions = path.join(folder, 'code');
    const script = path.join(folder, 'parent.ts');
    writeFileSync(script, parent(functions, mark, runtime, file, code));
    const bundle = path.resolve('dist', `orphan-${path.basename(folder)}.cjs`);
    buildSync({
      entryPoints: [script],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: bundle,
      logLevel: 'silent',
    });
    const server = spawn(process.execPath, [bundle], { stdio: ['ignore', 'ignore', 'inherit'] });
    try {
      expect(await until(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '')).toBe(true);
      const pid = Number(readFileSync(mark, 'utf8'));
      expect(alive(pid)).toBe(true);
      server.kill('SIGKILL');
      expect(await until(() => !alive(pid))).toBe(true);
    } finally {
      server.kill('SIGKILL');
      rmSync(bundle, { force: true });
    }
  });
});

/** A program that starts one environment the way the server does, invokes it, and stays. */
const parent = (functions: string, mark: string, runtime: string, file: string, code: string): string => `
import { mkdirSync, writeFileSync } from 'node:fs';
import { RuntimeProcess } from ${JSON.stringify(path.resolve('src/server/lambda/process'))};
import { processSpec } from ${JSON.stringify(path.resolve('src/server/lambda/runtimes'))};
mkdirSync(${JSON.stringify(functions)});
writeFileSync(${JSON.stringify(path.join(functions, file))}, ${JSON.stringify(code)});
const context = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, endpoint: () => 'http://127.0.0.1:1' } as never;
const config = { runtime: ${JSON.stringify(runtime)}, handler: 'index.handler', memorySize: 128, environment: { MARK: ${JSON.stringify(mark)} } };
const spec = processSpec(context, { name: 'f' } as never, { version: '$LATEST', revisionId: 'r', config, code: { folder: ${JSON.stringify(functions)} } } as never, 's', 't');
const child = new RuntimeProcess(spec);
void child.started.then(() => child.invoke({ t: 'invoke', id: '1', event: '{}', arn: 'a', deadline: Date.now() + 60000 }, () => undefined));
setInterval(() => undefined, 1000);
`;
