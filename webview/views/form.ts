import type { SystemName, WorkflowType } from '../../src/model/machine';
import type { BenchmarkForm } from '../../src/protocol';
import { dropdown, primaryButton, secondaryButton, textArea, textField, type Choice } from '../controls';
import { refusal, type Context } from '../context';
import { roveKeys } from '../dom/rove';
import { h, type Child, type VNode } from '../dom/vnode';
import { currentForm, fieldText, notNumbers, type PanelState } from '../state/reducer';
import type { NumberField } from '../state/ui';
import { isRunning, systemLabel } from '../systems';
import type { StringKey } from '../strings';

type TypeChoice = WorkflowType | 'both';
const typeChoices: readonly (readonly [TypeChoice, StringKey])[] = [
  ['STANDARD', 'standard'],
  ['EXPRESS', 'express'],
  ['both', 'both'],
];

const typesOf = (choice: TypeChoice): readonly WorkflowType[] =>
  choice === 'both' ? ['STANDARD', 'EXPRESS'] : [choice];

const segmented = (form: BenchmarkForm, { t, dispatch }: Context, problem: string | undefined): VNode => {
  const chosen: TypeChoice = form.types.length === 2 ? 'both' : (form.types[0] ?? 'both');
  const choose = (choice: TypeChoice): void => dispatch({ kind: 'form', change: { types: typesOf(choice) } });
  return h(
    'div',
    { class: 'field', key: 'types' },
    h(
      'div',
      { class: 'segmented', role: 'radiogroup', 'aria-label': t('typeOfWorkflow') },
      typeChoices.map(([choice, label]) =>
        h(
          'button',
          {
            key: choice,
            role: 'radio',
            'data-rove': choice,
            'aria-checked': String(choice === chosen),
            tabindex: choice === chosen ? '0' : '-1',
            on: { click: () => choose(choice), keydown: roveKeys((key) => choose(key as TypeChoice)) },
          },
          t(label),
        ),
      ),
    ),
    problem !== undefined && h('p', { class: 'problem', role: 'alert' }, problem),
  );
};

/** Fields with a dropdown need more room than a number does. */
const choices: ReadonlySet<string> = new Set(['input', 'shape']);

const field = (name: string, label: string, problem: string | undefined, control: Child): VNode =>
  h(
    'div',
    {
      class: ['field', problem !== undefined && 'wrong', choices.has(name) && 'choice'].filter(Boolean).join(' '),
      key: name,
    },
    h('span', { class: 'label', 'aria-hidden': 'true' }, label),
    control,
    problem !== undefined && h('p', { class: 'problem', role: 'alert' }, problem),
  );

const wholeFields: readonly NumberField[] = ['executions', 'concurrency', 'warmup'];

const numberField = (state: PanelState, context: Context, name: NumberField): VNode => {
  const { t, dispatch } = context;
  const wrong = notNumbers(state).includes(name);
  const problem = wrong
    ? t(wholeFields.includes(name) ? 'wholeNumber' : 'plainNumber')
    : state.snapshot!.formProblems[name];
  return field(
    name,
    t(name),
    problem,
    textField(fieldText(state, name), (text) => dispatch({ kind: 'number', field: name, text }), {
      'aria-label': t(name),
      inputmode: 'numeric',
      'data-field': name,
      'aria-invalid': problem === undefined ? undefined : 'true',
    }),
  );
};

const shapes: readonly (readonly [BenchmarkForm['shape'], StringKey])[] = [
  ['iterations', 'shapeIterations'],
  ['burst', 'shapeBurst'],
  ['arrivalRate', 'shapeArrivalRate'],
  ['sweep', 'shapeSweep'],
];

const numbersOf: Readonly<Record<BenchmarkForm['shape'], readonly NumberField[]>> = {
  iterations: ['executions', 'concurrency'],
  burst: ['executions'],
  arrivalRate: ['rate', 'durationSeconds'],
  sweep: ['executions'],
};

/** Concurrencies of a sweep, one after the other. */
const stepsField = (form: BenchmarkForm, problem: string | undefined, { t, dispatch }: Context): VNode =>
  field(
    'steps',
    t('steps'),
    problem,
    textField(form.steps ?? '', (steps) => dispatch({ kind: 'form', change: { steps } }), {
      'aria-label': t('steps'),
      'data-field': 'steps',
      placeholder: '1, 10, 100',
      'aria-invalid': problem === undefined ? undefined : 'true',
    }),
  );

const nameOfSystem = (system: SystemName, context: Context): string =>
  systemLabel({ system, type: 'STANDARD' }, context);

