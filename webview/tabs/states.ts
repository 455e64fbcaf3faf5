import { dropdown } from '../controls';
import { contentWidth, type Context } from '../context';
import { h, memo, type Child, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { initialUi } from '../state/ui';
import { finishedOf, isRunning, mainArms, provenanceLabel, systemLabel, systemOf, unvisited } from '../systems';
import type { RunDocument } from '../../src/model/run';
import { figureOf, sortRows, stateRows, type StateRow } from './rows';
import { columns, labelOf, stateName, stateTable, tableFrom } from './stateTable';
import { csvOf, type TableSpec } from '../views/dataTable';
import { sharedScale, stageBar, stageKey, stagesOf } from './stages';

/** Rows drawn before one asks for all: a thousand states would cost every frame. */
const firstRows = 100;

const remarks = (row: StateRow, { t, f }: Context): string => {
  const sum = (of: 'retries' | 'failures' | 'coldStarts'): number =>
    row.cells.reduce((total, { figures }) => total + (figures?.[of] ?? 0), 0);
  const [retries, failures, cold] = [sum('retries'), sum('failures'), sum('coldStarts')];
  return [
    row.stale && row.cells.length > 0 && t('staleState'),
    retries > 0 && (retries === 1 ? t('retriesOne') : t('retriesCount', f.count(retries))),
    failures > 0 && (failures === 1 ? t('failuresOne') : t('failuresCount', f.count(failures))),
    cold > 0 && t('coldCount', f.count(cold)),
  ]
    .filter((text) => text !== false)
    .join(' · ');
};

const bars = (row: StateRow, keys: readonly string[], scale: number, state: PanelState, context: Context): VNode => {
  const { f } = context;
  const { run } = state.snapshot!;
  // While nothing is known of any, one line below says so.
  const none = run && (scale > 0 || !isRunning(run)) ? unvisited(run, context) : '';
  const reached = row.cells.some(({ figures }) => figures !== null && figures.visits > 0);
  return h(
    'li',
    { key: row.path, class: state.ui.selected === row.path ? 'state selected' : 'state' },
    h(
      'div',
      { class: 'spread' },
      stateName(row, keys, state, context),
      h('span', { class: 'note remarks' }, reached || row.cells.length === 0 ? remarks(row, context) : none),
    ),
    reached &&
      row.cells.map(({ arm, system, figures }) =>
        h(
          'div',
          { class: `barline sys-${system}`, key: arm.system },
          h('span', { class: 'who' }, h('span', { class: 'swatch' }), systemLabel(arm, context)),
          figures && figures.visits > 0
            ? stageBar(stagesOf(figures), scale, context)
            : h('span', { class: 'note' }, none),
          h('span', { class: 'figure' }, figures ? f.stay(figures.durationMs?.p50) : '–'),
        ),
      ),
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

/** Whose row a bar is; in a narrow panel each bar has its name. */
const systemKey = (run: RunDocument, context: Context): VNode | false => {
  const arms = mainArms(run);
  return (
    arms.length > 1 &&
    h(
      'p',
      { class: 'key note', key: 'systems' },
      arms.map(({ arm }) =>
        h(
          'span',
          { key: arm.system, class: `sys-${systemOf(arm)}` },
          h('span', { class: 'swatch' }),
          systemLabel(arm, context),
        ),
      ),
    )
  );
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
  const reached = rows.some((row) => row.cells.some(({ figures }) => figures !== null && figures.visits > 0));
  const measured = run !== null && run.arms.length > 0 && (reached || !isRunning(run));
  const wide = width >= tableFrom && measured;
  const more: Child =
    rows.length > firstRows &&
    h(
      'button',
      { class: 'link', key: 'more', on: { click: () => dispatch({ kind: 'toggle', id: 'states' }) } },
      all ? t('showFewer') : t('showAllRows', f.count(rows.length)),
    );
  const sorting: Child =
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
    measured &&
      h('div', { class: 'spread wrap', key: 'top' }, stageKey(context), wide ? systemKey(run, context) : sorting),
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
    isRunning(run) && !measured && h('p', { class: 'note', key: 'until' }, t('untilFirst')),
    measured && slowest(rows, context),
    measured &&
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
