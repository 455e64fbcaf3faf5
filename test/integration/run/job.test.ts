import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunDocument } from '../../../src/model/run';
import { preciseClock } from '../../../src/run/clock';
import { createRandom } from '../../../src/run/random';
import { findInterrupted, recoverRun } from '../../../src/run/recover';
import { openStore } from '../../../src/store/runs';
import { readSampleLines } from '../../../src/store/samples';
import { leftLedgers } from '../../../src/target/ledger';
import { brokenInvariants, newFolder, run, workflow } from './setUp';

const slow = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };

describe('a run on the embedded engine', () => {
  it('measures both types in pairs, with states, cost, comparison and samples', async () => {
    const { document, folder } = await run({ plan: { load: { kind: 'iterations', executions: 10, concurrency: 1 } } });
    expect(document.status).toEqual({ kind: 'finished' });
    expect(document.target).toMatchObject({ kind: 'embedded', region: 'us-east-1', simulated: 'none' });
    expect(document.arms.map((arm) => [arm.type, arm.model, arm.executions.succeeded, arm.traced])).toEqual([
      ['STANDARD', 'closed', 10, 10],
      ['EXPRESS', 'closed', 10, 10],
    ]);
    for (const arm of document.arms) {
      expect(arm.states.map((state) => [state.path, state.visits])).toEqual([
        ['A', 10],
        ['B', 10],
        ['W', 10],
        ['No', 0],
        ['Done', 10],
      ]);
      expect(arm.cost?.total).toBeGreaterThan(0);
      expect(arm.samples).toHaveLength(10);
    }
    expect(document.comparison).toMatchObject({ n: [10, 10], paired: true });
    expect(brokenInvariants(document)).toEqual([]);
    // It is on disk as it was handed over, samples beside it; the ledger is empty and gone.
    const store = openStore(folder);
    expect(await store.read(document.id)).toEqual({ ok: true, document });
    expect((await readSampleLines(store.samplesFile(document.id))).length).toBe(1 + 2 * 20);
    expect(await leftLedgers(folder)).toEqual([]);
  });

  it('shows at most ten snapshots a second, each a whole document, done never going back', async () => {
    const at: number[] = [];
    const { snapshots } = await run({
      plan: { types: ['EXPRESS'], load: { kind: 'arrivalRate', rate: 40, durationMs: 1_500, maxInFlight: 50 } },
      onSnapshot: () => at.push(performance.now()),
    });
    const span = ((at.at(-1) as number) - (at[0] as number)) / 1000;
    // Phases show themselves besides: preparing, samples open, the end.
    expect(snapshots.length).toBeLessThanOrEqual(10 * span + 5);
    const done = snapshots.map((each) => each.progress.done);
    expect([...done].sort((a, b) => a - b)).toEqual(done);
    expect(snapshots.every((each) => each.schema === 'stepbench.run/1')).toBe(true);
    expect(snapshots.some((each) => each.status.kind === 'running' && each.status.phase === 'loading')).toBe(true);
  });

  it('says where executions stand while it loads, if somebody looks on, and not when it is over', async () => {
    const definition = { StartAt: 'Hold', States: { Hold: { Type: 'Wait', Seconds: 2, End: true } } };
    const plan = { types: ['STANDARD' as const], load: { kind: 'burst' as const, executions: 3 } };
    const folder = newFolder();
    const { document, snapshots } = await run({ folder, plan, definition, io: { options: { folder, watched: true } } });
    expect(snapshots.flatMap((each) => each.arms[0]?.standing ?? [])).toContainEqual({
      basis: 'measured',
      inFlight: 3,
      sampled: 3,
      between: 0,
      states: [{ path: 'Hold', executions: 3 }],
    });
    expect(document.arms[0]).not.toHaveProperty('standing');
  });

  it('has every sample on disk before it is shown', async () => {
    const folder = newFolder();
    const late: string[] = [];
    await run({
      folder,
      plan: { types: ['EXPRESS'], load: { kind: 'arrivalRate', rate: 30, durationMs: 1_000, maxInFlight: 50 } },
      onSnapshot: (document) => {
        const shown = document.arms[0]?.samples.length ?? 0;
        if (shown === 0) return;
        const lines = readFileSync(openStore(folder).samplesFile(document.id), 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('["s"'));
        if (lines.length < shown) late.push(`${shown} shown, ${lines.length} on disk`);
      },
    });
    expect(late).toEqual([]);
  });

  it('sweeps: an arm for each step and type', async () => {
    const { document } = await run({
      plan: {
        load: {
          kind: 'sweep',
          over: 'concurrency',
          values: [1, 5],
          base: { kind: 'iterations', executions: 10, concurrency: 1 },
        },
        warmup: 2,
      },
    });
    expect(
      document.arms.map((arm) => [
        arm.type,
        arm.load.kind === 'iterations' ? arm.load.concurrency : 0,
        arm.executions.started,
        arm.warmups,
      ]),
    ).toEqual([
      ['STANDARD', 1, 10, 2],
      ['EXPRESS', 1, 10, 2],
      ['STANDARD', 5, 10, 2],
      ['EXPRESS', 5, 10, 2],
    ]);
  });

  it('counts failed executions by their error, and evaluates thresholds', async () => {
    const { document } = await run({
      plan: {
        types: ['STANDARD'],
        load: { kind: 'iterations', executions: 4, concurrency: 2 },
        input: { kind: 'value', label: 'bad', value: { fail: true } },
        thresholds: ['failed.rate<0.5', 'latency.p50<60000'],
      },
    });
    expect(document.arms[0]?.executions).toMatchObject({ started: 4, failed: 4 });
    expect(document.arms[0]?.errors).toEqual({ 'Order.Invalid': 4 });
    expect(document.thresholds?.map((each) => each.ok)).toEqual([false, true]);
  });

  it('reads a sample of the histories where they are many, and says so', async () => {
    const { document } = await run({
      plan: { types: ['STANDARD'], load: { kind: 'burst', executions: 30 } },
      io: { mostHistories: 10 },
    });
    expect(document.arms[0]).toMatchObject({ traced: 10, executions: { started: 30 } });
    expect(document.notes.find((note) => note.kind === 'sampled')?.message).toMatch(
      /random sample of 10 of 30 executions/,
    );
  });

  it('starts no more once the measured cost reaches the cap', async () => {
    const { document } = await run({
      plan: {
        types: ['EXPRESS'],
        // Longer than it takes to notice, however busy the machine.
        load: { kind: 'arrivalRate', rate: 50, durationMs: 120_000, maxInFlight: 50 },
        maxCost: 0.00001,
      },
    });
    expect(document.arms[0]?.executions.started).toBeLessThan(6_000);
    expect(document.notes.some((note) => note.kind === 'costCap')).toBe(true);
    expect(document.status).toEqual({ kind: 'finished' });
  });

  it('starts no more once a threshold fails, where that is asked for', async () => {
    const { document } = await run({
      plan: {
        types: ['EXPRESS'],
        load: { kind: 'arrivalRate', rate: 50, durationMs: 120_000, maxInFlight: 50 },
        thresholds: ['latency.p50<0.001', 'failed.rate<0.5'],
        abortOnFail: true,
      },
    });
    const started = document.arms[0]?.executions.started ?? 0;
    expect(started).toBeGreaterThanOrEqual(10);
    expect(started).toBeLessThan(6_000);
    expect(document.notes.map((note) => note.message).join()).toContain('the threshold latency.p50<0.001 failed');
    expect(document.thresholds?.map((each) => each.ok)).toEqual([false, true]);
    expect(document.status).toEqual({ kind: 'finished' });
  });

  it('fills placeholders from the settings, and names the one that is missing', async () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Result: '${Word} ${AWS::Region}', End: true } } };
    const plan = { types: ['EXPRESS'] as const, load: { kind: 'burst', executions: 1 } as const };
    expect((await run({ plan, definition, settings: { substitutions: { Word: 'x' } } })).document.status).toEqual({
      kind: 'finished',
    });
    await expect(run({ plan, definition })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('${Word}') as string,
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['a Next to nowhere', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }, /order\.asl\.json:1:\d+ /],
    ['an unknown type of state', { StartAt: 'A', States: { A: { Type: 'Foo', End: true } } }, /order\.asl\.json:1/],
    ['no machine', { a: 1 }, /order\.asl\.json/],
    [
      'a callback as Express',
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
            Parameters: { QueueUrl: 'q', MessageBody: 'm' },
            End: true,
          },
        },
      },
      /cannot run as Express:\nA: /,
    ],
  ])('refuses %s before anything starts', async (_name, definition, message) => {
    const folder = newFolder();
    await expect(run({ definition, folder })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
    expect(existsSync(path.join(folder, '.stepbench'))).toBe(false);
  });

  it('goes on in memory when the folder cannot be written', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, '.stepbench'), 'a file where the folder should be');
    const { document, notes } = await run({
      folder,
      plan: { types: ['EXPRESS'], load: { kind: 'burst', executions: 3 } },
    });
    expect(document.arms[0]?.executions.succeeded).toBe(3);
    expect(document.notes.filter(({ kind }) => kind === 'unsaved')).toEqual([
      { kind: 'unsaved', message: expect.stringMatching(/could not be written/) as string },
    ]);
    expect(notes.filter((note) => /could not be written/.test(note))).toHaveLength(1);
  });
});

