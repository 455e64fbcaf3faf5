/** One definition a rule: what is wrong with it, in AWS's words and at AWS's place. */
import { describe, expect, it } from 'vitest';
import { invalidDefinitionText, validateDefinition } from '../../../src/asl';
import type { Json, JsonObject } from '../../../src/model/json';
import type { WorkflowType } from '../../../src/model/machine';

const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const machine = (state: JsonObject, more: JsonObject = {}): JsonObject => ({
  StartAt: 'S',
  States: { S: state },
  ...more,
});
const jsonata = (state: JsonObject): JsonObject => machine(state, { QueryLanguage: 'JSONata' });
const pass: JsonObject = { Type: 'Pass', End: true };
const task = (more: JsonObject): JsonObject => ({ Type: 'Task', Resource: lambda, End: true, ...more });
const inner: JsonObject = { StartAt: 'I', States: { I: pass } };
const mapOf = (more: JsonObject, config: Json = { Mode: 'INLINE' }): JsonObject => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: config, ...inner },
  End: true,
  ...more,
});
const distributed: Json = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const choice = (rule: Json, more: JsonObject = {}): JsonObject => ({
  StartAt: 'C',
  States: { C: { Type: 'Choice', Choices: [rule], Default: 'S' }, S: pass },
  ...more,
});

const told = (definition: Json, type: WorkflowType = 'STANDARD', severity = 'error'): string[] =>
  validateDefinition(definition, type)
    .filter((problem) => problem.severity === severity)
    .map(({ code, message, path }) => `${code === 'SCHEMA_VALIDATION_FAILED' ? '' : `${code}: `}${message} at ${path}`);

type Case = readonly [string, Json, readonly string[]];

describe('the frame', () => {
  it.each<Case>([
    ['nothing in it', {}, ['These fields are required: [States, StartAt] at /']],
    ['no object', [], ['Definition must be a valid JSON object at /']],
    ['no StartAt', { States: { S: pass } }, ['These fields are required: [StartAt] at /']],
    [
      'no state',
      { StartAt: 'S', States: {} },
      ['Value cannot be empty at /States', "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: S at /StartAt"],
    ],
    ['an unknown field', machine(pass, { Startat: 'S' }), ["Field 'Startat' is not supported at /"]],
    ['another version', machine(pass, { Version: '2.0' }), ['Value should be one of the following: [1.0] at /Version']],
    [
      'another language',
      machine(pass, { QueryLanguage: 'JMESPath' }),
      ['Value should be one of the following: [JSONPath, JSONata] at /QueryLanguage'],
    ],
    [
      'a timeout that is a text',
      machine(pass, { TimeoutSeconds: '5' }),
      ['Expected value of type Integer at /TimeoutSeconds'],
    ],
    ['states that are a list', { StartAt: 'S', States: [] }, ['Expected value of type Object at /States']],
    ['a state that is a text', { StartAt: 'S', States: { S: 'x' } }, ['Expected value of type Object at /States/S']],
    ['a comment that is a number', machine(pass, { Comment: 5 }), ['Expected value of type String at /Comment']],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('is fine as it should be', () => {
    expect(
      told(machine(pass, { Comment: 'c', Version: '1.0', TimeoutSeconds: 60, QueryLanguage: 'JSONPath' })),
    ).toEqual([]);
  });
});

describe('how states hang together', () => {
  const to = (next: string): JsonObject => ({ Type: 'Pass', Next: next });
  it.each<Case>([
    [
      'a way to nowhere',
      { StartAt: 'A', States: { A: to('B') } },
      ["MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next"],
    ],
    [
      'a start that is not there',
      { StartAt: 'X', States: { A: pass } },
      ["MISSING_TRANSITION_TARGET: Missing 'StartAt' target: X at /StartAt"],
    ],
    [
      'a state out of reach',
      { StartAt: 'A', States: { A: to('C'), B: to('C'), C: pass } },
      ['MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'],
    ],
    [
      'a ring out of reach',
      { StartAt: 'A', States: { A: pass, B: to('C'), C: to('B') } },
      [
        'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
        'MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C',
      ],
    ],
    [
      'no end',
      { StartAt: 'A', States: { A: to('B'), B: to('A') } },
      ['MISSING_END_STATE: The workflow does not have a terminal state at /States'],
    ],
    [
      'a choice, a default and a catcher to nowhere',
      {
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'X' }], Default: 'Y' },
          T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] }),
        },
      },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Default' target: Y at /States/C/Default",
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/C/Choices[0]/Next",
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /States/T/Catch[0]/Next",
        'MISSING_TRANSITION_TARGET: State "T" is not reachable. at /States/T',
      ],
    ],
    [
      'a name twice, in different branches',
      machine({ Type: 'Parallel', Branches: [inner, inner], End: true }),
      ['DUPLICATE_STATE_NAME: Duplicate State name: I at /States/S/Branches[1]/States/I'],
    ],
    [
      'a way out of a branch',
      machine({ Type: 'Parallel', Branches: [{ StartAt: 'I', States: { I: to('S') } }], End: true }),
      ["MISSING_TRANSITION_TARGET: Missing 'Next' target: S at /States/S/Branches[0]/States/I/Next"],
    ],
    [
      'a name too long',
      { StartAt: 'n'.repeat(81), States: { ['n'.repeat(81)]: pass } },
      [`INVALID_STATE_NAME: State name cannot exceed 80 characters: this one has 81 at /States/${'n'.repeat(81)}`],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('is told and not entered when it nests too deeply', () => {
    let nested: JsonObject = pass;
    for (let depth = 0; depth < 80; depth += 1)
      nested = { Type: 'Parallel', Branches: [{ StartAt: `n${depth}`, States: { [`n${depth}`]: nested } }], End: true };
    expect(told(machine(nested)).some((text) => text.startsWith('TOO_DEEPLY_NESTED'))).toBe(true);
  });
});

