import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json';
import { checkTwin, twinGaps } from '../../../src/systems/twin';

const task = (Resource: string): JsonObject => ({ Type: 'Task', Resource, End: true });
const machine = (States: JsonObject): JsonObject => ({ StartAt: Object.keys(States)[0] ?? '', States });

describe('what keeps a workflow from running as code', () => {
  it('is what only Step Functions has, and services that code does not call', () => {
    const gaps = twinGaps(
      machine({
        Ask: task('arn:aws:states:::sqs:sendMessage.waitForTaskToken'),
        Human: task('arn:aws:states:eu-west-1:111122223333:activity:approve'),
        Job: task('arn:${AWS::Partition}:states:::ecs:runTask.sync'),
        Object: task('arn:aws:states:::aws-sdk:s3:getObject'),
        Files: {
          Type: 'Map',
          ItemReader: { Resource: 'arn:aws:states:::s3:getObject' },
          ItemProcessor: machine({ Each: task('arn:aws:states:::glue:startJobRun') }),
          End: true,
        },
      }),
    );
    expect(gaps.map(({ path }) => path)).toEqual([
      'Ask',
      'Human',
      'Job',
      'Object',
      'Files',
      'Files/ItemProcessor/Each',
    ]);
    expect(gaps[3]?.reason).toBe('It calls s3; code calls Lambda, DynamoDB, SNS, SQS, EventBridge and Step Functions');
  });

  it('is nothing for tasks that code calls as well, nor for what a placeholder will name', () => {
    const fine = machine({
      Function: task('arn:aws:lambda:eu-west-1:111122223333:function:f'),
      Open: task('${Arn}'),
      Invoke: task('arn:aws:states:::lambda:invoke'),
      Put: task('arn:aws:states:::dynamodb:putItem'),
      Query: task('arn:aws:states:::aws-sdk:dynamodb:query'),
      Nested: task('arn:aws:states:::states:startExecution.sync:2'),
      Sync: task('arn:aws:states:::aws-sdk:sfn:startSyncExecution'),
      Many: { Type: 'Map', ItemProcessor: machine({ In: { Type: 'Pass', End: true } }), End: true },
    });
    expect(twinGaps(fine)).toEqual([]);
    expect(() => checkTwin(fine)).not.toThrow();
  });

  it('is said before anything is deployed, all of it at once', () => {
    expect(() => checkTwin(machine({ A: task('arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken') }))).toThrow(
      'This workflow cannot run as code:\nA: Task tokens are given out and answered by Step Functions.\nLeave "code" out of --type.',
    );
  });
});
