import { describe, expect, it } from 'vitest';
import type { WorkflowType } from '../../../src/model/machine';
import { watchCompletions } from '../../../src/run/completion';
import { executionArnOf, runExecution, type Starter } from '../../../src/run/execution';
import { createPacer } from '../../../src/run/pace';
import { createRandom } from '../../../src/run/random';
import {
  arnOf,
  broken,
  count,
  denied,
  fakeService,
  machineArn,
  serverError,
  throttled,
  virtualClock,
  type FakeService,
} from './fakes';

const free = { bucket: Infinity, refill: Infinity };

const setUp = (type: WorkflowType, prepare: (service: FakeService) => void = () => undefined) => {
  const clock = virtualClock(1_000_000);
  const service = fakeService(clock);
  prepare(service);
  const stop = new AbortController();
  const calls = new AbortController();
  const accepted: string[] = [];
  const watch = watchCompletions({
    hot: service,
    clock,
    machineArn,
    describes: createPacer(free, clock),
    lists: createPacer(free, clock),
  });
  const starter: Starter = {
    type,
    startArn: `${machineArn}:1`,
    machineArn,
    hot: service,
    clock,
    random: createRandom(1),
    signal: stop.signal,
    callSignal: calls.signal,
    watch,
    onAccepted: (arn) => accepted.push(arn),
  };
  return {
    clock,
    service,
    starter,
    stop,
    calls,
    watch,
    accepted,
    run: (name = 'a') => runExecution(starter, name, '{"a":1}', clock.now()),
  };
};

describe('a Standard execution', () => {
  it('is started once and measured on the clock of the service', async () => {
    const { run, service, accepted } = setUp('STANDARD');
    const outcome = await run();
    expect(outcome).toMatchObject({
      kind: 'ended',
      status: 'succeeded',
      serviceMs: 100,
      executionArn: arnOf('a'),
      throttles: 0,
    });
    expect(count(service, 'StartExecution')).toBe(1);
    expect(accepted).toEqual([arnOf('a')]);
  });

  it('counts how late it was sent, from the intended start', async () => {
    const { clock, starter } = setUp('STANDARD');
    const intended = clock.now();
    await clock.sleep(30);
    const outcome = await runExecution(starter, 'a', '{}', intended);
    expect(outcome).toMatchObject({ kind: 'ended', lateMs: 30, serviceMs: 100 });
  });

  it('holds throttled tries in its lateness, counted', async () => {
    const { run } = setUp('STANDARD', (service) => (service.faults['StartExecution'] = [throttled(), throttled()]));
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'ended', throttles: 2 });
    expect(outcome.kind === 'ended' ? outcome.lateMs : 0).toBeGreaterThan(0);
  });

  it('is not started twice when the answer was lost: the second try finds the first', async () => {
    const { run, service } = setUp('STANDARD', (each) => (each.faults['StartExecution'] = ['afterwards']));
    expect(await run()).toMatchObject({ kind: 'ended', status: 'succeeded', failures: 1 });
    expect(service.executions.size).toBe(1);
    expect(count(service, 'StartExecution')).toBe(2);
  });

  it('is found when it has ended before the second try', async () => {
    const { run, service } = setUp('STANDARD', (each) => {
      each.faults['StartExecution'] = ['afterwards'];
      each.durationMs = 0;
    });
    expect(await run()).toMatchObject({ kind: 'ended', status: 'succeeded', serviceMs: 0 });
    expect(service.executions.size).toBe(1);
  });

  it('is then looked for as far back as it takes: when it began is not known, least of all by our clock', async () => {
    const { service, starter, clock } = setUp('STANDARD', (each) => {
      each.faults['StartExecution'] = ['afterwards'];
      each.durationMs = 1;
    });
    const since: number[] = [];
    const watch = {
      ...starter.watch,
      wait: (arn: string, startedAt: number) => (since.push(startedAt), starter.watch.wait(arn, startedAt)),
    };
    await clock.sleep(10);
    const outcome = await runExecution({ ...starter, watch }, 'a', '{}', clock.now());
    expect(outcome).toMatchObject({ kind: 'ended', status: 'succeeded', serviceMs: 1 });
    expect(count(service, 'StartExecution')).toBe(2);
    expect(since).toEqual([0]);
  });

  it('is looked for when every answer was lost', async () => {
    const { run, service } = setUp(
      'STANDARD',
      (each) => (each.faults['StartExecution'] = Array.from({ length: 7 }, () => 'afterwards' as const)),
    );
    expect(await run()).toMatchObject({ kind: 'ended', status: 'succeeded' });
    expect(service.executions.size).toBe(1);
  });

  it('is unknown when it can neither be started nor found', async () => {
    const { run } = setUp(
      'STANDARD',
      (each) => (each.faults['StartExecution'] = Array.from({ length: 7 }, serverError)),
    );
    expect(await run()).toMatchObject({ kind: 'unknown', executionArn: arnOf('a') });
  });

  it('has not started when the service refuses it', async () => {
    const { run } = setUp('STANDARD', (each) => (each.faults['StartExecution'] = [denied()]));
    expect(await run()).toMatchObject({ kind: 'notStarted', failure: { code: 'AccessDeniedException' } });
  });

  it('has not started when a name is taken by somebody else', async () => {
    const { run, service, clock } = setUp('STANDARD');
    service.executions.set(arnOf('a'), { name: 'a', startedAt: 0, endsAt: clock.now(), status: 'SUCCEEDED' });
    expect(await run()).toMatchObject({ kind: 'notStarted', failure: { code: 'ExecutionAlreadyExists' } });
  });

  it.each([
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'timedOut'],
    ['ABORTED', 'aborted'],
  ] as const)('ends as %s', async (status, expected) => {
    const { run } = setUp('STANDARD', (each) => (each.statusOf = () => status));
    expect(await run()).toMatchObject({
      kind: 'ended',
      status: expected,
      ...(status === 'FAILED' ? { error: 'Order.Failed' } : {}),
    });
  });

  it('is aborted when it was stopped by us', async () => {
    const { run, watch, clock, service } = setUp('STANDARD', (each) => (each.durationMs = 60_000));
    const outcome = run();
    await clock.sleep(50);
    watch.stopped(arnOf('a'), await service.stopExecution(arnOf('a'), 'stopped'));
    expect(await outcome).toMatchObject({ kind: 'ended', status: 'aborted' });
  });

  it('is named after its machine', () => {
    expect(executionArnOf(machineArn, 'a')).toBe('arn:aws:states:us-east-1:111111111111:execution:m:a');
  });
});

