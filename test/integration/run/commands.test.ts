import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import type { RunningServer } from '../../../src/server/options';
import { executionArnOf } from '../../../src/run/execution';
import type { SampleHead } from '../../../src/run/sampleLine';
import { startServer } from '../../../src/server/start';
import { openStore } from '../../../src/store/runs';
import { readSampleLines } from '../../../src/store/samples';
import { readLog } from '../../../src/target/collect';
import { openDoor } from '../../../src/target/door';
import { LogAssembly } from '../../../src/target/logEvents';
import { startLedger } from '../../../src/target/ledger';
import { newFolder, run } from './setUp';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const serve = async (): Promise<{ server: RunningServer; env: Record<string, string> }> => {
  const server = await startServer();
  closing.push(() => server.stop());
  const { accessKeyId, secretAccessKey } = server.credentials;
  return { server, env: { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } };
};

/** A run on a service of its own whose machines are kept: what the commands have to do with. */
const kept = async () => {
  const { server, env } = await serve();
  const folder = newFolder();
  const target = { kind: 'endpoint', url: server.endpoint, region: server.region } as const;
  const { document } = await run({
    folder,
    plan: { target, keep: true, load: { kind: 'iterations', executions: 2, concurrency: 1 } },
    io: { env },
  });
  expect(document.status).toEqual({ kind: 'finished' });
  const stepbench = async (...args: string[]) => {
    let [stdout, stderr] = ['', ''];
    const code = await main(args, {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
      ...{ cwd: folder, env, signal: new AbortController().signal },
    });
    return { code, stdout, stderr };
  };
  return { server, env, folder, document, stepbench };
};

describe('stepbench clean', () => {
  it('removes what a run had kept, by its ledger, and then has nothing to do', async () => {
    const { stepbench } = await kept();
    const { code, stdout } = await stepbench('clean');
    expect(code).toBe(0);
    const removed = stdout.trimEnd().split('\n').sort();
    expect(removed.map((line) => line.replace(/ \S+$/, ''))).toEqual([
      'removed logGroup',
      'removed stateMachine',
      'removed stateMachine',
    ]);
    expect(await stepbench('clean')).toMatchObject({ code: 0, stdout: 'Nothing was left behind.\n' });
  });

  it('finds by tag what no ledger knows, and says what it did as JSON', async () => {
    const { stepbench, folder, server } = await kept();
    rmSync(path.join(folder, '.stepbench', 'ledger'), { recursive: true });
    expect((await stepbench('clean')).stdout).toBe('Nothing was left behind.\n');
    const { code, stdout } = await stepbench('clean', '--target', server.endpoint, '--json');
    const result = JSON.parse(stdout) as { removed: { kind: string }[]; failed: unknown[] };
    expect(code).toBe(0);
    expect(result.removed.filter(({ kind }) => kind === 'stateMachine')).toHaveLength(2);
    expect(result.failed).toEqual([]);
  });

  it('touches nothing on another account than the run’s, nor where nobody answers, and ends with 3', async () => {
    const { server, env } = await serve();
    const folder = newFolder();
    const ledgerOf = async (runId: string, accountId: string, url: string) => {
      const target = { kind: 'endpoint', url } as const;
      const at = '2026-11-24T10:00:00.000Z';
      const ledger = await startLedger(folder, { runId, accountId, target, region: server.region, at });
      ledger.created({ kind: 'stateMachine', id: `arn:${runId}`, name: runId });
      await ledger.close();
    };
    await ledgerOf('other', '999999999999', server.endpoint);
    await ledgerOf('gone', server.accountId, 'http://127.0.0.1:1');
    let stdout = '';
    const code = await main(['clean'], {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: () => undefined },
      ...{ cwd: folder, env, signal: new AbortController().signal },
    });
    expect(code).toBe(3);
    expect(stdout).toContain(
      `could not remove stateMachine other: this is account ${server.accountId}, the run was on 999999999999`,
    );
    expect(stdout).toMatch(/could not remove stateMachine gone: Nothing answers at http:\/\/127\.0\.0\.1:1/);
  });
});

