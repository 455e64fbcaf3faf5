/** A table before it has a form: columns with a side, rows of texts. */
export interface Table {
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences under the table: counts, what is simulated, what is uncertain. */
  readonly notes: readonly string[];
}

/** Columns a text takes in a terminal: combining marks none, wide characters two. */
export const width = (text: string): number => {
  let columns = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (/\p{Mark}/u.test(character) || code === 0x200b || code === 0xfe0f) continue;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff);
    columns += wide ? 2 : 1;
  }
  return columns;
};

const pad = (text: string, to: number, align: 'left' | 'right'): string => {
  const gap = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'left' ? text + gap : gap + text;
};

/** Texts from outside (state names, errors) must not move the cursor or colour the terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '�');

/** Aligned lines, two spaces between columns, without trailing blanks. */
export const terminalTable = (table: Table): string => {
  const rows = table.rows.map((row) => row.map(printable));
  const widths = table.columns.map((column, i) =>
    Math.max(width(column.title), ...rows.map((row) => width(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i]!, table.columns[i]!.align))
      .join('  ')
      .trimEnd();
  return [
    printable(table.title),
    line(table.columns.map((column) => column.title)),
    line(widths.map((each) => '─'.repeat(each))),
    ...rows.map((row) => line(row)),
    ...table.notes.map((note) => `  ${printable(note)}`),
  ].join('\n');
};

const markdownCell = (text: string): string =>
  printable(text).replace(/[\\`*_[\]<>|#]/g, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : `\\${sign}`));

/** A GitHub-flavoured table; texts are escaped so that a state's name cannot become markup. */
export const markdownTable = (table: Table): string =>
  [
    `### ${markdownCell(table.title)}`,
    '',
    `| ${table.columns.map((column) => markdownCell(column.title)).join(' | ')} |`,
    `| ${table.columns.map((column) => (column.align === 'right' ? '---:' : '---')).join(' | ')} |`,
    ...table.rows.map((row) => `| ${row.map(markdownCell).join(' | ')} |`),
    ...(table.notes.length > 0 ? ['', ...table.notes.map((note) => `- ${markdownCell(note)}`)] : []),
  ].join('\n');

/** RFC 4180 text; a cell that a spreadsheet would take for a formula is told to be text by a leading apostrophe. */
export const csv = (
  header: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): string => {
  const cell = (value: string | number | null | undefined): string => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'number') return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
};
