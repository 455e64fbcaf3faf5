import { describe, expect, it } from 'vitest';
import { Activities, type ActivityTask } from '../../../src/engine/activities';
import { detailsOf, failed, hostWith, links, ok, runOne, turn } from './harness';

const arn = 'arn:aws:states:us-east-1:123456789012:activity:work';

const task = (token: string, started: string[] = []): ActivityTask => ({
  token,
  input: '{}',
  started: (worker) => started.push(`${token} by ${worker ?? 'nobody'}`),
});

describe('Activities', () => {
  it('gives tasks to workers in order, whoever comes first', async () => {
    const activities = new Activities();
    activities.create(arn);
    const started: string[] = [];
    activities.schedule(arn, task('a', started));
    activities.schedule(arn, task('b', started));
    expect((await activities.poll(arn, 'w1'))?.token).toBe('a');
    expect((await activities.poll(arn))?.token).toBe('b');
    const waiting = activities.poll(arn, 'w2');
    activities.schedule(arn, task('c', started));
    expect((await waiting)?.token).toBe('c');
    expect(started).toEqual(['a by w1', 'b by nobody', 'c by w2']);
  });

  it('lets a poll end empty-handed', async () => {
    const activities = new Activities();
    activities.create(arn);
    const controller = new AbortController();
    const waiting = activities.poll(arn, 'w', controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    expect(await activities.poll(arn, 'w', controller.signal)).toBeUndefined();
    activities.schedule(arn, task('a'));
    expect((await activities.poll(arn))?.token).toBe('a');
  });

  it('knows nothing of an activity that is not there, and lets pollers go when one is deleted', async () => {
    const activities = new Activities();
    expect(activities.schedule(arn, task('a'))).toBeUndefined();
    expect(await activities.poll(arn)).toBeUndefined();
    activities.create(arn);
    const waiting = activities.poll(arn);
    activities.delete(arn);
    expect(await waiting).toBeUndefined();
    expect(activities.has(arn)).toBe(false);
  });

  it('takes a withdrawn task out of the queue', async () => {
    const activities = new Activities();
    activities.create(arn);
    const withdraw = activities.schedule(arn, task('a'))!;
    activities.schedule(arn, task('b'));
    withdraw();
    withdraw();
    expect((await activities.poll(arn))?.token).toBe('b');
  });
});

describe('a task of an activity', () => {
  const run = async (state: object, work: (token: string, host: ReturnType<typeof hostWith>) => void) => {
    const host = hostWith();
    host.activities!.create(arn);
    const execution = runOne({ Type: 'Task', Resource: arn, ...state }, { x: 1 }, { host });
    const release = host.clock.hold();
    const taken = await host.activities!.poll(arn, 'worker');
    work(taken!.token, host);
    release();
    return execution;
  };

  it('is scheduled, started with the worker’s name, and succeeds', async () => {
    const execution = await run({}, (token, host) => host.tokens!.succeed(token, '{"y":2}'));
    expect(links(execution)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered',
      '3<2 ActivityScheduled',
      '4<3 ActivityStarted',
      '5<4 ActivitySucceeded',
      '6<5 TaskStateExited',
      '7<6 ExecutionSucceeded',
    ]);
    expect(detailsOf(execution, 'ActivityScheduled')).toEqual({ resource: arn, input: '{"x":1}' });
    expect(detailsOf(execution, 'ActivityStarted')).toEqual({ workerName: 'worker' });
    expect(execution.output).toEqual({ y: 2 });
  });

  it('fails as its worker says', async () => {
    const execution = await run({}, (token, host) => host.tokens!.fail(token, 'Broken', 'it broke'));
    expect(detailsOf(execution, 'ActivityFailed')).toEqual({ error: 'Broken', cause: 'it broke' });
    expect([execution.status, execution.error, execution.cause]).toEqual(['FAILED', 'Broken', 'it broke']);
  });

  it('times out in the queue and is then withdrawn', async () => {
    const host = hostWith();
    host.activities!.create(arn);
    const execution = await runOne({ Type: 'Task', Resource: arn, TimeoutSeconds: 5 }, {}, { host });
    expect(links(execution).slice(2, 4)).toEqual(['3<2 ActivityScheduled', '4<3 ActivityTimedOut']);
    const controller = new AbortController();
    const poll = host.activities!.poll(arn, 'late', controller.signal);
    await turn();
    controller.abort();
    expect(await poll).toBeUndefined();
  });

  it('counts heartbeats from its start on', async () => {
    const execution = await run({ HeartbeatSeconds: 3, TimeoutSeconds: 60 }, () => undefined);
    expect(execution.error).toBe('States.Timeout');
    expect(execution.stoppedAt! - execution.history[3]!.timestamp).toBe(3000);
  });

  it('fails to be scheduled where there is no such activity', async () => {
    const execution = await runOne({ Type: 'Task', Resource: arn });
    expect(links(execution).slice(2)).toEqual(['3<2 ActivityScheduleFailed', '4<3 ExecutionFailed']);
    expect(execution.error).toBe('ActivityDoesNotExist');
  });

  it('is no task of the runner', async () => {
    const host = hostWith(() => failed('the runner was asked'));
    host.activities!.create(arn);
    const worker = host.activities!.poll(arn).then((taken) => host.tokens!.succeed(taken!.token, '1'));
    const execution = await runOne({ Type: 'Task', Resource: arn }, {}, { host });
    await worker;
    expect([execution.output, ok(1).ok]).toEqual([1, true]);
  });
});
