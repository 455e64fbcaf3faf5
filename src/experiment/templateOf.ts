import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadSettings } from '../asl/settings';
import { ExpectedError, messageOf } from '../model/errors';
import { cloudFormationTemplate, type TemplateSource } from '../systems/template';
import type { Experiment, ExperimentRow } from './declaration';

const posix = (file: string): string => file.split(path.sep).join('/');

/** Every .js below a folder by its path from there; what packages bring is not part of the code. */
const readModules = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.js') && !name.split(path.sep).includes('node_modules'));
  const texts = await Promise.all(
    files.map(async (file) => [posix(file), await readFile(path.join(folder, file), 'utf8')] as const),
  );
  return Object.fromEntries(texts);
};

/** All that an experiment's template is made of: its workflows, their settings, the chain's, and the code of both. */
export const templateSource = async (
  { title }: Pick<Experiment, 'title'>,
  rows: readonly ExperimentRow[],
  folder: string,
): Promise<TemplateSource> => {
  const workflows = [...new Set(rows.flatMap((row) => row.workflows))];
  const [first] = workflows;
  const { settings } = await loadSettings(path.join(folder, first ?? ''));
  const chain = settings.systems?.['event-driven'];
  const parts = [{ settings, folder: '' }];
  if (chain) {
    const { settings: own } = await loadSettings(path.join(folder, chain.folder, 'chain.asl.json'));
    parts.push({ settings: own, folder: posix(chain.folder) });
  }
  const texts = await Promise.all(
    workflows.map(
      async (file) =>
        [path.basename(file).replace(/(\.asl)?\.json$/, ''), await readFile(path.join(folder, file), 'utf8')] as const,
    ),
  );
  const module = settings.systems?.gateway?.module;
  return {
    description: title,
    parts,
    workflows: Object.fromEntries(texts),
    modules: await readModules(folder),
    ...(module ? { gateway: posix(module) } : {}),
  };
};

/**
 * Writes the template and answers its size in bytes: above `mostTemplateBytes` CloudFormation takes it from a bucket only.
 * @throws ExpectedError when it cannot be made or written.
 */
export const writeTemplate = async (
  experiment: Pick<Experiment, 'title'>,
  rows: readonly ExperimentRow[],
  folder: string,
  file: string,
): Promise<number> => {
  let text: string;
  try {
    text = JSON.stringify(cloudFormationTemplate(await templateSource(experiment, rows, folder)));
  } catch (error) {
    throw new ExpectedError(`No template could be made: ${messageOf(error)}`, { code: 'usage' });
  }
  try {
    await writeFile(file, `${text}\n`);
  } catch (error) {
    throw new ExpectedError(`${file} could not be written: ${messageOf(error)}`, { code: 'usage' });
  }
  return Buffer.byteLength(text);
};
