import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMachine, DefinitionError, parseResource } from '../../../src/engine';
import { parseCsv } from '../../../src/engine/csv';
import { familyOf } from '../../../src/engine/family';
import { History } from '../../../src/engine/history';
import { batches } from '../../../src/engine/itemBatcher';
import { exceedsPayload, payloadBytes } from '../../../src/engine/limits';
import { MapRun, type MapRunLimits } from '../../../src/engine/mapRuns';
import { failure } from '../../../src/engine/outcome';
import { matchesError } from '../../../src/engine/failures';
import { retryDelay } from '../../../src/engine/retry';

describe('parseResource', () => {
  it.each([
    ['arn:aws:lambda:us-east-1:1:function:f', 'lambda', '', 'direct', false, 'lambda'],
    ['arn:aws:states:us-east-1:1:activity:a', 'activity', '', 'direct', false, 'activity'],
    ['arn:aws:states:::lambda:invoke', 'lambda', 'invoke', 'requestResponse', false, 'lambda'],
    ['arn:aws:states:::sqs:sendMessage.waitForTaskToken', 'sqs', 'sendMessage', 'waitForTaskToken', false, 'sqs'],
    ['arn:aws:states:::states:startExecution.sync:2', 'states', 'startExecution', 'sync:2', false, 'states'],
    ['arn:aws-cn:states:::ecs:runTask.sync', 'ecs', 'runTask', 'sync', false, 'ecs'],
    ['arn:aws:states:::aws-sdk:dynamodb:putItem', 'dynamodb', 'putItem', 'requestResponse', true, 'aws-sdk:dynamodb'],
  ])('%s', (arn, service, action, pattern, sdk, resourceType) => {
    expect(parseResource(arn)).toMatchObject({ service, action, pattern, sdk, resourceType });
  });

  it('keeps the pattern in the resource that the history shows', () => {
    expect(parseResource('arn:aws:states:::sqs:sendMessage.waitForTaskToken').resource).toBe(
      'sendMessage.waitForTaskToken',
    );
    expect(parseResource('arn:aws:states:::states:startExecution.sync:2').resource).toBe('startExecution.sync:2');
  });

  it('knows the family of events', () => {
    expect(
      ['arn:aws:lambda:x:1:function:f', 'arn:aws:states:x:1:activity:a', 'arn:aws:states:::sns:publish'].map(
        (arn) => familyOf(parseResource(arn)).scheduled,
      ),
    ).toEqual(['LambdaFunctionScheduled', 'ActivityScheduled', 'TaskScheduled']);
  });
});

describe('parseCsv', () => {
  it('reads back what was written, whatever is in the fields', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '|', 'é') });
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        (rows, end) => {
          const text = rows.map((row) => row.map(quote).join(',')).join(end);
          expect(parseCsv(text, ',')).toEqual(rows);
        },
      ),
    );
  });

  it('takes another delimiter, a byte order mark, and no empty lines', () => {
    expect(parseCsv('\ufeffa|b\n\n1|\n', '|')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ]);
    expect(() => parseCsv('"open', ',')).toThrow('does not end');
  });
});

describe('batches', () => {
  it('loses nothing, keeps the order and keeps to both bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(5), fc.nat(60), (items, maxItems, maxBytes) => {
        const groups = batches(items, maxItems, maxBytes);
        expect(groups.flat()).toEqual(items);
        for (const group of groups) {
          expect(group.length).toBeGreaterThan(0);
          if (maxItems > 0) expect(group.length).toBeLessThanOrEqual(maxItems);
          const bytes = group.reduce<number>((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)) + 1, 0);
          if (maxBytes > 0 && group.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes);
        }
      }),
    );
  });
});

describe('batches of large items', () => {
  it('stay below what a child may be given, whatever else is in its input', () => {
    const items = Array.from({ length: 40 }, () => 'x'.repeat(10_000));
    const sizes = batches(items, 100, undefined, 50_000).map((group) => Buffer.byteLength(JSON.stringify(group)));
    expect(Math.max(...sizes) + 50_000).toBeLessThanOrEqual(262_144);
    expect(sizes.length).toBe(2);
  });
});