describe('an Express execution', () => {
  it('ends with its call, billing included', async () => {
    const { run, service } = setUp('EXPRESS');
    expect(await run()).toMatchObject({
      kind: 'ended',
      status: 'succeeded',
      serviceMs: 100,
      billed: { durationMs: 100, memoryMb: 64 },
    });
    expect(count(service, 'DescribeExecution')).toBe(0);
  });

  it.each([
    ['nothing of its end', {}],
    ['that it runs', { status: 'RUNNING' as const, stoppedAt: 5 }],
    ['not when it ended', { status: 'SUCCEEDED' as const }],
  ])('is unknown where the answer says %s', async (_what, said) => {
    const { service, run } = setUp('EXPRESS');
    service.startSyncExecution = () =>
      Promise.resolve({ executionArn: arnOf('a'), status: 'RUNNING', startedAt: 1, ...said });
    expect(await run()).toMatchObject({
      kind: 'unknown',
      executionArn: arnOf('a'),
      why: expect.stringContaining('does not say how') as string,
    });
  });

  it('takes another name when it may have run already', async () => {
    const { run, accepted } = setUp(
      'EXPRESS',
      (each) => (each.faults['StartSyncExecution'] = [throttled(), broken(), broken()]),
    );
    expect(await run()).toMatchObject({ kind: 'ended', throttles: 1, failures: 2, executionArn: arnOf('a-r2') });
    expect(accepted).toEqual(['a', 'a', 'a-r1', 'a-r2']);
  });

  it('is unknown when no answer came at all', async () => {
    const { run } = setUp('EXPRESS', (each) => (each.faults['StartSyncExecution'] = Array.from({ length: 9 }, broken)));
    expect(await run()).toMatchObject({ kind: 'unknown', why: 'the connection broke' });
  });

  it('has not started when it was throttled to the end', async () => {
    const { run } = setUp(
      'EXPRESS',
      (each) => (each.faults['StartSyncExecution'] = Array.from({ length: 60 }, throttled)),
    );
    expect(await run()).toMatchObject({ kind: 'notStarted', throttles: 40 });
  });
});
