import { beforeEach, describe, expect, test } from 'vitest';
import type { Service } from '../../../../src/server/contract';
import { logsService } from '../../../../src/server/logs/service';
import { LogStore } from '../../../../src/server/logs/store';

const now = Date.UTC(2026, 10, 24);
let store: LogStore;
let service: Service;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(operation: string, input: object): Promise<Answer> {
  const answer = await service.handle({
    service: 'logs',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `Logs_20140328.${operation}` },
    body: Buffer.from(JSON.stringify(input)),
    requestId: 'r',
  });
  return { status: answer.status, body: JSON.parse(answer.body.toString()) as Record<string, unknown> };
}

const ok = async (operation: string, input: object): Promise<Record<string, unknown>> => {
  const { status, body } = await call(operation, input);
  expect(body.message ?? '').toBe('');
  expect(status).toBe(200);
  return body;
};

const error = async (operation: string, input: object): Promise<string> => {
  const { status, body } = await call(operation, input);
  expect(status).toBe(400);
  return `${String(body.__type)}: ${String(body.message)}`;
};

beforeEach(() => {
  store = new LogStore(() => now, 10_000_000);
  service = logsService({ store, region: 'us-east-1', accountId: '111111111111', now: () => now });
});

test('resource policies are kept by name', async () => {
  await ok('PutResourcePolicy', { policyName: 'p', policyDocument: '{}' });
  await ok('PutResourcePolicy', { policyName: 'p', policyDocument: '{"a":1}' });
  expect((await ok('DescribeResourcePolicies', {})).resourcePolicies).toEqual([
    { policyName: 'p', policyDocument: '{"a":1}', lastUpdatedTime: now },
  ]);
  await ok('DeleteResourcePolicy', { policyName: 'p' });
  expect(await error('DeleteResourcePolicy', { policyName: 'p' })).toContain('ResourceNotFoundException');
});

