import type { RunDocument } from '../model/run';
import { armsTable, costTable, sentencesOf, statesTable } from './figures';
import { fitTable } from './fits';
import { printable, terminalTable, type Table } from './table';

/** A last column of sentences would make lines of 200 columns: they go under the table, numbered by row. */
const notesBelow = (table: Table): Table => {
  const last = table.columns.length - 1;
  if (table.columns[last]!.title !== 'note') return table;
  const notes = [...new Set(table.rows.map((row) => row[last]!).filter(Boolean))];
  const mark = (note: string): string => (note ? `[${notes.indexOf(note) + 1}]` : '');
  return {
    ...table,
    rows: table.rows.map((row) => [...row.slice(0, last), mark(row[last]!)]),
    notes: [...notes.map((note, i) => `[${i + 1}] ${note}`), ...table.notes],
  };
};

/** The run as a person reads it in a terminal. `detail` adds each arm's states and bill. */
export const terminalReport = (document: RunDocument, options: { detail?: boolean; locale?: string } = {}): string => {
  const { detail = true, locale } = options;
  const tables = [armsTable(document, locale)];
  if (detail)
    for (const arm of document.arms)
      tables.push(...[statesTable(arm, locale), costTable(arm, locale)].filter((table) => table !== null));
  if (detail) tables.push(...(document.fits ?? []).map((fit) => fitTable(fit, locale)));
  const sentences = sentencesOf(document).map(printable);
  return (
    [
      ...tables.map((table) => terminalTable(notesBelow(table))),
      ...(sentences.length > 0 ? [sentences.join('\n')] : []),
    ].join('\n\n') + '\n'
  );
};
