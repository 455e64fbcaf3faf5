/** One definition a rule: what is wrong with it, in AWS's words and at AWS's place. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/model/json';
import { machine, pass, task, mapOf, distributed, choice, told, type Case } from './definitions';

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
      'an action that its optimised service has not',
      integration('arn:aws:states:::dynamodb:query'),
      unknown('arn:aws:states:::dynamodb:query'),
    ],
    [
      'an SDK action spelled as its API spells it',
      integration('arn:aws:states:::aws-sdk:s3:ListBuckets'),
      unknown('arn:aws:states:::aws-sdk:s3:ListBuckets'),
    ],
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
