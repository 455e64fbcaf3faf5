/** The predicates of a path, `[?(@.price < 10 && @.isbn)]`: parsed once, evaluated without eval. */
import { isObject, type Json } from '../../model/json';
import { QuerySyntaxError } from './contract';
import { readTokens, type PathRoots } from './pathValue';
import { parsePathAt, type ParsedPath } from './pathTokens';
import { isSafePattern } from './regexSafety';
import { deepEqual, isArray } from './values';

/** Decides on one element; `roots` gives `$`, `$$` and variables to operands that start there. */
export type Filter = (element: Json, roots: PathRoots) => boolean;

type Operand = (element: Json, roots: PathRoots) => Json | undefined;

const operators = ['==', '!=', '<=', '>=', '=~', '<', '>'] as const;
const wordOperators = ['in', 'nin', 'subsetof', 'anyof', 'noneof', 'contains', 'size', 'sizeof', 'empty'] as const;
type Operator = (typeof operators)[number] | (typeof wordOperators)[number];

/** Parses from just inside `?(`; `end` is the index of the closing parenthesis. Throws QuerySyntaxError. */
export function parseFilter(text: string, offset: number): { filter: Filter; end: number } {
  const reader = new FilterReader(text, offset);
  const filter = reader.or();
  return { filter, end: reader.at };
}

class FilterReader {
  constructor(
    private readonly text: string,
    public at: number,
    private depth = 0,
  ) {}

  or(): Filter {
    const parts = [this.and()];
    while (this.take('||')) parts.push(this.and());
    return parts.length === 1 ? (parts[0] as Filter) : (element, roots) => parts.some((part) => part(element, roots));
  }

  private and(): Filter {
    const parts = [this.not()];
    while (this.take('&&')) parts.push(this.not());
    return parts.length === 1 ? (parts[0] as Filter) : (element, roots) => parts.every((part) => part(element, roots));
  }

  private not(): Filter {
    if (this.depth > 100) throw this.error('the filter nests too deeply');
    this.space();
    if (this.text[this.at] === '!' && this.text[this.at + 1] !== '=') {
      this.at += 1;
      this.depth += 1;
      const inner = this.not();
      this.depth -= 1;
      return (element, roots) => !inner(element, roots);
    }
    if (!this.take('(')) return this.comparison();
    this.depth += 1;
    const inner = this.or();
    this.depth -= 1;
    if (!this.take(')')) throw this.error("')' is missing");
    return inner;
  }

  private comparison(): Filter {
    const left = this.operand();
    this.space();
    const operator =
      operators.find((candidate) => this.take(candidate)) ??
      wordOperators.find(
        (candidate) =>
          new RegExp(`^${candidate}\\b`, 'i').test(this.text.slice(this.at, this.at + 10)) &&
          this.take(this.text.slice(this.at, this.at + candidate.length)),
      );
    if (!operator) return (element, roots) => left(element, roots) !== undefined;
    if (operator === '=~') {
      const pattern = this.pattern();
      return (element, roots) => {
        const value = left(element, roots);
        return typeof value === 'string' && pattern.test(value);
      };
    }
    const right = this.operand();
    return (element, roots) => compare(operator, left(element, roots), right(element, roots));
  }

  private operand(): Operand {
    this.space();
    const rest = this.text.slice(this.at);
    const c = rest[0];
    if (c === '@' || c === '$') {
      const { path, end } = parsePathAt(this.text, this.at);
      this.at = end;
      return (element, roots) => readOperand(path, element, roots);
    }
    if (c === "'" || c === '"') return constant(this.quoted(c));
    if (c === '[' || c === '{') return constant(this.literal());
    const word = /^(?:true|false|null)\b|^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(rest)?.[0];
    if (!word) throw this.error('a path or a literal is missing');
    this.at += word.length;
    return constant(JSON.parse(word) as Json);
  }

  private quoted(quote: string): string {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== quote) end += this.text[end] === '\\' ? 2 : 1;
    if (end >= this.text.length) throw this.error('a string has no end');
    const value = this.text.slice(this.at + 1, end).replace(/\\(.)/gs, '$1');
    this.at = end + 1;
    return value;
  }

  /** A JSON array or object, with single quotes allowed for strings. */
  private literal(): Json {
    let depth = 0;
    let end = this.at;
    let quote = '';
    for (; end < this.text.length; end += 1) {
      const c = this.text[end] as string;
      if (quote) {
        if (c === '\\') end += 1;
        else if (c === quote) quote = '';
      } else if (c === '"' || c === "'") quote = c;
      else if (c === '[' || c === '{') depth += 1;
      else if ((c === ']' || c === '}') && --depth === 0) break;
    }
    const source = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    try {
      return JSON.parse(source.includes('"') ? source : source.replaceAll("'", '"')) as Json;
    } catch {
      throw this.error('a list or an object is not valid JSON');
    }
  }

  private pattern(): RegExp {
    this.space();
    const match = /^\/((?:[^/\\]|\\.)*)\/([imsu]*)/.exec(this.text.slice(this.at));
    if (!match) throw this.error('a pattern /…/ is missing');
    const source = match[1] as string;
    // Paths are evaluated in the engine's thread, so a pattern that could run for minutes is no pattern.
    if (!isSafePattern(source)) throw this.error('the pattern could take exponential time');
    this.at += match[0].length;
    try {
      return new RegExp(`^(?:${source})$`, match[2]);
    } catch {
      throw this.error('the pattern is not a regular expression');
    }
  }

  private take(token: string): boolean {
    this.space();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private space(): void {
    while (this.text[this.at] === ' ') this.at += 1;
  }

  private error(reason: string): QuerySyntaxError {
    return new QuerySyntaxError(`Invalid path '${this.text}': ${reason} at position ${this.at}`, this.at);
  }
}

const constant =
  (value: Json): Operand =>
  () =>
    value;

function readOperand(path: ParsedPath, element: Json, roots: PathRoots): Json | undefined {
  const root = path.root.kind === 'current' ? element : roots(path.root);
  if (root === undefined) return undefined;
  const found = readTokens(path, root, roots);
  if (path.definite) return found[0];
  return found.length > 0 ? found : undefined;
}

function compare(operator: Operator, left: Json | undefined, right: Json | undefined): boolean {
  switch (operator) {
    case '==':
      return deepEqual(left, right);
    case '!=':
      return !deepEqual(left, right);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return ordered(operator, left, right);
    case 'in':
      return isArray(right) && left !== undefined && has(right, left);
    case 'nin':
      return !(isArray(right) && left !== undefined && has(right, left));
    case 'contains':
      if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
      return isArray(left) && right !== undefined && has(left, right);
    case 'subsetof':
      return isArray(left) && isArray(right) && left.every((item) => has(right, item));
    case 'anyof':
      return isArray(left) && isArray(right) && left.some((item) => has(right, item));
    case 'noneof':
      return isArray(left) && isArray(right) && !left.some((item) => has(right, item));
    case 'size':
    case 'sizeof':
      return size(left) !== undefined && size(left) === (typeof right === 'number' ? right : size(right));
    case 'empty':
      return size(left) !== undefined && (size(left) === 0) === right;
    case '=~':
      return false;
  }
}

const has = (list: readonly Json[], value: Json): boolean => list.some((item) => deepEqual(item, value));

function size(value: Json | undefined): number | undefined {
  if (typeof value === 'string' || isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : undefined;
}

function ordered(operator: '<' | '>' | '<=' | '>=', left: Json | undefined, right: Json | undefined): boolean {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  switch (operator) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
  }
}
