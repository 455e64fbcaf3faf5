import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { conduct, earlierResults, isWhole } from '../../../src/experiment/conduct';
import { parseExperiment, type Experiment } from '../../../src/experiment/declaration';
import { experimentFolder, readManifest } from '../../../src/experiment/manifest';
import { resizeLoad, trialsOf, type Trial } from '../../../src/experiment/trials';
import type { RunDocument } from '../../../src/model/run';
import { runDocument, useFolder } from '../store/fixtures';

const folder = path.resolve(__dirname, '../../../examples/order-booking');
const parsed = parseExperiment(JSON.parse(readFileSync(path.join(folder, 'experiments.json'), 'utf8')));
const experiment = (parsed.ok ? parsed.value : undefined) as Experiment;
const target = { kind: 'embedded', profile: 'study' } as const;
const newFolder = useFolder();

describe('the runs of an experiment', () => {
  it('are one a workflow of each row, with the seed, input, systems and load declared', async () => {
    const trials = await trialsOf(experiment, experiment.rows, folder, { target });
    expect(trials.map(({ row, workflow }) => `${row.name} ${workflow}`)).toEqual(
      experiment.rows.flatMap((row) => row.workflows.map((workflow) => `${row.name} ${workflow}`)),
    );
    for (const { plan } of trials) expect(plan).toMatchObject({ seed: 7, target, input: { kind: 'file' } });
    const [first] = trials;
    expect(first?.plan).toMatchObject({ types: ['STANDARD', 'EXPRESS'], load: { executions: 25, concurrency: 1 } });
    expect(first?.plan.systems).toBeUndefined();
    const cold = trials.find(({ row }) => row.cold);
    expect(cold?.plan).toMatchObject({ cold: true, systems: ['standard', 'express', 'event-driven', 'gateway'] });
  });

  it('are shared by rows that want the same', async () => {
    const trials = await trialsOf(experiment, experiment.rows, folder, { target });
    const keyOf = (name: string, workflow = 'order.asl.json') =>
      trials.find(({ row, workflow: of }) => row.name === name && of === workflow)?.key;
    expect(keyOf('state-transition-duration')).toBe(keyOf('execution-duration'));
    expect(keyOf('execution-duration')).toBe(keyOf('number-of-states'));
    expect(keyOf('number-of-states', 'order-9.asl.json')).not.toBe(keyOf('number-of-states'));
    expect(keyOf('concurrent-payload-cold')).not.toBe(keyOf('concurrent-payload-warm'));
    const smaller = await trialsOf(experiment, experiment.rows, folder, { target, runs: 3 });
    expect(smaller[0]?.key).not.toBe(trials[0]?.key);
  });

  it('force no cold starts where nobody can', async () => {
    const trials = await trialsOf(experiment, experiment.rows, folder, { target: { kind: 'aws' } });
    expect(trials.every(({ plan }) => plan.cold === undefined)).toBe(true);
  });

  it('have no cost cap where nobody pays, the usual one on an account, and the one that is asked for', async () => {
    const caps = async (options: Parameters<typeof trialsOf>[3]) => [
      ...new Set((await trialsOf(experiment, experiment.rows, folder, options)).map(({ plan }) => plan.maxCost)),
    ];
    expect(await caps({ target })).toEqual([0]);
    expect(await caps({ target: { kind: 'aws' } })).toEqual([1]);
    expect(await caps({ target, maxCost: 5 })).toEqual([5]);
  });

  it('name a file that is not there', async () => {
    const rows = [{ ...experiment.rows[0]!, workflows: ['no.asl.json'] }];
    await expect(trialsOf(experiment, rows, folder, { target })).rejects.toThrow(
      /names no.asl.json, but there is no file/,
    );
  });

  it('come smaller', () => {
    const burst = { kind: 'burst', executions: 1_000 } as const;
    expect(resizeLoad(burst, { scale: 0.1 })).toEqual({ kind: 'burst', executions: 100 });
    const sweep = { kind: 'sweep', over: 'burst', values: [1, 100, 105, 1_000], base: burst } as const;
    expect(resizeLoad(sweep, { scale: 0.02 })).toMatchObject({ values: [1, 2, 20] });
    const payload = {
      ...sweep,
      over: 'payload',
      base: { kind: 'iterations', executions: 10, concurrency: 1 },
    } as const;
    expect(resizeLoad(payload, { runs: 3, scale: 0.1 })).toMatchObject({
      values: [1, 100, 105, 1_000],
      base: { executions: 3 },
    });
    const rate = { kind: 'arrivalRate', rate: 5, durationMs: 1, maxInFlight: 2 } as const;
    expect(resizeLoad(rate, { runs: 3, scale: 0.1 })).toBe(rate);
  });
});

