import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMachine, rangeOfPath, type SourceLanguage } from '../../../src/asl';
import { problemsOf, shown, textAt } from './shown';

const order = `{
  // A comment, as in JSONC
  "Comment": "Order",
  "StartAt": "Validate",
  "States": {
    "Validate": { "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:v", "Next": "Route",
      "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Failed" }] },
    "Route": { "Type": "Choice", "Choices": [{ "Variable": "$.ok", "BooleanEquals": true, "Next": "All" }], "Default": "Failed" },
    "All": { "Type": "Parallel", "End": true, "Branches": [
      { "StartAt": "Charge", "States": { "Charge": { "Type": "Pass", "End": true } } },
      { "StartAt": "Ship", "States": { "Ship": { "Type": "Map", "End": true,
        "ItemProcessor": { "StartAt": "Pack", "States": { "Pack": { "Type": "Succeed" } } } } } },
    ] },
    "Failed": { "Type": "Fail", "Error": "OrderFailed" },
  },
}`;

describe('the outline of a machine', () => {
  const machine = parseMachine(order, 'json');

  it('has no problem with comments and trailing commas', () => expect(machine.problems).toEqual([]));

  it('names every state by its path', () => {
    expect(machine.states.map(({ path, type, parent, next }) => [path, type, parent, next])).toEqual([
      ['Validate', 'Task', undefined, ['Route', 'Failed']],
      ['Route', 'Choice', undefined, ['Failed', 'All']],
      ['All', 'Parallel', undefined, []],
      ['All/Branches[0]/Charge', 'Pass', 'All', []],
      ['All/Branches[1]/Ship', 'Map', 'All', []],
      ['All/Branches[1]/Ship/ItemProcessor/Pack', 'Succeed', 'All/Branches[1]/Ship', []],
      ['Failed', 'Fail', undefined, []],
    ]);
    expect(machine.states[0]?.resource).toBe('arn:aws:lambda:us-east-1:123456789012:function:v');
  });

  it('says where each stands', () => {
    for (const state of machine.states) {
      expect(textAt(order, state.nameRange)).toBe(`"${state.name}"`);
      expect(textAt(order, state.range)).toMatch(new RegExp(`^"${state.name}": \\{[\\s\\S]*\\}$`));
    }
    expect(textAt(order, machine.headRange)).toBe('"StartAt": "Validate"');
  });

  it('hashes a state by what it says, not how it is written', () => {
    const hash = (text: string): string | undefined => parseMachine(text, 'json').states[0]?.hash;
    const one = hash('{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1,"y":2},"End":true}}}');
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(hash('{"StartAt":"A", "States": {"A": {"End": true, "Result": {"y": 2, "x": 1}, "Type": "Pass"}}}')).toBe(
      one,
    );
    expect(hash('{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1,"y":3},"End":true}}}')).not.toBe(one);
  });

  it('knows its query language', () => {
    expect(machine.queryLanguage).toBe('JSONPath');
    expect(
      parseMachine('{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Succeed"}}}', 'json').queryLanguage,
    ).toBe('JSONata');
  });
});

describe('texts that are no machine', () => {
  it.each<[string, string, RegExp]>([
    ['an empty file', '', /^The file is empty/],
    ['white space', ' \n ', /^The file is empty/],
    ['a word', 'not a definition', /means nothing in JSON/],
    ['a list', '[1]', /^Definition must be a valid JSON object/],
    ['a number', '5', /^Definition must be a valid JSON object/],
    [
      'another JSON file',
      '{"name": "x", "version": 1}',
      /^These fields are required: \[States, StartAt\]\. This is no state machine/,
    ],
  ])('%s gives one clear message', (_name, text, message) => {
    const machine = parseMachine(text, 'json');
    expect(machine.definition).toBeUndefined();
    expect(machine.states).toEqual([]);
    expect(machine.problems).toHaveLength(1);
    expect(machine.problems[0]?.message).toMatch(message);
    expect(machine.problems[0]?.range).toBeDefined();
  });

  it('shows a syntax error where it is, and nothing made up from it', () => {
    const text = '{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass" "End": true }\n  }\n}';
    expect(shown(text)).toEqual([`A ',' is missing before this @ "End"`]);
    const cut = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": ';
    const machine = parseMachine(cut, 'json');
    expect(machine.problems.every(({ code }) => code === 'INVALID_JSON_DESCRIPTION')).toBe(true);
    expect(machine.states.map(({ name }) => name)).toEqual(['A']);
  });

  it('stops at what nests too deeply', () => {
    expect(problemsOf('['.repeat(100_000))[0]?.message).toContain('nests more than 300 levels');
    expect(
      problemsOf(
        `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":${'['.repeat(1000)}${']'.repeat(1000)},"End":true}}}`,
      )[0]?.message,
    ).toContain('nests more than');
  });

  it('tells that it is too large', () => {
    const text = JSON.stringify({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Result: 'x'.repeat(1_048_576), End: true } },
    });
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['DEFINITION_TOO_LONG']);
  });
});

