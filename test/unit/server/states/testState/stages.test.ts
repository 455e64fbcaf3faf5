import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../../src/model/json';
import { tested } from './tested';

const processor = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };

const distributedOf = (config: JsonObject, more: JsonObject = {}): JsonObject => ({
  Type: 'Map',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: config,
    Parameters: { Bucket: 'b', Key: 'k' },
  },
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
  ...more,
  End: true,
});
const reading = (mapItemReaderData: string) => ({
  mock: { result: '[0]' },
  stateConfiguration: { mapItemReaderData },
});

test('a Map reads the data given for its reader as it stands in its source, and shows its batches', async () => {
  const csv = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', MaxItems: 3 };
  const batcher = { ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'is.$': '$.is' } } };
  const selector = { ItemSelector: { 'n.$': '$$.Map.Item.Value.N' } };
  const state = distributedOf(csv, { ...batcher, ...selector });
  expect(await tested(state, { input: '{"is":1}', ...reading('N\n1\n2\n3\n4\n') })).toMatchObject({
    status: 'SUCCEEDED',
    inspectionData: {
      afterItemSelector: [{ n: '1' }, { n: '2' }, { n: '3' }],
      afterItemBatcher: [
        { BatchInput: { is: 1 }, Items: [{ n: '1' }, { n: '2' }] },
        { BatchInput: { is: 1 }, Items: [{ n: '3' }] },
      ],
    },
  });
  const pointed = distributedOf({ InputType: 'JSON', ItemsPointer: '/a/b' });
  expect(await tested(pointed, reading('{"a":{"b":[5]}}'))).toMatchObject({
    inspectionData: { afterItemsPointer: [5] },
  });
  expect(await tested(distributedOf({ InputType: 'JSON' }), reading('{'))).toMatchObject({
    status: 'FAILED',
    error: 'States.ItemReaderFailed',
  });
});

test.each<[JsonObject, object]>([
  [{ SecondsPath: '$.no' }, { error: 'States.Runtime', cause: expect.stringContaining('does not reference an input') }],
  [{ SecondsPath: '$.half' }, { error: 'States.Runtime', cause: expect.stringContaining('as a long value: $.half') }],
  [{ TimestampPath: '$.half' }, { error: 'States.Runtime', cause: expect.stringContaining('ISO-8601') }],
  [{ QueryLanguage: 'JSONata', Seconds: '{% -1 %}' }, { error: 'States.QueryEvaluationError' }],
])('a Wait of %j fails without a wait', async (fields, failure) => {
  const answer = await tested({ Type: 'Wait', ...fields, End: true }, { input: '{"half":0.5}' });
  expect(answer).toMatchObject({ status: 'FAILED', ...failure });
});

const mapOf = (more: JsonObject): JsonObject => ({ Type: 'Map', ItemProcessor: processor, ...more, End: true });

test.each<[string, JsonObject, object]>([
  [
    'a concurrency that is a text',
    mapOf({ ItemsPath: '$.list', MaxConcurrencyPath: '$.text' }),
    { cause: 'The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.text' },
  ],
  [
    'half a failure',
    mapOf({ ItemsPath: '$.list', ToleratedFailureCountPath: '$.half' }),
    { cause: 'The ToleratedFailureCountPath field refers to value "0.5" which is not a valid integer: $.half' },
  ],
  [
    'a negative concurrency',
    mapOf({ ItemsPath: '$.list', MaxConcurrencyPath: '$.less' }),
    { cause: 'MaxConcurrency cannot be negative.' },
  ],
  [
    'a share below none',
    mapOf({ ItemsPath: '$.list', ToleratedFailurePercentagePath: '$.less' }),
    { cause: 'ToleratedFailurePercentage must be between 0 and 100.' },
  ],
  [
    'a negative batch',
    mapOf({ ItemsPath: '$.list', ItemBatcher: { MaxItemsPerBatchPath: '$.less' } }),
    { cause: 'MaxItemsPerBatch cannot be negative.' },
  ],
  [
    'an evaluated half',
    mapOf({ QueryLanguage: 'JSONata', Items: [1], MaxConcurrency: '{% 0.5 %}' }),
    { error: 'States.QueryEvaluationError', cause: 'The MaxConcurrency field value 0.5 is not a valid integer' },
  ],
  [
    'an evaluated batch that is a text',
    mapOf({ QueryLanguage: 'JSONata', Items: [1], ItemBatcher: { MaxItemsPerBatch: "{% 'x' %}" } }),
    {
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining("the field 'ItemBatcher/MaxItemsPerBatch'"),
    },
  ],
])('a Map of %s fails as its execution would', async (_name, definition, failure) => {
  const input = '{"list":[1],"text":"x","half":0.5,"less":-1}';
  expect(await tested(definition, { input, mock: { result: '[0]' } })).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    ...failure,
  });
});

