/** The processes of `stepbench run` and `stepbench clean` killed while a call is out: afterwards `clean` leaves an empty account. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer } from '../../../src/server/start';
import type { RunningServer } from '../../../src/server/options';
import { startFaultProxy, type Fault } from './faultProxy';
import { everything, openAccount } from './account';
import { newFolder, workflow } from './setUp';

const dist = path.resolve(import.meta.dirname, '../../../dist');
const isBuilt = ['cli.js', 'run.js', 'sdk.js'].every((file) => existsSync(path.join(dist, file)));
/** In so many calls of each it is killed, spread evenly; with KILLS=all in every one. */
const moments = process.env['KILLS'] === 'all' ? Infinity : Number(process.env['KILLS'] ?? 4);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Command {
  readonly server: RunningServer;
  readonly folder: string;
  readonly args: readonly string[];
}

interface Ended {
  readonly said: string;
  readonly calls: number;
  /** The call that it was killed in. */
  readonly killedIn: string | undefined;
}

/** Runs a command against the account to its end, or until it is killed in its `at`-th call, which then arrives or does not. */
const stepbench = async ({ server, folder, args }: Command, at = Infinity, arrives = true): Promise<Ended> => {
  let calls = 0;
  let killedIn: string | undefined;
  const proxy = await startFaultProxy(server.endpoint, (operation): Fault | undefined => {
    calls++;
    if (calls < at) return undefined;
    killedIn ??= operation || 'another';
    child.kill('SIGKILL');
    return { kind: calls === at && arrives ? 'resetAfter' : 'reset' };
  });
  const child = spawn(process.execPath, [path.join(dist, 'cli.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      AWS_REGION: server.region,
      AWS_ENDPOINT_URL: proxy.endpoint,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  await proxy.close();
  return { said, calls, killedIn };
};

const account = async () => {
  const server = await startServer({ seed: 1 });
  closing.push(() => server.stop());
  const door = await openAccount(server);
  closing.push(() => door.close());
  const folder = newFolder();
  writeFileSync(path.join(folder, 'order.asl.json'), JSON.stringify(workflow));
  const run = ['run', 'order.asl.json', '--target', 'aws', '--type', 'standard,express', '--executions', '1', '--yes'];
  return {
    left: () => everything(door),
    run: { server, folder, args: run },
    keep: { server, folder, args: [...run, '--keep'] },
    clean: { server, folder, args: ['clean'] },
  };
};

/** So many of 1 … of, spread evenly; the last one always. */
const spread = (of: number): readonly number[] => {
  const count = Math.min(of, moments);
  return [...new Set(Array.from({ length: count }, (_, i) => Math.round(((i + 1) * of) / count)))];
};

describe.skipIf(!isBuilt)('killed in the middle of a call (needs `npm run build`)', () => {
  it('`stepbench run`: what it made is removed by the next clean', { timeout: 600_000 }, async () => {
    const { run, clean, left } = await account();
    const before = await left();
    const whole = await stepbench(run);
    expect([whole.killedIn, await left(), whole.said]).toEqual([
      undefined,
      before,
      expect.stringContaining('succeeded'),
    ]);
    const seen = new Set<string>();
    for (const at of spread(whole.calls)) {
      const { killedIn } = await stepbench(run, at, at % 2 === 0);
      for (const each of await left()) if (!before.includes(each)) seen.add(each.split(' ')[0] ?? '');
      const { said } = await stepbench(clean);
      expect([at, killedIn, said, await left()]).toEqual([at, killedIn, said, before]);
    }
    // It was killed while there was something to leave.
    expect(seen.size).toBeGreaterThan(1);
  });

  it('`stepbench clean`: the next one finishes it', { timeout: 600_000 }, async () => {
    const { keep, clean, left } = await account();
    const before = await left();
    await stepbench(keep);
    const kept = await left();
    expect(kept.map((each) => each.split(' ')[0])).toEqual(['machine', 'machine', 'group', 'role']);
    const whole = await stepbench(clean);
    expect([whole.said, await left()]).toEqual([whole.said, before]);
    for (const at of spread(whole.calls)) {
      await stepbench(keep);
      expect((await left()).length).toBe(kept.length);
      const { killedIn } = await stepbench(clean, at, at % 2 === 0);
      const { said } = await stepbench(clean);
      expect([at, killedIn, said, await left()]).toEqual([at, killedIn, said, before]);
    }
  });
});
