import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadSettings } from '../asl/settings';
import { ExpectedError } from '../model/errors';
import type { InputSource, Load, Plan, Target } from '../model/plan';
import { planSystems } from '../model/system';
import { costCap, defaultPlan } from '../plan';
import { inputSourceOf } from '../run/inputs';
import type { Experiment, ExperimentRow } from './declaration';

/** One run that a row wants. Rows that want the same share it: the key is all that a run depends on. */
export interface Trial {
  readonly key: string;
  readonly row: ExperimentRow;
  /** As the declaration names it. */
  readonly workflow: string;
  readonly plan: Plan;
}

/** How an experiment is run, besides what it declares. */
export interface TrialOptions {
  readonly target: Target;
  /** Executions of each iterations load, instead of the declared ones. */
  readonly runs?: number;
  /** Factor on every burst and concurrency: 0.1 makes 100 of 1,000. */
  readonly scale?: number;
  readonly maxCost?: number;
}

const scaled = (values: readonly number[], scale: number): readonly number[] => [
  ...new Set(values.map((value) => Math.max(1, Math.round(value * scale)))),
];

/** A load in a smaller size, for a quick look or a build server. */
export const resizeLoad = (load: Load, { runs, scale = 1 }: Pick<TrialOptions, 'runs' | 'scale'>): Load => {
  switch (load.kind) {
    case 'iterations':
      return { ...load, executions: runs ?? load.executions };
    case 'burst':
      return { ...load, executions: scaled([load.executions], scale)[0] ?? 1 };
    case 'arrivalRate':
      return load;
    case 'sweep':
      return {
        ...load,
        values: load.over === 'burst' || load.over === 'concurrency' ? scaled(load.values, scale) : load.values,
        base: resizeLoad(load.base, { runs, scale }) as typeof load.base,
      };
  }
};

/** The runs of an experiment's rows, in their order. @throws ExpectedError (usage) for files that are not there. */
export const trialsOf = async (
  experiment: Experiment,
  rows: readonly ExperimentRow[],
  folder: string,
  options: TrialOptions,
): Promise<readonly Trial[]> => {
  const trials: Trial[] = [];
  for (const row of rows)
    for (const workflow of row.workflows) trials.push(await trialOf(experiment, row, workflow, folder, options));
  return trials;
};

const trialOf = async (
  experiment: Experiment,
  row: ExperimentRow,
  workflow: string,
  folder: string,
  options: TrialOptions,
): Promise<Trial> => {
  const file = path.resolve(folder, workflow);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ExpectedError(`Row "${row.name}" names ${workflow}, but there is no file ${file}.`, { code: 'usage' });
  });
  const { settings, folder: settingsFolder } = await loadSettings(file);
  const input = await inputOf(row.input ?? experiment.input, settings.inputs ?? {}, settingsFolder, folder);
  const forced = row.cold === true && options.target.kind === 'embedded';
  const plan = defaultPlan(file, {
    ...planSystems(row.systems),
    target: options.target,
    load: resizeLoad(row.load, options),
    input,
    warmup: row.warmup === undefined ? 0 : (scaled([row.warmup], options.scale ?? 1)[0] ?? 0),
    seed: experiment.seed,
    maxCost: costCap(options.target, options.maxCost),
    ...(forced ? { cold: true } : {}),
  });
  const dependsOn = JSON.stringify([
    workflow,
    text,
    row.systems,
    { ...plan, file: '', input: row.input ?? experiment.input },
  ]);
  return { key: createHash('sha256').update(dependsOn).digest('hex').slice(0, 16), row, workflow, plan };
};

const inputOf = async (
  named: string | undefined,
  labelled: Readonly<Record<string, string>>,
  settingsFolder: string,
  folder: string,
): Promise<InputSource> => {
  if (named === undefined) {
    const [first] = Object.values(labelled);
    if (first !== undefined) return inputSourceOf(path.resolve(settingsFolder, first));
    return { kind: 'value', label: 'empty object', value: {} };
  }
  return inputSourceOf(
    Object.hasOwn(labelled, named)
      ? path.resolve(settingsFolder, labelled[named] as string)
      : path.resolve(folder, named),
  );
};
