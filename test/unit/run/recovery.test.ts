import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/model/plan';
import { endedLine, startedLine } from '../../../src/run/sampleLine';
import { openStore } from '../../../src/store/runs';
import { leftLedgers, startLedger } from '../../../src/target/ledger';
import { findLeftovers, settleLeftovers } from '../../../src/run/recovery';
import { runDocument, useFolder } from '../store/fixtures';

const newFolder = useFolder();
/** A process id that no process has: the largest that Linux gives, plus. */
const deadPid = 4_194_305;
const long = Date.parse('2026-11-24T20:00:00Z');
const emulator: Target = { kind: 'endpoint', url: 'http://127.0.0.1:9' };
const signIn = { env: {}, askMfa: () => Promise.resolve(undefined) };

/** A run of `target` that died with two of three executions in flight, and left a table. */
const diedRun = async (target: Target, { pid = deadPid, keep = false, at = '2026-11-24T19:00:00Z' } = {}) => {
  const folder = newFolder();
  const store = openStore(folder);
  await store.save(
    runDocument('r1', {
      status: { kind: 'running', phase: 'loading' },
      target: { kind: target.kind, region: 'us-east-1', simulated: null },
    }),
  );
  const head = {
    head: 'stepbench.samples/1',
    ...{ runId: 'r1', pid, target, region: 'us-east-1' },
    arms: [
      {
        type: 'STANDARD',
        load: { kind: 'iterations', executions: 3, concurrency: 3 },
        machineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m',
        namePrefix: 'n',
      },
    ],
  };
  mkdirSync(path.dirname(store.samplesFile('r1')), { recursive: true });
  writeFileSync(
    store.samplesFile('r1'),
    [
      JSON.stringify(head),
      ...[0, 1, 2].map((index) => startedLine(0, index, false, index)),
      endedLine(0, 0, { name: 'n0', atMs: 0, latencyMs: 40, status: 'succeeded' }, 1),
    ].join('\n'),
  );
  const ledger = await startLedger(folder, {
    ...{ runId: 'r1', target, region: 'us-east-1', accountId: '123456789012', at },
    ...(keep ? { keep } : {}),
  });
  ledger.intend({ kind: 'table', id: 'arn:aws:dynamodb:us-east-1:123456789012:table/T', name: 'T' });
  ledger.created({ kind: 'table', id: 'arn:aws:dynamodb:us-east-1:123456789012:table/T', name: 'T' });
  return { folder, store };
};

describe('what an interrupted run left', () => {
  it('is told with what is outstanding and what is still there', async () => {
    const { folder } = await diedRun(emulator);
    expect(await findLeftovers(folder, new Set(), long)).toMatchObject([
      { runId: 'r1', target: emulator, outstanding: 2, resources: 1, accountId: '123456789012' },
    ]);
  });

  it('is not that of a run which goes on, here or in another process', async () => {
    const { folder } = await diedRun(emulator);
    expect(await findLeftovers(folder, new Set(['r1']), long)).toEqual([]);
    expect(await findLeftovers((await diedRun(emulator, { pid: process.ppid })).folder, new Set(), long)).toEqual([]);
  });

  it('is not what a run was told to keep, nor a ledger that was only just begun, unless its run is known to be dead', async () => {
    const kept = await diedRun(emulator, { keep: true });
    expect(await findLeftovers(kept.folder, new Set(), long)).toMatchObject([{ outstanding: 2, resources: 0 }]);
    const young = await diedRun(emulator, { at: '2026-11-24T19:59:30Z' });
    expect(await findLeftovers(young.folder, new Set(), long)).toMatchObject([{ outstanding: 2, resources: 1 }]);
    // One that has not saved its document yet may just be beginning.
    await young.store.delete('r1');
    expect(await findLeftovers(young.folder, new Set(), long)).toEqual([]);
  });

  it('needs no question on the embedded engine: the run is completed from its samples, the ledger closed', async () => {
    const { folder, store } = await diedRun({ kind: 'embedded', profile: 'study' });
    expect(await findLeftovers(folder, new Set(), long)).toEqual([]);
    const read = await store.read('r1');
    expect(read.ok && read.document.status.kind).toBe('stopped');
    expect(read.ok && read.document.arms[0]?.executions).toMatchObject({ started: 3, succeeded: 1, unknown: 2 });
    expect(await leftLedgers(folder)).toEqual([]);
  });

  it('is kept as it is without a word to the target', async () => {
    const { folder, store } = await diedRun(emulator);
    expect(await settleLeftovers(folder, new Set(['r1']), 'asIs', signIn, long)).toEqual({
      completed: 1,
      removed: 0,
      failures: [],
    });
    expect((await store.list()).runs[0]?.status).toBe('stopped');
    expect(await leftLedgers(folder)).toHaveLength(1);
  });

  it('stays, with one sentence, where the target does not answer', async () => {
    const { folder, store } = await diedRun(emulator);
    const done = await settleLeftovers(folder, new Set(['r1']), 'collect', signIn, long);
    expect(done.completed).toBe(0);
    expect(done.failures).toHaveLength(1);
    expect(done.failures[0]).toMatch(/Nothing answers at http:\/\/127\.0\.0\.1:9/);
    expect((await store.list()).runs[0]?.status).toBe('running');
  });
});
