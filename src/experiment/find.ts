import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse, type ParseError } from 'jsonc-parser';
import { ExpectedError } from '../model/errors';
import { parseExperiment, type Experiment } from './declaration';

export interface FoundExperiment {
  readonly experiment: Experiment;
  readonly file: string;
  /** Paths in the declaration are relative to it. */
  readonly folder: string;
}

const isFile = async (file: string): Promise<boolean> => (await stat(file).catch(() => undefined))?.isFile() ?? false;

/**
 * Finds an experiment: a file, a folder with an `experiments.json`, or the name of an example that comes with the product.
 * `examples`: folder of those.
 * @throws ExpectedError (usage) that says where it was looked for, or all that is wrong with it.
 */
export const findExperiment = async (named: string, cwd: string, examples: string): Promise<FoundExperiment> => {
  const given = path.resolve(cwd, named);
  const candidates = [
    given,
    path.join(given, 'experiments.json'),
    ...(/[/\\]/.test(named) ? [] : [path.join(examples, named, 'experiments.json')]),
  ];
  for (const file of candidates) {
    if (!(await isFile(file))) continue;
    const errors: ParseError[] = [];
    const value: unknown = parse(await readFile(file, 'utf8'), errors, { allowTrailingComma: true });
    if (errors.length > 0) throw new ExpectedError(`${file} is not JSON.`, { code: 'usage' });
    const parsed = parseExperiment(value);
    if (!parsed.ok) throw new ExpectedError(`${file}:\n${parsed.problems.join('\n')}`, { code: 'usage' });
    return { experiment: parsed.value, file, folder: path.dirname(file) };
  }
  throw new ExpectedError(
    `There is no experiment "${named}": neither a file, nor a folder with an experiments.json, nor an example of that name.`,
    { code: 'usage' },
  );
};
