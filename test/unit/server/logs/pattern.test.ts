import { describe, expect, test } from 'vitest';
import { compilePattern, PatternError } from '../../../../src/server/logs/pattern';

const event = JSON.stringify({
  id: '7',
  type: 'TaskFailed',
  details: { error: 'E.1', attempts: 3, ok: false, none: null },
  list: [{ a: 1 }, { a: 2 }],
});

describe('terms', () => {
  test.each<[string | undefined, string, boolean]>([
    [undefined, 'anything', true],
    ['  ', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['one two', 'two and one', true],
    ['one two', 'only one', false],
    ['"one two"', 'two one', false],
    ['"one two"', 'say one two', true],
    ['"a \\"b\\""', 'a "b"', true],
    ['ERROR -Exiting', 'ERROR Exiting', false],
    ['ERROR -Exiting', 'ERROR', true],
    ['?ERROR ?WARN', 'a WARN', true],
    ['?ERROR ?WARN', 'INFO', false],
    ['INFO ?ERROR', 'INFO only', true],
  ])('%s on "%s": %s', (pattern, message, expected) => {
    expect(compilePattern(pattern)(message)).toBe(expected);
  });
});

describe('JSON', () => {
  test.each<[string, boolean]>([
    ['{ $.type = "TaskFailed" }', true],
    ['{ $.type = TaskFailed }', true],
    ['{ $.type = "Task*" }', true],
    ['{ $.type = "*Started" }', false],
    ['{ $.type != "TaskStarted" }', true],
    ['{ $.missing != "x" }', false],
    ['{ $.details.error = "E.1" }', true],
    ['{ $.details.error = "E-1" }', false],
    ['{ $.details.attempts = 3 }', true],
    ['{ $.details.attempts > 2 && $.details.attempts <= 3 }', true],
    ['{ $.details.attempts >= 4 || $.id = "7" }', true],
    ['{ ($.id = "8" || $.id = "7") && $.type = "Task*" }', true],
    ['{ $.details.ok IS FALSE }', true],
    ['{ $.details.none IS NULL }', true],
    ['{ $.details.absent NOT EXISTS }', true],
    ['{ $.id NOT EXISTS }', false],
    ['{ $.list[1].a = 2 }', true],
    ['{ $.list[0].a = 2 }', false],
  ])('%s: %s', (pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected);
  });

  test('what is no JSON never matches', () => {
    expect(compilePattern('{ $.a = 1 }')('plain text')).toBe(false);
  });
});

test.each([
  '{ $.a = 1',
  '{ a = 1 }',
  '{ $.a ~ 1 }',
  '{ $.a > x }',
  '{ ($.a = 1 }',
  '{ $.a IS MAYBE }',
  '{ $.a }',
  '[w1, w2]',
  '%re%',
])('%s is refused', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(PatternError);
});