describe('a state of any type', () => {
  it.each<Case>([
    ['no type', machine({ End: true }), ['These fields are required: [Type] at /States/S']],
    [
      'an unknown type',
      machine({ Type: 'Job', End: true }),
      [
        "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/S/Type",
      ],
    ],
    ['a field of another type', machine({ ...pass, Seconds: 5 }), ["Field 'Seconds' is not supported at /States/S"]],
    [
      'a field in the wrong case',
      machine({ ...pass, comment: 'x' }),
      ["Field 'comment' is not supported at /States/S"],
    ],
    [
      'Next and End',
      { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'E', End: true }, E: pass } },
      ['There should only be one of the following fields: [Next, End] at /States/S'],
    ],
    [
      'neither Next nor End',
      machine({ Type: 'Pass' }),
      ['This object should have only one of the following fields: [Next, End] at /States/S'],
    ],
    ['End that is a text', machine({ Type: 'Pass', End: 'true' }), ['Expected value of type Boolean at /States/S/End']],
    [
      'Next on a Succeed',
      { StartAt: 'S', States: { S: { Type: 'Succeed', Next: 'E' }, E: pass } },
      ["Field 'Next' is not supported at /States/S"],
    ],
    ['End on a Fail', machine({ Type: 'Fail', End: true }), ["Field 'End' is not supported at /States/S"]],
    [
      'JSONata in a JSONPath state',
      machine({ ...pass, Output: '{% 1 %}' }),
      [
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S",
      ],
    ],
    [
      'JSONPath in a JSONata state',
      jsonata({ ...pass, InputPath: '$.a' }),
      [
        "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/S",
      ],
    ],
    [
      'JSONPath in a JSONata machine',
      jsonata({ ...pass, QueryLanguage: 'JSONPath' }),
      ["'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S"],
    ],
    [
      'an unknown language',
      machine({ ...pass, QueryLanguage: 'SQL' }),
      ['Value should be one of the following: [JSONPath, JSONata] at /States/S/QueryLanguage'],
    ],
    [
      'a path that is none',
      machine({ ...pass, InputPath: 'a.b' }),
      ['Value must be a valid JSONPath. at /States/S/InputPath'],
    ],
    [
      'a result path that is none',
      machine({ ...pass, ResultPath: 'a' }),
      ["Value is not a Reference Path: Reference path didn't start with '$' at /States/S/ResultPath"],
    ],
    [
      'a path and its fixed form',
      machine(task({ TimeoutSeconds: 5, TimeoutSecondsPath: '$.t' })),
      ['There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/S'],
    ],
    [
      'a reserved variable',
      machine({ ...pass, Assign: { states: 1 } }),
      ["RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/S/Assign"],
    ],
    [
      'a bad variable name',
      machine({ ...pass, Assign: { 'a-b': 1 } }),
      [
        "INVALID_VARIABLE_NAME: Invalid variable name 'a-b': the variable name contains invalid characters. at /States/S/Assign",
      ],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('may be JSONata within JSONPath, and null where a path may be null', () => {
    expect(told(machine({ Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% 1 %}', End: true }))).toEqual([]);
    expect(told(machine({ ...pass, InputPath: null, OutputPath: null, ResultPath: null }))).toEqual([]);
    expect(
      told(
        machine(
          { Type: 'Pass', End: false, Next: 'E' },
          { States: { S: { Type: 'Pass', End: false, Next: 'E' }, E: pass } },
        ),
      ),
    ).toEqual([]);
  });

  it('says that a reference path names one place', () => {
    expect(told(machine({ ...pass, ResultPath: '$.a[*]' }))[0]).toMatch(
      /^Value is not a Reference Path: .* at \/States\/S\/ResultPath$/,
    );
  });
});

describe('templates and expressions', () => {
  it.each<Case>([
    [
      'a .$ field that is neither path nor call',
      machine({ ...pass, Parameters: { a: { 'b.$': 'text' } } }),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
      ],
    ],
    [
      'a .$ field that is a number',
      machine({ ...pass, Parameters: { 'b.$': 5 } }),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
      ],
    ],
    [
      'a call with a wrong count',
      machine({ ...pass, Parameters: { 'b.$': 'States.UUID(1)' } }),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
      ],
    ],
    [
      'an unknown function',
      machine(task({ ResultSelector: { 'b.$': 'States.Nope()' } })),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/ResultSelector",
      ],
    ],
    [
      'an assigned path',
      machine({ ...pass, Assign: { 'v.$': '$[' } }),
      ["The value for the field 'v.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Assign"],
    ],
    [
      'an expression that is cut off',
      jsonata({ ...pass, Output: { a: '{% 1 + ' } }),
      ['JSONata string must start with {% and end with %} at /States/S/Output/a'],
    ],
    [
      'an expression that does not parse',
      jsonata({ ...pass, Output: { a: ['{% 1 + %}'] } }),
      ['The JSONata expression is not valid: S0207: Unexpected end of expression at /States/S/Output/a[0]'],
    ],
    [
      'an empty expression',
      jsonata({ ...pass, Output: '{%  %}' }),
      ['The JSONata expression is not valid: S0207: Unexpected end of expression at /States/S/Output'],
    ],
    [
      'arguments that do not parse',
      jsonata(task({ Arguments: { x: '{% [ %}' } })),
      ['The JSONata expression is not valid: S0203: Expected "]" before end of expression at /States/S/Arguments/x'],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('warns of a path that is only a text', () => {
    expect(
      told(
        machine({ ...pass, Parameters: { a: '$.b', c: '$5 a piece', d: 'States.UUID()' } }),
        'STANDARD',
        'warning',
      ).map((text) => text.slice(0, 40)),
    ).toEqual(["NO_DOLLAR: The value of 'a' looks like a", "NO_DOLLAR: The value of 'd' looks like a"]);
    expect(told(machine({ ...pass, Result: { 'a.$': '$.b' } }), 'STANDARD', 'warning')).toHaveLength(1);
    expect(told(machine({ ...pass, Result: { 'a.$': 'x' } }))).toEqual([]);
  });
});

describe('tasks', () => {
  const integration = (resource: string): JsonObject => machine({ Type: 'Task', Resource: resource, End: true });
  const unknown = (resource: string): string[] => [
    `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/S/Resource`,
  ];
  it.each<Case>([
    ['no resource', machine({ Type: 'Task', End: true }), ['These fields are required: [Resource] at /States/S']],
    [
      'a resource that is no ARN',
      integration('my-function'),
      ['Value is not a valid resource ARN at /States/S/Resource'],
    ],
    [
      'a resource that is a number',
      machine({ Type: 'Task', Resource: 5, End: true }),
      ['Expected value of type String at /States/S/Resource'],
    ],
    ['an unknown service', integration('arn:aws:states:::telepathy:send'), unknown('arn:aws:states:::telepathy:send')],
    [
      'a job of a service without jobs',
      integration('arn:aws:states:::lambda:invoke.sync'),
      unknown('arn:aws:states:::lambda:invoke.sync'),
    ],
    [
      'a callback of a service without callbacks',
      integration('arn:aws:states:::dynamodb:putItem.waitForTaskToken'),
      unknown('arn:aws:states:::dynamodb:putItem.waitForTaskToken'),
    ],
    [
      'credentials without a role',
      machine(task({ Credentials: {} })),
      ["The field 'RoleArn' is required but was missing at /States/S/Credentials"],
    ],
    ['a timeout of nothing', machine(task({ TimeoutSeconds: 0 })), ['Minimum value is 1 at /States/S/TimeoutSeconds']],
    [
      'a timeout beyond all',
      machine(task({ TimeoutSeconds: 100_000_000 })),
      ['Maximum value is 99999999 at /States/S/TimeoutSeconds'],
    ],
    [
      'a fraction of a second',
      machine(task({ HeartbeatSeconds: 1.5 })),
      ['Expected value of type Integer at /States/S/HeartbeatSeconds'],
    ],
    [
      'a heartbeat as long as the timeout',
      machine(task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 })),
      ['HeartbeatSeconds must be smaller than TimeoutSeconds at /States/S/HeartbeatSeconds'],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it.each([
    'arn:aws:states:::lambda:invoke',
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    'arn:aws:states:::states:startExecution.sync:2',
    'arn:aws:states:::aws-sdk:s3:listBuckets',
    'arn:aws:states:::aws-sdk:s3:listBuckets.waitForTaskToken',
    'arn:aws:states:::ecs:runTask.sync',
    'arn:aws-cn:states:cn-north-1:123456789012:activity:a',
    'arn:aws:states:::dynamodb:putItem',
    'arn:aws:states:::glue:startJobRun.sync',
    'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    'arn:aws:states:::http:invoke',
  ])('%s is fine', (resource) => expect(told(integration(resource))).toEqual([]));

  it('are limited in Express', () => {
    expect(told(integration('arn:aws:states:::ecs:runTask.sync'), 'EXPRESS')).toEqual([
      "Express state machine does not support '.sync' service integration at /States/S/Resource",
    ]);
    expect(told(integration('arn:aws:states:::states:startExecution.sync:2'), 'EXPRESS')).toEqual([
      "Express state machine does not support '.sync' service integration at /States/S/Resource",
    ]);
    expect(told(integration('arn:aws:states:::sqs:sendMessage.waitForTaskToken'), 'EXPRESS')).toEqual([
      "Express state machine does not support '.waitForTaskToken' service integration  at /States/S/Resource",
    ]);
    expect(told(integration('arn:aws:states:us-east-1:123456789012:activity:a'), 'EXPRESS')).toEqual([
      'Express state machine does not support Activity ARN at /States/S/Resource',
    ]);
    expect(told(machine(mapOf({}, distributed)), 'EXPRESS')).toEqual([
      "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines at /States/S/ItemProcessor/ProcessorConfig/Mode",
    ]);
  });

  it('are limited in the Express children of a distributed Map', () => {
    const sync = {
      StartAt: 'I',
      States: { I: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', End: true } },
    };
    const within = (execution: string): JsonObject =>
      machine({
        Type: 'Map',
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: execution }, ...sync },
        End: true,
      });
    expect(told(within('STANDARD'))).toEqual([]);
    expect(told(within('EXPRESS'))).toEqual([
      "Express state machine does not support '.sync' service integration at /States/S/ItemProcessor/States/I/Resource",
    ]);
  });
});

describe('retry and catch', () => {
  const retry = (...Retry: Json[]): JsonObject => machine(task({ Retry }));
  const caught = (...Catch: Json[]): JsonObject => ({
    StartAt: 'S',
    States: { S: task({ Catch, End: undefined, Next: 'E' }), E: pass },
  });
  it.each<Case>([
    ['no errors named', retry({}), ['These fields are required: [ErrorEquals] at /States/S/Retry[0]']],
    [
      'an empty list of errors',
      retry({ ErrorEquals: [] }),
      ['Value cannot be empty at /States/S/Retry[0]/ErrorEquals'],
    ],
    [
      'a number for an error',
      retry({ ErrorEquals: [5] }),
      ['Expected value of type String at /States/S/Retry[0]/ErrorEquals'],
    ],
    [
      'all among others',
      retry({ ErrorEquals: ['States.ALL', 'X'] }),
      ['States.ALL must appear alone and at end of list at /States/S/Retry[0]/ErrorEquals'],
    ],
    [
      'all before others',
      retry({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }),
      ['States.ALL must appear alone and at end of list at /States/S/Retry[0]/ErrorEquals'],
    ],
    [
      'a rate below one',
      retry({ ErrorEquals: ['X'], BackoffRate: 0.5 }),
      ['Minimum value is 1 at /States/S/Retry[0]/BackoffRate'],
    ],
    [
      'attempts below none',
      retry({ ErrorEquals: ['X'], MaxAttempts: -1 }),
      ['Minimum value is 0 at /States/S/Retry[0]/MaxAttempts'],
    ],
    [
      'a delay too long',
      retry({ ErrorEquals: ['X'], MaxDelaySeconds: 31_622_401 }),
      ['Maximum value is 31622400 at /States/S/Retry[0]/MaxDelaySeconds'],
    ],
    [
      'an unknown jitter',
      retry({ ErrorEquals: ['X'], JitterStrategy: 'SOME' }),
      ['Value should be one of the following: [NONE, FULL] at /States/S/Retry[0]/JitterStrategy'],
    ],
    [
      'an unknown field',
      retry({ ErrorEquals: ['X'], Attempts: 3 }),
      ["Field 'Attempts' is not supported at /States/S/Retry[0]"],
    ],
    ['no list', machine(task({ Retry: {} })), ['Expected value of type Array at /States/S/Retry']],
    [
      'a catcher without a way',
      caught({ ErrorEquals: ['X'] }),
      ['These fields are required: [Next] at /States/S/Catch[0]'],
    ],
    [
      'a catcher with a bad path',
      caught({ ErrorEquals: ['X'], Next: 'E', ResultPath: 'x' }),
      ["Value is not a Reference Path: Reference path didn't start with '$' at /States/S/Catch[0]/ResultPath"],
    ],
    [
      'a catcher in the other language',
      caught({ ErrorEquals: ['X'], Next: 'E', Output: '{% 1 %}' }),
      [
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S/Catch[0]",
      ],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('take what they should', () => {
    expect(
      told(
        retry(
          {
            ErrorEquals: ['X'],
            IntervalSeconds: 0,
            MaxAttempts: 0,
            BackoffRate: 1.5,
            MaxDelaySeconds: 5,
            JitterStrategy: 'FULL',
            Comment: 'c',
          },
          { ErrorEquals: ['States.ALL'] },
        ),
      ),
    ).toEqual([]);
    expect(
      told(caught({ ErrorEquals: ['X'], Next: 'E', ResultPath: null, Assign: { 'e.$': '$' }, Comment: 'c' })),
    ).toEqual([]);
  });
});

describe('choices', () => {
  it.each<Case>([
    ['no rules', machine({ Type: 'Choice' }), ['These fields are required: [Choices] at /States/S']],
    [
      'an empty list',
      { StartAt: 'C', States: { C: { Type: 'Choice', Choices: [], Default: 'S' }, S: pass } },
      ['Value cannot be empty at /States/C/Choices'],
    ],
    [
      'a rule without a way',
      choice({ Variable: '$.a', IsNull: true }),
      ['These fields are required: [Next] at /States/C/Choices[0]'],
    ],
    [
      'two operators',
      choice({ Variable: '$.a', IsNull: true, IsString: true, Next: 'S' }),
      ['There should only be one of the following fields: [IsNull, IsString] at /States/C/Choices[0]'],
    ],
    [
      'two kinds of rule',
      choice({ Variable: '$.a', IsNull: true, Not: { Variable: '$.a', IsNull: true }, Next: 'S' }),
      [
        'The object must have only one of the following fields, [And, Or, Not, Variable, Condition] at /States/C/Choices[0]',
      ],
    ],
    [
      'a way inside',
      choice({ And: [{ Variable: '$.a', IsNull: true, Next: 'S' }], Next: 'S' }),
      ["Field 'Next' is not supported at /States/C/Choices[0]/And[0]"],
    ],
    [
      'a variable that is no path',
      choice({ Variable: 'a', IsNull: true, Next: 'S' }),
      ["Value is not a Reference Path: Reference path didn't start with '$' at /States/C/Choices[0]/Variable"],
    ],
    [
      'a text for a number',
      choice({ Variable: '$.a', NumericEquals: '5', Next: 'S' }),
      ['Expected value of type Number at /States/C/Choices[0]/NumericEquals'],
    ],
    [
      'a number for a text',
      choice({ Not: { Variable: '$.a', StringEquals: 5 }, Next: 'S' }),
      ['Expected value of type String at /States/C/Choices[0]/Not/StringEquals'],
    ],
    [
      'a text for a truth',
      choice({ Variable: '$.a', IsPresent: 'yes', Next: 'S' }),
      ['Expected value of type Boolean at /States/C/Choices[0]/IsPresent'],
    ],
    [
      'no timestamp',
      choice({ Variable: '$.a', TimestampEquals: 'noon', Next: 'S' }),
      ['String does not match RFC3339 timestamp at /States/C/Choices[0]/TimestampEquals'],
    ],
    ['an empty And', choice({ And: [], Next: 'S' }), ['Value cannot be empty at /States/C/Choices[0]/And']],
    [
      'a condition in JSONPath',
      choice({ Condition: '{% true %}', Next: 'S' }),
      [
        "The QueryLanguage is set to 'JSONPath', but field 'Condition' is only supported for the 'JSONata' QueryLanguage at /States/C/Choices[0]",
      ],
    ],
    [
      'a variable in JSONata',
      choice({ Variable: '$.a', IsNull: true, Next: 'S' }, { QueryLanguage: 'JSONata' }),
      [
        "The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported for the 'JSONPath' QueryLanguage at /States/C/Choices[0]",
      ],
    ],
    [
      'a condition that is a text',
      choice({ Condition: 'true', Next: 'S' }, { QueryLanguage: 'JSONata' }),
      ['Expected value of type Boolean at /States/C/Choices[0]/Condition'],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('lists the operators where one is missing', () => {
    expect(told(choice({ Variable: '$.a', Next: 'S' }))[0]).toMatch(
      /^This object should have only one of the following fields: \[BooleanEquals, .*IsTimestamp\] at \/States\/C\/Choices\[0\]$/,
    );
  });

  it('take what they should', () => {
    expect(
      told(
        choice(
          { Condition: '{% $states.input.a > 1 %}', Next: 'S', Assign: { a: '{% 1 %}' }, Output: '{% 2 %}' },
          { QueryLanguage: 'JSONata' },
        ),
      ),
    ).toEqual([]);
    expect(told(choice({ Condition: true, Next: 'S' }, { QueryLanguage: 'JSONata' }))).toEqual([]);
    expect(told(choice({ Variable: '$$.State.Name', StringMatches: 'a*', Next: 'S', Comment: 'c' }))).toEqual([]);
    expect(told(choice({ Variable: '$v', NumericEqualsPath: '$.n', Next: 'S' }))).toEqual([]);
  });
});

describe('waits, fails, parallels', () => {
  it.each<Case>([
    [
      'a wait for nothing',
      machine({ Type: 'Wait', End: true }),
      [
        'This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/S',
      ],
    ],
    [
      'a wait for two things',
      machine({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true }),
      [
        'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] at /States/S',
      ],
    ],
    [
      'a wait back in time',
      machine({ Type: 'Wait', Seconds: -1, End: true }),
      ['Minimum value is 0 at /States/S/Seconds'],
    ],
    [
      'a wait until nonsense',
      jsonata({ Type: 'Wait', Timestamp: 'soon', End: true }),
      ['String does not match RFC3339 timestamp at /States/S/Timestamp'],
    ],
    [
      'a cause that is an object',
      machine({ Type: 'Fail', Cause: {} }),
      ['Expected value of type String at /States/S/Cause'],
    ],
    [
      'an error path that is none',
      machine({ Type: 'Fail', ErrorPath: 'x' }),
      ['Value must be a valid JSONPath or a valid intrinsic function call. at /States/S/ErrorPath'],
    ],
    [
      'error and its path',
      machine({ Type: 'Fail', Error: 'E', ErrorPath: '$.e' }),
      ['There should only be one of the following fields: [Error, ErrorPath] at /States/S'],
    ],
    ['no branches', machine({ Type: 'Parallel', End: true }), ['These fields are required: [Branches] at /States/S']],
    [
      'empty branches',
      machine({ Type: 'Parallel', Branches: [], End: true }),
      ['Value cannot be empty at /States/S/Branches'],
    ],
    [
      'a branch that is a text',
      machine({ Type: 'Parallel', Branches: ['x'], End: true }),
      ['Expected value of type Object at /States/S/Branches[0]'],
    ],
    [
      'a branch without a start',
      machine({ Type: 'Parallel', Branches: [{ States: { I: pass } }], End: true }),
      ['These fields are required: [StartAt] at /States/S/Branches[0]'],
    ],
    [
      'a timeout on a branch',
      machine({ Type: 'Parallel', Branches: [{ ...inner, TimeoutSeconds: 5 }], End: true }),
      ["Field 'TimeoutSeconds' is not supported at /States/S/Branches[0]"],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('take expressions', () => {
    expect(told(jsonata({ Type: 'Wait', Seconds: '{% 1 %}', End: true }))).toEqual([]);
    expect(told(jsonata({ Type: 'Fail', Error: '{% "E" %}', Cause: 'c' }))).toEqual([]);
    expect(told(machine({ Type: 'Fail', CausePath: "States.Format('{}', $.c)" }))).toEqual([]);
    expect(told(machine({ Type: 'Wait', Timestamp: '2030-01-01T00:00:00+02:00', End: true }))).toEqual([]);
  });
});

describe('maps', () => {
  it.each<Case>([
    [
      'no processor',
      machine({ Type: 'Map', End: true }),
      ['This object should have only one of the following fields: [ItemProcessor, Iterator] at /States/S'],
    ],
    [
      'no mode it knows',
      machine(mapOf({}, { Mode: 'FAST' })),
      ['Value should be one of the following: [INLINE, DISTRIBUTED] at /States/S/ItemProcessor/ProcessorConfig/Mode'],
    ],
    [
      'no type of children',
      machine(mapOf({}, { Mode: 'DISTRIBUTED' })),
      ['These fields are required: [ExecutionType] at /States/S/ItemProcessor/ProcessorConfig'],
    ],
    [
      'a type of children it does not know',
      machine(mapOf({}, { Mode: 'DISTRIBUTED', ExecutionType: 'QUICK' })),
      [
        'Value should be one of the following: [STANDARD, EXPRESS] at /States/S/ItemProcessor/ProcessorConfig/ExecutionType',
      ],
    ],
    [
      'children inline',
      machine(mapOf({}, { Mode: 'INLINE', ExecutionType: 'EXPRESS' })),
      ["Field 'ExecutionType' is not supported at /States/S/ItemProcessor/ProcessorConfig"],
    ],
    [
      'a label with a space',
      machine(mapOf({ Label: 'a b' }, distributed)),
      ['INVALID_LABEL_NAME: Label contains invalid characters at /States/S/Label'],
    ],
    [
      'an empty label',
      machine(mapOf({ Label: '' }, distributed)),
      ['INVALID_LABEL_NAME: Label cannot be empty at /States/S/Label'],
    ],
    [
      'a label too long',
      machine(mapOf({ Label: 'l'.repeat(41) }, distributed)),
      ['INVALID_LABEL_NAME: Label cannot exceed 40 characters at /States/S/Label'],
    ],
    [
      'a reader of nothing known',
      machine(mapOf({ ItemReader: { Resource: 'arn:aws:states:::s3:copy' } }, distributed)),
      ["The field 'Resource' does not match any of the allowed values at /States/S/ItemReader/Resource"],
    ],
    [
      'a CSV without headers',
      machine(
        mapOf(
          { ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'CSV' } } },
          distributed,
        ),
      ),
      ["The field 'CSVHeaderLocation' is required at /States/S/ItemReader/ReaderConfig"],
    ],
    [
      'given headers that are not given',
      machine(
        mapOf(
          {
            ItemReader: {
              Resource: 'arn:aws:states:::s3:getObject',
              ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN' },
            },
          },
          distributed,
        ),
      ),
      ['These fields are required: [CSVHeaders] at /States/S/ItemReader/ReaderConfig'],
    ],
    [
      'a batch of no size',
      machine(mapOf({ ItemBatcher: {} }, distributed)),
      [
        'At least one of the following fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath] at /States/S/ItemBatcher',
      ],
    ],
    ['items that are a number', jsonata(mapOf({ Items: 5 })), ['Expected value of type Array at /States/S/Items']],
    [
      'more than all may fail',
      machine(mapOf({ ToleratedFailurePercentage: 101 }, distributed)),
      ['Maximum value is 100 at /States/S/ToleratedFailurePercentage'],
    ],
    [
      'fewer than none at a time',
      machine(mapOf({ MaxConcurrency: -1 })),
      ['Minimum value is 0 at /States/S/MaxConcurrency'],
    ],
    [
      'a selector that does not parse',
      machine(mapOf({ ItemSelector: { 'a.$': '$[' } })),
      [
        "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/ItemSelector",
      ],
    ],
    [
      'an items path with a wildcard',
      machine(mapOf({ ItemsPath: '$.a[*]' })),
      ["Value is not a Reference Path: '$.a[*]' may find more than one value at /States/S/ItemsPath"],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('warn of what has an effect only when distributed', () => {
    expect(told(machine(mapOf({ Label: 'l' })), 'STANDARD', 'warning')).toEqual([
      "DISTRIBUTED_ONLY: 'Label' has an effect only with ProcessorConfig.Mode DISTRIBUTED at /States/S",
    ]);
  });

  it('take what they should', () => {
    expect(
      told(
        machine(
          mapOf(
            {
              ItemsPath: '$$.Execution.Input.list',
              ItemSelector: { 'v.$': '$$.Map.Item.Value' },
              ItemReader: {
                Resource: 'arn:aws:states:::s3:getObject',
                ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'], MaxItems: 5 },
                Parameters: { Bucket: 'b', 'Key.$': '$.k' },
              },
              ItemBatcher: { MaxItemsPerBatch: 5, BatchInput: { 'a.$': '$.a' } },
              ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } },
              ToleratedFailurePercentage: 5,
              Label: 'orders',
            },
            distributed,
          ),
        ),
      ),
    ).toEqual([]);
    expect(
      told(
        jsonata(
          mapOf({
            Items: '{% $states.input.a %}',
            MaxConcurrency: '{% 2 %}',
            ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
          }),
        ),
      ),
    ).toEqual([]);
    expect(told(machine({ Type: 'Map', Iterator: inner, Parameters: { 'a.$': '$.a' }, End: true }))).toEqual([]);
  });
});

describe('placeholders', () => {
  it('give no false problem wherever they stand', () => {
    const definition: JsonObject = {
      StartAt: '${First}',
      TimeoutSeconds: '${Timeout}',
      States: {
        '${First}': {
          Type: 'Task',
          Resource: '${FunctionArn}',
          TimeoutSeconds: '${Seconds}',
          Parameters: { 'a.$': '${Path}', b: '${Value}' },
          InputPath: '${In}',
          ResultPath: '$.${Field}',
          Next: '${Next}',
        },
        Second: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.a', StringEquals: '${X}', Next: '${Y}' },
            { Variable: '$.a', NumericEquals: '${N}', Next: 'Third' },
          ],
        },
        Third: { Type: 'Wait', Seconds: '${S}', Next: 'Fourth' },
        Fourth: {
          Type: 'Task',
          Resource: 'arn:${AWS::Partition}:states:::sqs:sendMessage',
          Retry: [{ ErrorEquals: ['X'], MaxAttempts: '${M}', BackoffRate: '${B}' }],
          Catch: '${Catchers}',
          End: true,
        },
        Fifth: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: '${Mode}', ExecutionType: '${Execution}' },
            StartAt: 'I',
            States: { I: { Type: '${Type}' } },
          },
          MaxConcurrency: '${Max}',
          End: true,
        },
        Sixth: {
          Type: 'Task',
          QueryLanguage: 'JSONata',
          Resource: '#{FunctionArn}',
          Arguments: { a: '{% $states.input & "${Suffix}" %}', b: '{% ${Expression} %}' },
          End: true,
        },
      },
    };
    expect(validateDefinition(definition, 'STANDARD')).toEqual([]);
  });

  it('do not hide what is wrong beside them', () => {
    expect(told({ StartAt: 'A', States: { A: { Type: 'Task', Resource: '${Arn}' } } })).toEqual([
      'This object should have only one of the following fields: [Next, End] at /States/A',
    ]);
    expect(
      told(
        machine({ Type: 'Task', Resource: 'arn:${AWS::Partition}:states:::ecs:runTask.sync', End: true }),
        'EXPRESS',
      ),
    ).toHaveLength(1);
  });
});

describe('the message of a refusal', () => {
  it('strings errors together as AWS does, and leaves warnings out', () => {
    const problems = validateDefinition(
      { StartAt: 'pass1', States: { pass1: { Type: 'Pass', Next: 'pass3', Parameters: { a: '$.b' } }, pass2: pass } },
      'STANDARD',
    );
    expect(invalidDefinitionText(problems)).toBe(
      `Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next, MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2'`,
    );
    expect(
      invalidDefinitionText(validateDefinition(machine({ ...pass, Parameters: { a: '$.b' } }), 'STANDARD')),
    ).toBeUndefined();
  });
});
