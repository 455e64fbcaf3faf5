import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunDocument } from '../../../../src/model/run';
import type { Plan } from '../../../../src/model/plan';
import { openStore } from '../../../../src/store/runs';
import { conductExperiment, readExperiment } from '../../../../src/views/experiments/conducting';
import { runDocument, useFolder } from '../../store/fixtures';

const newFolder = useFolder();
const file = path.resolve(__dirname, '../../../../examples/order-booking/experiments.json');
const target = { kind: 'embedded', profile: 'study' } as const;

/** Runs as the editor makes them: kept in the store, each with an id of its own. */
const runner = (folder: string, status: (index: number) => RunDocument['status'] = () => ({ kind: 'finished' })) => {
  const plans: Plan[] = [];
  const titles: string[] = [];
  return {
    plans,
    titles,
    onTrial: (title: string, at: number, of: number) => titles.push(`${at}/${of} ${title}`),
    start: async (plan: Plan): Promise<RunDocument> => {
      plans.push(plan);
      const document = runDocument(`r${plans.length}`, { status: status(plans.length), arms: [] });
      const store = openStore(folder);
      await store.save(document);
      store.dispose();
      return document;
    },
  };
};

describe('an experiment of the example', () => {
  it('is told row by row, each run in a sentence', async () => {
    const found = await readExperiment(file, target);
    expect(found.title.length).toBeGreaterThan(5);
    expect(found.rows.length).toBeGreaterThan(2);
    expect(found.rows.every(({ runs }) => runs.length > 0 && runs.every((run) => /\d/.test(run)))).toBe(true);
  });

  it('runs the chosen rows on the chosen target, writes a report, and takes what is done already', async () => {
    const folder = newFolder();
    const [row] = (await readExperiment(file, target)).rows;
    const first = runner(folder);
    const done = await conductExperiment(file, [row!.name], folder, target, first);
    expect(done).toMatchObject({ wanted: row!.runs.length, finished: row!.runs.length, failed: 0, stopped: false });
    expect(first.plans.every((plan) => plan.target.kind === 'embedded')).toBe(true);
    expect(first.titles[0]).toBe(`1/${row!.runs.length} ${row!.title}`);
    expect(readFileSync(done.report!.html, 'utf8')).toContain('<html');
    expect(readFileSync(done.report!.markdown, 'utf8')).toMatch(/^# /);
    const second = runner(folder);
    expect((await conductExperiment(file, [row!.name], folder, target, second)).finished).toBe(row!.runs.length);
    expect(second.plans).toEqual([]);
  });

  it('ends with the run that a person stopped, and reports nothing without a finished one', async () => {
    const folder = newFolder();
    const { rows } = await readExperiment(file, target);
    const names = rows.slice(0, 3).map(({ name }) => name);
    const stopped = runner(folder, () => ({ kind: 'stopped', reason: 'stopped by you' }));
    const done = await conductExperiment(file, names, folder, target, stopped);
    expect(done).toMatchObject({ finished: 0, failed: 0, stopped: true, conclusions: [], report: null });
    expect(stopped.plans).toHaveLength(1);
  });

  it('says what is wrong with a file that is none', async () => {
    await expect(readExperiment(path.join(newFolder(), 'experiments.json'), target)).rejects.toThrow(/no experiment/);
  });
});
