/** YAML, CloudFormation's short tags included, as a source tree. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type ScalarTag,
  type Tags,
} from 'yaml';
import type { ParsedSource } from './jsonSource';
import type { SourceEntry, SourceNode } from './sourceTree';
import { parsePlainYaml } from './yamlFast';

/** More than a MiB of YAML holds; stops aliases of aliases of aliases. */
const maxNodes = 300_000;
const maxDepth = 300;

/** CloudFormation's tags become the placeholders they stand for: `!GetAtt F.Arn` is `${F.Arn}`. */
const scalarTag = (tag: string, resolve: (text: string) => string): ScalarTag => ({ tag, resolve });
const tags: Tags = [
  scalarTag('!Ref', (text) => `\${${text}}`),
  scalarTag('!GetAtt', (text) => `\${${text}}`),
  scalarTag('!Sub', (text) => text),
  scalarTag('!ImportValue', (text) => `\${${text}}`),
  ...[
    '!Join',
    '!Select',
    '!If',
    '!FindInMap',
    '!Split',
    '!Sub',
    '!GetAtt',
    '!Equals',
    '!And',
    '!Or',
    '!Not',
    '!Cidr',
    '!Transform',
    '!Base64',
    '!GetAZs',
  ].map((tag) => ({ tag, collection: 'seq' as const, resolve: (node: unknown) => node })),
  { tag: '!Transform', collection: 'map', resolve: (node: unknown) => node },
] as unknown as Tags;

/** Tags on lists and objects whose value is known only when the template is deployed. */
const opaqueTags = new Set([
  '!Join',
  '!Select',
  '!If',
  '!FindInMap',
  '!Split',
  '!GetAtt',
  '!ImportValue',
  '!Cidr',
  '!Transform',
  '!Base64',
  '!GetAZs',
]);

/** Never throws: a broken text gives problems and as much of a tree as can be read. */
export function parseYamlSource(text: string): ParsedSource {
  if (text.trim() === '')
    return {
      problems: [
        { start: 0, end: text.length, message: 'The file is empty: a state machine begins with StartAt and States' },
      ],
    };
  const plain = parsePlainYaml(text);
  return plain ? { root: plain, problems: [] } : parseFullYaml(text);
}

/** With the `yaml` package: everything the language has. */
export function parseFullYaml(text: string): ParsedSource {
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      customTags: (base) => [...base, ...(tags as never[])],
      uniqueKeys: false,
      logLevel: 'silent',

      prettyErrors: false,
    });
  } catch (error) {
    return {
      problems: [
        { start: 0, end: Math.min(text.length, 1), message: `This YAML cannot be read: ${(error as Error).message}` },
      ],
    };
  }
  const problems = document.errors.slice(0, 20).map(({ message, pos }) => ({
    start: pos[0],
    end: Math.max(pos[1], pos[0] + 1),
    message: message.split('\n')[0] as string,
  }));
  try {
    return { root: document.contents ? new Converter(document).node(document.contents, 0) : undefined, problems };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { problems: [...problems, { start: 0, end: 1, message: error.message }] };
  }
}

class TooMuch extends Error {}

class Converter {
  private count = 0;
  constructor(private readonly document: Document.Parsed) {}

  node(node: unknown, depth: number): SourceNode {
    this.count += 1;
    if (this.count > maxNodes) throw new TooMuch('The aliases of this YAML multiply beyond bounds');
    if (depth > maxDepth) throw new TooMuch(`The text nests more than ${maxDepth} levels deep`);
    const [start, end] = spanOf(node);
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      return target ? { ...this.node(target, depth + 1), start, end } : { kind: 'scalar', value: null, start, end };
    }
    const tag = (node as Node | undefined)?.tag;
    if (tag && opaqueTags.has(tag) && !isScalar(node))
      return { kind: 'scalar', value: `\${${tag.slice(1)}}`, start, end };
    if (tag === '!Sub' && isSeq(node)) return { ...this.node(node.items[0], depth + 1), start, end };
    if (isMap(node)) return { kind: 'object', entries: this.entries(node.items, depth), start, end };
    if (isSeq(node)) return { kind: 'array', items: node.items.map((item) => this.node(item, depth + 1)), start, end };
    return { kind: 'scalar', value: scalarValue(node), start, end };
  }

  private entries(pairs: readonly unknown[], depth: number): SourceEntry[] {
    const entries: SourceEntry[] = [];
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const [start, end] = spanOf(pair.key);
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      // YAML's merge key brings in the entries of another mapping; those written here stand.
      if (key === '<<') {
        const merged = this.node(pair.value, depth + 1);
        for (const one of merged.kind === 'array' ? merged.items : [merged])
          if (one.kind === 'object') entries.unshift(...one.entries);
        continue;
      }
      const node: SourceNode = pair.value
        ? this.node(pair.value, depth + 1)
        : { kind: 'scalar', value: null, start: end, end };
      entries.push({ key, keySpan: { start, end }, node });
    }
    return entries;
  }
}

function spanOf(node: unknown): [number, number] {
  const range = (node as Node | undefined | null)?.range;
  return range ? [range[0], range[1]] : [0, 0];
}

function scalarValue(node: unknown): string | number | boolean | null {
  if (!isScalar(node)) return null;
  const { value } = node;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(node.source ?? value);
  if (typeof value === 'bigint') return Number(value);
  // YAML 1.1 timestamps and binaries: their text as written.
  return node.source ?? null;
}
