/** The quick reader against the full one: wherever it reads, both must read the same, in the same places. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { valueOf, type SourceNode } from '../../../src/asl/sourceTree';
import { parsePlainYaml } from '../../../src/asl/yamlFast';
import { parseFullYaml } from '../../../src/asl/yamlSource';
import type { Json } from '../../../src/model/json';

/** Places of names, and of values that stand in the text. */
const places = (node: SourceNode): unknown => {
  if (node.kind === 'scalar') return node.value === null ? null : [node.start, node.end, node.value];
  if (node.kind === 'array') return [node.start, node.items.map(places)];
  return [
    node.start,
    node.entries.map((entry) => [entry.key, entry.keySpan.start, entry.keySpan.end, places(entry.node)]),
  ];
};

const agree = (text: string): boolean => {
  const quick = parsePlainYaml(text);
  if (!quick) return false;
  const full = parseFullYaml(text);
  expect(full.problems).toEqual([]);
  expect(valueOf(quick)).toEqual(full.root && valueOf(full.root));
  expect(places(quick)).toEqual(full.root && places(full.root));
  return true;
};

describe('what is read quickly', () => {
  it.each([
    'StartAt: A\nStates:\n  A:\n    Type: Pass\n    End: true\n',
    'a: 1\nb: -2.5\nc: text with spaces\nd: "quoted \\"x\\""\ne: \'it\'\'s\'\nf: null\ng: ~\nh: false\n',
    'a: x # a comment\n# another\n\nb: y\n',
    'list:\n  - 1\n  - a: x\n    b: y\n  - text\n  -\n    c: z\nsame:\n- p\n- q: r\n',
    'a:\nb:\n  c:\nd: x\n',
    'a: ${Placeholder}\nid.$: $.id\nPayload.$: $$.Execution.Input\n',
    'Output: \'{% $states.input.a & "x" %}\'\n',
    'a: arn:aws:lambda:us-east-1:123456789012:function:f\r\nb: c\r\n',
    'a: http://x/y#z\n',
    '"quoted key": 1\n\'other\': 2\n',
    '- a\n- b: 1\n  c: 2\n-\n  - d\n',
    'a: x',
    'ErrorEquals: [States.ALL, "x y", 5, true, null]\nb: []\nc: {}\n',
    'a: {Type: Pass, End: true, Result: {x: [1, {y: z}]}}\nb: 1\n',
    'States:\n  A: { Type: Wait, Seconds: 5, End: true }\n',
    '- [a, [b]]\n- {c: d}\n',
  ])('%j', (text) => expect(agree(text)).toBe(true));
});

describe('what is left to the full reader', () => {
  it.each([
    '',
    'just text',
    'a: |\n  block\n',
    'a: >-\n  folded\n',
    'a: &x 1\n',
    'a: *x\n',
    'a: !Ref X\n',
    '<<: *x\n',
    '--- \na: 1\n',
    'a: [1,\n  2]\n',
    'a: [b: c]\n',
    'a: [*x]\n',
    'a: {b}\n',
    'a: [1] x\n',
    'a: [a:b]\n',
    'a: {b:1}\n',
    'a: [1 # c\n',
    'a: x\n  more\n',
    'a: "x\n  y"\n',
    'a:\tb\n',
    'a: b: c\n',
    '? a\n: b\n',
    'a: 0x1f\n',
    'a: 1e3\n',
    'a: 2024-01-01\n',
    'a: .inf\n',
    'a: Yes\nb: TRUE\n',
    '- - a\n',
    '  a: 1\n b: 2\n',
    'a: "\\x41"\n',
    'a: +1\n',
    'a: 007\n',
    '1: x\n',
    'true: x\n',
    'a: -\n',
    'a: 1\n b: 2\n',
    'a:\n    b: 1\n  c: 2\n',
    'a: "x" y\n',
    'a: @x\n',
    'a: %x\n',
    'a: 12345678901234567890\n',
    'a: -0\n',
  ])('%j', (text) => expect(parsePlainYaml(text)).toBeUndefined());
});

describe('anything', () => {
  const text = fc.oneof(
    fc.constantFrom(
      'a',
      'x y',
      '$.id',
      'arn:aws:s3:::b',
      'true',
      '1',
      '- x',
      '#',
      'a #b',
      'a: b',
      '${X}',
      "it's",
      '"q"',
      '',
      ' pad ',
      'null',
      '*a',
      '{% $x %}',
      '1.0',
      '~',
    ),
    fc.string({ maxLength: 6 }),
  );
  const json = fc.letrec<{ v: Json }>((tie) => ({
    v: fc.oneof(
      { depthSize: 'medium' },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('v'), { maxLength: 4 }),
      fc.dictionary(text, tie('v'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
    ),
  })).v;

  it('written by the full writer is read alike', () => {
    let read = 0;
    fc.assert(
      fc.property(json, fc.boolean(), (value, indentSeq) => {
        if (agree(stringify(value, { indentSeq }))) read += 1;
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('written in flow style is read alike', () => {
    let read = 0;
    fc.assert(
      fc.property(json, (value) => {
        const source = `a: ${stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd()}\n`;
        if (parsePlainYaml(source) && agree(source)) read += 1;
      }),
      { numRuns: 1500 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('made of pieces is read alike or left', () => {
    const piece = fc.constantFrom(
      'a:',
      'b: x',
      '- ',
      '-',
      ' ',
      '  ',
      '    ',
      '\n',
      '\n  ',
      '\n- ',
      '\n    ',
      'c: 1',
      "'q'",
      '"w"',
      ': ',
      ' #c',
      '#',
      'text',
      '${X}',
      '\r\n',
      'd: e f',
      ':',
      "''",
      'null',
      '[a, b]',
      '{a: b}',
      '[',
      ']',
      '{',
      '}',
      ', ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const source = pieces.join('');
        const quick = parsePlainYaml(source);
        if (quick) agree(source);
      }),
      { numRuns: 6000 },
    );
  });
});
