import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../../../src/server/states/jackson';

test.each<[string, string, number, number]>([
  [
    'not json',
    "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    1,
    4,
  ],
  ["{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 1, 2],
  ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", 1, 6],
  ['{"a": 1 "b": 2}', "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", 1, 9],
  ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 4],
  [
    '{"a":\n  tru}',
    "Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    2,
    6,
  ],
  ['{"a": 1', 'Unexpected end-of-input: expected close marker for Object', 1, 8],
  ['[1,', 'Unexpected end-of-input: expected a value', 1, 4],
  ['"abc', 'Unexpected end-of-input in VALUE_STRING', 1, 5],
  ['"a\\x"', "Unrecognized character escape 'x' (code 120)", 1, 4],
  [
    '{"a": }',
    "Unexpected character ('}' (code 125)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    1,
    7,
  ],
  ['-', 'Expected digit', 1, 2],
  ['01', 'Invalid numeric value: Leading zeroes not allowed', 1, 2],
  ['1a', "Unexpected character ('a' (code 97)): Expected space separating root-level values", 1, 2],
  [
    '{} x',
    "Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    1,
    5,
  ],
  ['{} {}', "Unexpected character ('{' (code 123)): was expecting", 1, 4],
  ['[NaN]', "Non-standard token 'NaN': enable JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS to allow", 1, 5],
])('%j', (text, message, line, column) => {
  const fault = jsonFault(text);
  expect(fault?.message).toContain(message);
  expect([fault?.line, fault?.column]).toEqual([line, column]);
});

test('finds a fault exactly where JSON.parse does', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"a"',
    ':',
    ',',
    '1',
    '-2.5e3',
    'true',
    'null',
    ' ',
    '\n',
    'x',
    '"\\u12',
    "'",
    '0',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      return (jsonFault(text) === undefined) === parses;
    }),
    { numRuns: 2000 },
  );
});

test('every JSON value has none', () => {
  fc.assert(fc.property(fc.json(), (text) => jsonFault(text) === undefined));
});
