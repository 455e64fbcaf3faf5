import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/model/json';
import { MockConfigError, Mocks } from '../../../../src/server/services/mocks';

const config = {
  StateMachines: { Order: { TestCases: { Happy: { Charge: 'Paid' }, Flaky: { Charge: 'Retried', Ship: 'Paid' } } } },
  MockedResponses: {
    Paid: { '0': { Return: { ok: true } } },
    Retried: {
      '0': { Throw: { Error: 'Busy', Cause: 'later' } },
      '1-2': { Throw: { Error: 'Busy' } },
      '3': { Return: null },
    },
  },
};

describe('Mocks', () => {
  it('answers by invocation of the state', () => {
    const mocks = new Mocks(config, 'Flaky');
    const answers = [0, 1, 2, 3].map(() => mocks.answer('arn:1', 'Order', 'Charge'));
    expect(answers.map((a) => (a?.ok ? a.output : a?.error))).toEqual(['Busy', 'Busy', 'Busy', null]);
    expect(mocks.answer('arn:1', 'Order', 'Charge')).toMatchObject({
      ok: false,
      cause: expect.stringContaining('MockedResponses.Retried has no entry for invocation 4 of state Charge') as string,
    });
  });

  it('counts executions and states apart', () => {
    const mocks = new Mocks(config, 'Flaky');
    mocks.answer('arn:1', 'Order', 'Charge');
    expect(mocks.answer('arn:2', 'Order', 'Charge')).toMatchObject({ error: 'Busy', cause: 'later' });
    expect(mocks.answer('arn:1', 'Order', 'Ship')).toEqual({ ok: true, output: { ok: true } });
  });

  it('leaves alone what no test case names', () => {
    const mocks = new Mocks(config, undefined);
    expect(mocks.answer('arn:1', 'Order', 'Charge')).toBeUndefined();
    mocks.choose('arn:1', 'Happy');
    expect(mocks.answer('arn:1', 'Order', 'Charge')).toEqual({ ok: true, output: { ok: true } });
    expect(mocks.answer('arn:1', 'Order', 'Validate')).toBeUndefined();
    expect(mocks.answer('arn:1', 'Other', 'Charge')).toBeUndefined();
    mocks.forget('arn:1');
    expect(mocks.answer('arn:1', 'Order', 'Charge')).toBeUndefined();
    expect([mocks.hasTestCase('Order', 'Happy'), mocks.hasTestCase('Order', 'None')]).toEqual([true, false]);
  });

  it.each<[string, Record<string, Json>, RegExp]>([
    ['no machines', { MockedResponses: {} }, /StateMachines must be an object/],
    ['no responses', { StateMachines: {} }, /MockedResponses must be an object/],
    [
      'a response that is not there',
      { StateMachines: { M: { TestCases: { T: { S: 'Absent' } } } }, MockedResponses: {} },
      /StateMachines\.M\.TestCases\.T\.S must name one of MockedResponses, not "Absent"/,
    ],
    [
      'no test cases',
      { StateMachines: { M: {} }, MockedResponses: {} },
      /StateMachines\.M\.TestCases must be an object/,
    ],
    [
      'a range that is none',
      { StateMachines: {}, MockedResponses: { R: { first: { Return: 1 } } } },
      /"first" is no number of an invocation/,
    ],
    ['a range that falls', { StateMachines: {}, MockedResponses: { R: { '3-1': { Return: 1 } } } }, /"3-1"/],
    [
      'an answer that is neither',
      { StateMachines: {}, MockedResponses: { R: { '0': { Throws: {} } } } },
      /MockedResponses\.R\.0 must be \{"Return"/,
    ],
  ])('refuses a file with %s', (_, broken, message) => {
    expect(() => new Mocks(broken, undefined)).toThrow(MockConfigError);
    expect(() => new Mocks(broken, undefined)).toThrow(message);
  });
});