describe('conducting an experiment', () => {
  const made: string[] = [];
  const saved = new Map<string, RunDocument>();
  const how = (
    cwd: string,
    resume: boolean,
    change: { status?: RunDocument['status']; notes?: RunDocument['notes']; signal?: AbortSignal } = {},
  ) => ({
    folder: cwd,
    experiment: experiment.name,
    resume,
    start: ({ row, workflow }: Trial) => {
      const id = `${row.name}/${workflow}/${made.length}`;
      made.push(id);
      const { status, notes } = change;
      const document = runDocument(id, { ...(status ? { status } : {}), ...(notes ? { notes } : {}) });
      saved.set(id, document);
      return Promise.resolve(document);
    },
    read: (id: string) => Promise.resolve(saved.get(id)),
    onTrial: () => undefined,
    signal: change.signal ?? new AbortController().signal,
  });
  const trialsIn = () => trialsOf(experiment, experiment.rows.slice(0, 3), folder, { target });

  it('makes what rows share once, and nothing again when it is resumed', async () => {
    const cwd = newFolder();
    made.length = 0;
    const trials = await trialsIn();
    const results = await conduct(trials, how(cwd, false));
    expect([results.length, made.length]).toEqual([6, 4]);
    expect(Object.keys((await readManifest(cwd, experiment.name)).runs)).toHaveLength(4);
    expect((await conduct(trials, how(cwd, true))).length).toBe(6);
    expect(made).toHaveLength(4);
    await conduct(trials, how(cwd, false));
    expect(made).toHaveLength(8);
    const earlier = await earlierResults(trials.slice(3), cwd, experiment.name, (id) => Promise.resolve(saved.get(id)));
    expect(earlier).toHaveLength(3);
  });

  it('makes again what failed, was stopped or is gone', async () => {
    const cwd = newFolder();
    made.length = 0;
    const trials = (await trialsIn()).slice(0, 1);
    await conduct(trials, how(cwd, false, { status: { kind: 'failed', message: 'no' } }));
    await conduct(trials, how(cwd, true));
    expect(made).toHaveLength(2);
    saved.clear();
    await conduct(trials, how(cwd, true));
    expect(made).toHaveLength(3);
  });

  it('makes again what ended at its cost cap', async () => {
    const cwd = newFolder();
    made.length = 0;
    const trials = (await trialsIn()).slice(0, 1);
    const [capped] = await conduct(trials, how(cwd, false, { notes: [{ kind: 'costCap', message: 'enough' }] }));
    expect(capped && isWhole(capped.document)).toBe(false);
    const [whole] = await conduct(trials, how(cwd, true));
    expect(whole && isWhole(whole.document)).toBe(true);
    await conduct(trials, how(cwd, true));
    expect(made).toHaveLength(2);
  });

  it('ends at a stop and keeps what is done', async () => {
    const cwd = newFolder();
    made.length = 0;
    const stop = new AbortController();
    const trials = await trialsIn();
    const results = await conduct(trials, {
      ...how(cwd, false, { signal: stop.signal }),
      onTrial: (_trial, at) => at === 4 && stop.abort(),
    });
    expect([results.length, made.length]).toEqual([4, 2]);
    expect(Object.keys((await readManifest(cwd, experiment.name)).runs)).toHaveLength(2);
  });

  it('begins anew where the manifest cannot be read', async () => {
    const cwd = newFolder();
    mkdirSync(experimentFolder(cwd, experiment.name), { recursive: true });
    for (const text of ['{', '{"schema": "other"}', '[]']) {
      writeFileSync(path.join(experimentFolder(cwd, experiment.name), 'runs.json'), text);
      expect((await readManifest(cwd, experiment.name)).runs).toEqual({});
    }
  });
});
