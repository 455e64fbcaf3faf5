/** The commands about money and comparison, through the same entry as a terminal's. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import type { CostAnswer } from '../../../src/cli/costAnswer';
import { priceTable } from '../../../src/cost';
import { orderArm, orderDefinition, runDocument } from '../report/document';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'stepbench-money-'));
  const first = runDocument(60);
  const document = { ...first, workflow: { ...first.workflow, file: 'order.asl.json', name: 'order' } };
  await writeFile(path.join(folder, 'a.json'), JSON.stringify(document));
  await writeFile(
    path.join(folder, 'b.json'),
    JSON.stringify({
      ...document,
      id: 'b',
      arms: [orderArm('STANDARD', 60, 400).snapshot({ final: true }), document.arms[1]],
    }),
  );
  await writeFile(path.join(folder, 'express.json'), JSON.stringify({ ...document, arms: [document.arms[1]] }));
  await writeFile(path.join(folder, 'order.asl.json'), JSON.stringify(orderDefinition));
  await writeFile(
    path.join(folder, 'stepbench.json'),
    JSON.stringify({ functions: { check: { code: '.', handler: 'a.b', runtime: 'nodejs20.x' } } }),
  );
  await writeFile(path.join(folder, 'broken.json'), '{"schema": "stepbench.run/1"}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const stepbench = async (...args: string[]) => {
  let [stdout, stderr] = ['', ''];
  const code = await main(args, {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    cwd: folder,
    env: {},
    signal: new AbortController().signal,
  });
  return { code, stdout, stderr };
};
const cost = async (...args: string[]): Promise<CostAnswer> =>
  JSON.parse((await stepbench('cost', ...args, '--json')).stdout) as CostAnswer;

describe('stepbench cost', () => {
  it('prices a workflow before anything ran', async () => {
    const answer = await cost('order.asl.json', '--per-month', '5e6');
    expect(answer.ways.map((way) => [way.name, way.basis])).toEqual([
      ['Standard', 'assumed'],
      ['Express', 'assumed'],
    ]);
    expect(answer.ways[0]!.month.total).toBeCloseTo(answer.ways[0]!.perMillion * 5, 6);
    expect(answer.types!.recommendation).toMatch(/^Express: /);
    expect(answer.types!.breakEvenMs).toBeCloseTo(((3 * 25e-6 - 1e-6) / (1.667e-5 / 16)) * 1000, 3);
    expect(answer.architectures).toHaveLength(4);
  });
  it('prices a run anew, by what it measured', async () => {
    const answer = await cost('a.json', '--per-month', '1000000');
    const document = runDocument(60);
    expect(answer.ways.map((way) => way.perMillion)).toEqual(
      document.arms.map((arm) => expect.closeTo(arm.cost!.perMillion, 6) as number),
    );
    expect(answer.ways[0]!.states!.map((state) => state.path)).toEqual(['Check', 'Pause', 'Announce']);
    expect(answer.origin).toContain('Simulated');
    const cheaper = await cost('a.json', '--per-month', '1000', '--free-tier');
    expect(cheaper.ways[0]!.month.total).toBeLessThan(answer.ways[0]!.month.total / 1000);
  });
  it('forecasts the type that was not run from the one that was', async () => {
    const answer = await cost('express.json');
    expect(answer.ways).toHaveLength(1);
    expect(answer.types!.standard!).toBeGreaterThan(answer.types!.express! * 5);
  });
  it('names what has no price in a region, and takes another’s only when told', async () => {
    const missing = await cost('a.json', '--region', 'eu-west-1');
    expect(missing.ways[1]!.complete).toBe(false);
    expect(missing.warnings.join(' ')).toContain('--assume-prices us-east-1');
    const assumed = await cost('a.json', '--region', 'eu-west-1', '--assume-prices', 'us-east-1');
    expect(assumed.ways.every((way) => way.complete)).toBe(true);
  });
  it('prints tables and one recommendation', async () => {
    const { stdout, code } = await stepbench('cost', 'a.json', '--per-month', '5e6');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Standard · 60 at concurrency 1\s+measured, n = 60/);
    expect(stdout).toContain('a month of 5,000,000');
    expect(stdout).toMatch(/\nExpress: \$[\d.,]+ instead of/);
    expect(stdout).toContain('simulated with the profile study');
  });
  it('gives the architectures what the workflow has and the run measured', async () => {
    const [assumed, measured] = [await cost('order.asl.json'), await cost('a.json')];
    const seconds = (answer: CostAnswer) =>
      answer.architectures[2]!.lines.find((line) => line.meter === 'lambda.gbSeconds')!.quantity;
    // The run's function takes some 70 ms where 200 ms are assumed.
    expect(seconds(measured)).toBeLessThan(seconds(assumed) / 2);
    const requests = assumed.architectures[2]!.lines.find((line) => line.meter === 'lambda.requests')!.quantity;
    expect(requests).toBeCloseTo(1e6, -1);
    // What this workflow does not use costs nothing in any architecture; what no architecture has is named.
    const writes = assumed.architectures.flatMap(({ lines }) =>
      lines.filter((line) => line.meter.startsWith('dynamodb')),
    );
    expect(writes.every(({ quantity }) => quantity === 0)).toBe(true);
    const standard = assumed.ways[0]!;
    expect(assumed.architectures[0]!.total).toBeCloseTo(standard.perMillion, 6);
    expect(measured.architectures[0]!.lines[0]!.quantity).toBeCloseTo(3.1e6, -5);
  });
  it('takes a fifth architecture and a saved price table', async () => {
    await writeFile(
      path.join(folder, 'five.json'),
      JSON.stringify({
        schema: 'stepbench.architectures/1',
        architectures: [{ id: 'q', name: 'Queues', meters: [{ price: 'sqs.requests', quantity: [3] }] }],
      }),
    );
    expect((await cost('a.json', '--architectures', 'five.json')).architectures.at(-1)).toMatchObject({
      name: 'Queues',
      total: expect.closeTo(1.2, 9) as number,
    });
    await writeFile(path.join(folder, 'old.json'), JSON.stringify({ ...priceTable(), date: '2020-01-01' }));
    expect((await cost('a.json', '--prices', 'old.json')).warnings[0]).toContain('days old');
  });
  it.each([
    [['cost', 'nowhere'], 'There is no file and no run named “nowhere”'],
    [['cost', 'broken.json'], 'is no run document'],
    [['cost', 'a.json', '--per-month=-5'], 'cannot be negative'],
    [['cost', 'a.json', '--per-month', 'many'], 'must be a number'],
    [['cost', 'a.json', '--per-month', '1e40'], 'must not exceed'],
    [['cost', 'a.json', '--region', 'mars'], 'No price is known for “mars”'],
    [['cost', 'a.json', '--prices', 'a.json'], 'not of the format stepbench.prices/1'],
    [['cost', 'a.json', '--architectures', 'nix.json'], 'cannot be read'],
    [['cost', 'last'], 'There is no run under'],
    [['compare', 'a.json', 'nowhere'], 'There is no file'],
    [['compare', 'a.json', 'b.json', '--fail-if', 'much'], 'is no limit for --fail-if'],
    [['report', 'a.json', '--format', 'pdf'], '--format is text, md'],
    [['prices', '--from', 'a.json', '--region', 'x'], 'is no region'],
    [['prices', '--from', 'a.json', '--service', 'Tea'], 'no price of “Tea”'],
    [['prices', '--from', 'missing.json'], 'cannot be read'],
  ])('%j is bad usage', async (args, message) => {
    const { code, stderr, stdout } = await stepbench(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('stepbench compare', () => {
  it('is silent about regressions it was not asked for', async () => {
    const { code, stdout } = await stepbench('compare', 'a.json', 'b.json');
    expect(code).toBe(0);
    expect(stdout).toContain('The second run is 55 % slower than the first run at p50');
    expect(stdout).not.toContain('REGRESSION');
  });
  it('exits 1 on a regression beyond the limit, and 0 within it', async () => {
    const { code, stdout } = await stepbench('compare', 'a.json', 'b.json', '--fail-if', '10%');
    expect(code).toBe(1);
    expect(stdout).toMatch(/REGRESSION: Standard · 60 at concurrency 1: p50 of latency rose by 55 %/);
    expect((await stepbench('compare', 'a.json', 'b.json', '--fail-if', 'latency.p50>90%')).code).toBe(0);
    const json = JSON.parse((await stepbench('compare', 'a.json', 'b.json', '--fail-if', '10%', '--json')).stdout) as {
      regressions: unknown[];
      arms: unknown[];
    };
    expect([json.arms.length, json.regressions.length > 0]).toEqual([2, true]);
  });
});

describe('stepbench report', () => {
  it('shows a run again, prints a form, or writes files', async () => {
    expect((await stepbench('report', 'a.json')).stdout).toContain('States · Standard');
    expect((await stepbench('report', 'a.json', '--format', 'junit')).stdout).toContain('<testsuites>');
    expect(JSON.parse((await stepbench('report', 'a.json', '--json')).stdout)).toMatchObject({
      schema: 'stepbench.run/1',
    });
    const { code, stdout, stderr } = await stepbench('report', 'a.json', '--out', 'r.html', '--out', 'states.csv');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('r.html was written.');
    expect(await readFile(path.join(folder, 'r.html'), 'utf8')).toContain('<!doctype html>');
    expect(await readFile(path.join(folder, 'states.csv'), 'utf8')).toMatch(/^arm,system/);
  });
});

describe('stepbench prices', () => {
  it('shows what a list changes and saves the table', async () => {
    const list = {
      offerCode: 'AmazonStates',
      publicationDate: '2026-12-24T00:00:00Z',
      products: { A: { attributes: { usagetype: 'EU-StepFunctions-Request', regionCode: 'eu-west-1' } } },
      terms: {
        OnDemand: {
          A: {
            T: { priceDimensions: { D: { beginRange: '0', endRange: 'Inf', pricePerUnit: { USD: '0.0000010000' } } } },
          },
        },
      },
    };
    await writeFile(path.join(folder, 'list.json'), JSON.stringify(list));
    const { code, stdout } = await stepbench('prices', '--from', 'list.json', '--save', 'new.json');
    expect(code).toBe(0);
    expect(stdout).toContain('states.express.requests in eu-west-1: not known → $0.00000100');
    expect((await stepbench('prices', '--from', 'list.json', '--prices', 'new.json')).stdout).toContain(
      'Nothing changed.',
    );
    expect((await stepbench('prices', '--from', 'a.json')).code).toBe(3);
  });
});
