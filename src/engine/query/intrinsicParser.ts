/** The grammar of intrinsic functions: `States.Format('order {}', $.id)`. */
import { QuerySyntaxError } from './contract';
import { parsePathAt, type ParsedPath } from './pathTokens';

export type IntrinsicArgument =
  | {
      readonly kind: 'string';
      readonly value: string;
      /** As written, escapes kept: a template of States.Format reads them. */ readonly raw: string;
    }
  | { readonly kind: 'literal'; readonly value: number | boolean | null }
  | { readonly kind: 'path'; readonly path: ParsedPath }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };

export interface IntrinsicCall {
  readonly name: string;
  readonly args: readonly IntrinsicArgument[];
}

/** Least and most arguments of each of the 18 functions. */
const intrinsicArity: Readonly<Record<string, readonly [number, number]>> = {
  'States.Format': [1, Infinity],
  'States.StringToJson': [1, 1],
  'States.JsonToString': [1, 1],
  'States.Array': [0, Infinity],
  'States.ArrayPartition': [2, 2],
  'States.ArrayContains': [2, 2],
  'States.ArrayRange': [3, 3],
  'States.ArrayGetItem': [2, 2],
  'States.ArrayLength': [1, 1],
  'States.ArrayUnique': [1, 1],
  'States.Base64Encode': [1, 1],
  'States.Base64Decode': [1, 1],
  'States.Hash': [2, 2],
  'States.JsonMerge': [3, 3],
  'States.MathRandom': [2, 3],
  'States.MathAdd': [2, 2],
  'States.StringSplit': [2, 2],
  'States.UUID': [0, 0],
};

/** AWS allows this many calls inside one another. */
const maxNesting = 10;

export const isIntrinsic = (text: string): boolean => /^\s*States\.[A-Za-z0-9]+\s*\(/.test(text);

/** Parses a whole text as one call. Throws QuerySyntaxError. */
export function parseIntrinsic(text: string): IntrinsicCall {
  const reader = new IntrinsicReader(text);
  const call = reader.call(1);
  reader.space();
  if (reader.at < text.length) throw reader.error(`unexpected '${text.charAt(reader.at)}' after the call`);
  return call;
}

class IntrinsicReader {
  at = 0;
  constructor(private readonly text: string) {}

  error(reason: string, at = this.at): QuerySyntaxError {
    return new QuerySyntaxError(`Invalid intrinsic function '${this.text}': ${reason}`, at);
  }

  space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  call(depth: number): IntrinsicCall {
    this.space();
    const start = this.at;
    const name = /^States\.[A-Za-z0-9]+/.exec(this.text.slice(this.at))?.[0];
    if (!name || !Object.hasOwn(intrinsicArity, name))
      throw this.error(`there is no function '${name ?? this.text.slice(this.at, this.at + 30)}'`);
    if (depth > maxNesting) throw this.error(`calls nest more than ${maxNesting} deep`);
    this.at += name.length;
    this.space();
    if (this.text[this.at] !== '(') throw this.error("'(' is missing");
    this.at += 1;
    const args = this.arguments(depth);
    const [least, most] = intrinsicArity[name] as readonly [number, number];
    if (args.length < least || args.length > most)
      throw this.error(`${name} takes ${countText(least, most)}, not ${args.length}`, start);
    return { name, args };
  }

  private arguments(depth: number): IntrinsicArgument[] {
    const args: IntrinsicArgument[] = [];
    this.space();
    if (this.text[this.at] === ')') {
      this.at += 1;
      return args;
    }
    for (;;) {
      args.push(this.argument(depth));
      this.space();
      const c = this.text[this.at];
      this.at += 1;
      if (c === ')') return args;
      if (c !== ',') throw this.error("',' or ')' is missing", this.at - 1);
    }
  }

  private argument(depth: number): IntrinsicArgument {
    this.space();
    const c = this.text[this.at];
    if (c === "'") return this.string();
    if (c === '$') {
      const { path, end } = parsePathAt(this.text, this.at);
      this.at = end;
      return { kind: 'path', path };
    }
    const word = /^(?:true|false|null)\b|^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.text.slice(this.at))?.[0];
    if (word) {
      this.at += word.length;
      return {
        kind: 'literal',
        value: word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : Number(word),
      };
    }
    return { kind: 'call', call: this.call(depth + 1) };
  }

  /** Single quotes around; a backslash may only guard a quote, a brace or itself. */
  private string(): IntrinsicArgument {
    const start = this.at + 1;
    let value = '';
    for (let at = start; at < this.text.length; at += 1) {
      const c = this.text[at] as string;
      if (c === "'") {
        this.at = at + 1;
        return { kind: 'string', value, raw: this.text.slice(start, at) };
      }
      if (c !== '\\') {
        value += c;
        continue;
      }
      at += 1;
      const guarded = this.text[at] ?? '';
      if (!"'{}\\".includes(guarded) || guarded === '')
        throw this.error(`'\\${guarded}' is not an escape: only \\' \\{ \\} \\\\ are`, at - 1);
      value += guarded;
    }
    throw this.error('a string has no closing quote', start - 1);
  }
}

const countText = (least: number, most: number): string =>
  most === Infinity
    ? `at least ${least} argument${least === 1 ? '' : 's'}`
    : least === most
      ? `${least} argument${least === 1 ? '' : 's'}`
      : `${least} to ${most} arguments`;
