import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json';
import { describeRole } from '../../../src/target/role';

const context = {
  region: 'eu-west-1',
  accountId: '111122223333',
  workflow: 'order',
  runId: '20261124-101530-abcdef',
  logs: false,
};
const task = (Resource: string, fields: JsonObject = {}): JsonObject => ({
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource, End: true, ...fields } },
});
const statements = (definition: JsonObject, changes = {}) =>
  describeRole(definition, { ...context, ...changes }).policy.Statement;

describe('the least a workflow needs', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[]]>([
    [
      'a function by its ARN',
      task('arn:aws:lambda:eu-west-1:1:function:f'),
      ['lambda:InvokeFunction'],
      ['arn:aws:lambda:eu-west-1:1:function:f', 'arn:aws:lambda:eu-west-1:1:function:f:*'],
    ],
    [
      'a function by its name',
      task('arn:aws:states:::lambda:invoke', { Parameters: { FunctionName: 'f' } }),
      ['lambda:InvokeFunction'],
      ['arn:aws:lambda:eu-west-1:111122223333:function:f', 'arn:aws:lambda:eu-west-1:111122223333:function:f:*'],
    ],
    [
      'a topic',
      task('arn:aws:states:::sns:publish', { Parameters: { TopicArn: 'arn:aws:sns:eu-west-1:1:t' } }),
      ['sns:Publish'],
      ['arn:aws:sns:eu-west-1:1:t'],
    ],
    [
      'a queue by its URL',
      task('arn:aws:states:::sqs:sendMessage', { Arguments: { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q' } }),
      ['sqs:SendMessage'],
      ['arn:aws:sqs:eu-west-1:111122223333:q'],
    ],
    [
      'a table and its indexes',
      task('arn:aws:states:::dynamodb:getItem', { Parameters: { TableName: 'T' } }),
      ['dynamodb:GetItem'],
      ['arn:aws:dynamodb:eu-west-1:111122223333:table/T', 'arn:aws:dynamodb:eu-west-1:111122223333:table/T/index/*'],
    ],
    [
      'an event',
      task('arn:aws:states:::events:putEvents'),
      ['events:PutEvents'],
      ['arn:aws:events:eu-west-1:111122223333:event-bus/*'],
    ],
    ['any other call of the SDK', task('arn:aws:states:::aws-sdk:s3:getObject'), ['s3:GetObject'], ['*']],
    [
      'a service under another name',
      task('arn:aws:states:::aws-sdk:sfn:listExecutions'),
      ['states:ListExecutions'],
      ['*'],
    ],
  ])('%s', (_name, definition, actions, resources) => {
    expect(statements(definition)).toEqual([{ Effect: 'Allow', Action: actions, Resource: resources }]);
  });

  it('follows a child workflow to its end', () => {
    const child = 'arn:aws:states:eu-west-1:1:stateMachine:child';
    const [statement] = statements(
      task('arn:aws:states:::states:startExecution.sync:2', { Parameters: { StateMachineArn: child } }),
    );
    expect(statement?.Action).toEqual([
      'events:DescribeRule',
      'events:PutRule',
      'events:PutTargets',
      'states:DescribeExecution',
      'states:StartExecution',
      'states:StopExecution',
    ]);
    expect(statement?.Resource).toContain('arn:aws:states:eu-west-1:1:execution:child:*');
    expect(
      statements(task('arn:aws:states:::states:startExecution', { Parameters: { StateMachineArn: child } }))[0]?.Action,
    ).toEqual(['states:StartExecution']);
  });

  it('puts tasks of one action together, and needs nothing for states that call nobody', () => {
    const definition: JsonObject = {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sns:publish',
          Parameters: { TopicArn: 'arn:aws:sns:eu-west-1:1:a' },
          Next: 'P',
        },
        P: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'B',
              States: {
                B: {
                  Type: 'Task',
                  Resource: 'arn:aws:states:::sns:publish',
                  Parameters: { TopicArn: 'arn:aws:sns:eu-west-1:1:b' },
                  End: true,
                },
              },
            },
          ],
          Next: 'W',
        },
        W: { Type: 'Wait', Seconds: 1, End: true },
      },
    };
    expect(statements(definition)).toEqual([
      {
        Effect: 'Allow',
        Action: ['sns:Publish'],
        Resource: ['arn:aws:sns:eu-west-1:1:a', 'arn:aws:sns:eu-west-1:1:b'],
      },
    ]);
    expect(statements(task('arn:aws:states:eu-west-1:1:activity:a'))).toEqual([]);
  });

  it('says for which tasks it had to be wide', () => {
    const role = describeRole(
      task('arn:aws:states:::lambda:invoke', { Parameters: { 'FunctionName.$': '$.f' } }),
      context,
    );
    expect(role.wide).toEqual(['T']);
    expect(role.policy.Statement[0]?.Resource).toEqual(['*']);
    expect(role.text).toContain('Resource "*" since the definition does not say which: T.');
    expect(
      describeRole(task('arn:aws:states:::lambda:invoke', { Arguments: { FunctionName: '{% $f %}' } }), context).wide,
    ).toEqual(['T']);
  });

  it('lets Express deliver its logs and a distributed Map start its children', () => {
    expect(statements(task('arn:aws:states:eu-west-1:1:activity:a'), { logs: true })[0]?.Action).toContain(
      'logs:CreateLogDelivery',
    );
    const map: JsonObject = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'P',
            States: { P: { Type: 'Pass', End: true } },
          },
          End: true,
        },
      },
    };
    expect(statements(map).flatMap((each) => each.Action)).toEqual([
      'states:StartExecution',
      'states:DescribeExecution',
      'states:StopExecution',
    ]);
  });

  it('is trusted by Step Functions of this account alone, and carries our name', () => {
    const role = describeRole(task('arn:aws:states:eu-west-1:1:activity:a'), context);
    expect(role.name).toBe('stepbench-order-role-abcdef');
    expect(JSON.stringify(role.trust)).toContain('"aws:SourceAccount":"111122223333"');
    expect(JSON.stringify(role.trust)).toContain('states.amazonaws.com');
    expect(role.text.split('\n').every((line) => line.startsWith('+ '))).toBe(true);
  });

  it('follows the partition of China and GovCloud', () => {
    const role = describeRole(task('arn:aws-cn:states:::dynamodb:getItem', { Parameters: { TableName: 'T' } }), {
      ...context,
      region: 'cn-north-1',
    });
    expect(role.policy.Statement[0]?.Resource[0]).toMatch(/^arn:aws-cn:/);
  });
});
