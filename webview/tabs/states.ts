import { dropdown } from '../controls';
import { contentWidth, type Context } from '../context';
import { roveIndex, roveKeys } from '../dom/rove';
import { h, memo, type Child, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { initialUi } from '../state/ui';
import { finishedOf, mainArms, provenanceLabel, systemLabel } from '../systems';
import type { RunDocument } from '../../src/model/run';
import { figureOf, sortRows, stateRows, type StateColumn, type StateRow } from './rows';
import { capital } from '../views/chartFrame';
import { csvOf, sortHead, type TableSpec } from '../views/dataTable';
import type { StringKey } from '../strings';
import { sharedScale, stageBar, stageKey, stagesOf } from './stages';

/** Rows drawn before one asks for all: a thousand states would cost every frame. */
const firstRows = 100;

/** The state's name: a click goes to its line, arrows walk the list. */
export const stateName = (
  row: StateRow,
  keys: readonly string[],
  state: PanelState,
  { t, dispatch, ask }: Context,
): VNode =>
  h(
    'button',
    {
      class: 'plain name',
      'data-rove': row.path,
      title: `${t('reveal', row.path)} (${row.type})`,
      tabindex: roveIndex(keys, state.ui.rove.states, row.path),
      on: {
        click: () => {
          dispatch({ kind: 'select', path: row.path });
          ask('reveal', { kind: 'reveal', path: row.path });
        },
        focus: () => dispatch({ kind: 'rove', group: 'states', key: row.path }),
        keydown: roveKeys(() => undefined),
      },
    },
    row.name,
  );

const remarks = (row: StateRow, { t, f }: Context): string => {
  const sum = (of: 'retries' | 'failures' | 'coldStarts'): number =>
    row.cells.reduce((total, { figures }) => total + (figures?.[of] ?? 0), 0);
  const [retries, failures, cold] = [sum('retries'), sum('failures'), sum('coldStarts')];
  return [
    row.stale && t('staleState'),
    retries > 0 && t('retriesCount', f.count(retries)),
    failures > 0 && t('failuresCount', f.count(failures)),
    cold > 0 && t('coldCount', f.count(cold)),
  ]
    .filter((text) => text !== false)
    .join(' · ');
};

const bars = (row: StateRow, keys: readonly string[], scale: number, state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const reached = row.cells.some(({ figures }) => figures !== null && figures.visits > 0);
  return h(
    'li',
    { key: row.path, class: state.ui.selected === row.path ? 'state selected' : 'state' },
    h(
      'div',
      { class: 'spread' },
      stateName(row, keys, state, context),
      h('span', { class: 'note remarks' }, reached || row.cells.length === 0 ? remarks(row, context) : t('notReached')),
    ),
    reached &&
      row.cells.map(({ arm, system, figures }) =>
        h(
          'div',
          { class: `barline sys-${system}`, key: arm.system },
          h('span', { class: 'who' }, h('span', { class: 'swatch' }), systemLabel(arm, context)),
          figures && figures.visits > 0
            ? stageBar(stagesOf(figures), scale, context)
            : h('span', { class: 'note' }, t('notReached')),
          h('span', { class: 'figure' }, figures ? f.stay(figures.durationMs?.p50) : '–'),
        ),
      ),
  );
};

interface Column {
  readonly id: StateColumn;
  readonly label: StringKey | 'p50' | 'p95';
  /** Content width from which it is shown, px. */
  readonly from: number;
}

const columns: readonly Column[] = [
  { id: 'name', label: 'state', from: 0 },
  { id: 'stages', label: 'stages', from: 0 },
  { id: 'p50', label: 'p50', from: 0 },
  { id: 'p95', label: 'p95', from: 0 },
  { id: 'transition', label: 'transitionIn', from: 0 },
  { id: 'visits', label: 'visits', from: 760 },
  { id: 'retries', label: 'retries', from: 900 },
  { id: 'failures', label: 'failures', from: 900 },
  { id: 'cold', label: 'coldStarts', from: 900 },
  { id: 'critical', label: 'criticalShare', from: 760 },
  { id: 'cost', label: 'costMillion', from: 900 },
];

const labelOf = (column: Column, { t }: Context): string =>
  column.label === 'p50' || column.label === 'p95' ? column.label : capital(t(column.label));

/** From this content width on, a table with columns; below it, bars. */
const tableFrom = 640;

const cell = (column: StateColumn, figures: StateRow['cells'][number]['figures'], { f }: Context): string => {
  if (!figures || column === 'name' || column === 'type') return '–';
  const value = figureOf(figures, column);
  switch (column) {
    case 'critical':
      return value === null || value === 0 ? '–' : value < 0.001 ? `< ${f.share(0.001)}` : f.share(value);
    case 'cost':
      return f.usd(value);
    case 'visits':
    case 'retries':
    case 'failures':
    case 'cold':
      return value === 0 ? '–' : f.count(value);
    case 'p50':
    case 'p95':
      return f.stay(value);
    default:
      return f.ms(value);
  }
};

/** One body a state, so that its name stands once before the rows of its types. */
const tableBody = (
  row: StateRow,
  shown: readonly Column[],
  keys: readonly string[],
  scale: number,
  state: PanelState,
  context: Context,
): VNode => {
  const { t } = context;
  const reached = row.cells.filter(({ figures }) => figures !== null && figures.visits > 0);
  const name = (span: number): VNode =>
    h(
      'th',
      { scope: 'rowgroup', rowspan: span, class: 'text', key: 'name' },
      stateName(row, keys, state, context),
      h(
        'span',
        { class: 'note block' },
        [row.type, row.stale ? t('staleState') : ''].filter((part) => part !== '').join(' · '),
      ),
    );
  const selected = state.ui.selected === row.path ? 'selected' : undefined;
  if (reached.length === 0) {
    return h(
      'tbody',
      { key: row.path, class: selected },
      h('tr', {}, name(1), h('td', { colspan: shown.length - 1, class: 'text note' }, t('notReached'))),
    );
  }
  return h(
    'tbody',
    { key: row.path, class: selected },
    reached.map(({ arm, system, figures }, index) =>
      h(
        'tr',
        { key: arm.system, class: `sys-${system}` },
        index === 0 && name(reached.length),
        h(
          'td',
          { class: 'barcell', key: 'bar' },
          h(
            'span',
            { class: 'barrow' },
            h('span', { class: 'swatch', title: systemLabel(arm, context) }),
            h('span', { class: 'hidden' }, systemLabel(arm, context)),
            stageBar(stagesOf(figures!), scale, context),
          ),
        ),
        shown.slice(2).map((column) => h('td', { key: column.id }, cell(column.id, figures, context))),
      ),
    ),
  );
};

const stateTable = (
  rows: readonly StateRow[],
  keys: readonly string[],
  scale: number,
  width: number,
  state: PanelState,
  context: Context,
): VNode => {
  const shown = columns.filter((column) => column.from <= width);
  const sort = state.ui.sorts.states;
  return h(
    'table',
    { class: 'data statetable', 'data-rove-group': 'states' },
    h('caption', { class: 'hidden' }, context.t('states')),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        shown.map((column) =>
          sortHead(
            'states',
            { id: column.id, label: labelOf(column, context), text: column.id === 'name' || column.id === 'stages' },
            sort,
            context,
          ),
        ),
      ),
    ),
    rows.map((row) => tableBody(row, shown, keys, scale, state, context)),
  );
};

