/** Repairs for problems, as edits of the text: pure, so that the editor only applies what is made here. */
import { stateTypes, type Problem, type TextRange } from '../model/machine';
import { closest } from './closest';
import { parseSource, type SourceLanguage } from './source';
import { LineTable, nodeAt, pathOf, type ObjectNode, type Path, type SourceEntry, type SourceNode } from './sourceTree';
import { stateFields } from './validate/fields';

export interface TextFix {
  /** For a menu: "Change to 'ShipOrder'". */
  readonly title: string;
  readonly edits: readonly { readonly range: TextRange; readonly newText: string }[];
  /** The one that is most likely meant. */
  readonly preferred: boolean;
}

/** What could repair a problem of this text; empty where nothing is known. Never throws. */
export function fixesFor(text: string, language: SourceLanguage, problem: Problem): TextFix[] {
  const { root } = parseSource(text, language);
  const path = root && pathOf(root, problem.path);
  if (!root || !path) return [];
  const context: Context = { text, language, root, path, lines: new LineTable(text), problem };
  return makers.flatMap((make) => make(context));
}

interface Context {
  readonly text: string;
  readonly language: SourceLanguage;
  readonly root: SourceNode;
  readonly path: Path;
  readonly lines: LineTable;
  readonly problem: Problem;
}

const makers: readonly ((context: Context) => TextFix[])[] = [
  retarget,
  unknownType,
  oneOfValues,
  unknownField,
  missingFields,
  missingWay,
  twoWays,
  missingDollar,
];

function retarget(context: Context): TextFix[] {
  const missing = /^Missing '\w+' target: (.*)$/s.exec(context.problem.message)?.[1];
  if (context.problem.code !== 'MISSING_TRANSITION_TARGET' || missing === undefined) return [];
  const names = statesAround(context).filter((name) => name !== missing);
  const near = closest(missing, names);
  const offered = near ? [near, ...names.filter((name) => name !== near).slice(0, 4)] : names.slice(0, 5);
  return offered.map((name) => replaceValue(context, name, name === near));
}

/** Names of the states beside the one a path leads into. */
function statesAround({ root, path }: Context): string[] {
  const at = path.lastIndexOf('States');
  const scope = at >= 0 ? path.slice(0, at + 1) : [...path.slice(0, -1), 'States'];
  const { node, found } = nodeAt(root, scope);
  return found && node.kind === 'object' ? node.entries.map(({ key }) => key) : [];
}

function unknownType(context: Context): TextFix[] {
  if (!context.problem.message.startsWith("The field 'Type' should have one of")) return [];
  const { node } = nodeAt(context.root, context.path);
  const near = node.kind === 'scalar' ? closest(String(node.value), stateTypes) : undefined;
  return near ? [replaceValue(context, near, true)] : [];
}

function oneOfValues(context: Context): TextFix[] {
  const values = /^Value should be one of the following: \[(.*)\]$/.exec(context.problem.message)?.[1]?.split(', ');
  if (!values) return [];
  const { node } = nodeAt(context.root, context.path);
  const near = node.kind === 'scalar' ? closest(String(node.value), values) : undefined;
  return values.map((value) => replaceValue(context, value, value === near || values.length === 1));
}

function unknownField(context: Context): TextFix[] {
  const field = /^Field '(.+)' is not supported$/.exec(context.problem.message)?.[1];
  const { node } = nodeAt(context.root, context.path);
  if (field === undefined || node.kind !== 'object') return [];
  const entry = node.entries.find(({ key }) => key === field);
  if (!entry) return [];
  const near = closest(
    field,
    fieldsOf(node).filter((name) => !node.entries.some(({ key }) => key === name)),
  );
  const rename = near ? [edit(context, `Change to '${near}'`, entry.keySpan, quoted(context, near), true)] : [];
  return [...rename, removeEntry(context, node, entry, `Remove '${field}'`, near === undefined)];
}

function fieldsOf(node: ObjectNode): string[] {
  const type = node.entries.find(({ key }) => key === 'Type')?.node;
  const kind = type?.kind === 'scalar' ? stateTypes.find((one) => one === type.value) : undefined;
  return kind
    ? [...stateFields[kind]]
    : [
        'StartAt',
        'States',
        'Comment',
        'QueryLanguage',
        'TimeoutSeconds',
        'Version',
        'Next',
        'ErrorEquals',
        'ResultPath',
        'Mode',
        'ExecutionType',
      ];
}

function missingFields(context: Context): TextFix[] {
  const list = /^These fields are required: \[([^\]]*)\]/.exec(context.problem.message)?.[1]?.split(', ');
  if (!list) return [];
  const additions = list.map((field): [string, string] => [field, defaultOf(context, field)]);
  return insertFields(context, `Add ${list.map((field) => `'${field}'`).join(' and ')}`, additions, true);
}

