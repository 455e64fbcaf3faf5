import { describe, expect, test } from 'vitest';
import type { TaskRunner } from '../../../../../src/engine/contract';
import type { JsonObject } from '../../../../../src/model/json';
import { world } from '../world';
import { tasks, tested } from './tested';

const refused = (definition: JsonObject, more: object = {}): Promise<string> =>
  world({ tasks }).refused('TestState', { definition: JSON.stringify(definition), ...more });

const sns = 'arn:aws:states:::sns:publish';
const error = { errorOutput: { error: 'Boom', cause: 'because' } };

describe('a Task', () => {
  test('in JSONPath shows every stage', async () => {
    const state = {
      Type: 'Task',
      Resource: sns,
      InputPath: '$.in',
      Parameters: { 'Message.$': '$.text' },
      ResultSelector: { 'id.$': '$.asked.Message' },
      ResultPath: '$.out',
      OutputPath: '$.out',
      Assign: { 'last.$': '$.id' },
      Next: 'B',
    };
    expect(await tested(state, { input: '{"in":{"text":"hi"}}' })).toEqual({
      status: 'SUCCEEDED',
      nextState: 'B',
      output: { id: 'hi' },
      inspectionData: {
        input: { in: { text: 'hi' } },
        afterInputPath: { text: 'hi' },
        afterParameters: { Message: 'hi' },
        result: { asked: { Message: 'hi' } },
        afterResultSelector: { id: 'hi' },
        afterResultPath: { in: { text: 'hi' }, out: { id: 'hi' } },
        variables: { last: 'hi' },
      },
    });
  });

  test('in JSONata, with variables', async () => {
    const state = {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: sns,
      Arguments: { Message: '{% $greeting & $states.input.name %}' },
      Output: '{% $states.result.asked.Message %}',
      Assign: { n: '{% $n + 1 %}' },
      End: true,
    };
    expect(await tested(state, { input: '{"name":"Ada"}', variables: '{"greeting":"Hello ","n":1}' })).toEqual({
      status: 'SUCCEEDED',
      output: 'Hello Ada',
      inspectionData: {
        input: { name: 'Ada' },
        afterArguments: { Message: 'Hello Ada' },
        result: { asked: { Message: 'Hello Ada' } },
        variables: { greeting: 'Hello ', n: 2 },
      },
    });
  });

  test('INFO tells nothing of the inside', async () => {
    expect(await tested({ Type: 'Pass', End: true }, { inspectionLevel: 'INFO' })).toEqual({
      status: 'SUCCEEDED',
      output: {},
    });
  });

  test.each<[number, JsonObject, JsonObject]>([
    [0, { status: 'RETRIABLE' }, { retryIndex: 1, retryBackoffIntervalSeconds: 3 }],
    [1, { status: 'RETRIABLE' }, { retryIndex: 1, retryBackoffIntervalSeconds: 5 }],
    [
      2,
      { status: 'CAUGHT_ERROR', nextState: 'Rescue', output: { was: 1, err: { Error: 'Boom', Cause: 'because' } } },
      { retryIndex: 1, catchIndex: 1 },
    ],
  ])('that fails after %i retries', async (retrierRetryCount, expected, errorDetails) => {
    const state = {
      Type: 'Task',
      Resource: sns,
      Retry: [
        { ErrorEquals: ['Other'] },
        { ErrorEquals: ['Boom'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2, MaxDelaySeconds: 5 },
      ],
      Catch: [
        { ErrorEquals: ['States.Timeout'], Next: 'Late' },
        { ErrorEquals: ['States.ALL'], ResultPath: '$.err', Next: 'Rescue' },
      ],
      End: true,
    };
    const answer = await tested(state, { input: '{"was":1}', mock: error, stateConfiguration: { retrierRetryCount } });
    expect(answer).toMatchObject({ ...expected, error: 'Boom', cause: 'because' });
    expect((answer.inspectionData as JsonObject).errorDetails).toEqual(errorDetails);
  });

  test('a JSONata catcher makes its own output and variables', async () => {
    const state = {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: sns,
      Catch: [
        {
          ErrorEquals: ['States.TaskFailed'],
          Output: '{% $states.errorOutput.Error & "!" %}',
          Assign: { seen: '{% $states.errorOutput.Cause %}' },
          Next: 'B',
        },
      ],
      End: true,
    };
    expect(await tested(state, { mock: error })).toMatchObject({
      status: 'CAUGHT_ERROR',
      output: 'Boom!',
      nextState: 'B',
      inspectionData: { variables: { seen: 'because' } },
    });
  });

  test('a failed expression is the state’s failure', async () => {
    const state = { Type: 'Pass', Parameters: { 'x.$': '$.absent' }, End: true };
    expect(await tested(state)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      inspectionData: { afterInputPath: {} },
    });
    const jsonata = { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $error("no") %}', End: true };
    expect(await tested(jsonata)).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  test('a failing task of ours is told with its own words', async () => {
    const failing: TaskRunner = { run: () => ({ ok: false, error: 'Sns.NotFound', cause: 'no topic' }) };
    const definition = JSON.stringify({ Type: 'Task', Resource: sns, End: true });
    expect(await world({ tasks: failing }).call('TestState', { definition })).toEqual({
      status: 'FAILED',
      error: 'Sns.NotFound',
      cause: 'no topic',
    });
  });

  test('one that never ends times out by its own TimeoutSeconds', async () => {
    const endless: TaskRunner = { run: () => new Promise(() => undefined) };
    const definition = JSON.stringify({ Type: 'Task', Resource: sns, TimeoutSeconds: 7, End: true });
    expect(await world({ tasks: endless, clock: 'virtual' }).call('TestState', { definition })).toEqual({
      status: 'FAILED',
      error: 'States.Timeout',
    });
  });
});

describe('other states', () => {
  test.each<[JsonObject, string, JsonObject]>([
    [{ Type: 'Succeed', OutputPath: '$.a' }, '{"a":1}', { status: 'SUCCEEDED', output: 1 }],
    [{ Type: 'Wait', Seconds: 100, Next: 'N' }, '{"a":1}', { status: 'SUCCEEDED', output: { a: 1 }, nextState: 'N' }],
    [
      { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('not {}', $.c)" },
      '{"e":"E","c":2}',
      { status: 'FAILED', error: 'E', cause: 'not 2' },
    ],
    [
      { Type: 'Fail', QueryLanguage: 'JSONata', Error: '{% $states.input.e %}' },
      '{"e":"E"}',
      { status: 'FAILED', error: 'E' },
    ],
    [
      { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 5, Next: 'Big' }], Default: 'Small' },
      '{"n":7}',
      { status: 'SUCCEEDED', nextState: 'Big' },
    ],
    [
      { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 5, Next: 'Big' }], Default: 'Small' },
      '{"n":1}',
      { status: 'SUCCEEDED', nextState: 'Small' },
    ],
    [
      { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 5, Next: 'Big' }] },
      '{"n":1}',
      {
        status: 'FAILED',
        error: 'States.Runtime',
        cause: 'Failed to transition out of the state. The state does not point to a next state.',
      },
    ],
    [
      {
        Type: 'Choice',
        QueryLanguage: 'JSONata',
        Choices: [{ Condition: '{% $states.input.n > 5 %}', Output: 'big', Next: 'Big' }],
        Default: 'Small',
      },
      '{"n":7}',
      { status: 'SUCCEEDED', nextState: 'Big', output: 'big' },
    ],
    [{ Type: 'Pass', Result: [1], ResultPath: null, End: true }, '{"a":1}', { status: 'SUCCEEDED', output: { a: 1 } }],
  ])('%j on %s', async (state, input, expected) => {
    expect(await tested(state, { input })).toMatchObject(expected);
  });

  const processor = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };

  test('a Map shows what it iterates over and how', async () => {
    const state = {
      Type: 'Map',
      ItemsPath: '$.list',
      ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value' },
      MaxConcurrencyPath: '$.max',
      ItemProcessor: processor,
      ResultPath: '$.done',
      End: true,
    };
    expect(await tested(state, { input: '{"list":["a","b"],"max":2}', mock: { result: '[1,2]' } })).toMatchObject({
      status: 'SUCCEEDED',
      output: { list: ['a', 'b'], max: 2, done: [1, 2] },
      inspectionData: {
        afterItemsPath: ['a', 'b'],
        afterItemSelector: [
          { i: 0, v: 'a' },
          { i: 1, v: 'b' },
        ],
        maxConcurrency: 2,
      },
    });
  });

  test.each<[number, string]>([
    [1, 'SUCCEEDED'],
    [2, 'FAILED'],
  ])('with %i failed iterations of 3 and one tolerated, a Map has %s', async (mapIterationFailureCount, status) => {
    const state = {
      Type: 'Map',
      ToleratedFailureCount: 1,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
      End: true,
    };
    const answer = await tested(state, {
      input: '[1,2,3]',
      mock: { result: '[1,2,3]' },
      stateConfiguration: { mapIterationFailureCount },
    });
    expect(answer.status).toBe(status);
    if (status === 'FAILED') expect(answer.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  test('a state of a machine is found by name, inside of branches too, and takes the language of the machine', async () => {
    const machine = {
      QueryLanguage: 'JSONata',
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Deep',
              States: { Deep: { Type: 'Pass', Output: '{% $states.context.State.Name %}', End: true } },
            },
          ],
          End: true,
        },
      },
    };
    expect(await tested(machine, { stateName: 'Deep' })).toMatchObject({ status: 'SUCCEEDED', output: 'StateName' });
    expect(await refused(machine, { stateName: 'Absent' })).toBe(
      "ValidationException: State 'Absent' not found in the state machine definition.",
    );
  });
});

