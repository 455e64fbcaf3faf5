import { describe, expect, test } from 'vitest';
import { pass, role, waiting, world } from './world';

const text = JSON.stringify(pass);

describe('CreateStateMachine', () => {
  test('the same again is the same machine; another definition, type or setting is a conflict; role and tags are not looked at', async () => {
    const { call, refused } = world();
    const first = await call('CreateStateMachine', { name: 'm', definition: text, roleArn: role });
    expect(
      await call('CreateStateMachine', {
        name: 'm',
        definition: text,
        roleArn: `${role}2`,
        tags: [{ key: 'a', value: 'b' }],
      }),
    ).toEqual(first);
    for (const other of [
      { definition: `${text} ` },
      { type: 'EXPRESS' },
      { tracingConfiguration: { enabled: true } },
    ]) {
      expect(await refused('CreateStateMachine', { name: 'm', definition: text, roleArn: role, ...other })).toBe(
        "StateMachineAlreadyExists: State Machine Already Exists: 'arn:aws:states:us-east-1:111111111111:stateMachine:m'",
      );
    }
  });

  test.each<[object, string]>([
    [{ name: 'a b' }, "InvalidName: Invalid Name: 'a b'"],
    [{ name: 'x'.repeat(81) }, 'ValidationException'],
    [{ roleArn: 'role' }, "InvalidArn: Invalid Role Arn: 'role'"],
    [
      { definition: '{' },
      "InvalidDefinition: Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: Unexpected end-of-input",
    ],
    [
      { definition: '[]' },
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object'",
    ],
    [
      { definition: '{"StartAt":"A"}' },
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    ],
    [{ versionDescription: 'x' }, 'ValidationException: Version description can only be set when publish is true'],
    [
      { loggingConfiguration: { level: 'ALL' } },
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.',
    ],
    [
      {
        loggingConfiguration: {
          level: 'ALL',
          destinations: [
            { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:111111111111:log-group:none:*' } },
          ],
        },
      },
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination not found.',
    ],
    [
      {
        loggingConfiguration: {
          level: 'ALL',
          destinations: [
            { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:us-east-1:111111111111:log-group:none' } },
          ],
        },
      },
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination must be',
    ],
  ])('%j is refused', async (wrong, message) => {
    const { refused } = world();
    expect(await refused('CreateStateMachine', { name: 'm', definition: text, roleArn: role, ...wrong })).toContain(
      message,
    );
  });
});

describe('UpdateStateMachine', () => {
  test('a change is a new revision, none is none; running executions keep theirs', async () => {
    const { call, machine } = world();
    const arn = await machine(waiting(60));
    const running = (await call('StartExecution', { stateMachineArn: arn })).executionArn;
    expect(await call('DescribeStateMachine', { stateMachineArn: arn })).not.toHaveProperty('revisionId');
    const { revisionId } = await call('UpdateStateMachine', { stateMachineArn: arn, definition: text });
    expect(await call('UpdateStateMachine', { stateMachineArn: arn, definition: text, roleArn: role })).toMatchObject({
      revisionId,
    });
    expect(await call('DescribeStateMachine', { stateMachineArn: arn })).toMatchObject({
      revisionId,
      definition: text,
    });
    expect(await call('DescribeStateMachineForExecution', { executionArn: running })).toMatchObject({
      definition: JSON.stringify(waiting(60)),
    });
  });

  test('METADATA_ONLY leaves the definition out', async () => {
    const { call, machine } = world();
    const arn = await machine(pass);
    expect(
      await call('DescribeStateMachine', { stateMachineArn: arn, includedData: 'METADATA_ONLY' }),
    ).not.toHaveProperty('definition');
  });

  test('nothing to change, and what is not there', async () => {
    const { refused, machine } = world();
    const arn = await machine(pass);
    expect(await refused('UpdateStateMachine', { stateMachineArn: arn })).toContain(
      'MissingRequiredParameter: Either the definition',
    );
    expect(await refused('UpdateStateMachine', { stateMachineArn: `${arn}x`, roleArn: role })).toContain(
      'StateMachineDoesNotExist',
    );
    expect(await refused('UpdateStateMachine', { stateMachineArn: arn, definition: '{}' })).toContain(
      'InvalidDefinition',
    );
  });
});

describe('versions', () => {
  test('count up, are not reused after deletion, and publish what is current', async () => {
    const { call, refused, machine } = world();
    const arn = await machine(pass, { publish: true, versionDescription: 'one' });
    expect(await call('DescribeStateMachine', { stateMachineArn: `${arn}:1` })).toMatchObject({
      stateMachineArn: `${arn}:1`,
      description: 'one',
    });
    const { revisionId } = await call('UpdateStateMachine', {
      stateMachineArn: arn,
      definition: JSON.stringify(waiting(1)),
    });
    expect(await refused('PublishStateMachineVersion', { stateMachineArn: arn, revisionId: 'INITIAL' })).toBe(
      `ConflictException: Failed to publish the State Machine version for revision INITIAL. The current State Machine revision is ${String(revisionId)}.`,
    );
    expect(await call('PublishStateMachineVersion', { stateMachineArn: arn, revisionId })).toMatchObject({
      stateMachineVersionArn: `${arn}:2`,
    });
    expect(await call('PublishStateMachineVersion', { stateMachineArn: arn })).toMatchObject({
      stateMachineVersionArn: `${arn}:2`,
    });
    await call('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:2` });
    await call('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:2` });
    expect(await call('PublishStateMachineVersion', { stateMachineArn: arn })).toMatchObject({
      stateMachineVersionArn: `${arn}:3`,
    });
    const { stateMachineVersions } = await call('ListStateMachineVersions', { stateMachineArn: arn });
    expect(
      (stateMachineVersions as { stateMachineVersionArn: string }[]).map((one) => one.stateMachineVersionArn),
    ).toEqual([`${arn}:3`, `${arn}:1`]);
    expect(await refused('DeleteStateMachineVersion', { stateMachineVersionArn: arn })).toContain(
      'ValidationException',
    );
  });
});

describe('aliases', () => {
  test('share starts out by weight and show on their executions', async () => {
    const draws = [0.1, 0.79, 0.8, 0.99];
    const { call, machine } = world({ random: () => draws.shift() ?? 0 });
    const arn = await machine(pass, { publish: true });
    await call('UpdateStateMachine', { stateMachineArn: arn, definition: JSON.stringify(waiting(0)), publish: true });
    const routingConfiguration = [
      { stateMachineVersionArn: `${arn}:1`, weight: 80 },
      { stateMachineVersionArn: `${arn}:2`, weight: 20 },
    ];
    const { stateMachineAliasArn: alias } = await call('CreateStateMachineAlias', {
      name: 'live',
      routingConfiguration,
    });
    const versions: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      const { executionArn } = await call('StartExecution', { stateMachineArn: alias });
      const described = await call('DescribeExecution', { executionArn });
      expect(described.stateMachineAliasArn).toBe(alias);
      versions.push(described.stateMachineVersionArn);
    }
    expect(versions).toEqual([`${arn}:1`, `${arn}:1`, `${arn}:2`, `${arn}:2`]);
    const { executions } = await call('ListExecutions', { stateMachineArn: alias });
    expect(executions).toHaveLength(4);
    expect((await call('ListExecutions', { stateMachineArn: `${arn}:2` })).executions).toHaveLength(2);
  });

  test('are updated, listed, and hold their versions', async () => {
    const { call, refused, machine } = world();
    const arn = await machine(pass, { publish: true });
    const routingConfiguration = [{ stateMachineVersionArn: `${arn}:1`, weight: 100 }];
    const { stateMachineAliasArn: alias } = await call('CreateStateMachineAlias', {
      name: 'live',
      routingConfiguration,
      description: 'd',
    });
    expect(await refused('CreateStateMachineAlias', { name: 'live', routingConfiguration })).toContain(
      'ConflictException',
    );
    expect(await refused('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:1` })).toContain(
      'Current list of aliases referencing this version: [live]',
    );
    await call('UpdateStateMachineAlias', { stateMachineAliasArn: alias, description: 'new' });
    expect(await call('DescribeStateMachineAlias', { stateMachineAliasArn: alias })).toMatchObject({
      name: 'live',
      description: 'new',
      routingConfiguration,
    });
    expect(await refused('UpdateStateMachineAlias', { stateMachineAliasArn: alias })).toContain('ValidationException');
    await call('DeleteStateMachineAlias', { stateMachineAliasArn: alias });
    expect(await refused('DescribeStateMachineAlias', { stateMachineAliasArn: alias })).toBe(
      'ResourceNotFound: Request references a resource that does not exist.',
    );
    expect(await call('ListStateMachineAliases', { stateMachineArn: arn })).toMatchObject({ stateMachineAliases: [] });
  });

  test.each<[(arn: string) => object[], string]>([
    [
      (arn) => [{ stateMachineVersionArn: arn, weight: 100 }],
      'Routing configuration must contain state machine version ARNs',
    ],
    [
      (arn) => [{ stateMachineVersionArn: `${arn}:1`, weight: 99 }],
      'Sum of routing configuration weights must equal 100. Received: [99]',
    ],
    [
      (arn) => [1, 2].map(() => ({ stateMachineVersionArn: `${arn}:1`, weight: 50 })),
      'must contain distinct state machine version ARNs',
    ],
    [(arn) => [{ stateMachineVersionArn: `${arn}:9`, weight: 100 }], 'ResourceNotFound'],
    [
      (arn) => [
        { stateMachineVersionArn: `${arn}:1`, weight: 50 },
        { stateMachineVersionArn: `${arn}x:1`, weight: 50 },
      ],
      'versions of one state machine',
    ],
  ])('bad routes are refused', async (routes, message) => {
    const { refused, machine } = world();
    const arn = await machine(pass, { publish: true });
    expect(await refused('CreateStateMachineAlias', { name: 'live', routingConfiguration: routes(arn) })).toContain(
      message,
    );
  });
});

describe('tags', () => {
  test('of machines and activities; 50 at most', async () => {
    const { call, refused, machine } = world();
    const arn = await machine(pass, { tags: [{ key: 'a', value: '1' }] });
    await call('TagResource', {
      resourceArn: arn,
      tags: [
        { key: 'b', value: '2' },
        { key: 'a', value: '3' },
      ],
    });
    await call('UntagResource', { resourceArn: arn, tagKeys: ['b', 'none'] });
    expect(await call('ListTagsForResource', { resourceArn: arn })).toEqual({ tags: [{ key: 'a', value: '3' }] });
    const many = Array.from({ length: 50 }, (_, n) => ({ key: `k${n}`, value: '' }));
    expect(await refused('TagResource', { resourceArn: arn, tags: many })).toContain('TooManyTags');
    const { activityArn } = await call('CreateActivity', { name: 'act', tags: [{ key: 'x', value: 'y' }] });
    expect(await call('ListTagsForResource', { resourceArn: activityArn })).toEqual({
      tags: [{ key: 'x', value: 'y' }],
    });
    expect(await refused('TagResource', { resourceArn: `${arn}:1`, tags: [] })).toContain(
      'ResourceNotFound: Resource not found',
    );
  });
});

test('machines are listed by name, page by page, until they are deleted', async () => {
  const { call, refused, machine } = world();
  for (const name of ['c', 'a', 'b']) await machine(pass, { name });
  const first = await call('ListStateMachines', { maxResults: 2 });
  const second = await call('ListStateMachines', { maxResults: 2, nextToken: first.nextToken });
  const names = [first, second].flatMap((one) => (one.stateMachines as { name: string }[]).map((each) => each.name));
  expect(names).toEqual(['a', 'b', 'c']);
  const stateMachineArn = 'arn:aws:states:us-east-1:111111111111:stateMachine:a';
  await call('DeleteStateMachine', { stateMachineArn });
  await call('DeleteStateMachine', { stateMachineArn });
  expect(await refused('DescribeStateMachine', { stateMachineArn })).toBe(
    `StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineArn}'`,
  );
});
