import { describe, expect, it } from 'vitest';
import {
  customInput,
  fittingForm,
  formLoad,
  formPlan,
  formProblems,
  initialForm,
  stepsOf,
} from '../../../../src/views/panel/form';
import { english } from '../../../../src/views/words';

const defaults = { executions: 25, concurrency: 5, warmup: 2 };
const settings = {
  target: { kind: 'embedded', profile: 'study' },
  maxCost: 1,
  keep: false,
  thresholds: ['latency.p95<800'],
} as const;
const form = initialForm(defaults, ['good order']);
const files = new Map([
  ['good order', '/ws/inputs/good.json'],
  ['many', '/ws/inputs/many.jsonl'],
  ['all', '/ws/inputs'],
]);

describe('a form', () => {
  it('starts from the settings and the first input', () =>
    expect(form).toMatchObject({ ...defaults, types: ['STANDARD', 'EXPRESS'], input: 'good order' }));
  it('starts with a custom input where there is none', () => expect(initialForm(defaults, []).input).toBe(customInput));
  it('keeps what was chosen, and falls back from an input that is gone', () => {
    expect(fittingForm({ executions: 7, input: 'gone' }, defaults, ['good order'])).toMatchObject({
      executions: 7,
      input: 'good order',
    });
    expect(fittingForm({ input: customInput, inputText: '[1]' }, defaults, ['good order'])).toMatchObject({
      input: customInput,
      inputText: '[1]',
    });
  });
});

describe('the plan of a form', () => {
  it('has the load of its shape', () => {
    expect(formLoad(form)).toEqual({ kind: 'iterations', executions: 25, concurrency: 5 });
    expect(formLoad({ ...form, shape: 'burst' })).toEqual({ kind: 'burst', executions: 25 });
    expect(formLoad({ ...form, shape: 'arrivalRate', rate: 20, durationSeconds: 30 })).toMatchObject({
      kind: 'arrivalRate',
      rate: 20,
      durationMs: 30_000,
    });
  });
  it('sweeps over the concurrencies that were typed', () => {
    expect(stepsOf(' 1, 10;100 x')).toEqual([1, 10, 100, NaN]);
    expect(formLoad({ ...form, shape: 'sweep', steps: '1, 10' })).toEqual({
      kind: 'sweep',
      over: 'concurrency',
      values: [1, 10],
      base: { kind: 'iterations', executions: 25, concurrency: 1 },
    });
    const problem = (steps: string) => formProblems({ ...form, shape: 'sweep', steps }, settings, english).fields.steps;
    expect(problem('1, 10')).toBeUndefined();
    expect(problem('')).toMatch(/at least one value/);
    expect(problem('1, 1')).toMatch(/same value twice/);
    expect(problem('1, many')).toBeDefined();
  });
  it('names the systems beside the types, and the types alone where there are none', () => {
    const plan = (also: typeof form.also) => formPlan({ ...form, also }, '/ws/order.asl.json', files, settings);
    expect(plan([]).systems).toBeUndefined();
    expect(plan(['as-code']).systems).toEqual(['standard', 'express', 'as-code']);
    expect(plan(['as-code']).types).toEqual(['STANDARD', 'EXPRESS']);
    expect(formProblems({ ...form, types: [], also: [] }, settings, english).fields.types).toBeDefined();
  });
  it('forgets a system that this workflow does not have', () =>
    expect(fittingForm({ also: ['as-code', 'gateway'] }, defaults, [], ['as-code']).also).toEqual(['as-code']));
  it('takes its input from the kind of file', () => {
    const kind = (input: string) => formPlan({ ...form, input }, '/ws/order.asl.json', files, settings).input;
    expect(kind('good order')).toEqual({ kind: 'file', path: '/ws/inputs/good.json' });
    expect(kind('many')).toEqual({ kind: 'lines', path: '/ws/inputs/many.jsonl' });
    expect(kind('all')).toEqual({ kind: 'folder', path: '/ws/inputs' });
  });
  it('parses a custom input, empty meaning an empty object', () => {
    const input = (inputText: string) =>
      formPlan({ ...form, input: customInput, inputText }, '/f', files, settings).input;
    expect(input('{"a": 1}')).toEqual({ kind: 'value', label: customInput, value: { a: 1 } });
    expect(input('  ')).toMatchObject({ value: {} });
    expect(() => input('{')).toThrow(SyntaxError);
  });
  it('takes target, cap and limits from the settings', () => {
    expect(formPlan(form, '/f', files, settings)).toMatchObject({
      target: settings.target,
      maxCost: 1,
      thresholds: ['latency.p95<800'],
      warmup: 2,
    });
  });
});

describe('problems of a form', () => {
  const fields = (changes: object) => formProblems({ ...form, ...changes }, settings, english).fields;
  it('are none when it is right', () => expect(fields({})).toEqual({}));
  it('stand at their field', () => {
    expect(Object.keys(fields({ executions: 0 }))).toEqual(['executions']);
    expect(Object.keys(fields({ types: [] }))).toEqual(['types']);
    expect(fields({ input: customInput, inputText: '{"a":' }).inputText).toMatch(/^The input is not JSON: /);
  });
  it('leave a broken custom text alone while another input is chosen', () =>
    expect(fields({ inputText: '{' })).toEqual({}));
  it('tell what is wrong with the target apart', () => {
    const { fields: none, others } = formProblems(
      form,
      { ...settings, target: { kind: 'endpoint', url: 'nonsense' } },
      english,
    );
    expect(none).toEqual({});
    expect(others[0]!.message).toContain('nonsense');
  });
});
