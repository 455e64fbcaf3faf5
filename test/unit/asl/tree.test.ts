/** The source tree and what is read off it. */
import { describe, expect, it } from 'vitest';
import { duplicateKeys } from '../../../src/asl/duplicates';
import { parseJsonSource } from '../../../src/asl/jsonSource';
import { eachState, hashOf, nestedMachines, targetsOf } from '../../../src/asl/outline';
import {
  LineTable,
  nodeAt,
  pathOf,
  pointer,
  valueOf,
  type ScalarNode,
  type SourceNode,
} from '../../../src/asl/sourceTree';
import { spanOfText } from '../../../src/asl/textSpan';
import { resolveFunctions, textOf } from '../../../src/asl/templates';
import { parseYamlSource } from '../../../src/asl/yamlSource';
import type { Json, JsonObject } from '../../../src/model/json';

const json = (text: string): SourceNode => {
  const { root } = parseJsonSource(text);
  if (!root) throw new Error('no tree');
  return root;
};
const yaml = (text: string): Json => {
  const { root } = parseYamlSource(text);
  return root ? valueOf(root) : null;
};

describe('lines', () => {
  it('are counted from zero, columns in UTF-16 units', () => {
    const lines = new LineTable('ab\r\n😀c\n\nd');
    expect(lines.position(0)).toEqual({ line: 0, column: 0 });
    expect(lines.position(4)).toEqual({ line: 1, column: 0 });
    expect(lines.position(6)).toEqual({ line: 1, column: 2 });
    expect(lines.position(8)).toEqual({ line: 2, column: 0 });
    expect(lines.position(9)).toEqual({ line: 3, column: 0 });
    expect(lines.position(99)).toEqual({ line: 3, column: 1 });
    expect(lines.position(-5)).toEqual({ line: 0, column: 0 });
    expect(lines.range(0, 5)).toEqual({ start: { line: 0, column: 0 }, end: { line: 1, column: 1 } });
  });
});

