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
