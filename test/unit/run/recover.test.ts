import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkflowType } from '../../../src/model/machine';
import type { RunDocument } from '../../../src/model/run';
import type { Door } from '../../../src/target/door';
import { findInterrupted, recoverRun } from '../../../src/run/recover';
import { createRandom } from '../../../src/run/random';
import { endedLine, startedLine, type SampleHead } from '../../../src/run/sampleLine';
import { openStore, type RunStore } from '../../../src/store/runs';
import { runDocument, useFolder } from '../store/fixtures';
import { arnOf, fakeService, machineArn, virtualClock } from './fakes';

const newFolder = useFolder();
/** A process id that no process has: the largest that Linux gives, plus. */
const deadPid = 4_194_305;

const head = (pid: number, type: WorkflowType): SampleHead => ({
  head: 'stepbench.samples/1',
  runId: 'r',
  pid,
  target: { kind: 'aws' },
  region: 'us-east-1',
  arms: [
    {
      ...{ type, machineArn, namePrefix: 'n' },
      load: { kind: 'iterations', executions: 10, concurrency: 2 },
      ...(type === 'EXPRESS' ? { logGroup: '/aws/vendedlogs/states/m' } : {}),
    },
  ],
});

const interrupted = async (pid = deadPid, type: WorkflowType = 'STANDARD') => {
  const folder = newFolder();
  const store = openStore(folder);
  await store.save(
    runDocument('r', {
      status: { kind: 'running', phase: 'loading' },
      target: { kind: 'aws', region: 'us-east-1', simulated: null },
    }),
  );
  mkdirSync(path.dirname(store.samplesFile('r')), { recursive: true });
  const sample = (i: number) => ({ name: `n${i}`, atMs: i, latencyMs: 50, status: 'succeeded' as const });
  writeFileSync(
    store.samplesFile('r'),
    [
      JSON.stringify(head(pid, type)),
      ...[0, 1, 2, 3].map((i) => startedLine(0, i, false, i * 10)),
      startedLine(0, 0, true, 0),
      endedLine(0, 0, sample(0), 5),
      endedLine(0, 1, sample(1), 5),
    ].join('\n'),
  );
  return { store, folder };
};

const clock = virtualClock(1_764_000_000_000);
const context = { clock, random: createRandom(1) };

/** The document that the interrupted run of a store becomes; with a service, by asking it. */
const completed = async (
  store: RunStore,
  kind: 'collect' | 'stop' | 'asIs',
  service: ReturnType<typeof fakeService> = fakeService(clock),
): Promise<RunDocument> => {
  const [found] = await findInterrupted(store);
  const door = { hot: service } as unknown as Door;
  return recoverRun(found!, kind === 'asIs' ? { kind } : { kind, door }, store, context);
};

const hour = 3_600_000;
/** Executions that go on for longer than anyone waits. */
const running = (service: ReturnType<typeof fakeService>, names: readonly string[]): void => {
  const startedAt = Math.round(clock.now()) - 500;
  for (const name of names)
    service.executions.set(arnOf(name), { name, startedAt, endsAt: startedAt + hour, status: 'SUCCEEDED' });
};

