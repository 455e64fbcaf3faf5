/** A parsed text as a tree that knows where everything stands, the same for JSON and YAML. */
import type { Json } from '../model/json';
import type { Position, TextRange } from '../model/machine';

export type SourceNode = ObjectNode | ArrayNode | ScalarNode;

interface Span {
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
}

export interface ObjectNode extends Span {
  readonly kind: 'object';
  readonly entries: readonly SourceEntry[];
}

export interface ArrayNode extends Span {
  readonly kind: 'array';
  readonly items: readonly SourceNode[];
}

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** A placeholder that stands where JSON wants a value, without quotes. */
  readonly bare?: boolean;
}

export interface SourceEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly node: SourceNode;
}

/** A syntax error: what and where. */
export interface SourceProblem extends Span {
  readonly message: string;
}

/** Steps from the root: names and indices. */
export type Path = readonly (string | number)[];

/** Turns offsets into lines and columns; built once a text. */
export class LineTable {
  private readonly starts: number[] = [0];
  constructor(private readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  position(offset: number): Position {
    const within = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: within - (this.starts[low] as number) };
  }

  range(start: number, end: number): TextRange {
    return { start: this.position(start), end: this.position(end) };
  }
}

/** The node at a path; where the path leads nowhere, the deepest one on its way. */
export function nodeAt(root: SourceNode, path: Path): { node: SourceNode; entry?: SourceEntry; found: boolean } {
  let node = root;
  let entry: SourceEntry | undefined;
  for (const step of path) {
    if (node.kind === 'object') {
      const next = findEntry(node, String(step));
      if (!next) return { node, entry, found: false };
      entry = next;
      node = next.node;
    } else if (node.kind === 'array') {
      const next = node.items[Number(step)];
      if (!next) return { node, entry, found: false };
      entry = undefined;
      node = next;
    } else return { node, entry, found: false };
  }
  return { node, entry, found: true };
}

/** Objects with more entries than this are looked up by an index of their keys: a machine may have a thousand states. */
const longObject = 32;
const indices = new WeakMap<ObjectNode, ReadonlyMap<string, SourceEntry>>();

/** The last of equal keys counts, as JSON parsers have it. */
function findEntry(node: ObjectNode, key: string): SourceEntry | undefined {
  if (node.entries.length <= longObject) return node.entries.findLast((entry) => entry.key === key);
  let index = indices.get(node);
  if (!index) indices.set(node, (index = new Map(node.entries.map((entry) => [entry.key, entry]))));
  return index.get(key);
}

/** The tree's plain value. */
export function valueOf(node: SourceNode): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'array':
      return node.items.map(valueOf);
    case 'object': {
      const out: Record<string, Json> = {};
      for (const { key, node: child } of node.entries) {
        if (key === '__proto__')
          Object.defineProperty(out, key, {
            value: valueOf(child),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        else out[key] = valueOf(child);
      }
      return out;
    }
  }
}

/** `/States/X/Choices[0]/Next`, as AWS writes locations. */
export function pointer(path: Path): string {
  if (path.length === 0) return '/';
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `/${step}`)).join('');
}

/**
 * Reads a location in AWS's form against a tree, since names may themselves contain `/` or `[`.
 * Undefined where nothing stands there.
 */
export function pathOf(root: SourceNode, text: string): Path | undefined {
  if (text === '/' || text === '') return [];
  return walk(root, text);
}

function walk(node: SourceNode, rest: string): Path | undefined {
  if (rest === '') return [];
  if (node.kind === 'array') {
    const index = /^\[(\d+)\]|^\/(\d+)(?=\/|\[|$)/.exec(rest);
    const child = index && node.items[Number(index[1] ?? index[2])];
    const tail = child ? walk(child, rest.slice(index[0].length)) : undefined;
    return tail && index ? [Number(index[1] ?? index[2]), ...tail] : undefined;
  }
  if (node.kind !== 'object' || !rest.startsWith('/')) return undefined;
  for (const { key, node: child } of node.entries) {
    if (!rest.startsWith(key, 1)) continue;
    const after = rest.slice(1 + key.length);
    if (after !== '' && !after.startsWith('/') && !after.startsWith('[')) continue;
    const tail = walk(child, after);
    if (tail) return [key, ...tail];
  }
  return undefined;
}
