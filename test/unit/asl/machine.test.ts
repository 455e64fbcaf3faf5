import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMachines, languageOf, parseMachine, rangeOfPath, type SourceLanguage } from '../../../src/asl';
import type { Problem, TextRange } from '../../../src/model/machine';

/** The text that stands at a range. */
const textAt = (text: string, range: TextRange | undefined): string => {
  if (!range) return '(nowhere)';
  const lines = text.split('\n');
  if (range.start.line === range.end.line)
    return (lines[range.start.line] ?? '').slice(range.start.column, range.end.column);
  return [
    (lines[range.start.line] ?? '').slice(range.start.column),
    ...lines.slice(range.start.line + 1, range.end.line),
    (lines[range.end.line] ?? '').slice(0, range.end.column),
  ].join('\n');
};

const problemsOf = (text: string, language: SourceLanguage = 'json'): readonly Problem[] =>
  parseMachine(text, language).problems;
const shown = (text: string, language: SourceLanguage = 'json'): string[] =>
  problemsOf(text, language).map(({ message, range }) => `${message.slice(0, 60).trimEnd()} @ ${textAt(text, range)}`);

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
      ['The JSONata expression is not valid: S0211: The symbol "]" c @ ]'],
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

describe('YAML', () => {
  const yaml = `# an order
StartAt: A
States:
  A:
    Type: Task
    Resource: !GetAtt Worker.Arn
    Parameters: &shared
      id.$: $.id
    Next: B
  B:
    Type: Wait
    Seconds: 5
    Next: C
  C:
    Type: Task
    Resource: !Sub "arn:\${AWS::Partition}:states:::lambda:invoke"
    Parameters:
      <<: *shared
      FunctionName: !Ref Worker
    End: true
`;
  it('is read with ranges, tags, anchors and merges', () => {
    const machine = parseMachine(yaml, 'yaml');
    expect(machine.problems).toEqual([]);
    expect(machine.definition?.States).toEqual({
      A: { Type: 'Task', Resource: '${Worker.Arn}', Parameters: { 'id.$': '$.id' }, Next: 'B' },
      B: { Type: 'Wait', Seconds: 5, Next: 'C' },
      C: {
        Type: 'Task',
        Resource: 'arn:${AWS::Partition}:states:::lambda:invoke',
        Parameters: { 'id.$': '$.id', FunctionName: '${Worker}' },
        End: true,
      },
    });
    expect(machine.states.map(({ nameRange }) => textAt(yaml, nameRange))).toEqual(['A', 'B', 'C']);
    expect(textAt(yaml, machine.headRange)).toBe('StartAt: A');
  });

  it.each<[string, string, string[]]>([
    ['a way to nowhere', 'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n', [`Missing 'Next' target: B @ B`]],
    [
      'a bad path',
      "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Parameters:\n      a.$: '$.b['\n    End: true\n",
      [`The value for the field 'a.$' must be a valid JSONPath or a @ [`],
    ],
    ['a wrong number', 'StartAt: A\nStates:\n  A: {Type: Wait, Seconds: -1, End: true}\n', ['Minimum value is 0 @ -1']],
  ])('%s', (_name, text, expected) => expect(shown(text, 'yaml')).toEqual(expected));

  it('is told where it is broken', () => {
    const [problem, ...more] = problemsOf('StartAt: A\nStates:\n  A:\n   Type: [Pass\n', 'yaml');
    expect(problem?.code).toBe('INVALID_JSON_DESCRIPTION');
    expect(problem?.range?.start.line).toBeGreaterThan(1);
    expect(more.length).toBeLessThan(5);
    expect(problemsOf('', 'yaml')[0]?.message).toContain('The file is empty');
    expect(problemsOf('just text', 'yaml')[0]?.message).toContain('must be a valid JSON object');
  });

  it('survives aliases that multiply', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, index) => `${'bcdefghij'[index]}: &${'bcdefghij'[index]} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(',')}]`).join('\n')}\n`;
    expect(problemsOf(bomb, 'yaml')[0]?.message).toContain('multiply');
  });

  it('is told by the ending', () => {
    expect(['a.asl.yaml', 'b.YML', 'c.json', 'd.asl', 'e.asl.json', 'f.jsonc'].map(languageOf)).toEqual([
      'yaml',
      'yaml',
      'json',
      'json',
      'json',
      'json',
    ]);
  });
});

describe('placeholders', () => {
  const text =
    '{"StartAt": "${First}", "TimeoutSeconds": ${Limit}, "States": {"Work-${Env}": {"Type": "Task", "Resource": "${FunctionArn}", "Parameters": ${Params}, "End": ${Ends} }}}';

  it('may stand for values without quotes', () => {
    const machine = parseMachine(text, 'json');
    expect(machine.problems).toEqual([]);
    expect(machine.definition?.TimeoutSeconds).toBe('${Limit}');
    expect(machine.states.map(({ name }) => name)).toEqual(['Work-${Env}']);
  });

  it('are filled in where values are given: bare ones as JSON, others as text', () => {
    const machine = parseMachine(text, 'json', {
      substitutions: {
        First: 'Work-dev',
        Limit: '60',
        Env: 'dev',
        FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
        Params: '{"a.$": "$.a"}',
        Ends: 'true',
      },
    });
    expect(machine.problems).toEqual([]);
    expect(machine.definition).toEqual({
      StartAt: 'Work-dev',
      TimeoutSeconds: 60,
      States: {
        'Work-dev': {
          Type: 'Task',
          Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
          Parameters: { 'a.$': '$.a' },
          End: true,
        },
      },
    });
    expect(textAt(text, machine.states[0]?.nameRange)).toBe('"Work-${Env}"');
  });

  it('are checked once they are filled', () => {
    const machine = parseMachine(text, 'json', {
      substitutions: { First: 'Work-dev', Limit: 'soon', Env: 'dev', FunctionArn: 'f', Ends: 'true' },
    });
    expect(machine.problems.map(({ message, range }) => `${message} @ ${textAt(text, range)}`)).toEqual([
      'Expected value of type Integer @ ${Limit}',
      'Value is not a valid resource ARN @ "${FunctionArn}"',
    ]);
  });

  it('are left alone in comments and strings', () => {
    const machine = parseMachine(
      '{ // ${Comment}\n "StartAt": "A", /* ${X} */ "States": {"A": {"Type": "Pass", "Comment": "a ${Y} \\" ${Z}", "End": true}}}',
      'json',
    );
    expect(machine.problems).toEqual([]);
    expect((machine.definition?.States as { A: { Comment: string } }).A.Comment).toBe('a ${Y} " ${Z}');
  });
});

describe('templates', () => {
  const sam = `Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
  Other:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: statemachine/other.asl.json
      DefinitionSubstitutions:
        WorkerArn: !GetAtt Worker.Arn
        Table: orders
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      DefinitionSubstitutions:
        Limit: 5
      Definition:
        StartAt: Work
        States:
          Work:
            Type: Task
            Resource: !GetAtt Worker.Arn
            TimeoutSeconds: "\${Limit}"
            Next: Nowhere
