/**
 * AWS parses JSON with Jackson, and its messages reach the caller. This finds the first fault of a text and words it as
 * Jackson does; line and column count from 1 and stand where Jackson stops reading.
 */
export interface JsonFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

class Fault extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

const wanted = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** The first fault of `text`, or undefined where it is one JSON value. */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    const end = skip(text, value(text, skip(text, 0)));
    if (end === text.length) return undefined;
    // What follows is read as a further value: what is none is said to be none.
    value(text, end);
    throw unexpected(text, end, wanted);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.at);
    const line = before.split('\n').length;
    return { message: error.message, line, column: error.at - (before.lastIndexOf('\n') + 1) + 1 };
  }
}

const unexpected = (text: string, at: number, expected: string): Fault =>
  new Fault(`Unexpected character ('${text[at] ?? ''}' (code ${text.charCodeAt(at)})): ${expected}`, at);
const ended = (text: string, what: string): Fault => new Fault(`Unexpected end-of-input${what}`, text.length);

function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at++;
  return at;
}

function value(text: string, at: number): number {
  if (at >= text.length) throw ended(text, ': expected a value');
  const c = text[at] as string;
  if (c === '{') return object(text, at + 1);
  if (c === '[') return array(text, at + 1);
  if (c === '"') return string(text, at + 1);
  if (c === '-' || (c >= '0' && c <= '9')) return number(text, at);
  for (const word of ['true', 'false', 'null']) {
    if (text.startsWith(word, at) && !/[\w$]/.test(text[at + word.length] ?? '')) return at + word.length;
  }
  for (const word of ['NaN', 'Infinity']) {
    if (text.startsWith(word, at) && !/[\w$]/.test(text[at + word.length] ?? ''))
      throw new Fault(
        `Non-standard token '${word}': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow`,
        at + word.length,
      );
  }
  if (/[\p{L}_$]/u.test(c)) {
    const token = /^[\p{L}\p{N}_$]+/u.exec(text.slice(at))?.[0] ?? c;
    throw new Fault(`Unrecognized token '${token}': ${wanted}`, at + token.length);
  }
  throw new Fault(
    `Unexpected character ('${c}' (code ${text.charCodeAt(at)})): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
    at,
  );
}

function object(text: string, from: number): number {
  let at = skip(text, from);
  if (text[at] === '}') return at + 1;
  for (;;) {
    if (at >= text.length) throw ended(text, ': expected close marker for Object');
    if (text[at] !== '"') throw unexpected(text, at, 'was expecting double-quote to start field name');
    at = skip(text, string(text, at + 1));
    if (at >= text.length) throw ended(text, ' within/between Object entries');
    if (text[at] !== ':') throw unexpected(text, at, 'was expecting a colon to separate field name and value');
    at = skip(text, value(text, skip(text, at + 1)));
    if (at >= text.length) throw ended(text, ': expected close marker for Object');
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw unexpected(text, at, 'was expecting comma to separate Object entries');
    at = skip(text, at + 1);
  }
}

function array(text: string, from: number): number {
  let at = skip(text, from);
  if (text[at] === ']') return at + 1;
  for (;;) {
    at = skip(text, value(text, at));
    if (at >= text.length) throw ended(text, ': expected close marker for Array');
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw unexpected(text, at, 'was expecting comma to separate Array entries');
    at = skip(text, at + 1);
  }
}

function string(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const c = text[at] as string;
    if (c === '"') return at + 1;
    if (c < ' ')
      throw new Fault(
        `Illegal unquoted character ((CTRL-CHAR, code ${text.charCodeAt(at)})): has to be escaped using backslash to be included in string value`,
        at,
      );
    if (c !== '\\') continue;
    const escaped = text[++at] ?? '';
    if (escaped === 'u') {
      for (let digit = 0; digit < 4; digit++) {
        if (!/[0-9a-fA-F]/.test(text[++at] ?? ''))
          throw unexpected(text, at, 'expected a hex-digit for character escape sequence');
      }
    } else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) {
      throw new Fault(`Unrecognized character escape '${escaped}' (code ${text.charCodeAt(at)})`, at);
    }
  }
  throw ended(text, ' in VALUE_STRING');
}

function number(text: string, at: number): number {
  const match = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(at));
  if (!match) throw unexpected(text, at + 1, 'Expected digit (0-9) to follow minus sign, for valid numeric value');
  const end = at + match[0].length;
  if (/^-?0$/.test(match[0]) && /\d/.test(text[end] ?? ''))
    throw new Fault('Invalid numeric value: Leading zeroes not allowed', end);
  if (/[\w.]/.test(text[end] ?? '')) throw unexpected(text, end, 'Expected space separating root-level values');
  return end;
}
