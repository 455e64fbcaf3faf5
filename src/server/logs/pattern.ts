/**
 * Filter patterns of CloudWatch Logs ("Filter pattern syntax for metric filters, subscription filters, and Live Tail"):
 * terms, `?optional`, `-excluded`, "phrases", and `{ $.field = value && … }` on JSON. Regular expressions (`%…%`) and
 * space-delimited patterns (`[…]`) are refused.
 */
import { isObject } from '../../model/json';

export type Matcher = (message: string) => boolean;

/** A pattern that cannot be read; the message says why. */
export class PatternError extends Error {}

/** An empty pattern matches everything. Throws PatternError. */
export function compilePattern(pattern: string | undefined): Matcher {
  const text = (pattern ?? '').trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return jsonPattern(text);
  if (text.startsWith('[') || text.startsWith('%'))
    throw new PatternError('Space-delimited and regular expression patterns are not supported here.');
  return termPattern(text);
}

function termPattern(text: string): Matcher {
  const all: string[] = [];
  const none: string[] = [];
  const any: string[] = [];
  for (const match of text.matchAll(/([?-]?)(?:"((?:\\.|[^"\\])*)"|(\S+))/g)) {
    const term = match[2] === undefined ? (match[3] ?? '') : match[2].replace(/\\(.)/g, '$1');
    (match[1] === '?' ? any : match[1] === '-' ? none : all).push(term);
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    // Optional terms count only where nothing is required (the service's documented rule).
    (all.length > 0 || any.length === 0 || any.some((term) => message.includes(term)));
}

type Test = (value: unknown) => boolean;

function jsonPattern(text: string): Matcher {
  if (!text.endsWith('}')) throw new PatternError("A JSON pattern ends with '}'.");
  const test = new JsonPatternParser(tokens(text.slice(1, -1))).parse();
  return (message) => {
    let value: unknown;
    try {
      value = JSON.parse(message);
    } catch {
      return false;
    }
    return test(value);
  };
}

const tokenForm = /\s*(\(|\)|&&|\|\||!=|<=|>=|=|<|>|"(?:\\.|[^"\\])*"|[^\s()=<>!&|]+)/y;

function tokens(text: string): string[] {
  const found: string[] = [];
  tokenForm.lastIndex = 0;
  for (let match = tokenForm.exec(text); match; match = tokenForm.exec(text)) {
    found.push(match[1] ?? '');
    if (tokenForm.lastIndex === text.length) break;
  }
  if (found.join('').length !== text.replace(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '').length)
    throw new PatternError('The filter pattern cannot be read.');
  return found;
}

class JsonPatternParser {
  #at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  parse(): Test {
    const test = this.#or();
    if (this.#at < this.tokens.length)
      throw new PatternError(`Unexpected '${this.tokens[this.#at] ?? ''}' in the filter pattern.`);
    return test;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#take('||')) {
      const a = left;
      const b = this.#and();
      left = (value) => a(value) || b(value);
    }
    return left;
  }

  #and(): Test {
    let left = this.#one();
    while (this.#take('&&')) {
      const a = left;
      const b = this.#one();
      left = (value) => a(value) && b(value);
    }
    return left;
  }

  #one(): Test {
    if (this.#take('(')) {
      const inner = this.#or();
      if (!this.#take(')')) throw new PatternError("A ')' is missing in the filter pattern.");
      return inner;
    }
    const selector = this.#next();
    if (!selector.startsWith('$.') && selector !== '$')
      throw new PatternError(`A selector starts with '$.', not '${selector}'.`);
    const path = pathOf(selector);
    const operator = this.#next();
    if (operator === 'IS') return this.#is(path);
    if (operator === 'NOT') {
      this.#expect('EXISTS');
      return (value) => select(value, path) === undefined;
    }
    return comparison(path, operator, this.#next());
  }

  #is(path: readonly string[]): Test {
    const wanted = this.#next();
    const values: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false };
    if (!(wanted in values)) throw new PatternError(`'IS' takes NULL, TRUE or FALSE, not '${wanted}'.`);
    return (value) => select(value, path) === values[wanted];
  }

  #next(): string {
    const token = this.tokens[this.#at++];
    if (token === undefined) throw new PatternError('The filter pattern ends too early.');
    return token;
  }

  #take(token: string): boolean {
    if (this.tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new PatternError(`'${token}' is missing in the filter pattern.`);
  }
}

const pathOf = (selector: string): string[] =>
  [...selector.slice(1).matchAll(/\.([^.[\]]+)|\[['"]?([^'"\]]+)['"]?\]/g)].map((match) => match[1] ?? match[2] ?? '');

function select(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (Array.isArray(at)) at = (at as unknown[])[Number(name)];
    else if (isObject(at)) at = at[name];
    else return undefined;
  }
  return at;
}

function comparison(path: readonly string[], operator: string, operand: string): Test {
  const quoted = operand.startsWith('"');
  const text = quoted ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand;
  const number = quoted ? Number.NaN : Number(text);
  if (operator === '=' || operator === '!=') {
    const glob = new RegExp(
      `^${text
        .split('*')
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
      's',
    );
    const equal = (found: unknown): boolean =>
      typeof found === 'number' ? found === Number(text) : typeof found === 'string' && glob.test(found);
    return (value) => {
      const found = select(value, path);
      return operator === '=' ? equal(found) : found !== undefined && !equal(found);
    };
  }
  if (Number.isNaN(number)) throw new PatternError(`'${operator}' compares with a number, not '${operand}'.`);
  const compare: Readonly<Record<string, (found: number) => boolean>> = {
    '<': (found) => found < number,
    '>': (found) => found > number,
    '<=': (found) => found <= number,
    '>=': (found) => found >= number,
  };
  const test = compare[operator];
  if (!test) throw new PatternError(`Unknown operator '${operator}' in the filter pattern.`);
  return (value) => {
    const found = select(value, path);
    return typeof found === 'number' && test(found);
  };
}
