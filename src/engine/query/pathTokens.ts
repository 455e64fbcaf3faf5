/** A JSONPath in AWS's dialect (Jayway's grammar, plus `$$` and `$variable`) as a list of tokens. */
import { QuerySyntaxError } from './contract';
import { parseFilter, type Filter } from './filter';

export type PathToken =
  | { readonly kind: 'property'; readonly names: readonly string[] }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'index'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number }
  | { readonly kind: 'scan' }
  | { readonly kind: 'filter'; readonly test: Filter }
  | { readonly kind: 'function'; readonly name: string; readonly args: readonly ParsedPath[] };

export type PathRoot =
  | { readonly kind: 'input' }
  | { readonly kind: 'context' }
  | { readonly kind: 'variable'; readonly name: string }
  /** `@` inside a filter. */
  | { readonly kind: 'current' };

export interface ParsedPath {
  readonly text: string;
  readonly root: PathRoot;
  readonly tokens: readonly PathToken[];
  /** A definite path names one value and must find it; an indefinite one answers with a list, empty or not. */
  readonly definite: boolean;
}

/** Aggregates of the path library, applied to what the path before them found. */
const pathFunctions = [
  'length',
  'size',
  'min',
  'max',
  'avg',
  'sum',
  'stddev',
  'keys',
  'first',
  'last',
  'concat',
  'append',
  'index',
];

const variableName = /^\$([A-Za-z_][A-Za-z0-9_]*)/;

/** Parses a whole text as one path. Throws QuerySyntaxError. */
export function parsePath(text: string): ParsedPath {
  const reader = new PathReader(text, 0);
  const path = reader.path();
  if (reader.at < text.length) throw reader.error(`unexpected '${text.charAt(reader.at)}'`);
  return path;
}

/** Parses a path that starts at `offset` and ends where no token can follow: an argument or an operand of a filter. */
export function parsePathAt(text: string, offset: number): { path: ParsedPath; end: number } {
  const reader = new PathReader(text, offset);
  const path = reader.path();
  return { path, end: reader.at };
}

class PathReader {
  at: number;
  constructor(
    private readonly text: string,
    offset: number,
  ) {
    this.at = offset;
  }

  error(reason: string): QuerySyntaxError {
    return new QuerySyntaxError(`Invalid path '${this.text}': ${reason} at position ${this.at}`, this.at);
  }

  path(): ParsedPath {
    const start = this.at;
    const root = this.root();
    const tokens: PathToken[] = [];
    for (let token = this.token(tokens); token; token = this.token(tokens)) tokens.push(token);
    const last = tokens.at(-1);
    if (last?.kind === 'scan') throw this.error('a path must not end with ..');
    return {
      text: this.text.slice(start, this.at),
      root,
      tokens,
      definite: tokens.every((token, index) => isDefinite(token, index === tokens.length - 1)),
    };
  }

  private root(): PathRoot {
    if (this.text.startsWith('@', this.at)) {
      this.at += 1;
      return { kind: 'current' };
    }
    if (this.text.startsWith('$$', this.at)) {
      this.at += 2;
      return { kind: 'context' };
    }
    const variable = variableName.exec(this.text.slice(this.at, this.at + 90));
    if (variable) {
      this.at += variable[0].length;
      return { kind: 'variable', name: variable[1] as string };
    }
    if (this.text[this.at] !== '$') throw this.error("a path starts with '$'");
    this.at += 1;
    return { kind: 'input' };
  }

  private token(before: readonly PathToken[]): PathToken | undefined {
    const afterScan = before.at(-1)?.kind === 'scan';
    const c = this.text[this.at];
    if (c === '[') return this.bracket();
    if (c !== '.') return afterScan && c !== undefined ? this.named() : undefined;
    if (this.text[this.at + 1] === '.') {
      if (afterScan) throw this.error('... is not a path');
      this.at += 2;
      return { kind: 'scan' };
    }
    if (afterScan) throw this.error('... is not a path');
    this.at += 1;
    return this.named();
  }

