/** Experiments as one file declares them: `stepbench.experiments/1`, schemas/experiment.schema.json. */
import { isObject } from '../model/json';
import { systemNames, type SystemName } from '../model/machine';
import type { Load } from '../model/plan';
import { validateLoad } from '../run/shapes';

/** What a row's runs are drawn as; numbers are the study's. */
const drawings = ['states', 'transitions', 'durations', 'load', 'payload'] as const;
export type Drawing = (typeof drawings)[number];

/** One row of the table of experiments. */
export interface ExperimentRow {
  readonly name: string;
  readonly title: string;
  /** What it answers to elsewhere: "Table I, 4". */
  readonly source?: string;
  readonly draw: Drawing;
  /** ASL files relative to the declaration: a run each. */
  readonly workflows: readonly string[];
  readonly systems: readonly SystemName[];
  readonly load: Load;
  readonly warmup?: number;
  /** Every execution finds its functions cold (the embedded engine only). */
  readonly cold?: boolean;
  /** A label of stepbench.json's inputs, or a file; that of the experiment unless told. */
  readonly input?: string;
}

/** What somebody else measured, to stand beside what comes out. */
export interface Reference {
  readonly workflow: string;
  readonly system: SystemName;
  readonly of: 'latency.mean' | 'transitions.mean' | 'transitions.p50';
  /** ms; a range where the source gives one. */
  readonly value: number | readonly [number, number];
}

export interface Experiment {
  readonly schema: 'stepbench.experiments/1';
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly input?: string;
  /** How a workflow is called in figures: `order-9.asl.json` → `9`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Executions a month that the conclusion is drawn for. */
  readonly volumes: readonly number[];
  readonly references?: { readonly source: string; readonly values: readonly Reference[] };
  readonly rows: readonly ExperimentRow[];
}

export type ParsedExperiment =
  { readonly ok: true; readonly value: Experiment } | { readonly ok: false; readonly problems: readonly string[] };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText);

const rowProblems = (row: unknown, at: string): string[] => {
  if (!isObject(row)) return [`${at} is not an object.`];
  const problems: string[] = [];
  if (!isText(row['title'])) problems.push(`${at} has no title.`);
  if (!drawings.includes(row['draw'] as Drawing)) problems.push(`${at}: draw must be one of ${drawings.join(', ')}.`);
  if (!isTexts(row['workflows'])) problems.push(`${at} names no workflows.`);
  const systems = row['systems'];
  if (!isTexts(systems)) problems.push(`${at} names no systems.`);
  else
    for (const system of systems)
      if (!systemNames.includes(system as SystemName))
        problems.push(`${at}: there is no system "${system}"; there are ${systemNames.join(', ')}.`);
  if (!isObject(row['load'])) problems.push(`${at} has no load.`);
  else if (!['iterations', 'burst', 'arrivalRate', 'sweep'].includes(row['load']['kind'] as string))
    problems.push(`${at}: the load's kind must be iterations, burst, arrivalRate or sweep.`);
  else for (const { message } of validateLoad(row['load'] as unknown as Load)) problems.push(`${at}: ${message}`);
  return problems;
};

/** Checks a declaration, every problem at once. */
export const parseExperiment = (value: unknown): ParsedExperiment => {
  if (!isObject(value) || value['schema'] !== 'stepbench.experiments/1')
    return { ok: false, problems: ['The file is not of the format stepbench.experiments/1.'] };
  const problems: string[] = [];
  if (!isText(value['name']) || !/^[\w-]+$/.test(value['name']))
    problems.push('The experiment needs a name of letters, digits, - and _.');
  if (!isText(value['title'])) problems.push('The experiment has no title.');
  if (!Number.isInteger(value['seed'])) problems.push('The experiment has no seed (a whole number).');
  const volumes = value['volumes'];
  if (!Array.isArray(volumes) || volumes.length === 0 || !volumes.every((each) => typeof each === 'number' && each > 0))
    problems.push('The experiment names no volumes (executions a month, above 0).');
  const rows = value['rows'];
  if (!Array.isArray(rows) || rows.length === 0) problems.push('The experiment has no rows.');
  else {
    const names = new Set<unknown>();
    rows.forEach((row: unknown, i) => {
      const name = isObject(row) ? row['name'] : undefined;
      const at = isText(name) ? `Row "${name}"` : `Row ${i + 1}`;
      if (!isText(name)) problems.push(`${at} has no name.`);
      if (isText(name) && names.has(name)) problems.push(`Two rows have the name "${name}".`);
      names.add(name);
      problems.push(...rowProblems(row, at));
    });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: value as unknown as Experiment };
};
