import { describe, expect, it } from 'vitest';
import type { EngineHost, ObjectStore } from '../../../../src/engine/contract';
import type { Execution } from '../../../../src/engine';
import type { MapRun } from '../../../../src/engine/mapRuns';
import type { Json, JsonObject } from '../../../../src/model/json';
import {
  begin,
  detailsOf,
  failed,
  functionArn,
  hostWith,
  ok,
  runMachine,
  runOne,
  start,
  turn,
  types,
  type Script,
} from '../harness';

const work = { Type: 'Task', Resource: functionArn };

const distributed = (state: object = { Type: 'Pass' }, more: object = {}, config: object = {}): JsonObject => ({
  Type: 'Map',
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD', ...config },
    StartAt: 'I',
    States: { I: { End: true, ...state } },
  },
  ...more,
});

/** Objects in a Map, keys `bucket/key`. */
const store = (files: Record<string, string>): ObjectStore & { readonly files: Record<string, string> } => ({
  files,
  get: (bucket, key) => (files[`${bucket}/${key}`] === undefined ? undefined : Buffer.from(files[`${bucket}/${key}`]!)),
  put: (bucket, key, body) => void (files[`${bucket}/${key}`] = body.toString()),
  list: (bucket, prefix) =>
    Object.entries(files)
      .filter(([name]) => name.startsWith(`${bucket}/${prefix}`))
      .map(([name, body]) => ({ Key: name.slice(bucket.length + 1), Size: body.length })),
});

interface Seen {
  readonly runs: MapRun[];
  readonly children: Execution[];
  readonly host: EngineHost;
}

const watching = (script?: Script, more: Partial<EngineHost> = {}): Seen => {
  const runs: MapRun[] = [];
  const children: Execution[] = [];
  const host = hostWith(script, {
    mapRuns: { mapRunStarted: (run) => void runs.push(run), childStarted: (_, child) => void children.push(child) },
    ...more,
  });
  return { runs, children, host };
};

describe('a distributed Map', () => {
  it('tells only of its Map Run and gathers the children’s outputs', async () => {
    const { runs, children, host } = watching();
    const execution = await runOne(distributed({ Type: 'Pass' }, { Label: 'L' }), ['a', 'b'], { host });
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(execution.output).toEqual(['a', 'b']);
    const { mapRunArn } = detailsOf(execution, 'MapRunStarted') as { mapRunArn: string };
    expect(mapRunArn).toMatch(/^arn:aws:states:us-east-1:123456789012:mapRun:m\/L:/);
    expect(runs[0]).toMatchObject({ arn: mapRunArn, status: 'SUCCEEDED', executionArn: execution.identity.arn });
    expect(runs[0]!.itemCounts).toMatchObject({ total: 2, succeeded: 2, pending: 0, running: 0, failed: 0 });
    expect(children.map(({ identity, status, input }) => [identity.mapRunArn, status, input])).toEqual([
      [mapRunArn, 'SUCCEEDED', 'a'],
      [mapRunArn, 'SUCCEEDED', 'b'],
    ]);
    expect(children[0]!.identity.arn).toMatch(/:execution:m\/L:/);
  });

  it('starts Express children where it is told to', async () => {
    const { children, host } = watching();
    await runOne(distributed({ Type: 'Pass' }, {}, { ExecutionType: 'EXPRESS' }), [1], { host });
    expect([children[0]!.identity.type, children[0]!.identity.arn.split(':')[5]]).toEqual(['EXPRESS', 'express']);
  });

  it('runs as many children at a time as MaxConcurrency says, more when that is raised', async () => {
    const { runs, children, host } = watching();
    const execution = begin(
      {
        StartAt: 'S',
        States: { S: { ...distributed({ Type: 'Wait', Seconds: 10 }, { MaxConcurrency: 1 }), End: true } },
      },
      [1, 2, 3],
      { host },
    );
    const release = host.clock.hold();
    for (let n = 0; n < 3; n++) await turn();
    expect(children).toHaveLength(1);
    runs[0]!.update({ maxConcurrency: 3 });
    expect(children).toHaveLength(3);
    release();
    await execution.done;
    expect(execution.stoppedAt! - start).toBe(10_000);
  });

  it('applies ItemSelector, then ItemBatcher', async () => {
    const state = distributed(
      { Type: 'Pass' },
      {
        ItemsPath: '$.list',
        ItemSelector: { 'v.$': '$$.Map.Item.Value' },
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'k.$': '$.k' } },
      },
    );
    expect((await runOne(state, { list: [1, 2, 3], k: 'x' })).output).toEqual([
      { BatchInput: { k: 'x' }, Items: [{ v: 1 }, { v: 2 }] },
      { BatchInput: { k: 'x' }, Items: [{ v: 3 }] },
    ]);
  });

  it('takes the entries of an object for items', async () => {
    expect((await runOne(distributed(), { a: 1, b: null })).output).toEqual([
      { Key: 'a', Value: 1 },
      { Key: 'b', Value: null },
    ]);
  });
});

