import type { Context } from '../context';
import { roveIndex, roveKeys } from '../dom/rove';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import type { StringKey } from '../strings';
import { systemLabel, unvisited } from '../systems';
import { capital } from '../views/chartFrame';
import { sortHead } from '../views/dataTable';
import { figureOf, type StateColumn, type StateRow } from './rows';
import { stageBar, stagesOf } from './stages';

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

export interface Column {
  readonly id: StateColumn;
  readonly label: StringKey | 'p50' | 'p95';
  /** Content width from which it is shown, px. */
  readonly from: number;
}

export const columns: readonly Column[] = [
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

export const labelOf = (column: Column, { t }: Context): string =>
  column.label === 'p50' || column.label === 'p95' ? column.label : capital(t(column.label));

/** From this content width on, a table with columns; below it, bars. */
export const tableFrom = 640;

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
      h(
        'tr',
        {},
        name(1),
        h('td', { colspan: shown.length - 1, class: 'text note' }, unvisited(state.snapshot!.run!, context)),
      ),
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

export const stateTable = (
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