describe('stepbench export', () => {
  const typesOf = (text: string) => (JSON.parse(text) as { events: { type: string }[] }).events.map(({ type }) => type);

  it('writes the history of an execution of either type in one form', async () => {
    const { server, env, document, folder, stepbench } = await kept();
    const prefix = `arn:aws:states:${server.region}:${server.accountId}`;
    const [head] = (await readSampleLines(openStore(folder).samplesFile(document.id))) as [SampleHead];
    const [of, log] = [head.arms[0]!, new LogAssembly()];
    const standard = executionArnOf(of.machineArn, document.arms[0]!.samples[0]!.name);
    // An Express execution's ARN ends in an id that its log alone tells.
    const door = await openDoor(head.target, {
      ...{ now: () => Date.now(), region: server.region },
      signIn: { env, askMfa: () => Promise.resolve(undefined) },
    });
    await readLog(
      door.hot,
      { logGroupName: head.arms[1]!.logGroup! },
      (call) => call(),
      (line) => void log.add(line),
    );
    door.close();
    const express = log.arns[0]!;
    expect([standard, express]).toEqual([
      expect.stringContaining(`${prefix}:execution:`),
      expect.stringContaining(`${prefix}:express:`),
    ]);
    const [one, other] = [
      await stepbench('export', standard, '--target', server.endpoint),
      await stepbench('export', express, '--target', server.endpoint),
    ];
    expect([one.code, one.stderr, other.code, other.stderr]).toEqual([0, '', 0, '']);
    expect(typesOf(one.stdout)).toEqual(typesOf(other.stdout));
    expect(typesOf(one.stdout).at(0)).toBe('ExecutionStarted');
    expect(typesOf(one.stdout).at(-1)).toBe('ExecutionSucceeded');
    const nowhere = await stepbench('export', express, '--target', server.endpoint, '--out', 'none/h.json');
    expect([nowhere.code, nowhere.stderr.split('\n').length]).toEqual([3, 2]);
    expect(nowhere.stderr).toMatch(/^none\/h\.json could not be written: ENOENT/);
    await stepbench('export', express, '--target', server.endpoint, '--out', 'h.json');
    expect(readFileSync(path.join(folder, 'h.json'), 'utf8')).toBe(other.stdout);
  });

  it('says what is not there', async () => {
    const { server, document, stepbench } = await kept();
    const prefix = `arn:aws:states:${server.region}:${server.accountId}`;
    const group = '/aws/vendedlogs/states/none';
    const [name] = document.arms.map((arm) => arm.samples[0]!.name);
    for (const [args, message] of [
      [[`${prefix}:execution:none:${name}`], /Execution Does Not Exist/],
      [[`${prefix}:express:none:${name}:id`], /State Machine Does Not Exist/],
      [
        [`${prefix}:express:none:${name}:id`, '--log-group', group],
        /^There is no log group \/aws\/vendedlogs\/states\/none in us-east-1\. Name/,
      ],
    ] as const) {
      const said = await stepbench('export', ...args, '--target', server.endpoint);
      expect([said.code, said.stdout]).toEqual([3, '']);
      expect(said.stderr).toMatch(message);
    }
  });

  it.each([
    [['export', 'arn:aws:states:us-east-1:1:stateMachine:m'], /is not the ARN of an execution/],
    [['export', 'arn:aws:states:us-east-1:1:execution:m:n', '--since', 'yesterday'], /--since takes a time such as/],
    [['export', 'arn:aws:states:us-east-1:1:execution:m:n', '--target', 'http://127.0.0.1:1'], /Nothing answers at/],
  ])('%j', async (args, message) => {
    let stderr = '';
    const code = await main(args, {
      stdout: { write: () => undefined },
      stderr: { write: (text: string) => (stderr += text) },
      ...{ cwd: newFolder(), env: {}, signal: new AbortController().signal },
    });
    expect(code).toBeGreaterThan(1);
    expect(stderr).toMatch(message);
    expect(stderr.endsWith('\n')).toBe(true);
  });
});
