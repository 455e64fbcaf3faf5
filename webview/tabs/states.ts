import { wideFrom, type Context } from '../context';
import { roveIndex, roveKeys } from '../dom/rove';
import { h, memo, type Child, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { initialUi } from '../state/ui';
import { systemLabel } from '../systems';
import { sortRows, stateRows, type StateRow } from './rows';
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
          h('span', { class: 'figure' }, figures ? f.ms(figures.durationMs?.p50) : '–'),
        ),
      ),
  );
};

export const statesTab = (state: PanelState, context: Context): VNode => {
  const { t, f, dispatch } = context;
  const snapshot = state.snapshot!;
  const sort = state.ui.sorts.states ?? initialUi.sorts.states!;
  const rows = sortRows(stateRows(snapshot, snapshot.run), sort);
  if (rows.length === 0) return h('p', { class: 'note' }, t('noStates'));
  const all = state.ui.opened.includes('states');
  const shown = all ? rows : rows.slice(0, firstRows);
  const keys = shown.map((row) => row.path);
  const scale = snapshot.run ? sharedScale(snapshot.run.arms) : 0;
  const more: Child =
    rows.length > firstRows &&
    h(
      'button',
      { class: 'link', key: 'more', on: { click: () => dispatch({ kind: 'toggle', id: 'states' }) } },
      all ? t('showFewer') : t('showAllRows', f.count(rows.length)),
    );
  return h(
    'div',
    { class: 'states', key: state.width >= wideFrom ? 'wide' : 'narrow' },
    snapshot.run !== null && stageKey(context),
    memo('list', [snapshot, state.ui, context.t], () =>
      h(
        'ul',
        { class: 'statelist', 'data-rove-group': 'states' },
        shown.map((row) => bars(row, keys, scale, state, context)),
      ),
    ),
    more,
  );
};
