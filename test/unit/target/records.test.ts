import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { recorded } from '../../../src/target/deployment';
import { toApiEvent } from '../../../src/target/history';
import {
  leftLedgers,
  memoryLedger,
  removalOrder,
  startLedger,
  type LedgerHead,
  type Resource,
} from '../../../src/target/ledger';
import { executionName, LogAssembly } from '../../../src/target/logEvents';
import { attributeValue } from '../../../src/target/localServices';
import { logGroupName, resourceName, tagsOf } from '../../../src/target/names';
import { isAbsent, isTaken, patiently, refusal } from '../../../src/target/refusal';
import { eventFromHistory } from '../../../src/trace';
import { useFolder } from '../store/fixtures';

const newFolder = useFolder();
const head: LedgerHead = {
  runId: 'r1',
  target: { kind: 'aws' },
  region: 'eu-west-1',
  accountId: '1',
  at: '2026-11-24T10:00:00Z',
};
const machine: Resource = { kind: 'stateMachine', id: 'arn:m', name: 'm' };
const role: Resource = { kind: 'role', id: 'arn:r', name: 'r' };
const named = (name: string, message = name, fields = {}) => Object.assign(new Error(message), { name, ...fields });

describe('the ledger', () => {
  it('is on disk before the thing is made', async () => {
    const folder = newFolder();
    const ledger = await startLedger(folder, head);
    let seen: string[] = [];
    await recorded(ledger, machine, async () => {
      seen = (await leftLedgers(folder))[0]?.entries().map((each) => `${each.kind} ${each.state}`) ?? [];
      return true;
    });
    expect(seen).toEqual(['stateMachine intended']);
    expect((await leftLedgers(folder))[0]?.entries()).toMatchObject([{ kind: 'stateMachine', state: 'created' }]);
  });

  it('keeps what was intended when making it fails', async () => {
    const ledger = memoryLedger(head);
    await expect(recorded(ledger, machine, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(ledger.entries()).toMatchObject([{ state: 'intended' }]);
  });

  it('removes dependents first, and only what may be there', () => {
    const ledger = memoryLedger(head);
    ledger.created(role);
    ledger.created({ kind: 'rolePolicy', id: 'r/p', name: 'p' });
    ledger.created({ kind: 'logGroup', id: 'g', name: 'g' });
    ledger.intend(machine);
    ledger.notOurs({ kind: 'queue', id: 'q', name: 'q' });
    ledger.gone({ kind: 'topic', id: 't', name: 't' });
    expect(removalOrder(ledger).map((each) => each.kind)).toEqual(['stateMachine', 'logGroup', 'rolePolicy', 'role']);
  });

  it('goes away with its last entry', async () => {
    const folder = newFolder();
    const ledger = await startLedger(folder, head);
    ledger.created(machine);
    await ledger.close();
    expect(await leftLedgers(folder)).toHaveLength(1);
    ledger.gone(machine);
    await ledger.close();
    expect(await leftLedgers(folder)).toEqual([]);
  });

  it('can be read after a kill in the middle of a line', async () => {
    const folder = newFolder();
    const ledger = await startLedger(folder, head);
    ledger.created(machine);
    const directory = path.join(folder, '.stepbench', 'ledger');
    appendFileSync(path.join(directory, 'r1.jsonl'), '{"kind":"role","id":"arn');
    const [left] = await leftLedgers(folder);
    expect(left?.entries()).toHaveLength(1);
    expect(left?.head).toEqual(head);
    // Written on by the next process, it is whole again.
    left?.gone(machine);
    expect((await leftLedgers(folder))[0]?.head.runId).toBe('r1');
  });

  it('passes over files that are none', async () => {
    const folder = newFolder();
    await startLedger(folder, head);
    writeFileSync(path.join(folder, '.stepbench', 'ledger', 'zz.jsonl'), 'nonsense\n');
    writeFileSync(path.join(folder, '.stepbench', 'ledger', 'readme.txt'), 'x');
    expect(await leftLedgers(folder)).toHaveLength(1);
    expect(await leftLedgers(newFolder())).toEqual([]);
  });

  it('refuses a run whose folder cannot be written, before anything is made', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, '.stepbench'), 'a file');
    await expect(startLedger(folder, head)).rejects.toMatchObject({ name: 'ExpectedError' });
    expect(readdirSync(folder)).toEqual(['.stepbench']);
    expect(existsSync(path.join(folder, '.stepbench', 'ledger'))).toBe(false);
  });
});

