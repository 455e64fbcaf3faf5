import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../../src/server/contract';
import { optimisedFailure, sdkFailure } from '../../../../src/server/services/tasks/errors';
import { functionFailure, tooLarge } from '../../../../src/server/services/tasks/lambda';
import { withMetadata } from '../../../../src/server/services/tasks/metadata';
import { inputText } from '../../../../src/server/services/tasks/states';

describe('optimised integrations', () => {
  it.each<[string, ServiceError, string, string]>([
    [
      'lambda',
      new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429),
      'Lambda.TooManyRequestsException',
      'Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: r; Proxy: null)',
    ],
    [
      'dynamodb',
      new ServiceError('com.amazon.coral.validate#ValidationException', 'bad'),
      'DynamoDB.AmazonDynamoDBException',
      'bad (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: r; Proxy: null)',
    ],
    [
      'dynamodb',
      new ServiceError('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', 'no'),
      'DynamoDB.ConditionalCheckFailedException',
      'no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: r; Proxy: null)',
    ],
    [
      'sqs',
      new ServiceError('com.amazonaws.sqs#QueueDoesNotExist', 'none', 400, {
        queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
      }),
      'SQS.QueueDoesNotExistException',
      'none (Service: AmazonSQS; Status Code: 400; Error Code: AWS.SimpleQueueService.NonExistentQueue; Request ID: r; Proxy: null)',
    ],
    [
      'sns',
      new ServiceError('InvalidParameter', 'Invalid parameter: x'),
      'SNS.InvalidParameterException',
      'Invalid parameter: x (Service: AmazonSNS; Status Code: 400; Error Code: InvalidParameter; Request ID: r; Proxy: null)',
    ],
    [
      'states',
      new ServiceError('StateMachineDoesNotExist', 'State Machine Does Not Exist: x'),
      'StepFunctions.StateMachineDoesNotExistException',
      'State Machine Does Not Exist: x (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: r; Proxy: null)',
    ],
  ])('%s %s', (service, error, name, cause) => {
    expect(optimisedFailure(service, error, 'r')).toEqual({ ok: false, error: name, cause });
  });
});

describe('aws-sdk integrations', () => {
  it.each<[string, ServiceError, string, RegExp]>([
    [
      'dynamodb',
      new ServiceError('x#ValidationException', 'bad'),
      'DynamoDb.DynamoDbException',
      /^bad \(Service: DynamoDb, Status Code: 400, Request ID: r\)$/,
    ],
    [
      's3',
      new ServiceError('NoSuchKey', 'gone', 404),
      'S3.NoSuchKeyException',
      /^gone \(Service: S3, Status Code: 404, Request ID: r, Extended Request ID: \S+\)$/,
    ],
    [
      'states',
      new ServiceError('InvalidToken', 'no'),
      'Sfn.InvalidTokenException',
      /^no \(Service: Sfn, Status Code: 400, Request ID: r\) \(SDK Attempt Count: 1\)$/,
    ],
    ['states', new ServiceError('ValidationException', 'no'), 'Sfn.ValidationException', /^no /],
    [
      'secretsmanager',
      new ServiceError('ResourceNotFoundException', 'no'),
      'SecretsManager.ResourceNotFoundException',
      /Service: SecretsManager/,
    ],
  ])('%s %s', (service, error, name, cause) => {
    expect(sdkFailure(service, error, 'r')).toEqual({
      ok: false,
      error: name,
      cause: expect.stringMatching(cause) as string,
    });
  });
});

describe('functions', () => {
  it('fail by their error type, or as unknown where they give none', () => {
    expect(functionFailure({ payload: '{"errorType":"Bad","errorMessage":"m"}' })).toMatchObject({ error: 'Bad' });
    expect(functionFailure({ payload: '{"errorMessage":"m"}' })).toEqual({
      ok: false,
      error: 'Lambda.Unknown',
      cause:
        'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"m"}',
    });
    expect(functionFailure({ payload: 'null' })).toMatchObject({ error: 'Lambda.Unknown' });
    expect(tooLarge('lambda')).toMatchObject({ error: 'States.DataLimitExceeded' });
  });
});

describe('what is added to answers', () => {
  it('has the headers in both forms', () => {
    const answer = withMetadata({ a: 1 }, 'dynamodb', 'r', 0, 2, { 'x-amz-crc32': '1' });
    expect(answer).toMatchObject({
      a: 1,
      SdkHttpMetadata: {
        HttpStatusCode: 200,
        HttpHeaders: {
          Server: 'Server',
          Connection: 'keep-alive',
          'Content-Length': '2',
          Date: 'Thu, 01 Jan 1970 00:00:00 GMT',
          'x-amzn-RequestId': 'r',
          'x-amz-crc32': '1',
          'Content-Type': 'application/x-amz-json-1.0',
        },
        AllHttpHeaders: { Server: ['Server'], 'Content-Length': ['2'] },
      },
      SdkResponseMetadata: { RequestId: 'r' },
    });
  });

  it('an input that is no text becomes one', () => {
    expect([inputText(undefined), inputText(null), inputText('{"a":1}'), inputText({ a: 1 }), inputText(7)]).toEqual([
      '{}',
      '{}',
      '{"a":1}',
      '{"a":1}',
      '7',
    ]);
  });
});