describe('JSON', () => {
  it.each<[string, Json]>([
    ['{"a": [1, -2.5e3, true, false, null, "x\\n\\u00e9"]}', { a: [1, -2500, true, false, null, 'x\né'] }],
    ['{"a": 1, // c\n /* d */ "b": 2,}', { a: 1, b: 2 }],
    ['{"a": 1, "a": 2}', { a: 2 }],
    ['{"__proto__": 1}', JSON.parse('{"__proto__": 1}') as Json],
    ['{"a": ${X}, "b": "${Y}"}', { a: '${X}', b: '${Y}' }],
    ['{${Key}: 1}', { '${Key}': 1 }],
    ['{"a": ${f({b = 1})}}', { a: '${f({b = 1})}' }],
  ])('%s', (text, expected) => {
    expect(parseJsonSource(text).problems).toEqual([]);
    expect(valueOf(json(text))).toEqual(expected);
  });

  it('gives what can be read of a broken text', () => {
    const { root, problems } = parseJsonSource('{"a": 1, "b": , "c": [1, 2');
    expect(problems.length).toBeGreaterThan(0);
    expect(root && valueOf(root)).toMatchObject({ a: 1, c: [1, 2] });
  });

  it('is never at a loss for words', () => {
    for (const text of [
      '{a: 1}',
      '{"a" 1}',
      '{"a": 01}',
      '{"a": "x',
      '{"a": 1} x',
      '[1 2]',
      '{"a": "\\q"}',
      '/* x',
      '{"a": "\u0001"}',
      "{'a': 1}",
    ]) {
      const [problem] = parseJsonSource(text).problems;
      expect(problem?.message, text).toMatch(/^[A-Z'].{15,}/);
    }
  });
});

describe('YAML', () => {
  it.each<[string, Json]>([
    ['a: 1\nb: [x, 2.5, true, null, ~]\nc:\n  - d: e\n', { a: 1, b: ['x', 2.5, true, null, null], c: [{ d: 'e' }] }],
    ['a: |\n  line 1\n  line 2\nb: >-\n  folded\n  text\n', { a: 'line 1\nline 2\n', b: 'folded text' }],
    ['a: "2024-01-01T00:00:00Z"\nb: 2024-01-01\n', { a: '2024-01-01T00:00:00Z', b: '2024-01-01' }],
    ["a: '{% $states.input %}'\n", { a: '{% $states.input %}' }],
    ['a: &x {b: 1}\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    ['a: !Ref Table\nb: !Join ["-", [a, b]]\nc: !Sub ["${x}", {x: 1}]\n', { a: '${Table}', b: '${Join}', c: '${x}' }],
    ['a: ${Placeholder}\n', { a: '${Placeholder}' }],
    ['a:\n', { a: null }],
    ['1: x\ntrue: y\n', { '1': 'x', true: 'y' }],
  ])('%j', (text, expected) => expect(yaml(text)).toEqual(expected));
});

describe('places', () => {
  const root = json('{"States": {"A": {"Choices": [{"Next": "B"}]}, "a/b[0]": {"x": 1}, "a": {"b": [5]}}}');

  it('are written as AWS writes them', () => {
    expect(pointer([])).toBe('/');
    expect(pointer(['States', 'A', 'Choices', 0, 'Next'])).toBe('/States/A/Choices[0]/Next');
  });

  it.each<[string, (string | number)[] | undefined]>([
    ['/', []],
    ['/States/A/Choices[0]/Next', ['States', 'A', 'Choices', 0, 'Next']],
    ['/States/A/Choices/0/Next', ['States', 'A', 'Choices', 0, 'Next']],
    ['/States/a/b[0]/x', ['States', 'a/b[0]', 'x']],
    ['/States/a/b[0]', ['States', 'a/b[0]']],
    ['/States/B', undefined],
    ['/States/A/Choices[9]', undefined],
    ['nonsense', undefined],
  ])('%s', (text, expected) => expect(pathOf(root, text)).toEqual(expected));

  it('lead as far as there is something', () => {
    expect(nodeAt(root, ['States', 'A', 'Choices', 0, 'Next'])).toMatchObject({
      found: true,
      node: { value: 'B' },
      entry: { key: 'Next' },
    });
    expect(nodeAt(root, ['States', 'A', 'Nope', 'deeper'])).toMatchObject({ found: false, entry: { key: 'A' } });
    expect(nodeAt(root, ['States', 'A', 'Choices', 7]).found).toBe(false);
    expect(nodeAt(root, ['States', 'A', 'Choices', 0, 'Next', 'x']).found).toBe(false);
  });
});

describe('parts of a text', () => {
  const span = (source: string, start: number, end: number): string => {
    const node = json(source) as ScalarNode;
    const found = spanOfText(source, node, { start, end });
    return source.slice(found.start, found.end);
  };

  it.each([
    ['"hello"', 1, 3, 'el'],
    [String.raw`"a\"b\\c"`, 3, 5, String.raw`\\c`],
    [String.raw`"a\u00e9b"`, 1, 3, String.raw`\u00e9b`],
    ['"x"', 0, 99, 'x'],
  ])('%s from %d to %d', (source, start, end, expected) => expect(span(source, start, end)).toBe(expected));

  it('are the whole where value and source differ', () => {
    const source = 'a: >-\n  folded\n  text\n';
    const { root } = parseYamlSource(source);
    const { node } = nodeAt(root as SourceNode, ['a']);
    const found = spanOfText(source, node as ScalarNode, { start: 2, end: 4 });
    expect([found.start, found.end]).toEqual([node.start, node.end]);
  });
});

describe('states', () => {
  const machine: JsonObject = {
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        Branches: [{ States: { B: { Type: 'Pass' } } }, 'broken'],
        Catch: [{ Next: 'M' }, 'broken'],
        Next: 'M',
      },
      M: {
        Type: 'Map',
        Iterator: {
          States: { I: { Type: 'Choice', Choices: [{ Next: 'I' }, { Next: 'J' }], Default: 'J' }, broken: 5 },
        },
      },
    },
  };

  it('are walked with their paths and places', () => {
    expect([...eachState(machine)].map(({ statePath, at, parent }) => [statePath, pointer(at), parent])).toEqual([
      ['P', '/States/P', undefined],
      ['P/Branches[0]/B', '/States/P/Branches[0]/States/B', 'P'],
      ['M', '/States/M', undefined],
      ['M/Iterator/I', '/States/M/Iterator/States/I', 'M'],
    ]);
    expect([...eachState({})]).toEqual([]);
    expect(nestedMachines({ Branches: 'x', ItemProcessor: 5 })).toEqual([]);
  });

  it('go to each target once', () => {
    const states = machine.States as Record<string, JsonObject>;
    expect(targetsOf(states.P as JsonObject)).toEqual(['M']);
    expect(targetsOf({ Default: 'J', Choices: [{ Next: 'I' }, { Next: 'J' }, 5] })).toEqual(['J', 'I']);
  });

  it('are hashed by content', () => {
    expect(hashOf({ a: 1, b: [2, { c: 3, d: null }] })).toBe(hashOf({ b: [2, { d: null, c: 3 }], a: 1 }));
    expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
  });
});

describe('fields that are there twice', () => {
  it('are told at any depth', () => {
    expect(
      duplicateKeys(json('{"a": {"b": 1, "b": 2}, "c": [{"d": 1, "d": 2}], "States": {"S": 1, "S": 2}}')).map(
        ({ code, path }) => `${code} ${pointer(path)}`,
      ),
    ).toEqual(['DUPLICATE_FIELD /a/b', 'DUPLICATE_FIELD /c[0]/d', 'DUPLICATE_STATE_NAME /States/S']);
  });
});

describe("CloudFormation's functions", () => {
  it.each<[string, string | undefined]>([
    ['{"Ref": "T"}', '${T}'],
    ['{"Fn::GetAtt": ["F", "Arn"]}', '${F.Arn}'],
    ['{"Fn::GetAtt": "F.Arn"}', '${F.Arn}'],
    ['{"Fn::Sub": "a-${B}"}', 'a-${B}'],
    ['{"Fn::Sub": ["a-${B}", {"B": 1}]}', 'a-${B}'],
    ['{"Fn::Join": ["-", ["a", {"Ref": "B"}, 5]]}', 'a-${B}-5'],
    ['{"Fn::ImportValue": "X"}', '${X}'],
    ['{"Fn::If": ["c", 1, 2]}', '${Fn::If}'],
    ['{"a": 1}', undefined],
    ['{"Ref": "T", "b": 1}', undefined],
    ['null', undefined],
    ['5', '5'],
  ])('%s', (text, expected) => expect(textOf(json(text))).toBe(expected));

  it('are resolved wherever they stand', () => {
    expect(valueOf(resolveFunctions(json('{"a": [{"Ref": "T"}, {"b": {"Fn::Sub": "x"}}]}')))).toEqual({
      a: ['${T}', { b: 'x' }],
    });
  });
});