describe('an interrupted run', () => {
  it('is found with what it had in flight, unless its process lives', async () => {
    const { store } = await interrupted();
    const [found] = await findInterrupted(store);
    expect(found?.outstanding).toEqual([
      { arm: 0, index: 2, warmup: false, atMs: 20 },
      { arm: 0, index: 3, warmup: false, atMs: 30 },
      { arm: 0, index: 0, warmup: true, atMs: 0 },
    ]);
    const parent = process.ppid;
    expect(await findInterrupted((await interrupted(parent)).store)).toEqual([]);
    expect(await findInterrupted(store, new Set(['r']))).toEqual([]);
  });

  it('is completed as it is: every sample, and the rest unknown by name', async () => {
    const { store } = await interrupted();
    const document = await completed(store, 'asIs');
    expect(document.arms[0]?.executions).toMatchObject({ started: 4, succeeded: 2, unknown: 2 });
    expect(document.notes.at(-1)?.message).toBe('How 2 executions ended is not known: n2, n3.');
    expect(document.status.kind).toBe('stopped');
    expect(await store.read('r')).toMatchObject({ ok: true, document: { status: { kind: 'stopped' } } });
    expect(await findInterrupted(store)).toEqual([]);
  });

  it('is completed from the service, where that still knows', async () => {
    const { store } = await interrupted();
    const service = fakeService(clock);
    const now = Math.round(clock.now());
    service.executions.set(arnOf('n2'), { name: 'n2', startedAt: now - 500, endsAt: now - 100, status: 'FAILED' });
    running(service, ['n3']);
    const document = await completed(store, 'collect', service);
    expect(document.arms[0]?.executions).toMatchObject({ started: 4, succeeded: 2, failed: 1, unknown: 1 });
    expect(document.arms[0]?.errors).toMatchObject({ 'Order.Failed': 1 });
  });

  it('gets its states back from histories that are still there', async () => {
    const { store } = await interrupted();
    const service = fakeService(clock);
    const at = Math.round(clock.now()) / 1000;
    const event = (id: number, type: string, name?: string) => ({
      ...{ id, previousEventId: id < 3 ? 0 : id - 1, timestamp: at + id / 100, type },
      ...(name
        ? { [type.endsWith('Entered') ? 'stateEnteredEventDetails' : 'stateExitedEventDetails']: { name } }
        : {}),
    });
    for (const name of ['n0', 'n1'])
      service.histories.set(arnOf(name), [
        event(1, 'ExecutionStarted'),
        event(2, 'PassStateEntered', 'A'),
        event(3, 'PassStateExited', 'A'),
        event(4, 'ExecutionSucceeded'),
      ]);
    const { arms } = await completed(store, 'collect', service);
    expect(arms[0]?.traced).toBe(2);
    expect(arms[0]?.states.find((state) => state.path === 'A')).toMatchObject({ visits: 2, durationMs: { p50: 10 } });
  });

  it('learns from the log how Express executions ended that nobody waited for any more', async () => {
    const { store } = await interrupted(deadPid, 'EXPRESS');
    const service = fakeService(clock);
    const at = Math.round(clock.now());
    const log = (name: string, last: string, error?: string) => {
      const arn = `arn:aws:states:us-east-1:111111111111:express:m:${name}:uuid`;
      return ['ExecutionStarted', 'PassStateEntered', 'PassStateExited', last].map((type, i) =>
        JSON.stringify({
          ...{
            id: String(i + 1),
            previous_event_id: String(i < 2 ? 0 : i),
            event_timestamp: String(at + i * 20),
            type,
          },
          ...{ execution_arn: arn, redrive_count: '0' },
          details: { ...(type.includes('State') ? { name: 'A' } : {}), ...(i === 3 && error ? { error } : {}) },
        }),
      );
    };
    service.logPages = [
      () => [...log('n0', 'ExecutionSucceeded'), ...log('n2-r1', 'ExecutionFailed', 'Boom')],
      () => log('n3', 'ExecutionSucceeded').slice(0, 2),
    ];
    const { arms, notes } = await completed(store, 'collect', service);
    expect(arms[0]?.executions).toMatchObject({ started: 4, succeeded: 2, failed: 1, unknown: 1 });
    expect(arms[0]?.samples.find((sample) => sample.name === 'n2')).toMatchObject({ latencyMs: 60, error: 'Boom' });
    expect(arms[0]?.traced).toBe(2);
    expect(notes.at(-1)?.message).toBe('How 1 execution ended is not known: n3.');
  });

  it('is stopped, and what still ran ends as aborted without a latency', async () => {
    const { store } = await interrupted();
    const service = fakeService(clock);
    running(service, ['n2', 'n3']);
    const document = await completed(store, 'stop', service);
    expect(document.arms[0]?.executions).toMatchObject({ started: 4, succeeded: 2, aborted: 2 });
    expect(document.arms[0]?.latencyMs?.n).toBe(2);
    expect(document.status.kind === 'stopped' ? document.status.reason : '').toMatch(
      /ended early; 3 of 3 executions|ended early; 2 of 3/,
    );
  });

  it('keeps its last snapshot where no sample was written', async () => {
    const store = openStore(newFolder());
    await store.save(runDocument('r', { status: { kind: 'running', phase: 'deploying' } }));
    const document = await completed(store, 'asIs');
    expect(document).toMatchObject({ status: { kind: 'stopped' }, arms: [] });
  });

  it('has also what was started in the moment before the kill, of which nothing is on disk', async () => {
    const { store } = await interrupted();
    const service = fakeService(clock);
    const now = Math.round(clock.now());
    const ran = (name: string, startedAt: number, status: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED') =>
      service.executions.set(arnOf(name), { name, startedAt, endsAt: startedAt + 70, status });
    // n1 is on disk: it was intended at 1 ms and started at 5 on the service's clock.
    for (const name of ['n0', 'n1', 'n2', 'n3', 'nw0']) ran(name, 5);
    ran('n4', 95, 'FAILED');
    ran('nw1', 96);
    ran('another', now);
    ran('n5x', now);
    const document = await completed(store, 'collect', service);
    expect(document.arms[0]?.executions).toMatchObject({ started: 5, succeeded: 4, failed: 1 });
    expect(document.arms[0]?.warmups).toBe(2);
    expect(document.arms[0]?.samples.find(({ name }) => name === 'n4')).toMatchObject({
      ...{ atMs: 91, latencyMs: 70, status: 'failed', error: 'Order.Failed' },
    });
    expect(document.status).toEqual({
      kind: 'stopped',
      reason: 'The process that ran it ended early; 5 of 5 executions that were in flight could be completed.',
    });
  });

  it('stops also what nothing is on disk of', async () => {
    const { store } = await interrupted();
    const service = fakeService(clock);
    running(service, ['n2', 'n3', 'n4']);
    const document = await completed(store, 'stop', service);
    expect(document.arms[0]?.executions).toMatchObject({ started: 5, succeeded: 2, aborted: 3 });
    expect([...service.executions.values()].every(({ stopped }) => stopped !== undefined)).toBe(true);
  });
});