describe('names and tags', () => {
  it('holds to what AWS takes, with our prefix', () => {
    expect(resourceName('order', 'standard', 'abc')).toBe('stepbench-order-standard-abc');
    expect(resourceName('Ördér /x', 'express', '')).toBe('stepbench-rd-r-x-express');
    const long = [resourceName('a'.repeat(100), 'x'), resourceName('a'.repeat(100), 'y')];
    expect(long.every((name) => name.length <= 64 && /^[\w-]+$/.test(name))).toBe(true);
    expect(new Set(long).size).toBe(2);
    expect(logGroupName('stepbench-x')).toBe('/aws/vendedlogs/states/stepbench-x');
  });

  it('says whose it is, from which run, and until when', () => {
    expect(tagsOf({ runId: 'r', workflow: 'w', createdAt: 0 })).toEqual({
      'stepbench:owner': 'stepbench',
      'stepbench:run': 'r',
      'stepbench:workflow': 'w',
      'stepbench:created': '1970-01-01T00:00:00.000Z',
      'stepbench:expires': '1970-01-08T00:00:00.000Z',
    });
  });
});

describe('refusals', () => {
  it.each([
    [
      named('AccessDeniedException', 'User: x is not authorized to perform: states:CreateStateMachine on resource: y'),
      /may not do states:CreateStateMachine on m\..*docs\/permissions/,
    ],
    [
      named('InvalidDefinition', 'SCHEMA_VALIDATION_FAILED at /States'),
      /refuses the definition: SCHEMA_VALIDATION_FAILED/,
    ],
    [named('StateMachineLimitExceeded'), /as many state machines as its quota allows/],
    [named('StateMachineAlreadyExists'), /is taken by something that StepBench did not make/],
    [named('ExpiredTokenException'), /have expired/],
    [named('Error', 'socket hang up', { code: 'ECONNRESET' }), /connection broke during CreateStateMachine of m/],
    [named('Other', 'why'), /CreateStateMachine of m failed: why/],
  ])('%s', (error, message) => expect(refusal('CreateStateMachine', 'm', error).message).toMatch(message));

  it('knows absence and a taken name whatever the service calls it', () => {
    for (const name of [
      'StateMachineDoesNotExist',
      'ResourceNotFoundException',
      'NoSuchEntityException',
      'NotFoundException',
      'QueueDoesNotExist',
    ])
      expect([name, isAbsent(named(name))]).toEqual([name, true]);
    for (const name of [
      'ResourceAlreadyExistsException',
      'ResourceConflictException',
      'ResourceInUseException',
      'EntityAlreadyExistsException',
      'StateMachineAlreadyExists',
    ])
      expect([name, isTaken(named(name))]).toEqual([name, true]);
    expect(isAbsent(named('AccessDenied'))).toBe(false);
  });

  it('tries a control call again while it is throttled or breaks, and no other', async () => {
    const waits: number[] = [];
    const pause = { sleep: (ms: number) => (waits.push(ms), Promise.resolve()), random: () => 0.5 };
    const faults = [
      named('ThrottlingException'),
      named('Error', 'x', { code: 'ECONNRESET' }),
      named('Error', 'x', { $metadata: { httpStatusCode: 503 } }),
    ];
    expect(
      await patiently(() => (faults.length > 0 ? Promise.reject(faults.shift()!) : Promise.resolve('done')), pause),
    ).toBe('done');
    expect(waits).toEqual([100, 200, 400]);
    await expect(patiently(() => Promise.reject(named('AccessDenied')), pause)).rejects.toThrow('AccessDenied');
    await expect(
      patiently(() => Promise.reject(named('ThrottlingException')), { ...pause, attempts: 2 }),
    ).rejects.toThrow('Throttling');
    expect(waits).toHaveLength(4);
  });
});

