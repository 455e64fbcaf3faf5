/** `stepbench serve` as its users start it: a process of its own, known by its one line on stdout. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const cli = path.resolve(import.meta.dirname, '../../../dist/cli.js');
/** Built by `npm run build`, which `npm test` runs before this suite. */
export const isBuilt = existsSync(cli) && existsSync(path.join(path.dirname(cli), 'server.js'));

export interface Served {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface ServeProcess {
  readonly address: Served;
  readonly child: ChildProcess;
  /** All of stdout so far. */
  stdout(): string;
  /** Sends SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export function serveProcess(...options: string[]): Promise<ServeProcess> {
  const child = spawn(process.execPath, [cli, 'serve', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (!out.includes('\n')) return;
      resolve({
        address: JSON.parse(out.slice(0, out.indexOf('\n'))) as Served,
        child,
        stdout: () => out,
        stop: () => {
          child.kill('SIGTERM');
          return exited;
        },
      });
    });
    void exited.then((code) => reject(new Error(`serve ended with ${code}: ${err}`)));
  });
}
