import type { SystemName } from '../../model/machine';
import type { Load, Plan, Target } from '../../model/plan';
import { planSystems, systemOfType } from '../../model/system';
import type { Problem } from '../../model/machine';
import type { Json } from '../../model/json';
import { defaultPlan, validatePlan } from '../../plan';
import { messageOf } from '../../model/errors';
import type { BenchmarkForm } from '../../protocol';
import type { Words } from '../words';

export const customInput = 'custom';

/** What the settings say a new form starts with. */
export interface FormDefaults {
  readonly executions: number;
  readonly concurrency: number;
  readonly warmup: number;
}

export const initialForm = (defaults: FormDefaults, inputs: readonly string[]): BenchmarkForm => ({
  types: ['STANDARD', 'EXPRESS'],
  shape: 'iterations',
  executions: defaults.executions,
  concurrency: defaults.concurrency,
  also: [],
  steps: '1, 5, 10, 50',
  rate: 5,
  durationSeconds: 30,
  warmup: defaults.warmup,
  input: inputs[0] ?? customInput,
  inputText: '{}',
});

/** A form from an earlier version or another workflow, made to fit: unknown inputs fall back, nothing else is lost. */
export const fittingForm = (
  stored: Partial<BenchmarkForm> | undefined,
  defaults: FormDefaults,
  inputs: readonly string[],
  systems: readonly SystemName[] = ['as-code'],
): BenchmarkForm => {
  const initial = initialForm(defaults, inputs);
  const merged = { ...initial, ...stored };
  const form = { ...merged, also: (merged.also ?? []).filter((system) => systems.includes(system)) };
  return form.input === customInput || inputs.includes(form.input) ? form : { ...form, input: initial.input };
};

/** `1, 10, 100` → the numbers; what is none becomes NaN, which the plan's checks refuse. */
export const stepsOf = (text: string): readonly number[] =>
  text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number);

export const formLoad = (form: BenchmarkForm): Load => {
  switch (form.shape) {
    case 'iterations':
      return { kind: 'iterations', executions: form.executions, concurrency: form.concurrency };
    case 'burst':
      return { kind: 'burst', executions: form.executions };
    case 'sweep':
      return {
        kind: 'sweep',
        over: 'concurrency',
        values: stepsOf(form.steps ?? ''),
        base: { kind: 'iterations', executions: form.executions, concurrency: 1 },
      };
    case 'arrivalRate':
      return {
        kind: 'arrivalRate',
        rate: form.rate,
        durationMs: form.durationSeconds * 1000,
        maxInFlight: Math.max(10, form.rate * 30),
      };
  }
};

/** The types and what runs beside them, as a plan names them. */
const formSystems = (form: BenchmarkForm): Pick<Plan, 'types' | 'systems'> =>
  planSystems([...form.types.map((type) => systemOfType[type]), ...(form.also ?? [])]);

/** What a plan takes from the editor's settings rather than from the form. */
export interface PlanSettings {
  readonly target: Target;
  readonly maxCost: number;
  readonly keep: boolean;
  readonly thresholds: readonly string[];
}

/** `files`: label → absolute path of an input (a file, a folder or `.jsonl`). Throws a SyntaxError on a custom input that is no JSON. */
export const formPlan = (
  form: BenchmarkForm,
  file: string,
  files: ReadonlyMap<string, string>,
  settings: PlanSettings,
): Plan => {
  const path = form.input === customInput ? undefined : files.get(form.input);
  const input: Plan['input'] =
    path === undefined
      ? {
          kind: 'value',
          label: customInput,
          value: JSON.parse(form.inputText.trim() === '' ? '{}' : form.inputText) as Json,
        }
      : path.endsWith('.jsonl')
        ? { kind: 'lines', path }
        : path.endsWith('.json')
          ? { kind: 'file', path }
          : { kind: 'folder', path };
  return defaultPlan(file, { ...formSystems(form), load: formLoad(form), input, warmup: form.warmup, ...settings });
};

const fieldOf = (path: string): keyof BenchmarkForm | undefined => {
  if (path.startsWith('/types') || path.startsWith('/systems')) return 'types';
  if (path.includes('/values')) return 'steps';
  if (path.startsWith('/warmup')) return 'warmup';
  if (path.endsWith('/executions')) return 'executions';
  if (path.endsWith('/concurrency')) return 'concurrency';
  if (path.endsWith('/rate')) return 'rate';
  if (path.endsWith('/durationMs')) return 'durationSeconds';
  return undefined;
};

/** Each wrong field with one message; the custom input is parsed, so that a typing error shows where it was made. */
export const formProblems = (
  form: BenchmarkForm,
  settings: PlanSettings,
  t: Words,
): { readonly fields: Partial<Record<keyof BenchmarkForm, string>>; readonly others: readonly Problem[] } => {
  const fields: Partial<Record<keyof BenchmarkForm, string>> = {};
  if (form.input === customInput) {
    try {
      JSON.parse(form.inputText.trim() === '' ? '{}' : form.inputText);
    } catch (error) {
      fields.inputText = t('The input is not JSON: {0}', messageOf(error));
    }
  }
  const others: Problem[] = [];
  for (const problem of validatePlan(
    defaultPlan('', { ...formSystems(form), load: formLoad(form), warmup: form.warmup, ...settings }),
  )) {
    const field = fieldOf(problem.path);
    if (field) fields[field] ??= problem.message;
    else others.push(problem);
  }
  return { fields, others };
};
