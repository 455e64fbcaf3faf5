/** The rules of a Choice state in JSONPath: a rule is a comparison, or And, Or, Not of rules. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { QueryError, QuerySyntaxError, type Scope } from './contract';
import { compileLookup, type Lookup } from './path';
import { parseTimestamp } from './timestamp';
import { isArray } from './values';

export type Test = (scope: Scope) => boolean;

type Compare = (actual: Json, expected: Json) => boolean;

const byType =
  (type: 'string' | 'number' | 'boolean', compare: (a: never, b: never) => boolean): Compare =>
  (a, b) =>
    typeof a === type && typeof b === type && compare(a as never, b as never);

const byTime =
  (compare: (a: number, b: number) => boolean): Compare =>
  (a, b) => {
    const left = typeof a === 'string' ? parseTimestamp(a) : undefined;
    const right = typeof b === 'string' ? parseTimestamp(b) : undefined;
    return left !== undefined && right !== undefined && compare(left, right);
  };

const equals = (a: unknown, b: unknown): boolean => a === b;
/** Texts are ordered by UTF-16 unit, as Java does. */
const orders = {
  Equals: equals,
  LessThan: (a: number, b: number) => a < b,
  GreaterThan: (a: number, b: number) => a > b,
  LessThanEquals: (a: number, b: number) => a <= b,
  GreaterThanEquals: (a: number, b: number) => a >= b,
};

/** Operators that compare with a value of the rule, or with one a path finds (`…Path`). */
export const comparisons: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ['BooleanEquals', byType('boolean', equals)],
  ...Object.entries(orders).flatMap(([name, compare]): [string, Compare][] => [
    [`String${name}`, byType('string', compare as never)],
    [`Numeric${name}`, byType('number', compare as never)],
    [`Timestamp${name}`, byTime(compare)],
  ]),
]);

/** Operators that ask what kind a value is; `undefined` is a value that is not there. */
export const typeTests: ReadonlyMap<string, (value: Json | undefined) => boolean> = new Map([
  ['IsPresent', (value) => value !== undefined],
  ['IsNull', (value) => value === null],
  ['IsString', (value) => typeof value === 'string'],
  ['IsNumeric', (value) => typeof value === 'number'],
  ['IsBoolean', (value) => typeof value === 'boolean'],
  ['IsTimestamp', (value) => typeof value === 'string' && parseTimestamp(value) !== undefined],
]);

/** Rules within rules deeper than this are refused rather than overflow the stack. */
const maxDepth = 200;

/**
 * Compiles one rule of `Choices`. A Variable that is not there is an error, as on AWS, except to IsPresent.
 * Throws QueryError('States.Runtime', "Invalid path '$.x': The choice state's condition path references an invalid value.");
 * QuerySyntaxError while compiling.
 */
export function compileChoice(rule: JsonObject, depth = 0): Test {
  if (depth > maxDepth) throw new QuerySyntaxError('The rules nest too deeply', 0);
  if (isArray(rule.And)) {
    const parts = rule.And.map((part) => compileNested(part, depth));
    return (scope) => parts.every((part) => part(scope));
  }
  if (isArray(rule.Or)) {
    const parts = rule.Or.map((part) => compileNested(part, depth));
    return (scope) => parts.some((part) => part(scope));
  }
  if (rule.Not !== undefined) {
    const part = compileNested(rule.Not, depth);
    return (scope) => !part(scope);
  }
  return compileComparison(rule);
}

function compileNested(rule: Json, depth: number): Test {
  if (!isObject(rule)) throw new QuerySyntaxError('A rule must be an object', 0);
  return compileChoice(rule, depth + 1);
}

function compileComparison(rule: JsonObject): Test {
  if (typeof rule.Variable !== 'string') throw new QuerySyntaxError('A rule needs a Variable', 0);
  const lookup = compileLookup(rule.Variable);
  const variable = rule.Variable;
  for (const [operator, operand] of Object.entries(rule)) {
    if (operand === undefined) continue;
    const type = typeTests.get(operator);
    if (type) return compileTypeTest(operator, type, operand, lookup, variable);
    if (operator === 'StringMatches') return compileMatch(operand, lookup, variable);
    const compare = comparisons.get(operator) ?? comparisons.get(operator.replace(/Path$/, ''));
    if (compare)
      return operator.endsWith('Path')
        ? compareWithPath(compare, operand, lookup, variable)
        : (scope) => compare(found(lookup, scope, variable), operand);
  }
  throw new QuerySyntaxError('A rule needs a comparison operator', 0);
}

function found(lookup: Lookup, scope: Scope, path: string): Json {
  const value = lookup(scope);
  if (value === undefined)
    throw new QueryError(
      'States.Runtime',
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  return value;
}

function compileTypeTest(
  operator: string,
  test: (value: Json | undefined) => boolean,
  operand: Json,
  lookup: Lookup,
  variable: string,
): Test {
  if (operator === 'IsPresent') return (scope) => test(lookup(scope)) === operand;
  return (scope) => test(found(lookup, scope, variable)) === operand;
}

function compareWithPath(compare: Compare, operand: Json, lookup: Lookup, variable: string): Test {
  if (typeof operand !== 'string') throw new QuerySyntaxError('A …Path operator needs a path', 0);
  const other = compileLookup(operand);
  return (scope) => compare(found(lookup, scope, variable), found(other, scope, operand));
}

function compileMatch(operand: Json, lookup: Lookup, variable: string): Test {
  if (typeof operand !== 'string') throw new QuerySyntaxError('StringMatches needs a text', 0);
  const matches = compileWildcard(operand);
  return (scope) => {
    const value = found(lookup, scope, variable);
    return typeof value === 'string' && matches(value);
  };
}

/** `*` stands for any text, `\*` for itself, `\\` for a backslash. Linear in the text for each `*`, without a regular expression. */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const c = pattern[at] as string;
    if (c === '\\' && (pattern[at + 1] === '*' || pattern[at + 1] === '\\')) {
      at += 1;
      piece += pattern[at];
    } else if (c === '*') {
      pieces.push(piece);
      piece = '';
    } else piece += c;
  }
  pieces.push(piece);
  const first = pieces[0] as string;
  const last = pieces.at(-1) as string;
  if (pieces.length === 1) return (text) => text === first;
  const middle = pieces.slice(1, -1);
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of middle) {
      at = text.indexOf(part, at);
      if (at < 0) return false;
      at += part.length;
    }
    return at <= text.length - last.length;
  };
}
