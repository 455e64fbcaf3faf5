import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorkflowType } from '../../../src/model/machine';
import { preciseClock } from '../../../src/run/clock';
import { createRandom } from '../../../src/run/random';
import { findInterrupted, recoverRun } from '../../../src/run/recover';
import { startServer } from '../../../src/server/start';
import { openStore } from '../../../src/store/runs';
import { readLog } from '../../../src/target/collect';
import { openDoor, type Door } from '../../../src/target/door';
import { executionName, LogAssembly } from '../../../src/target/logEvents';
import { brokenInvariants, newFolder } from './setUp';

const dist = path.resolve(import.meta.dirname, '../../../dist');
const isBuilt = ['cli.js', 'run.js', 'sdk.js'].every((file) => existsSync(path.join(dist, file)));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Half of them fail, so that what is learnt of an end can be wrong. */
const definition = {
  StartAt: 'W',
  States: {
    W: { Type: 'Wait', Seconds: 1, Next: 'Odd' },
    Odd: { Type: 'Choice', Choices: [{ Variable: '$.odd', IsPresent: true, Next: 'No' }], Default: 'Yes' },
    Yes: { Type: 'Succeed' },
    No: { Type: 'Fail', Error: 'Order.Odd' },
  },
};
const executions = 1_000;
const concurrency = 250;

/** A runner in a process of its own against a service that outlives it, killed once so many ends are on disk. */
const killRunner = async (type: WorkflowType, whenEnded: number) => {
  const folder = newFolder();
  writeFileSync(path.join(folder, 'w.asl.json'), JSON.stringify(definition));
  writeFileSync(path.join(folder, 'inputs.jsonl'), '{"odd":true}\n{}\n');
  const server = await startServer();
  closing.push(() => server.stop());
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  const child = spawn(
    process.execPath,
    [
      path.join(dist, 'cli.js'),
      ...['run', 'w.asl.json', '--target', server.endpoint, '--type', type.toLowerCase(), '--input', 'inputs.jsonl'],
      ...['--executions', String(executions), '--concurrency', String(concurrency)],
    ],
    { cwd: folder, env },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const store = openStore(folder);
  closing.push(() => store.dispose());
  const runs = path.join(folder, '.stepbench', 'runs');
  const endsOnDisk = () => {
    const file = (existsSync(runs) ? readdirSync(runs) : []).find((name) => name.endsWith('.samples.jsonl'));
    return file === undefined ? 0 : (readFileSync(path.join(runs, file), 'utf8').match(/^\["[sf]"/gm)?.length ?? 0);
  };
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`it ended by itself: ${said}`)));
    const look = setInterval(() => {
      if (endsOnDisk() < whenEnded) return;
      clearInterval(look);
      child.removeAllListeners('exit');
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    }, 20);
  });
  const door = await openDoor(
    { kind: 'endpoint', url: server.endpoint, region: server.region },
    { now: () => Date.now(), signIn: { env, askMfa: () => Promise.resolve(undefined) } },
  );
  closing.push(() => door.close());
  const [interrupted] = await findInterrupted(store);
  if (!interrupted) throw new Error('no interrupted run was found');
  return { store, door, interrupted };
};

const collect = ({ store, door, interrupted }: Awaited<ReturnType<typeof killRunner>>) =>
  recoverRun(interrupted, { kind: 'collect', door }, store, { clock: preciseClock(), random: createRandom(1) });

/** What the service knows of every execution, by name, once none runs any more: what runs when its client dies runs on to its end. */
const settled = async (read: () => Promise<Map<string, string>>): Promise<Map<string, string>> => {
  for (let last = -1; ;) {
    const truth = await read();
    const isOver = ![...truth.values()].includes('running');
    if (isOver && truth.size === last) return truth;
    last = isOver ? truth.size : -1;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
};

const ends: Readonly<Record<string, string>> = {
  ...{ ExecutionSucceeded: 'succeeded', ExecutionFailed: 'failed' },
  ...{ SUCCEEDED: 'succeeded', FAILED: 'failed' },
};

const truthOfLog = async (door: Door, logGroupName: string): Promise<Map<string, string>> => {
  const log = new LogAssembly();
  await readLog(
    door.hot,
    { logGroupName },
    (call) => call(),
    (message) => void log.add(message),
  );
  return new Map(log.arns.map((arn) => [executionName(arn), ends[log.events(arn).at(-1)?.type ?? ''] ?? 'running']));
};

const truthOfList = async (door: Door, stateMachineArn: string): Promise<Map<string, string>> => {
  const truth = new Map<string, string>();
  let nextToken: string | undefined;
  do {
    const page = await door.hot.listExecutions({
      stateMachineArn,
      maxResults: 1_000,
      ...(nextToken ? { nextToken } : {}),
    });
    for (const { name, status } of page.executions) truth.set(name, ends[status] ?? 'running');
    nextToken = page.nextToken;
  } while (nextToken);
  return truth;
};

describe.skipIf(!isBuilt)('a runner killed in the middle of 1,000 (needs `npm run build`)', () => {
  it.each(['EXPRESS', 'STANDARD'] as const)(
    '%s executions: what it had in flight is collected, each once and as it ended',
    { timeout: 300_000 },
    async (type) => {
      const killed = await killRunner(type, 300);
      const { door, interrupted } = killed;
      const [head] = interrupted.head?.arms ?? [];
      if (!head) throw new Error('the samples have no head');
      const truth = await settled(() =>
        type === 'EXPRESS' ? truthOfLog(door, head.logGroup ?? '') : truthOfList(door, head.machineArn),
      );
      expect(interrupted.outstanding.length).toBeGreaterThan(0);
      expect(truth.size).toBeLessThan(executions);

      const document = await collect(killed);
      expect(document.status.kind).toBe('stopped');
      expect(brokenInvariants(document)).toEqual([]);
      const [arm] = document.arms;
      const told = new Map(arm?.samples.map((sample) => [sample.name, sample.status]));
      // Every execution that the service has is there as it ended; what never reached it is unknown, and named.
      expect(told.size).toBe(arm?.executions.started);
      expect([...truth].filter(([name, status]) => told.get(name) !== status)).toEqual([]);
      const never = [...told].filter(([name]) => !truth.has(name));
      expect(never.map(([, status]) => status)).toEqual(never.map(() => 'unknown'));
      expect(arm?.traced).toBe(truth.size);
      expect(arm?.errors['Order.Odd']).toBe([...truth.values()].filter((status) => status === 'failed').length);
      // Of those whose end was learnt late the service's own duration is known.
      expect(arm?.latencyMs?.min).toBeGreaterThanOrEqual(990);
      expect(await findInterrupted(killed.store)).toEqual([]);
    },
  );
});