describe('where problems are shown', () => {
  const one = (state: string): string =>
    `{"StartAt": "A", "States": {\n"A": ${state},\n"B": {"Type": "Pass", "End": true}}}`;
  it.each<[string, string[]]>([
    [
      one('{"Type": "Pass", "Next": "Bee"}'),
      [`Missing 'Next' target: Bee @ "Bee"`, `State "B" is not reachable. @ "B"`],
    ],
    [one('{"Type": "Paas", "Next": "B"}'), [`The field 'Type' should have one of these values: [Task, Wai @ "Paas"`]],
    [
      one('{"Type": "Pass", "Nxt": "B"}'),
      [
        `This object should have only one of the following fields: [N @ "A"`,
        `Field 'Nxt' is not supported @ "Nxt"`,
        `State "B" is not reachable. @ "B"`,
      ],
    ],
    [one('{"Type": "Wait", "Seconds": -1, "Next": "B"}'), ['Minimum value is 0 @ -1']],
    [
      one('{"Type": "Pass", "Next": "B", "Parameters": {"x": [{"a.$": "bad path"}]}}'),
      [`The value for the field 'a.$' must be a valid JSONPath or a @ bad path`],
    ],
    [
      one('{"Type": "Pass", "Next": "B", "Parameters": {"a.$": "$.abc[x]"}}'),
      [`The value for the field 'a.$' must be a valid JSONPath or a @ x]`],
    ],
    [
      one('{"Type": "Pass", "Next": "B", "Parameters": {"a": "$.b"}}'),
      [`The value of 'a' looks like a path or an intrinsic function, @ "$.b"`],
    ],
    [
      one(String.raw`{"Type": "Pass", "QueryLanguage": "JSONata", "Next": "B", "Output": {"a": "{% \"x\" & ] %}"}}`),
      ['The symbol "]" cannot be used as a unary operator @ ]'],
    ],
    [
      one('{"Type": "Pass", "Next": "B", "Next": "B"}'),
      [`'Next' occurs twice here: only the last one counts @ "Next"`],
    ],
  ])('%s', (text, expected) => expect(shown(text)).toEqual(expected));

  it('finds a state that is there twice', () => {
    expect(
      problemsOf('{"StartAt":"A","States":{"A":{"Type":"Succeed"},"A":{"Type":"Succeed"}}}').map(({ code }) => code),
    ).toEqual(['DUPLICATE_STATE_NAME']);
  });

  it('checks as the type it is told', () => {
    const text = one('{"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Next": "B"}');
    expect(problemsOf(text)).toEqual([]);
    expect(parseMachine(text, 'json', { type: 'EXPRESS' }).problems.map(({ path }) => path)).toEqual([
      '/States/A/Resource',
    ]);
  });
});

describe('rangeOfPath', () => {
  it.each([
    ['/', order.slice(0, 1)],
    ['/StartAt', '"StartAt": "Validate"'],
    ['/States/Route/Choices[0]/Variable', '"Variable": "$.ok"'],
    ['/States/All/Branches[1]/States/Ship/Type', '"Type": "Map"'],
  ])('%s', (location, expected) => expect(textAt(order, rangeOfPath(order, location)).startsWith(expected)).toBe(true));

  it('takes names with slashes and brackets in them', () => {
    const text = '{"StartAt": "a/b[0]", "States": {"a/b[0]": {"Type": "Pass", "End": true}}}';
    expect(textAt(text, rangeOfPath(text, '/States/a/b[0]/Type'))).toBe('"Type": "Pass"');
  });

  it('is nowhere for what is not there', () => {
    expect(rangeOfPath(order, '/States/Nope')).toBeUndefined();
    expect(rangeOfPath(order, 'States')).toBeUndefined();
    expect(rangeOfPath('', '/')).toBeUndefined();
  });
});

describe('anything at all', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"StartAt"',
    '"States"',
    '"A"',
    '"Type"',
    '"Pass"',
    '"End"',
    'true',
    '1',
    '${X}',
    '"{% $x %}"',
    '// c\n',
    '\n',
    ' ',
    '"',
    '\\',
    '- ',
    'States:\n',
    '  A: ',
    '&a ',
    '*a',
    '!Ref ',
    '"Next"',
  );
  const text = fc
    .array(fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) }), {
      maxLength: 40,
    })
    .map((parts) => parts.join(''));

  it('is parsed without an exception, with every range inside the text', () => {
    fc.assert(
      fc.property(text, fc.constantFrom<SourceLanguage>('json', 'yaml'), (source, language) => {
        const machine = parseMachine(source, language, { substitutions: { X: '1' } });
        const last = source.split('\n').length - 1;
        for (const { range } of machine.problems) {
          expect(range?.start.line).toBeGreaterThanOrEqual(0);
          expect(range?.end.line).toBeLessThanOrEqual(last);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('cut off anywhere is still read', () => {
    fc.assert(
      fc.property(fc.nat(order.length), (end) => {
        const machine = parseMachine(order.slice(0, end), 'json');
        if (end < order.length - 1) expect(machine.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
