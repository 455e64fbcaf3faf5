import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentCommand } from '../../../src/cli/experiment';
import { parseCommand } from '../../../src/cli/command';
import { writeManifest } from '../../../src/experiment/manifest';
import { findExperiment } from '../../../src/experiment/find';
import { trialsOf } from '../../../src/experiment/trials';
import { openStore } from '../../../src/store/runs';
import { runDocument, useFolder } from '../store/fixtures';

const folder = path.resolve(__dirname, '../../../examples/order-booking');
const newFolder = useFolder();

const call = async (cwd: string, ...args: string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const context = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    cwd,
    env: {},
    signal: new AbortController().signal,
  };
  const code = await experimentCommand.run(parseCommand(experimentCommand, args), context);
  return { code, out: out.join(''), err: err.join('') };
};

describe('stepbench experiment', () => {
  it('lists its rows, with the load they would have', async () => {
    const cwd = newFolder();
    const { code, out } = await call(cwd, folder, '--list', '--scale', '0.1');
    expect(code).toBe(0);
    expect(out).toContain('number-of-states');
    expect(out).toContain('a sweep over burst size 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100; every function cold');
    const listed = JSON.parse((await call(cwd, folder, '--list', '--json', '--runs', '3')).out) as {
      rows: { name: string; load: { executions?: number } }[];
    };
    expect(listed.rows.map(({ name }) => name)).toContain('payload-size');
    expect(listed.rows[0]?.load.executions).toBe(3);
    expect(existsSync(path.join(cwd, '.stepbench'))).toBe(false);
  });

  it('writes a template, in two files with their commands where one is more than create-stack takes', async () => {
    const cwd = newFolder();
    const { code, err } = await call(cwd, folder, '--template', 'out.json');
    expect(code).toBe(0);
    for (const file of ['out.json', 'out.machines.json']) {
      const text = readFileSync(path.join(cwd, file), 'utf8');
      expect(JSON.parse(text)).toHaveProperty('Resources');
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(51_200);
      expect(err).toContain(`--template-body file://${file}`);
    }
    const one = await call(cwd, folder, '--template', 'one.json', '--only', 'payload-size');
    expect([one.code, existsSync(path.join(cwd, 'one.machines.json'))]).toEqual([0, false]);
    expect(one.err.match(/create-stack /g)).toHaveLength(1);
  });

  it('refuses what it does not know', async () => {
    const cwd = newFolder();
    await expect(call(cwd, folder, '--only', 'nothing')).rejects.toThrow(/There is no row "nothing"; there are state-/);
    await expect(call(cwd, folder, '--runs', 'x')).rejects.toThrow(/--runs takes a number from 1/);
    await expect(call(cwd, 'nowhere')).rejects.toThrow(/There is no experiment "nowhere"/);
  });

  it('reports on what is done already, without running anything', async () => {
    const cwd = newFolder();
    const { experiment } = await findExperiment(folder, cwd, '');
    const rows = experiment.rows.filter(({ name }) => name === 'payload-size');
    const [trial] = await trialsOf(experiment, rows, folder, { target: { kind: 'embedded', profile: 'study' } });
    const store = openStore(cwd);
    await store.save(runDocument('20261124-100000-aaaaaa'));
    store.dispose();
    await writeManifest(cwd, {
      ...{ schema: 'stepbench.experiment-runs/1', experiment: experiment.name },
      runs: {
        [trial!.key]: {
          row: 'payload-size',
          workflow: trial!.workflow,
          runId: '20261124-100000-aaaaaa',
          status: 'finished',
        },
      },
    });
    const { code, out, err } = await call(cwd, folder, '--only', 'payload-size', '--resume', '--json');
    expect(err).toContain('[1/1] Payload size, order.asl.json: done already');
    const answer = JSON.parse(out) as { runs: unknown[]; reports: string[] };
    expect([code, answer.runs.length]).toEqual([0, 1]);
    for (const report of answer.reports) expect(readFileSync(report, 'utf8')).toContain('four architectures');
  });
});
