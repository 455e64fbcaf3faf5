/** One definition a rule: what is wrong with it, in AWS's words and at AWS's place. */
import { describe, expect, it } from 'vitest';
import { invalidDefinitionText, validateDefinition } from '../../../src/asl';
import type { Json, JsonObject } from '../../../src/model/json';
import { machine, jsonata, pass, inner, mapOf, distributed, told, type Case } from './definitions';

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
      'a delimiter of no name, and two bounds where one may be',
      machine(
        mapOf(
          {
            ItemReader: {
              Resource: 'arn:aws:states:::s3:getObject',
              ReaderConfig: {
                InputType: 'CSV',
                CSVHeaderLocation: 'FIRST_ROW',
                CSVDelimiter: ';',
                MaxItems: 1,
                MaxItemsPath: '$.most',
              },
            },
          },
          distributed,
        ),
      ),
      [
        'Value should be one of the following: [COMMA, PIPE, SEMICOLON, SPACE, TAB] at /States/S/ItemReader/ReaderConfig/CSVDelimiter',
        'There should only be one of the following fields: [MaxItems, MaxItemsPath] at /States/S/ItemReader/ReaderConfig',
      ],
    ],
    [
      'a batch of no size',
      machine(mapOf({ ItemBatcher: {} }, distributed)),
      [
        'At least one of the following fields is required: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath] at /States/S/ItemBatcher',
      ],
    ],
    [
      'a writer of nothing',
      machine(mapOf({ ResultWriter: {} }, distributed)),
      ['Value cannot be empty at /States/S/ResultWriter'],
    ],
    [
      'a form of results and a place of headers that AWS has not',
      machine(
        mapOf(
          {
            ItemReader: {
              Resource: 'arn:aws:states:::s3:getObject',
              ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'LAST_ROW' },
            },
            ResultWriter: { WriterConfig: { Transformation: 'SQUEEZE', OutputType: 'XML' } },
          },
          distributed,
        ),
      ),
      [
        'Value should be one of the following: [FIRST_ROW, GIVEN] at /States/S/ItemReader/ReaderConfig/CSVHeaderLocation',
        'Value should be one of the following: [NONE, COMPACT, FLATTEN] at /States/S/ResultWriter/WriterConfig/Transformation',
        'Value should be one of the following: [JSON, JSONL] at /States/S/ResultWriter/WriterConfig/OutputType',
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

  it('take results in a form of their own, shown rather than kept', () =>
    expect(
      told(
        machine(
          mapOf({ ResultWriter: { WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } } }, distributed),
        ),
      ),
    ).toEqual([]));

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

describe('variables of inner scopes', () => {
  const assigning = (config: Json, outer: JsonObject): JsonObject => ({
    StartAt: 'A',
    States: {
      A: { Type: 'Pass', Next: 'S', ...outer },
      S: mapOf({
        ItemProcessor: {
          ProcessorConfig: config,
          StartAt: 'I',
          States: { I: { ...pass, Assign: { 'x.$': '$', own: 1 } } },
        },
      }),
    },
  });
  const warned = (definition: JsonObject): string[] => told(definition, 'STANDARD', 'warning');

  it('are warned of where a state around them assigns the same name', () => {
    expect(warned(assigning({ Mode: 'INLINE' }, { Assign: { x: 1 } }))).toEqual([
      "OUTER_VARIABLE: A state of an outer scope assigns '$x': AWS lets no inner scope assign it too at /States/S/ItemProcessor/States/I/Assign",
    ]);
    const rule = { Variable: '$.a', IsPresent: true, Next: 'S', Assign: { own: 2 } };
    const chosen = assigning({ Mode: 'INLINE' }, { Type: 'Choice', Choices: [rule], Default: 'S', Next: undefined });
    expect(warned(JSON.parse(JSON.stringify(chosen)) as JsonObject).map((text) => text.slice(0, 60))).toEqual([
      "OUTER_VARIABLE: A state of an outer scope assigns '$own': AW",
    ]);
  });

  it('are their own in the children of a distributed Map, and beside each other', () => {
    expect(warned(assigning(distributed, { Assign: { x: 1 } }))).toEqual([]);
    const branch = (name: string): JsonObject => ({ StartAt: name, States: { [name]: { ...pass, Assign: { x: 1 } } } });
    expect(warned(machine({ Type: 'Parallel', Branches: [branch('L'), branch('R')], End: true }))).toEqual([]);
  });
});
