import { describe, expect, it } from 'vitest';
import { blockers, findPlaceholders, hasPlaceholder, parseResource, substitute } from '../../../src/asl';
import type { JsonObject } from '../../../src/model/json';

const task = (Resource: string): JsonObject => ({ Type: 'Task', Resource, End: true });

describe('what keeps a workflow from Express', () => {
  it('is listed with the path of each state', () => {
    const definition: JsonObject = {
      StartAt: 'Job',
      States: {
        Job: task('arn:aws:states:::ecs:runTask.sync'),
        Nested: task('arn:aws:states:::states:startExecution.sync:2'),
        Ask: task('arn:aws:states:::sqs:sendMessage.waitForTaskToken'),
        Human: task('arn:aws:states:eu-west-1:123456789012:activity:approve'),
        Fine: task('arn:aws:lambda:eu-west-1:123456789012:function:f'),
        Open: task('${Arn}'),
        OpenJob: task('arn:${AWS::Partition}:states:::glue:startJobRun.sync'),
        Both: {
          Type: 'Parallel',
          End: true,
          Branches: [{ StartAt: 'In', States: { In: task('arn:aws:states:::batch:submitJob.sync') } }],
        },
        Many: {
          Type: 'Map',
          End: true,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Each',
            States: { Each: task('arn:aws:states:::ecs:runTask.sync') },
          },
        },
        Long: { Type: 'Wait', Seconds: 300, End: true },
        Short: { Type: 'Wait', Seconds: 299, End: true },
        Unknown: { Type: 'Wait', SecondsPath: '$.s', End: true },
      },
    };
    expect(blockers(definition).map(({ path, kind }) => [path, kind])).toEqual([
      ['Job', 'sync'],
      ['Nested', 'sync'],
      ['Ask', 'callback'],
      ['Human', 'activity'],
      ['OpenJob', 'sync'],
      ['Both/Branches[0]/In', 'sync'],
      ['Many', 'distributedMap'],
      ['Long', 'duration'],
    ]);
    expect(blockers(definition).every(({ reason }) => reason.length > 20)).toBe(true);
  });

  it('is nothing in a plain one', () => {
    expect(blockers({ StartAt: 'A', States: { A: task('arn:aws:states:::lambda:invoke') } })).toEqual([]);
    expect(blockers({})).toEqual([]);
  });
});

describe('resources', () => {
  it.each([
    [
      'arn:aws:lambda:us-east-1:123456789012:function:f:1',
      { kind: 'lambda', service: '', action: '', pattern: 'requestResponse' },
    ],
    [
      'arn:aws:states:us-east-1:123456789012:activity:a',
      { kind: 'activity', service: '', action: '', pattern: 'requestResponse' },
    ],
    [
      'arn:aws:states:::lambda:invoke',
      { kind: 'integration', service: 'lambda', action: 'invoke', pattern: 'requestResponse' },
    ],
    [
      'arn:aws:states:::lambda:invoke.waitForTaskToken',
      { kind: 'integration', service: 'lambda', action: 'invoke', pattern: 'waitForTaskToken' },
    ],
    [
      'arn:aws:states:::states:startExecution.sync:2',
      { kind: 'integration', service: 'states', action: 'startExecution', pattern: 'sync:2' },
    ],
    [
      'arn:aws:states:::aws-sdk:dynamodb:getItem',
      { kind: 'integration', service: 'aws-sdk:dynamodb', action: 'getItem', pattern: 'requestResponse' },
    ],
    ['arn:aws:s3:::bucket', { kind: 'other', service: '', action: '', pattern: 'requestResponse' }],
  ])('%s', (resource, expected) => expect(parseResource(resource)).toEqual(expected));

  it('are none without the shape of an ARN', () => {
    for (const text of ['', 'f', 'arn:aws', 'arn:aws:states:::', 'x:aws:states:::lambda:invoke'])
      expect(text === 'arn:aws:states:::' || parseResource(text) === undefined).toBe(true);
  });
});

describe('placeholders', () => {
  it('are found with their places', () => {
    const text = 'a ${One} b ${Two.Arn} ${AWS::Region} ${var.list["x"].y}';
    expect(findPlaceholders(text).map(({ name }) => name)).toEqual([
      'One',
      'Two.Arn',
      'AWS::Region',
      'var.list["x"].y',
    ]);
    for (const { name, start, end } of findPlaceholders(text)) expect(text.slice(start, end)).toBe(`\${${name}}`);
  });

  it('are not seen in what only looks like one', () => {
    expect(findPlaceholders('$${"a": b} ${} ${a b} $ {x} ${\nx}')).toEqual([]);
    expect(findPlaceholders('{% $states.input ~> |$|{"x": 1}| %}')).toEqual([]);
  });

  it('are filled, and the missing named once', () => {
    expect(substitute('${A}-${B}-${B}-${C}', { A: '1', C: '$&${A}' })).toEqual({
      text: '1-${B}-${B}-$&${A}',
      missing: ['B'],
    });
    expect(substitute('${constructor}', {})).toEqual({ text: '${constructor}', missing: ['constructor'] });
  });

  it('open a text', () => {
    expect([
      hasPlaceholder('${A}'),
      hasPlaceholder('#{AWS::AccountId}'),
      hasPlaceholder('${a ? {b = 1} : c}'),
      hasPlaceholder('$a {b}'),
    ]).toEqual([true, true, true, false]);
  });
});
