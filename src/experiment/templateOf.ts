import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadSettings } from '../asl/settings';
import { ExpectedError, messageOf } from '../model/errors';
import { mostTemplateBytes, type TemplateSource } from '../systems/template';
import { templateParts, type TemplatePart } from '../systems/templateFiles';
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

/** A file that was written, and its stack's name as it is suggested. */
export interface WrittenTemplate {
  readonly file: string;
  readonly stack: string;
  readonly bytes: number;
}

/**
 * Writes the template: one file where CreateStack takes it as a body, else `NAME.json` and beside it `NAME.machines.json`, to be
 * created in this order.
 * @throws ExpectedError when it cannot be made or written.
 */
export const writeTemplate = async (
  experiment: Pick<Experiment, 'title' | 'name'>,
  rows: readonly ExperimentRow[],
  folder: string,
  file: string,
): Promise<readonly WrittenTemplate[]> => {
  let parts: readonly TemplatePart[];
  try {
    parts = templateParts(await templateSource(experiment, rows, folder));
  } catch (error) {
    throw new ExpectedError(`No template could be made: ${messageOf(error)}`, { code: 'usage' });
  }
  const { dir, name, ext } = path.parse(file);
  const written: WrittenTemplate[] = [];
  for (const { suffix, text, bytes } of parts) {
    const at = suffix === '' ? file : path.join(dir, `${name}.${suffix}${ext}`);
    try {
      await writeFile(at, text);
    } catch (error) {
      throw new ExpectedError(`${at} could not be written: ${messageOf(error)}`, { code: 'usage' });
    }
    written.push({ file: at, stack: [experiment.name, suffix].filter(Boolean).join('-'), bytes });
  }
  return written;
};

const quoted = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** What to type to create the stacks, line by line; a file that is too large for a body goes by a bucket. */
export const createCommands = (written: readonly WrittenTemplate[]): readonly string[] =>
  written.flatMap(({ file, stack, bytes }, i) =>
    bytes > mostTemplateBytes
      ? [
          `aws cloudformation deploy --template-file ${quoted(file)} --s3-bucket BUCKET --stack-name ${stack} --capabilities CAPABILITY_IAM`,
        ]
      : [
          `aws cloudformation create-stack --stack-name ${stack} --template-body ${quoted(`file://${file}`)} --capabilities CAPABILITY_IAM`,
          ...(i + 1 < written.length ? [`aws cloudformation wait stack-create-complete --stack-name ${stack}`] : []),
        ],
  );