function defaultOf(context: Context, field: string): string {
  const { node } = nodeAt(context.root, context.path);
  const states = node.kind === 'object' ? node.entries.find(({ key }) => key === 'States')?.node : undefined;
  const first = states?.kind === 'object' ? states.entries[0]?.key : undefined;
  switch (field) {
    case 'StartAt':
      return JSON.stringify(first ?? 'First');
    case 'States':
      return context.language === 'yaml'
        ? '{First: {Type: Pass, End: true}}'
        : '{ "First": { "Type": "Pass", "End": true } }';
    case 'Type':
      return '"Pass"';
    case 'Choices':
    case 'Branches':
      return '[]';
    case 'ErrorEquals':
      return '["States.ALL"]';
    case 'Next':
      return JSON.stringify(statesAround(context)[0] ?? '');
    case 'ExecutionType':
      return '"STANDARD"';
    default:
      return '""';
  }
}

function missingWay(context: Context): TextFix[] {
  if (context.problem.message !== 'This object should have only one of the following fields: [Next, End]') return [];
  const own = context.path.at(-1);
  const names = statesAround(context);
  const next = names[names.indexOf(String(own)) + 1];
  const end = insertFields(context, "Add 'End': true", [['End', 'true']], next === undefined);
  return next === undefined
    ? end
    : [...insertFields(context, `Add 'Next': '${next}'`, [['Next', JSON.stringify(next)]], true), ...end];
}

function twoWays(context: Context): TextFix[] {
  const pair = /^There should only be one of the following fields: \[(\w+), (\w+)\]$/.exec(context.problem.message);
  const { node } = nodeAt(context.root, context.path);
  if (!pair || node.kind !== 'object') return [];
  return [pair[2], pair[1]].flatMap((field, index) => {
    const entry = node.entries.find(({ key }) => key === field);
    return entry ? [removeEntry(context, node, entry, `Remove '${field}'`, index === 0)] : [];
  });
}

function missingDollar(context: Context): TextFix[] {
  const key = /^The value of '(.+?)' looks like/.exec(context.problem.message)?.[1];
  const { range } = context.problem;
  if (context.problem.code !== 'NO_DOLLAR' || key === undefined || !range) return [];
  const entry = entryAt(nodeAt(context.root, context.path).node, key, context, range);
  return entry ? [edit(context, `Change to '${key}.$'`, entry.keySpan, quoted(context, `${key}.$`), true)] : [];
}

/** The entry of that name whose value stands at the range, anywhere below a node. */
function entryAt(node: SourceNode, key: string, context: Context, range: TextRange): SourceEntry | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'array') return firstOf(node.items, (item) => entryAt(item, key, context, range));
  return firstOf(node.entries, (entry) => {
    const at = context.lines.position(entry.node.start);
    if (entry.key === key && at.line === range.start.line && at.column === range.start.column) return entry;
    return entryAt(entry.node, key, context, range);
  });
}

function firstOf<T, R>(list: readonly T[], pick: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = pick(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const quoted = ({ language }: Context, text: string): string =>
  language === 'yaml' && /^[A-Za-z][\w.$ -]*$/.test(text) ? text : JSON.stringify(text);

function edit(
  context: Context,
  title: string,
  span: { start: number; end: number },
  newText: string,
  preferred: boolean,
): TextFix {
  return { title, edits: [{ range: context.lines.range(span.start, span.end), newText }], preferred };
}

function replaceValue(context: Context, value: string, preferred: boolean): TextFix {
  const { node } = nodeAt(context.root, context.path);
  return edit(context, `Change to '${value}'`, node, quoted(context, value), preferred);
}

/** After the last field of the object, in its own style. */
function insertFields(
  context: Context,
  title: string,
  fields: readonly (readonly [string, string])[],
  preferred: boolean,
): TextFix[] {
  const { node } = nodeAt(context.root, context.path);
  if (node.kind !== 'object') return [];
  const last = node.entries.at(-1);
  const flow = context.text[node.start] === '{';
  if (!last)
    return flow
      ? [
          edit(
            context,
            title,
            { start: node.start + 1, end: node.start + 1 },
            ` ${fields.map(([name, value]) => `"${name}": ${value}`).join(', ')} `,
            preferred,
          ),
        ]
      : [];
  const lineStart = context.text.lastIndexOf('\n', last.keySpan.start - 1) + 1;
  const before = context.text.slice(lineStart, last.keySpan.start);
  const ownLine = before.trim() === '' && lineStart > 0;
  const separator = ownLine ? `\n${before}` : ' ';
  const newText = flow
    ? fields.map(([name, value]) => `,${separator}"${name}": ${value}`).join('')
    : fields.map(([name, value]) => `\n${' '.repeat(last.keySpan.start - lineStart)}${name}: ${value}`).join('');
  const end = flow ? last.node.end : trimmedEnd(context.text, last.node.end);
  return [edit(context, title, { start: end, end }, newText, preferred)];
}

const trimmedEnd = (text: string, end: number): number => text.slice(0, end).trimEnd().length;

/** With the comma or the line that goes with it. */
function removeEntry(
  context: Context,
  node: ObjectNode,
  entry: SourceEntry,
  title: string,
  preferred: boolean,
): TextFix {
  const at = node.entries.indexOf(entry);
  const next = node.entries[at + 1];
  const previous = node.entries[at - 1];
  const span = next
    ? { start: entry.keySpan.start, end: next.keySpan.start }
    : previous
      ? { start: trimmedEnd(context.text, previous.node.end), end: trimmedEnd(context.text, entry.node.end) }
      : { start: entry.keySpan.start, end: entry.node.end };
  return edit(context, title, span, '', preferred);
}
