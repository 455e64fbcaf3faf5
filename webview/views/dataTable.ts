import { contentWidth, type Context } from '../context';
import { h, type Child, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import type { Sort } from '../state/ui';

export interface TableColumn {
  readonly id: string;
  readonly label: string;
  /** Texts stand at the start, figures at the end of their column. */
  readonly text?: boolean;
}

export interface TableCell {
  readonly text: string;
  /** What it is sorted by and what the CSV gets; the text itself if absent. Null is missing. */
  readonly value?: number | string | null;
  readonly node?: Child;
}

export interface TableRow {
  readonly key: string;
  readonly class?: string;
  readonly cells: readonly TableCell[];
}

export interface TableSpec {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** Few columns: not spread over the whole width. */
  readonly compact?: boolean;
}

/** Rows before one asks for all: those of a list are as high as five of a table. */
const firstRows = { list: 10, table: 100 } as const;
const raw = (cell: TableCell | undefined): number | string | null =>
  cell ? (cell.value === undefined ? cell.text : cell.value) : null;

export const sortTable = (spec: TableSpec, sort: Sort | undefined): readonly TableRow[] => {
  const at = spec.columns.findIndex((column) => column.id === sort?.column);
  if (at < 0 || !sort) return spec.rows;
  const sign = sort.descending ? -1 : 1;
  return [...spec.rows].sort((a, b) => {
    const [left, right] = [raw(a.cells[at]), raw(b.cells[at])];
    // What is missing stays at the end, whichever way it is sorted.
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return (
      sign *
      (typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right)))
    );
  });
};

/** A cell that a spreadsheet would take for a formula is given as text (a leading apostrophe), quotes doubled: RFC 4180. */
const csvCell = (value: number | string | null): string => {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The whole table with plain numbers: never the rounded texts. */
export const csvOf = (spec: TableSpec): string =>
  [
    spec.columns.map((column) => csvCell(column.label)),
    ...spec.rows.map((row) => row.cells.map((cell) => csvCell(raw(cell)))),
  ]
    .map((cells) => cells.join(','))
    .join('\r\n') + '\r\n';

/** A button in a column's head: sorts by it, then the other way. */
export const sortHead = (
  table: string,
  column: TableColumn,
  sort: Sort | undefined,
  { t, dispatch }: Context,
): VNode => {
  const active = sort?.column === column.id;
  return h(
    'th',
    {
      key: column.id,
      scope: 'col',
      role: 'columnheader',
      class: column.text ? 'text' : undefined,
      'aria-sort': active ? (sort.descending ? 'descending' : 'ascending') : undefined,
    },
    h(
      'button',
      {
        class: active ? 'sort active' : 'sort',
        title: `${t('sortBy')}: ${column.label}`,
        on: { click: () => dispatch({ kind: 'sort', table, column: column.id }) },
      },
      column.label,
      active && h('span', { class: 'arrow', 'aria-hidden': 'true' }, sort.descending ? '↓' : '↑'),
    ),
  );
};

/** Room below which a row is a list, CSS px: four columns of a comparison need less than six of a bill. */
const listBelow = { compact: 380, other: 600 } as const;

/**
 * A table sorted by its heads; the first hundred rows, and the rest when asked for. The roles say again what the elements
 * are: where a narrow panel sets rows as blocks, their own meaning would be lost.
 */
export const dataTable = (spec: TableSpec, state: PanelState, context: Context): VNode => {
  const { t, f, dispatch } = context;
  const asList = contentWidth(state.width) < (spec.compact ? listBelow.compact : listBelow.other);
  const sort = state.ui.sorts[spec.id];
  const rows = sortTable(spec, sort);
  const first = asList ? firstRows.list : firstRows.table;
  const opened = state.ui.opened.includes(`rows:${spec.id}`);
  const shown = opened ? rows : rows.slice(0, first);
  return h(
    'div',
    { class: 'tablebox', key: `table:${spec.id}` },
    h(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': spec.caption },
      h(
        'table',
        { class: `data${spec.compact ? ' compact' : ''}${asList ? ' list' : ''}`, role: 'table' },
        h('caption', { class: 'hidden' }, spec.caption),
        h(
          'thead',
          { role: 'rowgroup' },
          h(
            'tr',
            { role: 'row', 'data-label': asList ? `${t('sortBy')}:` : undefined },
            spec.columns.map((column) => sortHead(spec.id, column, sort, context)),
          ),
        ),
        h(
          'tbody',
          { role: 'rowgroup' },
          shown.map((row) =>
            h(
              'tr',
              { key: row.key, class: row.class, role: 'row' },
              row.cells.map((cell, index) => {
                const column = spec.columns[index];
                const content = cell.node ?? cell.text;
                return index === 0
                  ? h('th', { scope: 'row', class: 'text', role: 'rowheader' }, content)
                  : h(
                      'td',
                      { class: column?.text ? 'text' : undefined, role: 'cell', 'data-label': column?.label },
                      content,
                    );
              }),
            ),
          ),
        ),
      ),
    ),
    rows.length > first &&
      h(
        'button',
        { class: 'link', on: { click: () => dispatch({ kind: 'toggle', id: `rows:${spec.id}` }) } },
        opened ? t('showFewer') : t('showAllRows', f.count(rows.length)),
      ),
  );
};