/** Says which state takes the time, of the system where it takes most. */
const slowest = (rows: readonly StateRow[], context: Context): VNode | false => {
  const { t, f } = context;
  const cells = rows.flatMap((row) => row.cells.map((one) => ({ row, ...one })));
  const top = cells.reduce<(typeof cells)[number] | null>(
    (best, one) => ((one.figures?.criticalShare ?? 0) > (best?.figures?.criticalShare ?? 0) ? one : best),
    null,
  );
  return top?.figures?.durationMs
    ? h(
        'p',
        { class: 'note', key: 'slowest' },
        t(
          'slowestState',
          top.row.name,
          f.ms(top.figures.durationMs.p50),
          systemLabel(top.arm, context),
          f.share(top.figures.criticalShare),
        ),
        ` ${t('nCount', f.count(top.figures.durationMs.n))}.`,
      )
    : false;
};

/** Where only some histories were read, how many the figures of states speak of. */
const tracedNote = (run: RunDocument, { t, f }: Context): string[] => {
  const arms = mainArms(run)
    .map(({ arm }) => arm)
    .filter((arm) => arm.traced !== undefined && arm.traced < finishedOf(arm));
  return arms.map((arm) => t('tracedOf', f.count(arm.traced), f.count(finishedOf(arm))));
};

