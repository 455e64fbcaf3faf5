import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/model/json';
import { Events, matchesPattern } from '../../../../src/server/services/events';
import { fakeContext } from './context';

describe('event patterns', () => {
  const event = {
    source: 'shop',
    'detail-type': 'order',
    detail: { amount: 150, tags: ['a', 'b'], customer: { country: 'CA' } },
  };
  it.each<[JsonObject, boolean]>([
    [{ source: ['shop'] }, true],
    [{ source: ['other', 'shop'] }, true],
    [{ source: ['other'] }, false],
    [{ detail: { tags: ['b'] } }, true],
    [{ detail: { customer: { country: [{ prefix: 'C' }] } } }, true],
    [{ detail: { customer: { country: [{ suffix: 'A' }] } } }, true],
    [{ detail: { customer: { country: [{ 'anything-but': ['US', 'CA'] }] } } }, false],
    [{ detail: { customer: { country: [{ 'anything-but': { prefix: 'U' } }] } } }, true],
    [{ detail: { amount: [{ numeric: ['>', 100, '<', 200] }] } }, true],
    [{ detail: { amount: [{ numeric: ['=', 100] }] } }, false],
    [{ detail: { absent: [{ exists: false }] } }, true],
    [{ detail: { amount: [{ exists: false }] } }, false],
    [{ $or: [{ source: ['x'] }, { 'detail-type': ['order'] }] }, true],
  ])('%j', (pattern, matches) => {
    expect(matchesPattern(pattern, event)).toBe(matches);
  });
});

describe('rules', () => {
  const entry = (detail: object): JsonObject => ({
    Source: 'shop',
    DetailType: 'order',
    Detail: JSON.stringify(detail),
    Resources: ['r'],
  });

  function bus(): { events: Events; sent: [string, string][]; context: ReturnType<typeof fakeContext> } {
    const sent: [string, string][] = [];
    const context = fakeContext();
    const events = new Events(context, (arn, body) => {
      if (arn === 'gone') return Promise.reject(new Error('no such target'));
      sent.push([arn, body]);
      return Promise.resolve();
    });
    return { events, sent, context };
  }

  it('hand on the event, a part of it, or an input of their own', () => {
    const { events, sent } = bus();
    events.call('PutRule', { Name: 'r', EventPattern: '{"source":["shop"]}' });
    events.call('PutTargets', {
      Rule: 'r',
      Targets: [
        { Id: '1', Arn: 'whole' },
        { Id: '2', Arn: 'part', InputPath: '$.detail.n' },
        { Id: '3', Arn: 'own', Input: '{"x":1}' },
      ],
    });
    const answer = events.call('PutEvents', { Entries: [entry({ n: 7 })] });
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) as string }] });
    const bodies = Object.fromEntries(sent.map(([arn, body]) => [arn, JSON.parse(body) as unknown]));
    expect(bodies).toMatchObject({
      whole: {
        version: '0',
        source: 'shop',
        'detail-type': 'order',
        account: '111111111111',
        region: 'us-east-1',
        time: '2026-11-24T00:00:00Z',
        resources: ['r'],
        detail: { n: 7 },
      },
      part: 7,
      own: { x: 1 },
    });
  });

  it('are silent when disabled, deleted, or on another bus', () => {
    const { events, sent } = bus();
    events.call('CreateEventBus', { Name: 'mine' });
    events.call('PutRule', { Name: 'r', EventPattern: '{"source":["shop"]}' });
    events.call('PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn: 't' }] });
    events.call('PutEvents', { Entries: [{ ...entry({}), EventBusName: 'mine' }] });
    events.call('DisableRule', { Name: 'r' });
    events.call('PutEvents', { Entries: [entry({})] });
    expect(sent).toEqual([]);
    events.call('EnableRule', { Name: 'r' });
    events.call('RemoveTargets', { Rule: 'r', Ids: ['1'] });
    events.call('PutEvents', { Entries: [entry({})] });
    expect(sent).toEqual([]);
    events.call('DeleteRule', { Name: 'r' });
    expect(() => events.call('DescribeRule', { Name: 'r' })).toThrow(/Rule r does not exist/);
  });

  it('say when a target cannot be reached', async () => {
    const { events, context } = bus();
    events.call('PutRule', { Name: 'r', EventPattern: '{"source":["shop"]}' });
    events.call('PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn: 'gone' }] });
    events.call('PutEvents', { Entries: [entry({})] });
    await new Promise((resolve) => setImmediate(resolve));
    expect(context.logged).toEqual(['EventBridge rule r could not reach gone: no such target']);
  });

  it('are refused without a pattern that is one', () => {
    const { events } = bus();
    expect(() => events.call('PutRule', { Name: 'r' })).toThrow(/EventPattern or ScheduleExpression/);
    expect(() => events.call('PutRule', { Name: 'r', EventPattern: '[]' })).toThrow(/Filter is not an object/);
    expect(() => events.call('PutRule', { Name: 'no spaces!', EventPattern: '{}' })).toThrow(/'name' failed/);
    expect(() => events.call('PutEvents', { Entries: [] })).toThrow(/'entries' failed/);
  });

  it('on a bus that nobody made are taken and lost', () => {
    expect(
      bus().events.call('PutEvents', {
        Entries: [{ Source: 's', DetailType: 't', Detail: '{}', EventBusName: 'none' }],
      }),
    ).toEqual({ Entries: [{ EventId: expect.any(String) }], FailedEntryCount: 0 });
  });

  it.each<[JsonObject, object]>([
    [
      { DetailType: 't', Detail: '{}' },
      {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
      },
    ],
    [{ Source: 's', DetailType: 't', Detail: '"x"' }, { ErrorCode: 'MalformedDetail' }],
    [{ Source: 's', DetailType: 't', Detail: '{' }, { ErrorCode: 'MalformedDetail' }],
  ])('refuse entry %#', (bad, expected) => {
    const answer = bus().events.call('PutEvents', { Entries: [bad] }) as {
      FailedEntryCount: number;
      Entries: object[];
    };
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries[0]).toMatchObject(expected);
  });
});