`;
  it('hold their definitions, each found', () => {
    expect(findMachines(sam, 'yaml')).toEqual([
      {
        logicalId: 'Other',
        type: 'STANDARD',
        path: undefined,
        uri: 'statemachine/other.asl.json',
        substitutions: { WorkerArn: '${Worker.Arn}', Table: 'orders' },
      },
      {
        logicalId: 'Flow',
        type: 'EXPRESS',
        path: ['Resources', 'Flow', 'Properties', 'Definition'],
        uri: undefined,
        substitutions: { Limit: '5' },
      },
    ]);
  });

  it('are opened at their first definition, with ranges in the template', () => {
    const machine = parseMachine(sam, 'yaml');
    expect(machine.states.map(({ path, nameRange }) => [path, textAt(sam, nameRange), nameRange.start.line])).toEqual([
      ['Work', 'Work', 20],
    ]);
    expect(machine.problems.map(({ message, path, range }) => [message, path, textAt(sam, range)])).toContainEqual([
      "Missing 'Next' target: Nowhere",
      '/States/Work/Next',
      'Nowhere',
    ]);
    expect(rangeOfPath(sam, '/States/Work/Next', 'yaml')?.start.line).toBe(24);
  });

  it('say what is in them when it is no definition', () => {
    expect(parseMachine(sam, 'yaml', { resource: 'Other' }).problems[0]?.message).toContain(
      'open statemachine/other.asl.json',
    );
    expect(parseMachine(sam, 'yaml', { resource: 'Nothing' }).problems[0]?.message).toBe(
      'The template has no state machine named Nothing',
    );
    expect(parseMachine('Resources:\n  B:\n    Type: AWS::S3::Bucket\n', 'yaml').problems[0]).toMatchObject({
      severity: 'information',
      code: 'NO_DEFINITION',
    });
  });

  it('may be JSON with a definition that is a text, as CDK writes it', () => {
    const cdk = JSON.stringify({
      Resources: {
        Flow: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            DefinitionString: {
              'Fn::Join': [
                '',
                [
                  '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"',
                  { 'Fn::GetAtt': ['Worker', 'Arn'] },
                  '","Parameters":{"T":"',
                  { Ref: 'Table' },
                  '"},"End":true}}}',
                ],
              ],
            },
          },
        },
      },
    });
    const machine = parseMachine(cdk, 'json');
    expect(machine.problems).toEqual([]);
    expect(machine.definition?.States).toEqual({
      A: { Type: 'Task', Resource: '${Worker.Arn}', Parameters: { T: '${Table}' }, End: true },
    });
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