describe('tolerated failures', () => {
  const odd: Script = (request) => (Number(request.parameters) % 2 ? failed('Odd') : ok(request.parameters));
  const run = (more: object, input: Json = { list: [1, 2, 3, 4] }) =>
    runOne(distributed(work, { ItemsPath: '$.list', MaxConcurrency: 1, ...more }), input, { script: odd });

  it('none by default: the Map Run fails and what runs is ended', async () => {
    const execution = await run({});
    expect(types(execution).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
    expect([execution.error, execution.cause]).toEqual([
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    ]);
  });

  it.each([
    [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 1 }, 'FAILED'],
    [{ ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 49 }, 'FAILED'],
    [{ ToleratedFailureCount: 9, ToleratedFailurePercentage: 40 }, 'FAILED'],
    [{ ToleratedFailureCountPath: '$.n' }, 'SUCCEEDED'],
  ])('%j: %s', async (more, status) => {
    expect((await run(more, { list: [1, 2, 3, 4], n: 2 })).status).toBe(status);
  });

  it.each([
    [{ ToleratedFailureCountPath: '$.n' }, -1, 'ToleratedFailureCount cannot be negative.'],
    [{ ItemBatcher: { MaxItemsPerBatchPath: '$.n' } }, -1, 'MaxItemsPerBatch cannot be negative.'],
    [{ ItemBatcher: { MaxInputBytesPerBatchPath: '$.n' } }, -1, 'MaxInputBytesPerBatch cannot be negative.'],
    [{ ToleratedFailurePercentagePath: '$.n' }, 100.1, 'ToleratedFailurePercentage must be between 0 and 100.'],
    [
      { ToleratedFailurePercentagePath: '$.n' },
      'x',
      'The ToleratedFailurePercentagePath field refers to value "x" which is not a valid float: $.n',
    ],
    [
      { ToleratedFailureCountPath: '$.n' },
      1.5,
      'The ToleratedFailureCountPath field refers to value "1.5" which is not a valid integer: $.n',
    ],
  ])('%j of %j is States.Runtime after MapStateStarted', async (more, n, cause) => {
    const execution = await run(more, { list: [1], n });
    expect(types(execution).slice(-2)).toEqual(['MapStateStarted', 'ExecutionFailed']);
    expect(execution.cause).toBe(
      `An error occurred while executing the state 'S' (entered at the event id #2). ${cause}`,
    );
  });
});