describe('a stop', () => {
  /** Stopped as soon as a snapshot shows what is waited for, so that the speed of the machine does not count. */
  const stopWhen = async (isSeen: (document: RunDocument) => boolean, plan: Parameters<typeof run>[0]) => {
    const stop = new AbortController();
    let stoppedAt: number | undefined;
    const result = await run({
      ...plan,
      io: { signal: stop.signal },
      onSnapshot: (document) => {
        if (stoppedAt !== undefined || !isSeen(document)) return;
        stoppedAt = performance.now();
        stop.abort('stopped by you');
        stop.abort('pressed twice');
      },
    });
    return { ...result, tookMs: performance.now() - stoppedAt! };
  };

  it('ends executions in flight, keeps what was measured, and leaves nothing running', async () => {
    const { document, folder } = await stopWhen(({ progress }) => progress.running === 10, {
      definition: slow,
      plan: { types: ['STANDARD'], load: { kind: 'iterations', executions: 50, concurrency: 10 } },
    });
    expect(document.status).toEqual({ kind: 'stopped', reason: 'stopped by you' });
    expect(document.arms[0]?.executions).toMatchObject({ started: 10, aborted: 10 });
    expect(document.arms[0]?.latencyMs).toBeNull();
    expect(brokenInvariants(document)).toEqual([]);
    expect(await leftLedgers(folder)).toEqual([]);
  });

  it('is over soon with Express in flight, which is then unknown and named', async () => {
    const { document, tookMs } = await stopWhen(({ progress }) => progress.running === 20, {
      definition: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 290, End: true } } },
      plan: { types: ['EXPRESS'], load: { kind: 'burst', executions: 20 } },
    });
    expect(document.arms[0]?.executions).toMatchObject({ started: 20, unknown: 20 });
    expect(brokenInvariants(document)).toEqual([]);
    // Not a timing: without the stop it would take five minutes.
    expect(tookMs).toBeLessThan(200_000);
  });

  it('keeps finished samples and their histories', async () => {
    const { document } = await stopWhen(({ arms }) => (arms[0]?.executions.succeeded ?? 0) > 0, {
      plan: { types: ['STANDARD'], load: { kind: 'iterations', executions: 100_000, concurrency: 2 } },
    });
    const [arm] = document.arms;
    expect(arm?.executions.succeeded).toBeGreaterThan(0);
    expect(arm?.latencyMs?.n).toBeGreaterThan(0);
    expect(brokenInvariants(document)).toEqual([]);
  });

  it('before anything is deployed ends it too', async () => {
    const stop = new AbortController();
    stop.abort('stopped by you');
    const { document } = await run({ io: { signal: stop.signal } });
    expect(document.status.kind).toBe('stopped');
  });
});