export const statesTab = (state: PanelState, context: Context): VNode => {
  const { t, f, dispatch, ask } = context;
  const snapshot = state.snapshot!;
  const { run } = snapshot;
  const sort = state.ui.sorts.states ?? initialUi.sorts.states!;
  const rows = sortRows(stateRows(snapshot, run), run ? sort : { column: 'none', descending: false });
  if (rows.length === 0) return h('p', { class: 'note vacant' }, t('noStates'));
  const all = state.ui.opened.includes('states');
  const shown = all ? rows : rows.slice(0, firstRows);
  const keys = shown.map((row) => row.path);
  const scale = run ? sharedScale(run.arms) : 0;
  const width = contentWidth(state.width);
  const wide = width >= tableFrom && run !== null;
  const more: Child =
    rows.length > firstRows &&
    h(
      'button',
      { class: 'link', key: 'more', on: { click: () => dispatch({ kind: 'toggle', id: 'states' }) } },
      all ? t('showFewer') : t('showAllRows', f.count(rows.length)),
    );
  const sorting: Child =
    run !== null &&
    !wide &&
    h(
      'div',
      { class: 'pickers', key: 'sorting' },
      h('span', { class: 'note', 'aria-hidden': 'true' }, t('sortBy')),
      dropdown(
        columns.map((column) => ({ value: column.id, label: labelOf(column, context) })),
        sort.column,
        (column) => dispatch({ kind: 'sort', table: 'states', column }),
        { 'aria-label': t('sortBy'), class: 'grow' },
      ),
    );
  return h(
    'div',
    { class: 'states', key: wide ? 'wide' : 'narrow' },
    run !== null && h('div', { class: 'spread wrap', key: 'top' }, stageKey(context), sorting),
    memo('list', [snapshot, state.ui, wide, width, context.t], () =>
      wide
        ? h('div', {}, stateTable(shown, keys, scale, width, state, context))
        : h(
            'ul',
            { class: 'statelist', 'data-rove-group': 'states' },
            shown.map((row) => bars(row, keys, scale, state, context)),
          ),
    ),
    more,
    run !== null && slowest(rows, context),
    run !== null &&
      h(
        'div',
        { class: 'chartactions', key: 'actions' },
        h(
          'button',
          {
            class: 'quiet',
            on: {
              click: () =>
                ask('copy:states', {
                  kind: 'copy',
                  text: csvOf(statesCsv(rows, context)),
                  what: `${t('states')} (CSV)`,
                }),
            },
          },
          state.asked['copy:states']?.kind === 'done' ? t('copied') : t('copyCsv'),
        ),
        h(
          'span',
          { class: 'note' },
          [provenanceLabel(run, 'measured', context), ...tracedNote(run, context)].join(' · '),
        ),
      ),
  );
};

const statesCsv = (rows: readonly StateRow[], context: Context): TableSpec => {
  const figures = columns.slice(2);
  return {
    id: 'states',
    caption: context.t('states'),
    columns: [
      { id: 'path', label: context.t('state') },
      { id: 'type', label: context.t('type') },
      { id: 'system', label: context.t('system') },
      ...figures.map((column) => ({ id: column.id, label: labelOf(column, context) })),
    ],
    rows: rows.flatMap((row) =>
      row.cells.map(({ arm, figures: measured }) => ({
        key: `${row.path}/${arm.system}`,
        cells: [
          { text: row.path },
          { text: row.type },
          { text: arm.system },
          ...figures.map((column) => ({ text: '', value: measured ? figureOf(measured, column.id as 'p50') : null })),
        ],
      })),
    ),
  };
};
