/** Processes are real here: small scripts that speak the environment's protocol. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { realClock } from '../../../../src/engine/clock';
import { ProcessPool, processLimit, type Lease } from '../../../../src/server/lambda/pool';
import { RuntimeProcess, type ProcessSource } from '../../../../src/server/lambda/process';

const folder = mkdtempSync(path.join(tmpdir(), 'pool-'));
writeFileSync(
  path.join(folder, 'env.cjs'),
  `const channel = new (require('net').Socket)({ fd: 3 });
channel.write('{"t":"ready"}\\n');
let rest = '';
channel.on('data', (d) => { const lines = (rest + d).split('\\n'); rest = lines.pop(); for (const line of lines) {
  const m = JSON.parse(line); const event = JSON.parse(m.event);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.hang) continue;
  process.stdout.write('\\u0003' + m.id + '\\u0003said ' + m.id + '\\u0002twice\\n\\u0000' + m.id + '\\n');
  channel.write(JSON.stringify({ t: 'result', id: m.id, payload: m.event, rss: 1 }) + '\\n');
} });
process.stdin.resume(); process.stdin.on('end', () => process.exit(0));`,
);
let tokens = 0;
const source = (key: string, shares = 1): ProcessSource => ({
  key,
  shares,
  spec: () => ({
    command: process.execPath,
    args: [path.join(folder, 'env.cjs')],
    folder,
    env: { PATH: process.env.PATH ?? '', ELECTRON_RUN_AS_NODE: '1', AWS_SESSION_TOKEN: `t${++tokens}` },
  }),
});
const tokenOf = (lease: Lease): string => lease.process.spec.env.AWS_SESSION_TOKEN ?? '';
const message = (id: string, event: object = {}) => ({
  t: 'invoke' as const,
  id,
  event: JSON.stringify(event),
  arn: 'a',
  deadline: 0,
});

describe('ProcessPool', () => {
  let pool: ProcessPool;
  const open = (limit: number): ProcessPool => (pool = new ProcessPool(limit, realClock(), limit, () => false));
  afterEach(() => pool.stop());

  it('reuses what is warm and starts what is not', async () => {
    open(2);
    const first = await pool.acquire(source('a'));
    expect(first.fresh).toBe(true);
    pool.release(first.process);
    const second = await pool.acquire(source('a'));
    expect([second.fresh, second.process === first.process]).toEqual([false, true]);
    pool.release(second.process);
    const forced = await pool.acquire(source('a'), true);
    expect(forced.process).not.toBe(first.process);
    pool.release(forced.process, true);
    await forced.process.whenGone();
  });

  it('queues beyond its limit and lets no function starve', async () => {
    open(1);
    const a = await pool.acquire(source('a'));
    const order: string[] = [];
    const waiters = ['a', 'a', 'b'].map((key) =>
      pool.acquire(source(key)).then((lease) => (order.push(key), pool.release(lease.process))),
    );
    pool.release(a.process);
    await Promise.all(waiters);
    expect(order.sort()).toEqual(['a', 'a', 'b']);
    expect(pool.size).toBe(1);
  });

  it('does not count what waits for the server, and shares it only where told', async () => {
    open(1);
    const outer = await pool.acquire(source('outer'));
    expect(pool.block('nobody')).toBeUndefined();
    const unblock = pool.block(tokenOf(outer));
    const inner = await pool.acquire(source('inner'));
    pool.release(inner.process);
    const shared = await pool.acquire(source('outer', 2));
    expect(shared.process).toBe(outer.process);
    unblock?.();
    unblock?.();
    expect(outer.process.blocked).toBe(0);
    pool.release(shared.process);
    pool.release(outer.process);
  });

  it('retires what has changed: idle at once, busy after its invocation', async () => {
    open(3);
    const [busy, idle] = [await pool.acquire(source('a')), await pool.acquire(source('a'))];
    pool.release(idle.process);
    pool.retire('a');
    await idle.process.whenGone();
    pool.release(busy.process);
    await busy.process.whenGone();
    expect((await pool.acquire(source('a'))).fresh).toBe(true);
  });

  it('lets no other process of a function make way for a warm one: it waits for it', async () => {
    open(2);
    const [a, b] = [await pool.acquire(source('a')), await pool.acquire(source('b'))];
    pool.release(b.process);
    // Full, and `b` rests, but `a` has a process that will come free.
    const second = pool.acquire(source('a'));
    pool.release(a.process);
    expect((await second).process).toBe(a.process);
    expect((await pool.acquire(source('b'))).process).toBe(b.process);
    // One that has none at all takes the place of the one that rests.
    pool.release(b.process);
    const c = await pool.acquire(source('c'));
    expect(c.fresh).toBe(true);
    await b.process.whenGone();
  });

  it('starts few at once, and serves who waits by whoever is ready first', async () => {
    pool = new ProcessPool(8, realClock(), 1, () => false);
    const first = await pool.acquire(source('a'));
    const waiting = [1, 2, 3].map(() => pool.acquire(source('a')));
    const other = pool.acquire(source('b'));
    expect(pool.size).toBe(1);
    await first.process.started;
    pool.release(first.process);
    const leases = await Promise.all([...waiting, other]);
    expect(leases.map((lease) => lease.process.key)).toEqual(['a', 'a', 'a', 'b']);
    expect(leases[0]?.process).toBe(first.process);
    expect(new Set(leases.map((lease) => lease.process)).size).toBe(4);
    for (const lease of leases) pool.release(lease.process);
  });

  it('starts no more while the processor has nothing to spare and functions come free, even if they wait for the server', async () => {
    let saturated = false;
    pool = new ProcessPool(8, realClock(), 8, () => saturated);
    const [first, second] = [await pool.acquire(source('a')), await pool.acquire(source('a'))];
    for (const lease of [first, second]) pool.block(tokenOf(lease));
    saturated = true;
    pool.release(first.process);
    const third = await pool.acquire(source('a'));
    expect(third.process).toBe(first.process);
    const fourth = pool.acquire(source('a'));
    expect(pool.size).toBe(2);
    // One that has no process at all gets its first.
    const other = await pool.acquire(source('b'));
    expect(other.fresh).toBe(true);
    pool.release(second.process);
    expect((await fourth).process).toBe(second.process);
    for (const lease of [third, await fourth, other]) pool.release(lease.process);
  });

  it('starts another for a long line all the same: one process would serve one at a time', async () => {
    pool = new ProcessPool(8, realClock(), 1, () => true);
    const first = await pool.acquire(source('a'));
    await first.process.started;
    pool.release(first.process);
    const line = Array.from({ length: 34 }, () => pool.acquire(source('a')));
    expect(pool.size).toBe(2);
    for (const lease of line) pool.release((await lease).process);
  });

  it('starts one all the same when nothing comes free for long', async () => {
    pool = new ProcessPool(8, realClock(), 8, () => true);
    const first = await pool.acquire(source('a'));
    pool.release(first.process);
    const holding = await pool.acquire(source('a'));
    const waiting = await pool.acquire(source('a'));
    expect(waiting.fresh).toBe(true);
    for (const lease of [holding, waiting]) pool.release(lease.process);
  });

  it('has room by memory: 8 on a small machine, 64 on a large one', () => {
    expect([1, 4, 64].map((gb) => processLimit(gb * 1024 ** 3))).toEqual([8, 16, 64]);
  });

  it('prepares a process ahead, once', async () => {
    open(2);
    pool.prepare(source('a'));
    pool.prepare(source('a'));
    expect(pool.size).toBe(1);
    expect((await pool.acquire(source('a'))).fresh).toBe(false);
  });
});

describe('RuntimeProcess', () => {
  it('answers with the log of the invocation, line breaks inside', async () => {
    const child = new RuntimeProcess(source('a').spec());
    expect(await child.started).toEqual({ kind: 'ready' });
    const logs: string[] = [];
    expect(await child.invoke(message('1', { x: 1 }), (line) => logs.push(line))).toEqual({
      kind: 'result',
      payload: '{"x":1}',
      rss: 1,
    });
    expect(logs).toEqual(['said 1\ntwice']);
    child.kill();
    await child.whenGone();
    expect(await child.invoke(message('2'), () => undefined)).toEqual({ kind: 'exited', reason: 'signal: killed' });
  });

  it('says how a process ended under its invocation', async () => {
    const exited = new RuntimeProcess(source('a').spec());
    expect(await exited.invoke(message('1', { exit: 3 }), () => undefined)).toEqual({
      kind: 'exited',
      reason: 'exit status 3',
    });
    const killed = new RuntimeProcess(source('a').spec());
    await killed.started;
    const outcome = killed.invoke(message('1', { hang: true }), () => undefined);
    process.kill(killed.pid ?? 0, 'SIGKILL');
    expect(await outcome).toEqual({ kind: 'exited', reason: 'signal: killed' });
  });

  it('gives up one invocation without ending another', async () => {
    const child = new RuntimeProcess(source('a').spec());
    await child.started;
    void child.invoke(message('stuck', { hang: true }), () => undefined);
    const other = child.invoke(message('other', {}), () => undefined);
    child.abandon('stuck');
    expect(await other).toMatchObject({ kind: 'result' });
    expect(child.usable).toBe(false);
    child.kill();
    await child.whenGone();
  });

  it('reports a command that cannot be started', async () => {
    const child = new RuntimeProcess({ ...source('a').spec(), command: '/no/such/python3' });
    expect(await child.started).toMatchObject({
      kind: 'exited',
      reason: expect.stringContaining('could not start /no/such/python3') as string,
    });
  });
});
