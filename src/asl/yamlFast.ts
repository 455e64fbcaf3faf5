/**
 * The plain part of YAML, which is nearly all of what workflows are written in: block mappings and lists, texts and numbers
 * on one line. Ten times as fast as the full reader, so that problems keep up with typing; at the first thing that is not
 * plain (a tag, an anchor, a block text, a text over several lines) it gives up and the full reader reads the whole text.
 * A property test holds the two together.
 */
import type { ScalarNode, SourceEntry, SourceNode } from './sourceTree';

/** The tree, or undefined where the text is not plain. Never throws. */
export function parsePlainYaml(text: string): SourceNode | undefined {
  try {
    const reader = new PlainReader(text);
    return reader.document();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

const notPlain = new Error('not plain');

function giveUp(): never {
  throw notPlain;
}

const maxDepth = 100;

interface Line {
  /** Offset of the first character that is no space. */
  start: number;
  /** Offset after the last character that is no space. */
  readonly end: number;
  indent: number;
}

class PlainReader {
  private readonly lines: Line[] = [];
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    let begin = 0;
    while (begin <= text.length) {
      const newline = text.indexOf('\n', begin);
      const finish = newline < 0 ? text.length : newline;
      let start = begin;
      while (text.charCodeAt(start) === 32) start += 1;
      let end = finish;
      while (end > start && (text.charCodeAt(end - 1) === 32 || text.charCodeAt(end - 1) === 13)) end -= 1;
      if (start < end && text.charCodeAt(start) !== 35) this.lines.push({ start, end, indent: start - begin });
      begin = finish + 1;
    }
    if (text.includes('\t')) giveUp();
  }

  document(): SourceNode {
    const first = this.lines[0];
    if (!first || first.indent !== 0) return giveUp();
    const node = this.block(0);
    return this.at < this.lines.length ? giveUp() : node;
  }

  private block(indent: number): SourceNode {
    this.depth += 1;
    if (this.depth > maxDepth) giveUp();
    const line = this.lines[this.at] as Line;
    const node = this.isItem(line) ? this.list(indent) : this.mapping(indent);
    this.depth -= 1;
    return node;
  }

  private isItem({ start, end }: Line): boolean {
    return this.text[start] === '-' && (start + 1 === end || this.text[start + 1] === ' ');
  }

  private mapping(indent: number): SourceNode {
    const entries: SourceEntry[] = [];
    const start = (this.lines[this.at] as Line).start;
    for (let line = this.lines[this.at]; line?.indent === indent && !this.isItem(line); line = this.lines[this.at])
      entries.push(this.entry(line, indent));
    this.expectDedent(indent);
    return { kind: 'object', entries, start, end: entries.at(-1)?.node.end ?? start };
  }

  /** What follows a block must stand further left, or not be there. */
  private expectDedent(indent: number): void {
    const next = this.lines[this.at];
    if (next && next.indent > indent) giveUp();
  }

  private entry(line: Line, indent: number): SourceEntry {
    const { key, keySpan, after } = this.key(line);
    const value = this.skipSpaces(after, line.end);
    if (value < line.end && this.text[value] !== '#') {
      const node = this.scalar(value, line.end);
      this.at += 1;
      // A further line that stands deeper would belong to this text.
      this.expectDedent(indent);
      return { key, keySpan, node };
    }
    this.at += 1;
    return {
      key,
      keySpan,
      node: this.nested(indent, true) ?? { kind: 'scalar', value: null, start: keySpan.end, end: keySpan.end },
    };
  }

  /** The block below a name or a dash; a list may stand right below the name it belongs to. */
  private nested(indent: number, listsToo: boolean): SourceNode | undefined {
    const next = this.lines[this.at];
    if (next && (next.indent > indent || (listsToo && next.indent === indent && this.isItem(next))))
      return this.block(next.indent);
    return undefined;
  }

  private key(line: Line): { key: string; keySpan: { start: number; end: number }; after: number } {
    const { text } = this;
    const quote = text[line.start];
    let end: number;
    let key: string;
    if (quote === '"' || quote === "'") {
      const node = this.quoted(line.start, line.end);
      end = node.end;
      key = String(node.value);
      if (text[end] !== ':') giveUp();
    } else {
      end = line.start;
      while (end < line.end && !(text[end] === ':' && (end + 1 === line.end || text[end + 1] === ' '))) end += 1;
      if (end >= line.end) giveUp();
      key = text.slice(line.start, end);
      if (!/^[A-Za-z_$][\w.$/ -]*$/.test(key) || key.endsWith(' ') || isOther(key)) giveUp();
    }
    if (end + 1 < line.end && text[end + 1] !== ' ') giveUp();
    return { key, keySpan: { start: line.start, end }, after: end + 1 };
  }

  private list(indent: number): SourceNode {
    const items: SourceNode[] = [];
    const start = (this.lines[this.at] as Line).start;
    for (let line = this.lines[this.at]; line?.indent === indent && this.isItem(line); line = this.lines[this.at])
      items.push(this.item(line, indent));
    this.expectDedent(indent);
    return { kind: 'array', items, start, end: items.at(-1)?.end ?? start };
  }

  private item(line: Line, indent: number): SourceNode {
    const value = this.skipSpaces(line.start + 1, line.end);
    if (value >= line.end || this.text[value] === '#') {
      this.at += 1;
      return this.nested(indent, false) ?? { kind: 'scalar', value: null, start: line.start + 1, end: line.start + 1 };
    }
    const inner: Line = { start: value, end: line.end, indent: indent + value - line.start };
    if (this.isItem(inner)) giveUp();
    if (this.looksLikeEntry(inner)) {
      // The mapping goes on in the lines below, where this first name stands.
      this.lines[this.at] = inner;
      return this.block(inner.indent);
    }
    const node = this.scalar(value, line.end);
    this.at += 1;
    this.expectDedent(indent);
    return node;
  }

  private looksLikeEntry({ start, end }: Line): boolean {
    const quote = this.text[start];
    if (quote === '"' || quote === "'") return this.text[this.quoted(start, end).end] === ':';
    if (quote === '[' || quote === '{') return false;
    const line = this.text.slice(start, end);
    return line.endsWith(':') || line.includes(': ');
  }

  private skipSpaces(from: number, end: number): number {
    let at = from;
    while (at < end && this.text[at] === ' ') at += 1;
    return at;
  }

  /** A value that takes the rest of its line. */
  private scalar(start: number, end: number): SourceNode {
    const c = this.text[start] as string;
    if (c === '[' || c === '{') {
      const node = this.flow(start, end);
      return this.skipSpaces(node.end, end) === end ? node : giveUp();
    }
    if (c === '"' || c === "'") {
      const node = this.quoted(start, end);
      const rest = this.skipSpaces(node.end, end);
      return rest === end || (rest > node.end && this.text[rest] === '#') ? node : giveUp();
    }
    const whole = this.text.slice(start, end);
    const comment = whole.indexOf(' #');
    const plain = comment < 0 ? whole : whole.slice(0, comment).trimEnd();
    return { kind: 'scalar', value: plainValue(plain), start, end: start + plain.length };
  }

  /** `[a, "b"]` or `{a: b}` on one line. */
  private flow(start: number, end: number): SourceNode {
    this.depth += 1;
    if (this.depth > maxDepth) giveUp();
    const node = this.text[start] === '[' ? this.flowList(start, end) : this.flowMapping(start, end);
    this.depth -= 1;
    return node;
  }

  private flowList(start: number, end: number): SourceNode {
    const items: SourceNode[] = [];
    let at = this.skipSpaces(start + 1, end);
    while (this.text[at] !== ']') {
      const item = this.flowValue(at, end);
      items.push(item);
      at = this.separator(item.end, end, ']');
    }
    return { kind: 'array', items, start, end: at + 1 };
  }

  private flowMapping(start: number, end: number): SourceNode {
    const entries: SourceEntry[] = [];
    let at = this.skipSpaces(start + 1, end);
    while (this.text[at] !== '}') {
      const key = this.flowValue(at, end);
      if (
        key.kind !== 'scalar' ||
        typeof key.value !== 'string' ||
        this.text[key.end] !== ':' ||
        this.text[key.end + 1] !== ' '
      )
        return giveUp();
      const node = this.flowValue(this.skipSpaces(key.end + 1, end), end);
      entries.push({ key: key.value, keySpan: { start: key.start, end: key.end }, node });
      at = this.separator(node.end, end, '}');
    }
    return { kind: 'object', entries, start, end: at + 1 };
  }

  /** Past a comma to the next item, or to the closing bracket. */
  private separator(from: number, end: number, close: string): number {
    const at = this.skipSpaces(from, end);
    if (this.text[at] === close && at < end) return at;
    if (this.text[at] !== ',') giveUp();
    const next = this.skipSpaces(at + 1, end);
    return next < end ? next : giveUp();
  }

  private flowValue(start: number, end: number): SourceNode {
    if (start >= end) return giveUp();
    const c = this.text[start] as string;
    if (c === '[' || c === '{') return this.flow(start, end);
    if (c === '"' || c === "'") return this.quoted(start, end);
    const plain =
      /^[A-Za-z0-9_$.-][\w$.*/-]*(?: +[\w$.*/-]+)*/.exec(this.text.slice(start, Math.min(end, start + 300)))?.[0] ??
      giveUp();
    return { kind: 'scalar', value: plainValue(plain), start, end: start + plain.length };
  }

  private quoted(start: number, end: number): ScalarNode {
    const quote = this.text[start] as string;
    let at = start + 1;
    while (at < end) {
      if (quote === '"' && this.text[at] === '\\') at += 2;
      else if (this.text[at] !== quote) at += 1;
      else if (quote === "'" && this.text[at + 1] === quote) at += 2;
      else break;
    }
    if (at >= end) giveUp();
    const raw = this.text.slice(start, at + 1);
    return {
      kind: 'scalar',
      value: quote === "'" ? raw.slice(1, -1).replaceAll("''", "'") : doubleQuoted(raw),
      start,
      end: at + 1,
    };
  }
}

function doubleQuoted(raw: string): string {
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    return JSON.parse(raw) as string;
  } catch {
    return giveUp();
  }
}

/** What a plain text means in YAML 1.2: a number, a truth, nothing, or itself. */
function plainValue(text: string): string | number | boolean | null {
  if (/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text) && text !== '-0') return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null' || text === '~') return null;
  // Indicators, other notations of numbers and truths, a second colon: the full reader knows.
  if (/^[-+.]?\d|^[-+]?\.|^[&*!|>%@`?,[\]{}#:]|^- |: |:$/.test(text) || isOther(text)) giveUp();
  return text;
}

const isOther = (text: string): boolean =>
  /^(?:null|true|false|~|nan|inf)$/i.test(text) || text === '<<' || text === '---' || text === '...' || text === '-';
