import { describe, expect, it } from 'vitest';
import { fixesFor, parseMachine, type SourceLanguage, type TextFix } from '../../../src/asl';
import { closest, editDistance } from '../../../src/asl/closest';

/** The text after a fix. */
const applied = (text: string, fix: TextFix): string => {
  const lines = text.split('\n');
  const offset = ({ line, column }: { line: number; column: number }): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + column;
  return [...fix.edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (out, { range, newText }) => out.slice(0, offset(range.start)) + newText + out.slice(offset(range.end)),
      text,
    );
};

const fixes = (text: string, part: string, language: SourceLanguage = 'json'): TextFix[] => {
  const problem = parseMachine(text, language).problems.find(({ message }) => message.includes(part));
  expect(problem, `no problem says "${part}"`).toBeDefined();
  return problem ? fixesFor(text, language, problem) : [];
};

const preferred = (text: string, part: string, language: SourceLanguage = 'json'): string => {
  const fix = fixes(text, part, language).find((one) => one.preferred);
  expect(fix, `no fix is preferred for "${part}"`).toBeDefined();
  return fix ? applied(text, fix) : '';
};

const one = (state: string): string =>
  `{"StartAt": "A", "States": {"A": ${state}, "Ship": {"Type": "Pass", "End": true}}}`;

describe('repairs', () => {
  it.each([
    [one('{"Type": "Pass", "Next": "Shp"}'), "Missing 'Next' target", one('{"Type": "Pass", "Next": "Ship"}')],
    [
      '{"StartAt": "a", "States": {"A": {"Type": "Succeed"}}}',
      "Missing 'Next' target",
      '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    ],
    [one('{"Type": "Choise", "Next": "Ship"}'), "The field 'Type'", one('{"Type": "Choice", "Next": "Ship"}')],
    [one('{"Type": "Pass", "next": "Ship"}'), "Field 'next'", one('{"Type": "Pass", "Next": "Ship"}')],
    [
      one('{"Type": "Pass", "Frobnicate": 1, "Next": "Ship"}'),
      "Field 'Frobnicate'",
      one('{"Type": "Pass", "Next": "Ship"}'),
    ],
    [
      one('{"Type": "Pass", "Next": "Ship", "Frobnicate": 1}'),
      "Field 'Frobnicate'",
      one('{"Type": "Pass", "Next": "Ship"}'),
    ],
    [one('{"Type": "Pass"}'), 'This object should have only one', one('{"Type": "Pass", "Next": "Ship"}')],
    [
      one('{"Type": "Pass", "Next": "Ship", "End": true}'),
      'There should only be one',
      one('{"Type": "Pass", "Next": "Ship"}'),
    ],
    [
      one('{"Type": "Pass", "Next": "Ship", "Parameters": {"a": "$.b"}}'),
      'looks like a path',
      one('{"Type": "Pass", "Next": "Ship", "Parameters": {"a.$": "$.b"}}'),
    ],
    [
      '{"States": {"A": {"Type": "Succeed"}}}',
      'These fields are required',
      '{"States": {"A": {"Type": "Succeed"}}, "StartAt": "A"}',
    ],
    [
      '{"StartAt": "A", "QueryLanguage": "JsonPath", "States": {"A": {"Type": "Succeed"}}}',
      'Value should be one of',
      '{"StartAt": "A", "QueryLanguage": "JSONPath", "States": {"A": {"Type": "Succeed"}}}',
    ],
    [
      '{"StartAt": "A", "Version": "2", "States": {"A": {"Type": "Succeed"}}}',
      'Value should be one of',
      '{"StartAt": "A", "Version": "1.0", "States": {"A": {"Type": "Succeed"}}}',
    ],
  ])('%s', (text, part, expected) => {
    const repaired = preferred(text, part);
    expect(repaired).toBe(expected);
    expect(parseMachine(repaired, 'json').problems.filter(({ message }) => message.includes(part))).toEqual([]);
  });

  it('keep the style of what is written in lines', () => {
    const text = '{\n  "StartAt": "A",\n  "States": {\n    "A": {\n      "Type": "Pass"\n    }\n  }\n}';
    expect(preferred(text, 'This object should have only one')).toBe(
      '{\n  "StartAt": "A",\n  "States": {\n    "A": {\n      "Type": "Pass",\n      "End": true\n    }\n  }\n}',
    );
  });

  it('offer the other states as well, the likeliest first', () => {
    const text =
      '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Xyzzy"}, "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}}}';
    const all = fixes(text, "Missing 'Next' target");
    expect(all.map(({ title }) => title)).toEqual(["Change to 'A'", "Change to 'B'", "Change to 'C'"]);
    expect(all.some((fix) => fix.preferred)).toBe(false);
  });

  it('work in YAML', () => {
    const text = 'StartAt: A\nStates:\n  A:\n    Type: Pass\n  Ship:\n    Type: Succeed\n';
    expect(preferred(text, 'This object should have only one', 'yaml')).toBe(
      'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: "Ship"\n  Ship:\n    Type: Succeed\n',
    );
    const missing = 'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: Shp\n  Ship:\n    Type: Succeed\n';
    expect(preferred(missing, "Missing 'Next' target", 'yaml')).toBe(missing.replace('Shp', 'Ship'));
    const field = 'StartAt: A\nStates:\n  A:\n    Type: Pass\n    end: true\n';
    expect(preferred(field, "Field 'end'", 'yaml')).toBe(field.replace('end:', 'End:'));
  });

  it('are none where nothing is known', () => {
    const text = one('{"Type": "Wait", "Seconds": -1, "Next": "Ship"}');
    expect(fixes(text, 'Minimum value')).toEqual([]);
    expect(fixesFor('', 'json', { severity: 'error', code: 'X', message: 'm', path: '/' })).toEqual([]);
    expect(
      fixesFor(text, 'json', {
        severity: 'error',
        code: 'X',
        message: "Field 'x' is not supported",
        path: '/States/Gone',
      }),
    ).toEqual([]);
  });
});

describe('did you mean', () => {
  it.each([
    ['Valdiate', ['Validate', 'Ship'], 'Validate'],
    ['ship', ['Validate', 'Ship'], 'Ship'],
    ['Xyzzy', ['Validate', 'Ship'], undefined],
    ['Nex', ['Next', 'End'], 'Next'],
    ['A', ['B', 'C'], 'B'],
    ['', [], undefined],
  ])('%s', (name, candidates, expected) => expect(closest(name, candidates)).toBe(expected));

  it('counts edits', () => {
    expect(editDistance('kitten', 'sitting', 9)).toBe(3);
    expect(editDistance('ab', 'ba', 9)).toBe(1);
    expect(editDistance('', 'abc', 9)).toBe(3);
    expect(editDistance('abcdef', 'a', 3)).toBe(3);
  });
});
