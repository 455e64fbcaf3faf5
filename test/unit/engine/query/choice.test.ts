import { describe, expect, it } from 'vitest';
import { compileChoice, compileWildcard, parseTimestamp, QuerySyntaxError } from '../../../../src/engine/query';
import type { Json, JsonObject } from '../../../../src/model/json';
import { failureOf, scopeOf } from './helpers';

const input: Json = {
  s: 'b',
  n: 5,
  yes: true,
  none: null,
  at: '2024-05-01T10:00:00Z',
  list: [1],
  object: { a: 1 },
  same: 'b',
  five: 5,
  later: '2024-05-01T12:00:00+01:00',
};

const decide = (rule: JsonObject, document: Json = input): boolean => compileChoice(rule)(scopeOf(document));

describe('comparisons', () => {
  it.each<[string, string, Json, boolean]>([
    ['$.s', 'StringEquals', 'b', true],
    ['$.s', 'StringEquals', 'B', false],
    ['$.s', 'StringLessThan', 'c', true],
    ['$.s', 'StringGreaterThan', 'c', false],
    ['$.s', 'StringLessThanEquals', 'b', true],
    ['$.s', 'StringGreaterThanEquals', 'c', false],
    ['$.s', 'StringEqualsPath', '$.same', true],
    ['$.s', 'StringMatches', 'b*', true],
    ['$.n', 'NumericEquals', 5, true],
    ['$.n', 'NumericEquals', 5.5, false],
    ['$.n', 'NumericLessThan', 6, true],
    ['$.n', 'NumericGreaterThan', 5, false],
    ['$.n', 'NumericLessThanEquals', 5, true],
    ['$.n', 'NumericGreaterThanEquals', 5, true],
    ['$.n', 'NumericEqualsPath', '$.five', true],
    ['$.n', 'NumericLessThanPath', '$.five', false],
    ['$.s', 'NumericEquals', 5, false],
    ['$.n', 'StringEquals', '5', false],
    ['$.yes', 'BooleanEquals', true, true],
    ['$.yes', 'BooleanEquals', false, false],
    ['$.yes', 'BooleanEqualsPath', '$.yes', true],
    ['$.s', 'BooleanEquals', true, false],
    ['$.at', 'TimestampEquals', '2024-05-01T11:00:00+01:00', true],
    ['$.at', 'TimestampLessThan', '2024-05-01T10:00:00.001Z', true],
    ['$.at', 'TimestampGreaterThan', '2024-05-01T10:00:00Z', false],
    ['$.at', 'TimestampLessThanPath', '$.later', true],
    ['$.at', 'TimestampGreaterThanEqualsPath', '$.later', false],
    ['$.s', 'TimestampEquals', '2024-05-01T10:00:00Z', false],
    ['$.none', 'IsNull', true, true],
    ['$.s', 'IsNull', false, true],
    ['$.s', 'IsString', true, true],
    ['$.n', 'IsNumeric', true, true],
    ['$.yes', 'IsBoolean', true, true],
    ['$.at', 'IsTimestamp', true, true],
    ['$.s', 'IsTimestamp', true, false],
    ['$.s', 'IsPresent', true, true],
    ['$.none', 'IsPresent', true, true],
    ['$.absent', 'IsPresent', true, false],
    ['$.absent', 'IsPresent', false, true],
    ['$.absent.deeper', 'IsPresent', false, true],
  ])('%s %s %j is %s', (Variable, operator, operand, expected) => {
    expect(decide({ Variable, [operator]: operand, Next: 'X' })).toBe(expected);
  });

  it('compares texts by UTF-16 unit, not by locale', () => {
    expect(decide({ Variable: '$.s', StringLessThan: 'é' }, { s: 'z' })).toBe(true);
    expect(decide({ Variable: '$.s', StringGreaterThan: 'Z' }, { s: 'a' })).toBe(true);
  });

  it('reads variables and the context object', () => {
    const scope = scopeOf({}, { variables: { tries: 3 }, contextObject: { State: { RetryCount: 3 } } });
    expect(compileChoice({ Variable: '$tries', NumericEqualsPath: '$$.State.RetryCount' })(scope)).toBe(true);
  });
});