describe('ItemReader and ResultWriter', () => {
  const reader = (config: object, resource = 'getObject') => ({
    ItemReader: {
      Resource: `arn:aws:states:::s3:${resource}`,
      ReaderConfig: config,
      Parameters: { Bucket: 'b', 'Key.$': '$.key' },
    },
  });
  const files = {
    'b/a.csv': 'H1,H2\r\n1,"x, ""y"""\r\n\r\n2',
    'b/a.json': '[1,{"a":2},3]',
    'b/deep.json': '{"x":{"list":[7]}}',
    'b/a.jsonl': '1\n\n{"a":2}\n',
    'b/bad.json': '{',
    'b/number.json': '5',
    'b/manifest.json': '{"fileSchema":"Bucket, Key","files":[{"key":"inventory.csv"}]}',
    'b/inventory.csv': '"b","one"\n"b","two"\n',
  };
  const run = (config: object, key: string, more: object = {}) =>
    runOne(
      distributed({ Type: 'Pass' }, { ...reader(config), ...more }),
      { key },
      { host: hostWith(undefined, { objects: store({ ...files }) }) },
    );

  it.each([
    [
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      'a.csv',
      [
        { H1: '1', H2: 'x, "y"' },
        { H1: '2', H2: '' },
      ],
    ],
    [{ InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['A'], MaxItems: 1 }, 'a.csv', [{ A: 'H1' }]],
    [{ InputType: 'JSON' }, 'a.json', [1, { a: 2 }, 3]],
    [{ InputType: 'JSON', MaxItems: 2 }, 'a.json', [1, { a: 2 }]],
    [{ InputType: 'JSON', ItemsPointer: '/x/list' }, 'deep.json', [7]],
    [{ InputType: 'JSON', ItemsPointer: '/x' }, 'deep.json', [{ Key: 'list', Value: [7] }]],
    [{ InputType: 'JSONL' }, 'a.jsonl', [1, { a: 2 }]],
    [
      { InputType: 'MANIFEST' },
      'manifest.json',
      [
        { Bucket: 'b', Key: 'one' },
        { Bucket: 'b', Key: 'two' },
      ],
    ],
  ])('reads %j of %s', async (config, key, items) => {
    const execution = await run(config, key);
    expect(execution.output).toEqual(items);
    expect(detailsOf(execution, 'MapStateStarted')).toEqual({ length: 0 });
  });

  it.each([
    [{ InputType: 'JSON' }, 'none.json', 'The specified key does not exist.'],
    [{ InputType: 'JSON' }, 'bad.json', 'not valid JSON'],
    [{ InputType: 'JSON' }, 'number.json', 'non-iterable'],
    [{ InputType: 'JSON' }, 'deep.json', 'non-iterable'],
    [{ InputType: 'JSON', ItemsPointer: '/y' }, 'deep.json', 'leads nowhere'],
    [{ InputType: 'PARQUET' }, 'a.csv', 'cannot be read here'],
    [
      { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['A', 'A'] },
      'a.csv',
      'CSV headers cannot contain duplicates.',
    ],
  ])('fails on %j of %s', async (config, key, cause) => {
    const execution = await run(config, key);
    expect([execution.error, types(execution).slice(-3)]).toEqual([
      'States.ItemReaderFailed',
      ['MapRunFailed', 'MapStateFailed', 'ExecutionFailed'],
    ]);
    expect(execution.cause).toContain(cause);
  });

  it.each(['x', 1.5])('judges MaxItemsPath %j before the Map Run begins', async (most) => {
    const state = distributed({ Type: 'Pass' }, reader({ InputType: 'JSON', MaxItemsPath: '$.most' }));
    const objects = store({ ...files });
    const execution = await runOne(state, { key: 'a.json', most }, { host: hostWith(undefined, { objects }) });
    expect([execution.error, types(execution).slice(-2)]).toEqual([
      'States.Runtime',
      ['MapStateStarted', 'ExecutionFailed'],
    ]);
    expect(execution.cause).toContain(`The MaxItemsPath field refers to value "${most}" which is not a valid integer`);
  });

  it('finds a negative MaxItemsPath while it reads', async () => {
    const state = distributed({ Type: 'Pass' }, reader({ InputType: 'JSON', MaxItemsPath: '$.most' }));
    const objects = store({ ...files });
    const execution = await runOne(state, { key: 'a.json', most: -1 }, { host: hostWith(undefined, { objects }) });
    expect([execution.error, execution.cause, types(execution).at(-3)]).toEqual([
      'States.ItemReaderFailed',
      'field MaxItems must be positive',
      'MapRunFailed',
    ]);
  });

  it('lists objects', async () => {
    const state = distributed(
      { Type: 'Pass' },
      { ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b', Prefix: 'p/' } } },
    );
    const host = hostWith(undefined, { objects: store({ 'b/p/1': 'x', 'b/q/2': 'y' }) });
    expect((await runOne(state, {}, { host })).output).toEqual([{ Key: 'p/1', Size: 1 }]);
  });

  it('writes results by status, and a manifest that names them', async () => {
    const objects = store({});
    const state = distributed(work, {
      Label: 'L',
      ToleratedFailureCount: 1,
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'out', Prefix: 'jobs' } },
    });
    const host = hostWith((request) => (request.parameters === 'bad' ? failed('E', 'c') : ok('fine')), { objects });
    const execution = await runOne(state, ['good', 'bad'], { host });
    const { ResultWriterDetails } = execution.output as { ResultWriterDetails: { Bucket: string; Key: string } };
    const manifest = JSON.parse(objects.files[`out/${ResultWriterDetails.Key}`]!) as {
      ResultFiles: Record<string, { Key: string }[]>;
    };
    const read = (status: string): unknown =>
      JSON.parse(objects.files[`out/${manifest.ResultFiles[status]![0]!.Key}`]!);
    expect(ResultWriterDetails.Key).toMatch(/^jobs\/[^/]+\/manifest\.json$/);
    expect(read('SUCCEEDED')).toMatchObject([{ Status: 'SUCCEEDED', Input: '"good"', Output: '"fine"' }]);
    expect(read('FAILED')).toMatchObject([{ Status: 'FAILED', Error: 'E', Cause: 'c' }]);
    expect(manifest.ResultFiles['PENDING']).toEqual([]);
  });

  it.each([
    ['COMPACT', [[1, 2], [3]]],
    ['FLATTEN', [1, 2, 3]],
  ])('shapes its output by %s alone', async (Transformation, expected) => {
    const state = distributed(
      { Type: 'Pass' },
      { ResultWriter: { WriterConfig: { Transformation, OutputType: 'JSON' } } },
    );
    expect((await runOne(state, [[1, 2], [3]])).output).toEqual(expected);
  });
});