describe('History', () => {
  it('refuses events at its limit, but not the last one of all', () => {
    const history = new History(() => 5, undefined, 2);
    expect([
      history.append('ExecutionStarted', 0, {}),
      history.append('PassStateEntered', 0, {}),
      history.full,
    ]).toEqual([1, 2, false]);
    expect([history.append('PassStateExited', 2, {}), history.full, history.events.length]).toEqual([2, true, 2]);
    expect(history.close('ExecutionFailed', 2, {})).toBe(3);
    expect(history.events.map(({ id, timestamp }) => [id, timestamp])).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
    ]);
  });
});

describe('exceedsPayload', () => {
  it('counts bytes of UTF-8', () => {
    expect([exceedsPayload('x'.repeat(payloadBytes)), exceedsPayload('x'.repeat(payloadBytes + 1))]).toEqual([
      false,
      true,
    ]);
    expect([exceedsPayload('é'.repeat(payloadBytes / 2)), exceedsPayload('é'.repeat(payloadBytes / 2 + 1))]).toEqual([
      false,
      true,
    ]);
    expect(exceedsPayload('€'.repeat(90_000))).toBe(true);
  });
});

describe('retryDelay', () => {
  const retrier = { errors: ['E'], interval: 1, maxAttempts: 4, backoffRate: 3, maxDelay: 10, jitter: false };

  it('grows by the rate up to the bound, then ends', () => {
    const counts: number[] = [];
    const delays = Array.from({ length: 5 }, () => retryDelay([retrier], counts, failure('E'), () => 0.5));
    expect(delays).toEqual([1000, 3000, 9000, 10_000, undefined]);
  });

  it('draws between nothing and the whole delay', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (chance) => {
        const delay = retryDelay([{ ...retrier, jitter: true }], [], failure('E'), () => chance)!;
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(1000);
      }),
    );
  });
});

describe('matchesError', () => {
  it.each([
    [['States.ALL'], failure('X'), true],
    [['States.TaskFailed'], failure('X'), true],
    [['States.TaskFailed'], failure('States.Timeout'), false],
    [['States.HeartbeatTimeout'], failure('States.Timeout', undefined, { alias: 'States.HeartbeatTimeout' }), true],
    [['States.ALL', 'States.Runtime'], failure('States.Runtime', 'x', { fatal: true }), false],
    [['X '], failure('X'), false],
  ])('%j against %j: %s', (errors, failed, expected) => {
    expect(matchesError(errors, failed)).toBe(expected);
  });
});

describe('MapRun', () => {
  const run = (limits: Partial<MapRunLimits>, failed: number, total: number): boolean => {
    const mapRun = new MapRun(
      'a',
      'e',
      's',
      0,
      { maxConcurrency: 0, toleratedFailureCount: 0, toleratedFailurePercentage: 0, ...limits },
      'l',
    );
    Object.assign(mapRun.itemCounts, { failed, total });
    return mapRun.exceeded;
  };

  it('tolerates what it is told to', () => {
    expect([run({}, 0, 5), run({}, 1, 5)]).toEqual([false, true]);
    expect([run({ toleratedFailureCount: 2 }, 2, 5), run({ toleratedFailureCount: 2 }, 3, 5)]).toEqual([false, true]);
    expect([run({ toleratedFailurePercentage: 40 }, 2, 5), run({ toleratedFailurePercentage: 40 }, 3, 5)]).toEqual([
      false,
      true,
    ]);
    expect(run({ toleratedFailureCount: 5, toleratedFailurePercentage: 10 }, 1, 5)).toBe(true);
  });
});

describe('compileMachine', () => {
  it.each([
    [{}, 'States must be'],
    [{ StartAt: 'A', States: { B: { Type: 'Succeed' } } }, 'StartAt names no state'],
    [{ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }, 'No state is named B'],
    [{ StartAt: 'A', States: { A: { Type: 'Nap' } } }, 'unknown Type'],
    [{ StartAt: 'A', States: { A: 5 } }, 'must be an object'],
  ])('refuses %j', (definition, message) => {
    expect(() => compileMachine(definition)).toThrow(DefinitionError);
    expect(() => compileMachine(definition)).toThrow(message);
  });
});