describe('rules of rules', () => {
  const yes: JsonObject = { Variable: '$.n', NumericEquals: 5 };
  const no: JsonObject = { Variable: '$.n', NumericEquals: 6 };
  it.each<[JsonObject, boolean]>([
    [{ And: [yes, yes] }, true],
    [{ And: [yes, no] }, false],
    [{ Or: [no, yes] }, true],
    [{ Or: [no, no] }, false],
    [{ Not: no }, true],
    [{ Not: { And: [yes, { Or: [no, { Not: yes }] }] } }, true],
  ])('%j is %s', (rule, expected) => expect(decide(rule)).toBe(expected));

  it('stops at the first that decides, so that IsPresent guards what follows', () => {
    expect(
      decide({
        And: [
          { Variable: '$.absent', IsPresent: true },
          { Variable: '$.absent', NumericEquals: 1 },
        ],
      }),
    ).toBe(false);
    expect(
      decide({
        Or: [
          { Variable: '$.absent', IsPresent: false },
          { Variable: '$.absent', NumericEquals: 1 },
        ],
      }),
    ).toBe(true);
  });
});

describe('what fails', () => {
  it('a variable that is not there', () => {
    const expected =
      "States.Runtime: Invalid path '$.absent': The choice state's condition path references an invalid value.";
    expect(failureOf(() => decide({ Variable: '$.absent', StringEquals: 'x' }))).toBe(expected);
    expect(failureOf(() => decide({ Variable: '$.absent', IsNull: true }))).toBe(expected);
    expect(failureOf(() => decide({ Variable: '$.s', StringEqualsPath: '$.absent' }))).toBe(expected);
  });

  it.each<JsonObject>([
    {},
    { Variable: '$.a' },
    { Variable: 5, IsNull: true },
    { Variable: '$.a', StringMatches: 5 },
    { Variable: '$.a', StringEqualsPath: 5 },
    { And: ['x'] },
    { Variable: 'a', IsNull: true },
  ])('a rule that is none: %j', (rule) => {
    expect(() => compileChoice(rule)).toThrow(QuerySyntaxError);
  });

  it('rules nested beyond reason', () => {
    let rule: JsonObject = { Variable: '$.n', NumericEquals: 5 };
    for (let depth = 0; depth < 300; depth += 1) rule = { Not: rule };
    expect(() => compileChoice(rule)).toThrow(QuerySyntaxError);
  });
});

describe('wildcards', () => {
  it.each([
    ['log-*.txt', 'log-2024.txt', true],
    ['log-*.txt', 'log-.txt', true],
    ['log-*.txt', 'log-2024.tx', false],
    ['*', '', true],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    ['a*a', 'a', false],
    ['**', 'x', true],
    ['', '', true],
    ['', 'x', false],
    [String.raw`a\*b`, 'a*b', true],
    [String.raw`a\*b`, 'axb', false],
    [String.raw`a\\*`, 'a\\z', true],
    ['a.c', 'abc', false],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'ab', false],
  ])('%s on %s is %s', (pattern, text, expected) => expect(compileWildcard(pattern)(text)).toBe(expected));

  it('is quick where a regular expression would not be', () => {
    const matches = compileWildcard(`${'*a'.repeat(50)}*b`);
    expect(matches('a'.repeat(100_000))).toBe(false);
  });
});

describe('timestamps', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.250Z', 250],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1969-12-31T19:00:00-05:00', 0],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['0001-01-01T00:00:00Z', -62135596800000],
  ])('%s', (text, expected) => expect(parseTimestamp(text)).toBe(expected));

  it.each([
    '2016-13-05T21:29:29Z',
    '05-12-2016T21:29:29Z',
    '2016-12-05T25:29:29Z',
    '2016-12-05 21:29:29Z',
    '2016-12-05T21:29:29',
    '2023-02-29T00:00:00Z',
    '2024-01-01t00:00:00z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:61Z',
    '2024-01-01T00:00:00+19:00',
    '2024-01-01',
    '',
    ' 2024-01-01T00:00:00Z',
  ])('%s is none', (text) => expect(parseTimestamp(text)).toBeUndefined());
});