describe('groups', () => {
  test('are created once, described by prefix, tagged, given a retention, deleted', async () => {
    await ok('CreateLogGroup', { logGroupName: '/a/one', tags: { team: 'x' } });
    await ok('CreateLogGroup', { logGroupName: '/a/two' });
    await ok('CreateLogGroup', { logGroupName: '/b' });
    expect(await error('CreateLogGroup', { logGroupName: '/b' })).toBe(
      'ResourceAlreadyExistsException: The specified log group already exists',
    );
    await ok('PutRetentionPolicy', { logGroupName: '/a/one', retentionInDays: 7 });
    const { logGroups } = await ok('DescribeLogGroups', { logGroupNamePrefix: '/a' });
    expect(logGroups).toEqual([
      expect.objectContaining({
        logGroupName: '/a/one',
        retentionInDays: 7,
        creationTime: now,
        arn: 'arn:aws:logs:us-east-1:111111111111:log-group:/a/one:*',
      }),
      expect.not.objectContaining({ retentionInDays: expect.anything() as number }),
    ]);
    const resourceArn = 'arn:aws:logs:us-east-1:111111111111:log-group:/a/one';
    await ok('TagResource', { resourceArn, tags: { stage: 'test' } });
    await ok('UntagResource', { resourceArn: `${resourceArn}:*`, tagKeys: ['team'] });
    expect(await ok('ListTagsForResource', { resourceArn })).toEqual({ tags: { stage: 'test' } });
    await ok('DeleteRetentionPolicy', { logGroupName: '/a/one' });
    await ok('DeleteLogGroup', { logGroupName: '/a/one' });
    expect(await error('DeleteLogGroup', { logGroupName: '/a/one' })).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
  });

  test('are paged', async () => {
    for (let n = 0; n < 7; n++) await ok('CreateLogGroup', { logGroupName: `g${n}` });
    const first = await ok('DescribeLogGroups', { limit: 5 });
    const second = await ok('DescribeLogGroups', { limit: 5, nextToken: first.nextToken });
    expect([(first.logGroups as unknown[]).length, (second.logGroups as unknown[]).length, second.nextToken]).toEqual([
      5,
      2,
      undefined,
    ]);
    expect(await error('DescribeLogGroups', { nextToken: 'bad' })).toContain('InvalidParameterException');
  });

  test('bad names, limits and retentions are refused', async () => {
    expect(await error('CreateLogGroup', { logGroupName: 'a b' })).toContain(
      'Member must satisfy regular expression pattern',
    );
    expect(await error('CreateLogGroup', {})).toContain('InvalidParameterException: 1 validation error detected');
    await ok('CreateLogGroup', { logGroupName: 'g' });
    expect(await error('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 2 })).toContain(
      "Value '2' at 'retentionInDays'",
    );
    expect(await error('DescribeLogGroups', { limit: 51 })).toContain('less than or equal to 50');
  });
});

describe('streams and writing', () => {
  beforeEach(async () => {
    await ok('CreateLogGroup', { logGroupName: 'g' });
    await ok('CreateLogStream', { logGroupName: 'g', logStreamName: 's' });
  });

  test('a stream exists once and may be described by name or by last event', async () => {
    expect(await error('CreateLogStream', { logGroupName: 'g', logStreamName: 's' })).toContain(
      'ResourceAlreadyExistsException',
    );
    expect(await error('CreateLogStream', { logGroupName: 'g', logStreamName: 'a:b' })).toContain(
      'InvalidParameterException',
    );
    await ok('CreateLogStream', { logGroupName: 'g', logStreamName: 'a' });
    await ok('PutLogEvents', { logGroupName: 'g', logStreamName: 'a', logEvents: [{ timestamp: now, message: 'x' }] });
    const names = async (input: object): Promise<string[]> =>
      ((await ok('DescribeLogStreams', { logGroupName: 'g', ...input })).logStreams as { logStreamName: string }[]).map(
        (stream) => stream.logStreamName,
      );
    expect(await names({})).toEqual(['a', 's']);
    expect(await names({ orderBy: 'LastEventTime', descending: true })).toEqual(['a', 's']);
    expect(await names({ orderBy: 'LastEventTime' })).toEqual(['s', 'a']);
    expect(await names({ logStreamNamePrefix: 's' })).toEqual(['s']);
    await ok('DeleteLogStream', { logGroupName: 'g', logStreamName: 'a' });
    expect(await names({})).toEqual(['s']);
  });

  test('events that are too old or too new are named, the others written', async () => {
    const day = 86_400_000;
    const answer = await ok('PutLogEvents', {
      logGroupName: 'g',
      logStreamName: 's',
      logEvents: [
        { timestamp: now - 15 * day, message: 'old' },
        { timestamp: now, message: 'fine' },
        { timestamp: now + 3 * 3_600_000, message: 'new' },
      ],
    });
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
    const { events } = await ok('FilterLogEvents', { logGroupName: 'g' });
    expect((events as { message: string }[]).map((event) => event.message)).toEqual(['fine']);
  });

  test('a batch is in order of time and goes to a stream that is there', async () => {
    const logEvents = [
      { timestamp: now, message: 'b' },
      { timestamp: now - 1, message: 'a' },
    ];
    expect(await error('PutLogEvents', { logGroupName: 'g', logStreamName: 's', logEvents })).toContain(
      'chronological order',
    );
    expect(
      await error('PutLogEvents', { logGroupName: 'g', logStreamName: 'none', logEvents: logEvents.slice(0, 1) }),
    ).toContain('log stream does not exist');
  });
});

describe('reading', () => {
  beforeEach(() => {
    for (let n = 0; n < 10; n++)
      store.put('g', n % 2 ? 'odd' : 'even', [{ timestamp: now + n, message: JSON.stringify({ n }) }]);
  });

  const numbers = (answer: Record<string, unknown>): number[] =>
    (answer.events as { message: string }[]).map((event) => (JSON.parse(event.message) as { n: number }).n);

  test('FilterLogEvents merges streams in order of time, pages, and keeps to a range', async () => {
    const first = await ok('FilterLogEvents', { logGroupName: 'g', limit: 4 });
    expect(await ok('FilterLogEvents', { logGroupName: 'g', limit: 4, nextToken: null })).toEqual(first);
    const second = await ok('FilterLogEvents', { logGroupName: 'g', limit: 100, nextToken: first.nextToken });
    expect([...numbers(first), ...numbers(second)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(second.nextToken).toBeUndefined();
    expect(numbers(await ok('FilterLogEvents', { logGroupName: 'g', startTime: now + 3, endTime: now + 5 }))).toEqual([
      3, 4,
    ]);
    expect(numbers(await ok('FilterLogEvents', { logGroupName: 'g', logStreamNames: ['odd'] }))).toEqual([
      1, 3, 5, 7, 9,
    ]);
    expect(numbers(await ok('FilterLogEvents', { logGroupName: 'g', logStreamNamePrefix: 'ev' }))).toEqual([
      0, 2, 4, 6, 8,
    ]);
    expect(
      numbers(
        await ok('FilterLogEvents', {
          logGroupIdentifier: 'arn:aws:logs:us-east-1:111111111111:log-group:g:*',
          filterPattern: '{ $.n >= 8 }',
        }),
      ),
    ).toEqual([8, 9]);
  });

  test('a page may be empty and still have a successor', async () => {
    store.put(
      'big',
      's',
      Array.from({ length: 60_000 }, (_, n) => ({ timestamp: now + n, message: n === 59_999 ? 'found' : 'x' })),
    );
    const first = await ok('FilterLogEvents', { logGroupName: 'big', filterPattern: 'found' });
    expect(first.events).toEqual([]);
    const second = await ok('FilterLogEvents', {
      logGroupName: 'big',
      filterPattern: 'found',
      nextToken: first.nextToken,
    });
    expect((second.events as { message: string }[]).map((event) => event.message)).toEqual(['found']);
  });

  test('a page holds a megabyte at most', async () => {
    store.put(
      'fat',
      's',
      Array.from({ length: 5 }, (_, n) => ({ timestamp: now + n, message: 'y'.repeat(400_000) })),
    );
    const answer = await ok('FilterLogEvents', { logGroupName: 'fat' });
    expect((answer.events as unknown[]).length).toBe(2);
    expect(answer.nextToken).toBeDefined();
  });

  test('GetLogEvents goes forward from the head and backward from the tail; the last token leads to itself', async () => {
    const from = { logGroupName: 'g', logStreamName: 'even' };
    const head = await ok('GetLogEvents', { ...from, startFromHead: true, limit: 3 });
    expect(numbers(head)).toEqual([0, 2, 4]);
    const next = await ok('GetLogEvents', { ...from, nextToken: head.nextForwardToken, limit: 3 });
    expect(numbers(next)).toEqual([6, 8]);
    const end = await ok('GetLogEvents', { ...from, nextToken: next.nextForwardToken });
    expect([numbers(end), end.nextForwardToken]).toEqual([[], next.nextForwardToken]);
    const tail = await ok('GetLogEvents', { ...from, limit: 2 });
    expect(numbers(tail)).toEqual([6, 8]);
    expect(numbers(await ok('GetLogEvents', { ...from, limit: 2, nextToken: tail.nextBackwardToken }))).toEqual([2, 4]);
  });

  test('what is not there, and tokens and patterns that are none', async () => {
    expect(await error('FilterLogEvents', { logGroupName: 'none' })).toContain('ResourceNotFoundException');
    expect(await error('FilterLogEvents', {})).toContain('logGroupName or logGroupIdentifier');
    expect(await error('FilterLogEvents', { logGroupName: 'g', logStreamNames: ['none'] })).toContain(
      'log stream does not exist',
    );
    expect(await error('FilterLogEvents', { logGroupName: 'g', nextToken: 'nonsense' })).toContain(
      'nextToken is invalid',
    );
    expect(await error('FilterLogEvents', { logGroupName: 'g', filterPattern: '{ $.n' })).toContain(
      'Invalid filter pattern',
    );
    expect(
      await error('FilterLogEvents', { logGroupName: 'g', logStreamNames: ['odd'], logStreamNamePrefix: 'o' }),
    ).toContain('cannot be given together');
    expect(await error('GetLogEvents', { logGroupName: 'g', logStreamName: 'none' })).toContain(
      'log stream does not exist',
    );
    expect(await error('GetLogEvents', { logGroupName: 'g', logStreamName: 'odd', nextToken: 'x' })).toContain(
      'nextToken is invalid',
    );
    expect(await error('Nonsense', {})).toContain('UnknownOperationException');
  });
});