describe('what is refused', () => {
  test.each<[string, JsonObject, object, string]>([
    ['no JSON', { Type: 'Pass', End: true }, { input: '{' }, 'InvalidExecutionInput'],
    ['a wrong state', { Type: 'Pass' }, {}, 'InvalidDefinition'],
    [
      'a callback without a mock',
      { Type: 'Task', Resource: `${sns}.waitForTaskToken`, Parameters: { 'T.$': '$$.Task.Token' }, End: true },
      {},
      "does not support the '.waitForTaskToken' service integration",
    ],
    [
      'an activity without a mock',
      { Type: 'Task', Resource: 'arn:aws:states:us-east-1:111111111111:activity:a', End: true },
      {},
      'does not support Activity tasks',
    ],
    [
      'a context without a mock',
      { Type: 'Pass', End: true },
      { context: '{}' },
      'ValidationException: TestState does not support Context when a mock is not specified.',
    ],
    [
      'a mock that is empty',
      { Type: 'Task', Resource: sns, End: true },
      { mock: {} },
      'one of the following fields: [result, errorOutput]',
    ],
    [
      'a mock of a Choice',
      { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'A' }] },
      { mock: { result: '1' } },
      "State type 'Choice' is not supported when a mock is specified",
    ],
    [
      'a mock that is no JSON',
      { Type: 'Task', Resource: sns, End: true },
      { mock: { result: '{' } },
      'mock.result field must be a valid JSON',
    ],
    [
      'variables that are no object',
      { Type: 'Pass', End: true },
      { variables: '[]' },
      'variables field must be a JSON object',
    ],
  ])('%s', async (_, state, more, message) => {
    expect(await refused(state, more)).toContain(message);
  });

  test.each<[string, string, string | undefined, string | undefined]>([
    ['sqs:sendMessage', '{"MessageId":1}', undefined, "Field 'MessageId' must be a string"],
    ['sqs:sendMessage', '{"MessageId":"x","SequenceNumber":7}', 'PRESENT', "Field 'SequenceNumber' must be a string"],
    ['sqs:sendMessage', '{"MessageId":1}', 'NONE', undefined],
    ['states:startExecution', '{"ExecutionArn":"x"}', undefined, "Required field 'StartDate' is missing"],
    ['states:startExecution', '{"ExecutionArn":"x"}', 'PRESENT', undefined],
    ['events:putEvents', '{"FailedEntryCount":"0"}', undefined, "Field 'FailedEntryCount' must be a number"],
    ['aws-sdk:s3:getObject', '{"DeleteMarker":"yes"}', undefined, "Field 'DeleteMarker' must be a boolean"],
    ['aws-sdk:s3:getObject', '{"Metadata":[]}', undefined, "Field 'Metadata' must be an object"],
    ['dynamodb:getItem', '{"Item":{"a":{"S":1}}}', undefined, "Field 'S' must be a string"],
    ['lambda:invoke', '{"Payload":{"any":["thing"]}}', undefined, undefined],
    ['aws-sdk:frauddetector:getModels', '{"Models":1}', undefined, undefined],
  ])('a mock of %s that says %s, checked %s: %s', async (action, result, fieldValidationMode, message) => {
    const said = await refused(
      { Type: 'Task', Resource: `arn:aws:states:::${action}`, End: true },
      { mock: { result, ...(fieldValidationMode !== undefined && { fieldValidationMode }) } },
    );
    expect(said).toBe(
      message === undefined ? 'accepted' : `ValidationException: Mock result schema validation error: ${message}`,
    );
  });
});