describe('failures around the children', () => {
  it('ends the Map Run where the items cannot be selected', async () => {
    const { runs, host } = watching();
    const selector = (more: object): JsonObject => distributed({ Type: 'Pass' }, more);
    const path = await runOne(selector({ ItemSelector: { 'x.$': '$.none' } }), [1], { host });
    expect([path.error, types(path).at(-2)]).toEqual(['States.Runtime', 'MapRunStarted']);
    const jsonata = await runOne(selector({ QueryLanguage: 'JSONata', ItemSelector: '{% $error("no") %}' }), [1], {
      host,
    });
    expect([jsonata.error, types(jsonata).slice(-3)]).toEqual([
      'States.QueryEvaluationError',
      ['MapRunFailed', 'MapStateFailed', 'ExecutionFailed'],
    ]);
    expect(runs.map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
  });

  it('fails by name where results cannot be written', async () => {
    const refusing: ObjectStore = {
      get: () => undefined,
      list: () => undefined,
      put: () => Promise.reject(new Error('no such bucket')),
    };
    const state = distributed(
      { Type: 'Pass' },
      { ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } } },
    );
    const execution = await runOne(state, [1], { host: hostWith(undefined, { objects: refusing }) });
    expect([execution.error, execution.cause]).toEqual(['States.ResultWriterFailed', 'no such bucket']);
    expect(types(execution).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
  });
});

describe('ending a Map Run', () => {
  it('stops its children with their parent', async () => {
    const { runs, children, host } = watching(() => new Promise(() => undefined));
    const execution = begin({ StartAt: 'S', States: { S: { ...distributed(work), End: true } } }, [1, 2], { host });
    for (let n = 0; n < 3; n++) await turn();
    execution.stop();
    expect(children.map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
    expect([runs[0]!.status, execution.status]).toEqual(['ABORTED', 'ABORTED']);
  });

  it('goes on in a redrive with the children that did not succeed', async () => {
    let broken = true;
    const asked: Json[] = [];
    const { runs, children, host } = watching((request) => {
      asked.push(request.parameters);
      return broken && request.parameters === 2 ? failed('E') : ok(request.parameters);
    });
    const machine = { StartAt: 'S', States: { S: { ...distributed(work, { MaxConcurrency: 1 }), End: true } } };
    const execution = await runMachine(machine, [1, 2, 3], { host });
    expect([execution.status, execution.redrivable, runs[0]!.status]).toEqual(['FAILED', true, 'FAILED']);
    broken = false;
    execution.redrive();
    await execution.done;
    expect([execution.output, asked]).toEqual([
      [1, 2, 3],
      [1, 2, 2, 3],
    ]);
    expect(types(execution).slice(-6)).toEqual([
      'ExecutionRedriven',
      'MapRunRedriven',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect([runs.length, runs[0]!.status, runs[0]!.redriveCount, children[1]!.identity.redriveCount]).toEqual([
      1,
      'SUCCEEDED',
      1,
      1,
    ]);
    expect(runs[0]!.executionCounts).toMatchObject({ total: 3, succeeded: 3, failed: 0, running: 0, pending: 0 });
  });
});
