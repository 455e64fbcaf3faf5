import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseExperiment, type Experiment } from '../../../src/experiment/declaration';
import { findExperiment } from '../../../src/experiment/find';

const root = path.resolve(__dirname, '../../..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const example = read('examples/order-booking/experiments.json') as Experiment;
const validate = new Ajv({ strict: false }).compile(read('schemas/experiment.schema.json') as object);
const problemsOf = (change: object): readonly string[] => {
  const parsed = parseExperiment({ ...example, ...change });
  return parsed.ok ? [] : parsed.problems;
};
const row = example.rows[0]!;

describe('a declaration of experiments', () => {
  it('of the example is good by the parser and by the schema', () => {
    expect(parseExperiment(example).ok).toBe(true);
    expect([validate(example), validate.errors]).toEqual([true, null]);
  });

  it('has every row of the study’s table', () => {
    const sources = example.rows.map(({ source }) => source ?? '').join(' ');
    for (const number of ['1', '2', '3', '4', '5', '6']) expect(sources).toContain(number);
    const load = example.rows.find(({ name }) => name === 'concurrent-payload-warm')?.load;
    expect(load).toMatchObject({ over: 'burst', values: [1, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000] });
  });

  it('is told all that is wrong with it, at once', () => {
    const problems = problemsOf({
      name: 'a b',
      volumes: [],
      seed: 1.5,
      rows: [row, row, { name: 'x', draw: 'pie', systems: ['lambda'], load: { kind: 'burst', executions: 0 } }, 5],
    });
    expect(problems).toEqual([
      expect.stringContaining('needs a name'),
      expect.stringContaining('no seed'),
      expect.stringContaining('no volumes'),
      `Two rows have the name "${row.name}".`,
      'Row "x" has no title.',
      'Row "x": draw must be one of states, transitions, durations, load, payload.',
      'Row "x" names no workflows.',
      expect.stringContaining('there is no system "lambda"'),
      expect.stringContaining('Executions of a burst must be'),
      'Row 4 has no name.',
      'Row 4 is not an object.',
    ]);
    expect(parseExperiment([])).toMatchObject({ ok: false });
    expect(problemsOf({ rows: [{ ...row, load: { kind: 'wave' } }] })[0]).toContain('kind must be');
    expect(problemsOf({ rows: [{ ...row, load: 5 }] })[0]).toContain('has no load');
  });
});

describe('finding an experiment', () => {
  const examples = path.join(root, 'examples');

  it('by the name of an example, a folder or a file', async () => {
    for (const [named, cwd] of [
      ['order-booking', '/'],
      ['examples/order-booking', root],
      ['experiments.json', path.join(examples, 'order-booking')],
    ] as const) {
      const { experiment, folder } = await findExperiment(named, cwd, examples);
      expect([experiment.name, folder]).toEqual(['order-booking', path.join(examples, 'order-booking')]);
    }
  });

  it('says where it was looked for', async () => {
    await expect(findExperiment('nothing', '/', examples)).rejects.toThrow(/There is no experiment "nothing"/);
    await expect(findExperiment('../order-booking', examples + '/x', examples)).resolves.toBeDefined();
    await expect(findExperiment('package.json', root, examples)).rejects.toThrow(/not of the format/);
  });
});