describe('a server that dies in the middle', () => {
  it('ends the run with its message and keeps what was measured', async () => {
    let kill: (message: string) => void = () => undefined;
    const { startServer } = await import('../../../src/server/start');
    const { document } = await run({
      definition: workflow,
      plan: { types: ['STANDARD'], load: { kind: 'iterations', executions: 100_000, concurrency: 2 } },
      io: {
        startServer: async (options, onExit) => {
          const server = await startServer(options);
          kill = (message) => void server.stop().then(() => onExit(message));
          return { ...server, stop: () => Promise.resolve() };
        },
      },
      onSnapshot: (each) => {
        if ((each.arms[0]?.executions.succeeded ?? 0) > 5) kill('The embedded server ended with code 1.');
      },
    });
    expect(document.status).toEqual({ kind: 'failed', message: 'The embedded server ended with code 1.' });
    expect(document.arms[0]?.executions.succeeded).toBeGreaterThan(5);
    expect(brokenInvariants(document)).toEqual([]);
  });
});

const cli = path.resolve('dist/cli.js');
const builtAll = ['cli.js', 'run.js', 'server.js', 'sdk.js'].every((file) => existsSync(path.resolve('dist', file)));

describe.skipIf(!builtAll)('a run that is killed (needs `npm run build`)', () => {
  const killed = async (whenDone: number): Promise<string> => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'w.asl.json'), JSON.stringify(workflow));
    const child = spawn(
      process.execPath,
      [
        cli,
        'run',
        'w.asl.json',
        '--type',
        'standard',
        '--profile',
        'none',
        '--executions',
        '100000',
        '--concurrency',
        '4',
      ],
      { cwd: folder },
    );
    const runs = path.join(folder, '.stepbench', 'runs');
    await new Promise<void>((resolve, reject) => {
      child.on('exit', () => reject(new Error('it ended by itself')));
      const look = setInterval(() => {
        const file = (existsSync(runs) ? readdirSync(runs) : []).find((name) => name.endsWith('.jsonl'));
        const documents = existsSync(runs) ? readdirSync(runs).filter((name) => name.endsWith('.json')) : [];
        if (!file || documents.length === 0) return;
        const ends = readFileSync(path.join(runs, file), 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('["s"'));
        if (ends.length < whenDone) return;
        clearInterval(look);
        child.removeAllListeners('exit');
        child.on('exit', () => resolve());
        child.kill('SIGKILL');
      }, 50);
    });
    return folder;
  };

  it('leaves a document that opens, and can be completed from its samples', async () => {
    const folder = await killed(50);
    const store = openStore(folder);
    const [summary] = (await store.list()).runs;
    expect(summary?.status).toBe('running');
    const [interrupted] = await findInterrupted(store);
    if (!interrupted) throw new Error('no interrupted run was found');
    const onDisk = interrupted.lines.filter((line) => line.kind === 'ended').length;
    expect(onDisk).toBeGreaterThanOrEqual(50);
    const document: RunDocument = await recoverRun(interrupted, { kind: 'asIs' }, store, {
      clock: preciseClock(),
      random: createRandom(1),
    });
    expect(document.status).toMatchObject({ kind: 'stopped' });
    expect(document.arms[0]?.executions).toMatchObject({ succeeded: onDisk, unknown: interrupted.outstanding.length });
    expect(brokenInvariants(document)).toEqual([]);
    expect(await findInterrupted(store)).toEqual([]);
    // All that it had made was in the server that died with it.
    expect(await leftLedgers(folder)).toEqual([]);
  });
});
