import { describe, expect, it } from 'vitest';
import { parseResource } from '../../../../src/engine';
import type { Json } from '../../../../src/model/json';
import { refusal } from '../../../../src/server/services/tasks/fields';

describe('what cannot start a task', () => {
  it.each<[string, Json, string | undefined]>([
    ['lambda:invoke', { Payload: {} }, "The field 'FunctionName' is required but was missing"],
    ['lambda:invoke', { FunctionName: 'f', Foo: 1 }, 'The field "Foo" is not supported by Step Functions'],
    ['lambda:invoke.waitForTaskToken', { FunctionName: 'f', LogType: 'Tail', Payload: null }, undefined],
    ['states:startExecution.sync:2', { Input: {} }, "The field 'StateMachineArn' is required but was missing"],
    ['sqs:sendMessage', { QueueUrl: 'q', MessageBody: null }, undefined],
    ['dynamodb:putItem', { TableName: 't', Item: { a: { N: 5 } } }, "The value for the field 'N' must be a STRING"],
    [
      'dynamodb:putItem',
      { TableName: 't', Item: { a: { L: [{ S: 'x' }, { M: { b: { S: true } } }] } } },
      "The value for the field 'S' must be a STRING",
    ],
    ['dynamodb:getItem', { TableName: 't', Key: { a: { S: 'x' } } }, undefined],
    ['aws-sdk:dynamodb:getItem', { Foo: 1 }, undefined],
    ['aws-sdk:sfn:startExecution', { input: 1 }, 'The field "input" is not supported by Step Functions'],
    ['glue:startJobRun', { Foo: 1 }, undefined],
    ['sns:publish', 'a text', undefined],
  ])('%s %j', (resource, parameters, expected) => {
    expect(refusal(parseResource(`arn:aws:states:::${resource}`), parameters)).toBe(expected);
  });
});