/** What runs beside the types, each switched on by itself. */
const besides = (form: BenchmarkForm, systems: readonly SystemName[], context: Context): VNode | false => {
  const { t, dispatch } = context;
  const also = form.also ?? [];
  if (systems.length === 0) return false;
  const toggle = (system: SystemName): void =>
    dispatch({
      kind: 'form',
      change: { also: systems.filter((other) => (other === system) !== also.includes(other)) },
    });
  return h(
    'div',
    { class: 'field', key: 'also', role: 'group', 'aria-label': t('also') },
    h('span', { class: 'label', 'aria-hidden': 'true' }, t('also')),
    h(
      'div',
      { class: 'toggles' },
      systems.map((system) =>
        h(
          'button',
          {
            key: system,
            class: 'toggle',
            'data-system': system,
            'aria-pressed': String(also.includes(system)),
            on: { click: () => toggle(system) },
          },
          nameOfSystem(system, context),
        ),
      ),
    ),
  );
};

const custom = 'custom';

/** What to run: the fields every benchmark needs, the rest behind one quiet line. */
export const form = (state: PanelState, context: Context): VNode => {
  const { t, dispatch, ask } = context;
  const snapshot = state.snapshot!;
  const values = currentForm(state)!;
  const problems = snapshot.formProblems;
  const running = isRunning(snapshot.run);
  const pending = state.asked.run?.kind === 'pending';
  const stopping = state.asked.stop?.kind === 'pending';
  const cannot =
    running || pending || snapshot.blocked !== null || notNumbers(state).length > 0 || Object.keys(problems).length > 0;
  const inputs: Choice[] = [
    ...snapshot.inputs.map((label) => ({ value: label, label })),
    { value: custom, label: t('customInput') },
  ];
  const detailsOpen = state.ui.opened.includes('load') || problems.shape !== undefined || problems.warmup !== undefined;
  const refused = refusal(state, 'run') ?? refusal(state, 'stop') ?? refusal(state, 'form');
  return h(
    'section',
    { class: 'form', key: 'form', 'aria-label': t('run') },
    segmented(values, context, problems.types),
    h(
      'div',
      { class: 'fields', key: 'fields' },
      numbersOf[values.shape].map((name) => numberField(state, context, name)),
      values.shape === 'sweep' && stepsField(values, problems.steps, context),
      field(
        'input',
        t('input'),
        problems.input,
        dropdown(inputs, values.input, (input) => dispatch({ kind: 'form', change: { input } }), {
          'aria-label': t('input'),
          key: 'input',
          'data-field': 'input',
        }),
      ),
    ),
    values.input === custom &&
      field(
        'inputText',
        t('inputJson'),
        problems.inputText,
        textArea(values.inputText, (inputText) => dispatch({ kind: 'form', change: { inputText } }), {
          'aria-label': t('inputJson'),
          rows: 4,
          'data-field': 'inputText',
        }),
      ),
    h(
      'button',
      {
        key: 'details',
        class: 'disclosure',
        'aria-expanded': String(detailsOpen),
        on: { click: () => dispatch({ kind: 'toggle', id: 'load' }) },
      },
      detailsOpen
        ? t('loadDetails')
        : [
            t(shapes.find(([shape]) => shape === values.shape)![1]),
            `${t('warmup')} ${fieldText(state, 'warmup')}`,
            ...(values.also ?? []).map((system) => nameOfSystem(system, context)),
          ].join(' · '),
    ),
    detailsOpen &&
      h(
        'div',
        { class: 'fields details', key: 'more' },
        field(
          'shape',
          t('shape'),
          problems.shape,
          dropdown(
            shapes.map(([value, label]) => ({ value, label: t(label) })),
            values.shape,
            (shape) => dispatch({ kind: 'form', change: { shape: shape as BenchmarkForm['shape'] } }),
            { 'aria-label': t('shape'), 'data-field': 'shape' },
          ),
        ),
        numberField(state, context, 'warmup'),
        besides(values, snapshot.systems ?? ['as-code'], context),
      ),
    h(
      'div',
      { class: 'actions', key: 'actions' },
      primaryButton(t('run'), () => ask('run', { kind: 'run' }), {
        class: 'run',
        disabled: cannot,
        'data-action': 'run',
      }),
      secondaryButton(t('stop'), () => ask('stop', { kind: 'stop' }), {
        class: 'stop',
        disabled: !running || stopping,
        'data-action': 'stop',
      }),
    ),
    snapshot.blocked !== null && h('p', { class: 'problem', key: 'blocked', role: 'status' }, snapshot.blocked),
    refused !== null && h('p', { class: 'problem', key: 'refused', role: 'alert' }, refused),
    !running && snapshot.forecast !== null && h('p', { class: 'note', key: 'forecast' }, snapshot.forecast),
  );
};