  /** After a dot: `*`, a property name, or a function call. */
  private named(): PathToken {
    if (this.text[this.at] === '*') {
      this.at += 1;
      return { kind: 'wildcard' };
    }
    const name = /^[^.[\]()\s,*?&|!='"<>@]+/.exec(this.text.slice(this.at))?.[0];
    if (!name) throw this.error('a property name is missing');
    if (this.text[this.at + name.length] === '(') {
      if (!pathFunctions.includes(name)) throw this.error(`there is no function ${name}()`);
      this.at += name.length + 1;
      return { kind: 'function', name, args: this.callArguments() };
    }
    this.at += name.length;
    return { kind: 'property', names: [name] };
  }

  private callArguments(): ParsedPath[] {
    const args: ParsedPath[] = [];
    for (;;) {
      this.space();
      if (this.text[this.at] === ')') {
        this.at += 1;
        return args;
      }
      const number = /^-?\d+/.exec(this.text.slice(this.at))?.[0];
      if (number) {
        args.push({ text: number, root: { kind: 'input' }, tokens: [], definite: true });
        this.at += number.length;
      } else args.push(this.path());
      this.space();
      if (this.text[this.at] === ',') this.at += 1;
      else if (this.text[this.at] !== ')') throw this.error("')' is missing");
    }
  }

  private bracket(): PathToken {
    this.at += 1;
    this.space();
    const c = this.text[this.at];
    if (c === "'" || c === '"') return this.quotedNames();
    if (c === '*') {
      this.at += 1;
      this.close();
      return { kind: 'wildcard' };
    }
    if (c === '?') return this.filter();
    return this.numbers();
  }

  private quotedNames(): PathToken {
    const names: string[] = [];
    for (;;) {
      const quote = this.text[this.at];
      if (quote !== "'" && quote !== '"') throw this.error('a quoted property name is missing');
      let end = this.at + 1;
      while (end < this.text.length && this.text[end] !== quote) end += this.text[end] === '\\' ? 2 : 1;
      if (end >= this.text.length) throw this.error('a quoted property name has no end');
      // A backslash is kept, as AWS keeps it, unless it guards the quote itself.
      names.push(this.text.slice(this.at + 1, end).replaceAll(`\\${quote}`, quote));
      this.at = end + 1;
      this.space();
      if (this.text[this.at] !== ',') break;
      this.at += 1;
      this.space();
    }
    this.close();
    return { kind: 'property', names };
  }

  private filter(): PathToken {
    this.at += 1;
    this.space();
    if (this.text[this.at] !== '(') throw this.error("'(' is missing after ?");
    const { filter, end } = parseFilter(this.text, this.at + 1);
    this.at = end;
    if (this.text[this.at] !== ')') throw this.error("')' is missing");
    this.at += 1;
    this.space();
    this.close();
    return { kind: 'filter', test: filter };
  }

  private numbers(): PathToken {
    const inside = /^\s*(-?\d*\s*(?:[,:]\s*-?\d*\s*)*)\]/.exec(this.text.slice(this.at));
    const body = inside?.[1]?.trim();
    if (!inside || !body) throw this.error('an index, a slice, a name in quotes, * or ?() is missing');
    const token = numericToken(body);
    if (!token) throw this.error('this is neither an index nor a slice');
    this.at += inside[0].length;
    return token;
  }

  private close(): void {
    this.space();
    if (this.text[this.at] !== ']') throw this.error("']' is missing");
    this.at += 1;
  }

  private space(): void {
    while (this.text[this.at] === ' ') this.at += 1;
  }
}

function numericToken(body: string): PathToken | undefined {
  if (body.includes(':')) {
    const parts = body.split(':').map((part) => part.trim());
    if (parts.length !== 2 || body.includes(',') || (!parts[0] && !parts[1])) return undefined;
    return {
      kind: 'slice',
      from: parts[0] ? Number(parts[0]) : undefined,
      to: parts[1] ? Number(parts[1]) : undefined,
    };
  }
  const indices = body.split(',').map((part) => part.trim());
  return indices.every((part) => /^-?\d+$/.test(part)) ? { kind: 'index', indices: indices.map(Number) } : undefined;
}

/** Several names make an object of them, which is one value, so long as nothing follows. */
function isDefinite(token: PathToken, last: boolean): boolean {
  if (token.kind === 'property') return token.names.length === 1 || last;
  return token.kind === 'function' || (token.kind === 'index' && token.indices.length === 1);
}
