import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '../model/errors';
import type { InputSource } from '../model/plan';
import { compileTemplate, type FillContext, type Template } from './template';

/** Gives each execution its input, the same for the same seed. */
export interface Inputs {
  /** JSON text of the input of an execution. */
  text(context: FillContext): string;
  /** How many different inputs or templates there are. */
  readonly size: number;
  /** Whether an input has a `{{bytes}}` that a swept payload fills. */
  readonly takesPayload: boolean;
}

interface Weighted {
  readonly name: string;
  readonly template: Template;
  readonly weight: number;
}

const usage = (message: string) => new ExpectedError(message, { code: 'usage' });

/** Templates are filled once to see that JSON comes out; the texts of placeholders cannot break it later. */
const compile = (text: string, where: string): Template => {
  const template = compileTemplate(text);
  const sample = template.fill({ index: 0, random: () => 0.5, payloadBytes: 0 });
  try {
    JSON.parse(sample);
  } catch (error) {
    throw usage(`The input ${where} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return template;
};

const read = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw usage(
      code === 'ENOENT'
        ? `There is no input file ${file}.`
        : `The input file ${file} cannot be read (${code ?? 'unknown'}).`,
    );
  }
};

/** `order@3.json` in a folder weighs three times as much as `other.json`. */
const weightOf = (name: string): number => Number(/@(\d+(?:\.\d+)?)\.json$/i.exec(name)?.[1] ?? 1);

const load = async (source: InputSource, folder: string): Promise<readonly Weighted[]> => {
  switch (source.kind) {
    case 'value':
      return [{ name: source.label, template: compile(JSON.stringify(source.value), `"${source.label}"`), weight: 1 }];
    case 'file': {
      const file = path.resolve(folder, source.path);
      return [{ name: source.path, template: compile(await read(file), file), weight: source.weight ?? 1 }];
    }
    case 'folder': {
      const directory = path.resolve(folder, source.path);
      const names = (await readdir(directory).catch(() => [] as string[]))
        .filter((name) => /\.json$/i.test(name))
        .sort();
      if (names.length === 0) throw usage(`The folder ${directory} holds no .json file to take inputs from.`);
      return Promise.all(
        names.map(async (name) => {
          const file = path.join(directory, name);
          return { name, template: compile(await read(file), file), weight: weightOf(name) };
        }),
      );
    }
    case 'lines': {
      const file = path.resolve(folder, source.path);
      const lines = (await read(file)).split(/\r?\n/);
      const found = lines.flatMap((line, i) =>
        line.trim() === ''
          ? []
          : [{ name: `line ${i + 1}`, template: compile(line, `${file}, line ${i + 1},`), weight: 1 }],
      );
      if (found.length === 0) throw usage(`${file} holds no line to take an input from.`);
      return found;
    }
  }
};

/**
 * Reads and checks the inputs of a run before anything is deployed. Lines of a file are taken in turn; of a folder's files
 * one is drawn for each execution by weight.
 * @throws ExpectedError (usage) naming the file and what is wrong with it.
 */
export const openInputs = async (source: InputSource, folder: string): Promise<Inputs> => {
  const all = await load(source, folder);
  const total = all.reduce((sum, each) => sum + each.weight, 0);
  if (!(total > 0)) throw usage('The weights of the inputs add up to nothing.');
  const pick = (context: FillContext): Weighted => {
    const first = all[0] as Weighted;
    if (all.length === 1) return first;
    if (source.kind === 'lines') return all[context.index % all.length] as Weighted;
    let at = context.random() * total;
    for (const each of all) if ((at -= each.weight) < 0) return each;
    return first;
  };
  const lengths = [0, 64].map((payloadBytes) =>
    all.reduce((sum, { template }) => sum + template.fill({ index: 0, random: () => 0.5, payloadBytes }).length, 0),
  );
  return {
    size: all.length,
    takesPayload: lengths[0] !== lengths[1],
    text: (context) => pick(context).template.fill(context),
  };
};

/** What a path given as input is: a folder, JSON Lines by its ending, else a JSON file. */
export const inputSourceOf = async (given: string): Promise<InputSource> => {
  const info = await stat(given).catch(() => undefined);
  if (!info) throw usage(`There is no input ${given}.`);
  if (info.isDirectory()) return { kind: 'folder', path: given };
  return /\.(jsonl|ndjson)$/i.test(given) ? { kind: 'lines', path: given } : { kind: 'file', path: given };
};
