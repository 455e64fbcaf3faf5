import { describe, expect, it } from 'vitest';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { findAll, textOf } from '../../../../webview/dom/vnode';
import { csvOf, dataTable, sortTable, type TableSpec } from '../../../../webview/views/dataTable';
import { recording, showing } from '../helpers';

const spec: TableSpec = {
  id: 't',
  caption: 'Things',
  columns: [
    { id: 'name', label: 'Name', text: true },
    { id: 'ms', label: 'Time' },
  ],
  rows: [
    { key: 'b', cells: [{ text: 'b' }, { text: '5.06 s', value: 5061.5 }] },
    { key: 'a', cells: [{ text: 'a' }, { text: '–', value: null }] },
    { key: 'c', cells: [{ text: 'c' }, { text: '412 ms', value: 412 }] },
  ],
};
const keys = (rows: readonly { readonly key: string }[]): string => rows.map(({ key }) => key).join('');

describe('sorting', () => {
  it('goes by the figure, not its text, and leaves what is missing at the end either way', () => {
    expect(keys(sortTable(spec, { column: 'ms', descending: true }))).toBe('bca');
    expect(keys(sortTable(spec, { column: 'ms', descending: false }))).toBe('cba');
  });

  it('goes by words, and leaves the order where the column is not known', () => {
    expect(keys(sortTable(spec, { column: 'name', descending: false }))).toBe('abc');
    expect(keys(sortTable(spec, { column: 'gone', descending: false }))).toBe('bac');
    expect(keys(sortTable(spec, undefined))).toBe('bac');
  });
});

describe('CSV', () => {
  it('has the whole figures and nothing for what is missing', () => {
    expect(csvOf(spec)).toBe('Name,Time\r\nb,5061.5\r\na,\r\nc,412\r\n');
  });

  it.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-x', "'-x"],
  ])('writes %j so that a spreadsheet reads it as text', (text, cell) => {
    expect(csvOf({ ...spec, rows: [{ key: 'r', cells: [{ text }, { text: '', value: -5 }] }] })).toBe(
      `Name,Time\r\n${cell},-5\r\n`,
    );
  });
});

describe('the table', () => {
  const many: TableSpec = {
    ...spec,
    rows: Array.from({ length: 250 }, (_, index) => ({
      key: String(index),
      cells: [{ text: `row ${index}` }, { text: '', value: index }],
    })),
  };
  const rowsOf = (node: ReturnType<typeof dataTable>): number => findAll(node, ({ tag }) => tag === 'tr').length - 1;

  it('draws the first hundred rows, ten in a narrow panel, and all of them when asked', () => {
    const context = recording();
    const wide = dataTable(many, showing(snapshots.finished(), 1200), context);
    expect(rowsOf(wide)).toBe(100);
    expect(textOf(wide)).toContain('Show all 250');
    expect(rowsOf(dataTable(many, showing(snapshots.finished(), 300), context))).toBe(10);
    const opened = dataTable(many, showing(snapshots.finished(), 300, { kind: 'toggle', id: 'rows:t' }), context);
    expect(rowsOf(opened)).toBe(250);
    expect(textOf(opened)).toContain('Show fewer');
  });

  it.each([
    [300, false, true],
    [420, false, true],
    [420, true, false],
    [300, true, true],
    [900, false, true],
    [1600, false, false],
  ])('at %i px, compact %s, is a list: %s', (width, compact, list) => {
    const [table] = findAll(
      dataTable({ ...spec, compact }, showing(snapshots.finished(), width), recording()),
      ({ tag }) => tag === 'table',
    );
    expect(String(table!.props.class).includes('list')).toBe(list);
    // What the order is by is said where the heads stand alone.
    const [head] = findAll(table!, ({ tag }) => tag === 'tr');
    expect(head!.props['data-label']).toBe(list ? 'Sort by:' : undefined);
  });

  it('says how it is sorted and asks for another order by its heads', () => {
    const context = recording();
    const sorted = dataTable(
      spec,
      showing(snapshots.finished(), 1200, { kind: 'sort', table: 't', column: 'ms' }),
      context,
    );
    const heads = findAll(sorted, ({ props }) => props.scope === 'col');
    expect(heads.map(({ props }) => props['aria-sort'])).toEqual([undefined, 'descending']);
    const [button] = findAll(heads[0]!, ({ tag }) => tag === 'button');
    button!.props.on!.click!({} as Event);
    expect(context.actions).toEqual([{ kind: 'sort', table: 't', column: 'name' }]);
  });

  it('names each figure for where rows are set as lists', () => {
    const cells = findAll(dataTable(spec, showing(snapshots.finished(), 300), recording()), ({ tag }) => tag === 'td');
    expect(cells.every(({ props }) => props['data-label'] === 'Time' && props.role === 'cell')).toBe(true);
  });
});