test('a Map takes half a percent, a number that a text spells, and reads no fewer than no items', async () => {
  const paths = { ToleratedFailurePercentagePath: '$.half', MaxConcurrencyPath: '$.two' };
  const definition = mapOf({ ItemsPath: '$.list', ...paths });
  expect(
    await tested(definition, { input: '{"list":[1],"half":0.5,"two":"2"}', mock: { result: '[0]' } }),
  ).toMatchObject({
    inspectionData: { toleratedFailurePercentage: 0.5, maxConcurrency: 2 },
  });
  const few = distributedOf({ InputType: 'JSON', MaxItemsPath: '$.less' });
  expect(await tested(few, { input: '{"less":-1}', ...reading('[1]') })).toMatchObject({
    error: 'States.ItemReaderFailed',
    cause: 'field MaxItems must be positive',
  });
});

test('a distributed Map takes the entries of an object, another does not', async () => {
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  const given = { input: '{"of":{"a":1}}', mock: { result: '[0]' } };
  const distributed = mapOf({ ItemsPath: '$.of', ItemProcessor: { ProcessorConfig, ...processor } });
  expect(await tested(distributed, given)).toMatchObject({
    inspectionData: { afterItemsPath: [{ Key: 'a', Value: 1 }] },
  });
  expect(await tested(mapOf({ ItemsPath: '$.of' }), given)).toMatchObject({
    cause: 'Reference path "$.of" must point to array.',
  });
});

test.each<[JsonObject, object]>([
  [{ ErrorPath: '$.no' }, { error: 'States.Runtime', cause: expect.stringContaining("for the field 'ErrorPath'") }],
  [
    { Error: 'E', CausePath: "States.Format('{}!', $.n)" },
    { error: 'E', cause: '5!' },
  ],
  [
    { ErrorPath: '$.n', Cause: 'C' },
    { error: '5', cause: 'C' },
  ],
  [
    { QueryLanguage: 'JSONata', Error: '{% 1 %}' },
    { error: 'States.QueryEvaluationError', cause: expect.stringContaining("Expected 'string', but was 'number'") },
  ],
])('a Fail of %j is told as its execution would be', async (fields, failure) => {
  expect(await tested({ Type: 'Fail', ...fields }, { input: '{"n":5}' })).toMatchObject({
    status: 'FAILED',
    ...failure,
  });
});

test.each<[JsonObject, object]>([
  [
    { TimeoutSecondsPath: '$.text' },
    {
      error: 'States.Runtime',
      cause: 'The TimeoutSecondsPath field refers to value "x" which is not a valid integer: $.text',
    },
  ],
  [{ TimeoutSecondsPath: '$.none' }, { error: 'States.Runtime', cause: 'TimeoutSeconds must be positive.' }],
  [{ HeartbeatSecondsPath: '$.none' }, { error: 'States.Runtime', cause: 'HeartbeatSeconds must be positive.' }],
  [{ TimeoutSecondsPath: '$.no' }, { error: 'States.Runtime', cause: expect.stringContaining("Invalid path '$.no'") }],
  [
    { QueryLanguage: 'JSONata', TimeoutSeconds: '{% -1 %}' },
    { error: 'States.QueryEvaluationError', cause: 'TimeoutSeconds must be positive.' },
  ],
])('a Task of %j fails before its work, mocked or not', async (fields, failure) => {
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', ...fields, End: true };
  const input = '{"text":"x","none":0}';
  expect(await tested(task, { input, mock: { result: '{}' } })).toMatchObject({ status: 'FAILED', ...failure });
  expect(await tested(task, { input, roleArn: 'arn:aws:iam::111111111111:role/r' })).toMatchObject({
    status: 'FAILED',
    ...failure,
  });
});

test('a Task whose timeout is where it should be does its work', async () => {
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', TimeoutSecondsPath: '$.n', End: true };
  expect(await tested(task, { input: '{"n":5}', mock: { result: '{}' } })).toMatchObject({ status: 'SUCCEEDED' });
});
