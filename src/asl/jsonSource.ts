/** JSON with comments and trailing commas, and with placeholders where values should be, as a source tree. */
import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { SourceEntry, SourceNode, SourceProblem } from './sourceTree';

export interface ParsedSource {
  readonly root?: SourceNode;
  readonly problems: readonly SourceProblem[];
}

/** Deeper than AWS accepts, and safe for what recurses over the tree. */
const maxDepth = 300;

/** Never throws: a broken text gives problems and as much of a tree as can be read. */
export function parseJsonSource(text: string): ParsedSource {
  if (text.trim() === '')
    return {
      problems: [
        {
          start: 0,
          end: text.length,
          message: 'The file is empty: a state machine begins with {"StartAt": …, "States": {…}}',
        },
      ],
    };
  const deep = tooDeepAt(text);
  if (deep !== undefined)
    return { problems: [{ start: deep, end: deep + 1, message: `The text nests more than ${maxDepth} levels deep` }] };
  const { masked, bare } = maskBarePlaceholders(text);
  const errors: ParseError[] = [];
  const tree = parseTree(masked, errors, { allowTrailingComma: true, disallowComments: false });
  const problems = errors.slice(0, 20).map(({ error, offset, length }) => ({
    start: offset,
    end: offset + Math.max(1, length),
    message: wording[printParseErrorCode(error)] ?? 'This is not valid JSON',
  }));
  return { root: tree && convert(tree, text, bare), problems };
}

const wording: Readonly<Record<string, string>> = {
  InvalidSymbol: 'This word means nothing in JSON: texts need double quotes around them',
  InvalidNumberFormat: 'This is not a number in JSON',
  PropertyNameExpected: 'A field name in double quotes should stand here',
  ValueExpected: 'A value should stand here',
  ColonExpected: "A ':' should stand here, between a field and its value",
  CommaExpected: "A ',' is missing before this",
  CloseBraceExpected: "A '}' is missing here",
  CloseBracketExpected: "A ']' is missing here",
  EndOfFileExpected: 'The definition ends before this: nothing may follow it',
  InvalidCommentToken: 'A comment begins with // or /*',
  UnexpectedEndOfComment: 'A comment has no closing */',
  UnexpectedEndOfString: 'A text has no closing double quote',
  UnexpectedEndOfNumber: 'A number is cut off',
  InvalidUnicode: 'A \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: 'This is not an escape in JSON: write \\\\ for a backslash',
  InvalidCharacter: 'This character may only stand in a text as an escape',
};

/** Counts brackets outside of strings; the parser itself recurses. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (quoted) {
      if (c === 92) at += 1;
      else if (c === 34 || c === 10) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === 123 || c === 91) {
      depth += 1;
      if (depth > maxDepth) return at;
    } else if (c === 125 || c === 93) depth -= 1;
  }
  return undefined;
}

/**
 * `"Seconds": ${Delay}` is no JSON until it is filled in. Each such placeholder is masked by a string of the same length, so
 * that offsets stay; `bare` knows what stood there.
 */
function maskBarePlaceholders(text: string): { masked: string; bare: ReadonlyMap<number, string> } {
  const bare = new Map<number, string>();
  if (!text.includes('${')) return { masked: text, bare };
  let masked = '';
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (c === '"') at = endOfString(text, at);
    else if (c === '/' && text[at + 1] === '/') at = orEnd(text.indexOf('\n', at), text);
    else if (c === '/' && text[at + 1] === '*') at = orEnd(text.indexOf('*/', at), text);
    else if (c === '$' && text[at + 1] === '{') {
      const found = /^\$\{(?:[^{}\n]|\{[^{}\n]*\})*\}/.exec(text.slice(at, at + 1000))?.[0];
      if (!found) continue;
      bare.set(at, found);
      masked += `${text.slice(copied, at)}"${'_'.repeat(found.length - 2)}"`;
      copied = at + found.length;
      at = copied - 1;
    }
  }
  return { masked: masked + text.slice(copied), bare };
}

const orEnd = (at: number, text: string): number => (at < 0 ? text.length : at);

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"' || text[at] === '\n') return at;
  }
  return text.length;
}

function convert(node: Node, text: string, bare: ReadonlyMap<number, string>): SourceNode {
  const start = node.offset;
  const end = node.offset + node.length;
  if (node.type === 'object') {
    const entries: SourceEntry[] = [];
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (!key) continue;
      const keySpan = { start: key.offset, end: key.offset + key.length };
      // A field whose value is not typed yet counts as null, at the end of its name.
      const child: SourceNode = value
        ? convert(value, text, bare)
        : { kind: 'scalar', value: null, start: keySpan.end, end: keySpan.end };
      entries.push({ key: bare.get(key.offset) ?? String(key.value), keySpan, node: child });
    }
    return { kind: 'object', entries, start, end };
  }
  if (node.type === 'array')
    return { kind: 'array', items: (node.children ?? []).map((child) => convert(child, text, bare)), start, end };
  const placeholder = bare.get(start);
  if (placeholder !== undefined) return { kind: 'scalar', value: placeholder, bare: true, start, end };
  return { kind: 'scalar', value: (node.value ?? null) as string | number | boolean | null, start, end };
}
