import { describe, expect, test } from 'vitest';
import { arns, checkName, parseArn } from '../../../../src/server/states/arn';

describe('parseArn', () => {
  test('splits what follows the resource', () => {
    expect(parseArn('arn:aws:states:us-east-1:111111111111:stateMachine:m:live', ['stateMachine'])).toEqual({
      region: 'us-east-1',
      accountId: '111111111111',
      resource: 'stateMachine',
      parts: ['m', 'live'],
    });
    expect(parseArn('arn:aws:states:us-east-1:1:mapRun:m/label:id', ['mapRun']).parts).toEqual(['m/label', 'id']);
  });

  test.each([
    ['nonsense', "Invalid Arn: 'Invalid ARN prefix: nonsense'"],
    ['arn:aws:states:us-east-1:1:express:m:n:u', "Invalid Arn: 'Resource type not valid in this context: express'"],
    ['arn:aws:lambda:us-east-1:1:function:f', "Invalid Arn: 'Resource type not valid in this context: lambda'"],
    ['arn:aws:states:us-east-1:1:execution', "Invalid Arn: 'Invalid ARN: arn:aws:states:us-east-1:1:execution'"],
  ])('%s is an InvalidArn', (arn, message) => {
    expect(() => parseArn(arn, ['execution'])).toThrow(expect.objectContaining({ code: 'InvalidArn', message }));
  });
});

describe('checkName', () => {
  test.each(['a', 'A-b_c.d', 'été', '日本', 'a(b)', "it's", '1+1=2', '@home!'])('%s is a name', (name) => {
    expect(() => checkName(name)).not.toThrow();
  });

  test.each([
    'a b',
    'a\tb',
    '<a>',
    '{a}',
    '[a]',
    'a?',
    'a*',
    'a"b',
    'a#',
    'a%',
    'a\\b',
    'a^',
    'a|b',
    'a~',
    'a`',
    'a$',
    'a&',
    'a,',
    'a;',
    'a:',
    'a/',
    '\u0000',
    '\u007f',
    '\u009f',
    '\ud800',
  ])('%j is none', (name) => {
    expect(() => checkName(name)).toThrow(
      expect.objectContaining({ code: 'InvalidName', message: `Invalid Name: '${name}'` }),
    );
  });
});

test('arns', () => {
  const of = arns('eu-west-1', '222222222222');
  expect(of.machine('m')).toBe('arn:aws:states:eu-west-1:222222222222:stateMachine:m');
  expect(of.execution('m', 'e')).toBe('arn:aws:states:eu-west-1:222222222222:execution:m:e');
  expect(of.express('m', 'e', 'u')).toBe('arn:aws:states:eu-west-1:222222222222:express:m:e:u');
  expect(of.activity('a')).toBe('arn:aws:states:eu-west-1:222222222222:activity:a');
});