describe('log events', () => {
  const arn = 'arn:aws:states:us-east-1:1:express:m:name:id';
  const line = (id: number, type: string, at = 1_000 + id, of = arn) =>
    JSON.stringify({
      id: String(id),
      type,
      details: {},
      previous_event_id: String(id - 1),
      event_timestamp: String(at),
      execution_arn: of,
      redrive_count: '0',
    });
  const lines = [
    line(1, 'ExecutionStarted'),
    line(2, 'PassStateEntered'),
    line(3, 'PassStateExited'),
    line(4, 'ExecutionSucceeded'),
  ];

  it('are complete with ids 1…N and an end, in any order', () => {
    const log = new LogAssembly();
    for (const each of [...lines].reverse()) log.add(each);
    expect(log.completeness(arn)).toEqual({ kind: 'complete' });
    expect(log.events(arn).map((each) => each.id)).toEqual([1, 2, 3, 4]);
    expect(executionName(arn)).toBe('name');
  });

  it('are open without an end, and have gaps with one', () => {
    const log = new LogAssembly();
    log.add(lines[0]!);
    expect(log.completeness(arn)).toEqual({ kind: 'open' });
    log.add(lines[3]!);
    expect(log.completeness(arn)).toEqual({ kind: 'gaps', missing: 2 });
    expect(log.completeness('another')).toEqual({ kind: 'open' });
  });

  it('count each once, its bytes too', () => {
    const log = new LogAssembly();
    for (const each of [...lines, ...lines]) log.add(each);
    expect(log.duplicates).toBe(4);
    expect(log.bytes(arn)).toBe(lines.reduce((sum, each) => sum + each.length + 26, 0));
  });

  it('take the last beginning of one that began anew', () => {
    const log = new LogAssembly();
    log.add(line(1, 'ExecutionStarted', 5_000));
    log.add(line(1, 'ExecutionStarted', 1_000));
    expect(log.events(arn)[0]?.timestamp).toBe(5_000);
  });

  it('pass over what is no event, and forget what was taken', () => {
    const log = new LogAssembly();
    for (const other of [
      '',
      'not json',
      '{}',
      '[]',
      'log_stream_created_by_aws_to_validate_log_delivery_subscriptions',
    ])
      expect(log.add(other)).toBeUndefined();
    expect(log.foreign).toBe(5);
    log.add(lines[0]!);
    expect(log.arns).toEqual([arn]);
    log.forget(arn);
    expect(log.arns).toEqual([]);
  });
});

describe('an exported event', () => {
  it.each([
    [
      'TaskStateEntered',
      { name: 'A', input: '{}' },
      'stateEnteredEventDetails',
      { name: 'A', input: '{}', inputDetails: { truncated: false } },
    ],
    [
      'ChoiceStateExited',
      { name: 'A', output: '{}' },
      'stateExitedEventDetails',
      { name: 'A', output: '{}', outputDetails: { truncated: false } },
    ],
    ['ExecutionFailed', { error: 'E', cause: 'C' }, 'executionFailedEventDetails', { error: 'E', cause: 'C' }],
    [
      'TaskScheduled',
      { resource: 'invoke', resourceType: 'lambda' },
      'taskScheduledEventDetails',
      { resource: 'invoke', resourceType: 'lambda' },
    ],
    ['MapIterationStarted', { name: 'M', index: 2 }, 'mapIterationStartedEventDetails', { name: 'M', index: 2 }],
    ['MapStateStarted', { length: 3 }, 'mapStateStartedEventDetails', { length: 3 }],
  ] as const)('%s', (type, details, key, expected) => {
    const event = { id: 3, previousEventId: 2, timestamp: 1_764_000_000_123, type, details };
    const shown = toApiEvent(event);
    expect(shown).toMatchObject({
      id: 3,
      previousEventId: 2,
      type,
      timestamp: '2025-11-24T16:00:00.123Z',
      [key]: expected,
    });
    // Read back it is what it was.
    expect(eventFromHistory({ ...shown, timestamp: 1_764_000_000.123 })).toMatchObject({
      id: 3,
      type,
      timestamp: 1_764_000_000_123,
    });
  });

  it('has no details where the API has none, and keeps that a text was cut', () => {
    const bare = { id: 1, previousEventId: 0, timestamp: 0, details: {} };
    expect(Object.keys(toApiEvent({ ...bare, type: 'ParallelStateStarted' }))).toEqual([
      'timestamp',
      'type',
      'id',
      'previousEventId',
    ]);
    expect(
      toApiEvent({ ...bare, type: 'PassStateEntered', details: { name: 'A', input: 'x', truncated: true } }),
    ).toMatchObject({ stateEnteredEventDetails: { inputDetails: { truncated: true } } });
  });
});

describe('DynamoDB values', () => {
  it('are written as the service writes them', () => {
    expect(attributeValue({ s: 'a', n: 1.5, b: true, z: null, l: [1, 'x'] })).toEqual({
      M: { s: { S: 'a' }, n: { N: '1.5' }, b: { BOOL: true }, z: { NULL: true }, l: { L: [{ N: '1' }, { S: 'x' }] } },
    });
    expect(attributeValue(undefined)).toEqual({ NULL: true });
  });
});
