import { describe, expect, it } from 'vitest';
import { watchCompletions } from '../../../src/run/completion';
import { createPacer } from '../../../src/run/pace';
import { arnOf, count, fakeService, machineArn, refused, throttled, virtualClock } from './fakes';

const free = { bucket: Infinity, refill: Infinity };

const setUp = (
  buckets: { describes?: { bucket: number; refill: number }; lists?: { bucket: number; refill: number } } = {},
) => {
  const clock = virtualClock(1_000_000);
  const service = fakeService(clock);
  const watch = watchCompletions({
    hot: service,
    clock,
    machineArn,
    describes: createPacer(buckets.describes ?? free, clock),
    lists: createPacer(buckets.lists ?? free, clock),
  });
  const start = async (name: string) => {
    const { executionArn, startedAt } = await service.startExecution({
      stateMachineArn: machineArn,
      name,
      input: '{}',
    });
    return watch.wait(executionArn, startedAt);
  };
  return { clock, service, watch, start };
};

describe('watching a few executions', () => {
  it('asks about each until it has ended', async () => {
    const { service, start, watch } = setUp();
    const ends = await Promise.all(['a', 'b', 'c'].map(start));
    expect(ends.map((each) => (each.kind === 'ended' ? each.end.status : each.kind))).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
    expect(count(service, 'ListExecutions')).toBe(0);
    expect(watch.waiting).toBe(0);
  });

  it('learns how long they take, and then asks little', async () => {
    const { service, start } = setUp();
    service.durationMs = 5_000;
    await start('first');
    const learning = count(service, 'DescribeExecution');
    for (let i = 0; i < 5; i++) await start(`n${i}`);
    expect((count(service, 'DescribeExecution') - learning) / 5).toBeLessThan(20);
  });

  it('notices an end soon after it', async () => {
    const { clock, service, start } = setUp();
    service.durationMs = 1_000;
    await start('a');
    const before = clock.now();
    await start('b');
    expect(clock.now() - before).toBeLessThan(1_060);
  });

  it('keeps below its quota of describes', async () => {
    const { clock, service, start } = setUp({ describes: { bucket: 2, refill: 10 } });
    service.durationMs = 3_000;
    const before = clock.now();
    await Promise.all(['a', 'b', 'c', 'd'].map(start));
    const seconds = (clock.now() - before) / 1000;
    expect(count(service, 'DescribeExecution')).toBeLessThanOrEqual(2 + 10 * seconds);
  });

  it('goes on after a failed call', async () => {
    const { service, start } = setUp();
    service.faults['DescribeExecution'] = [throttled(), refused(), undefined, throttled()];
    expect(await start('a')).toMatchObject({ kind: 'ended' });
  });

  it('gives up one that the service does not know, and says why', async () => {
    const { watch, clock } = setUp();
    expect(await watch.wait(arnOf('nobody'), clock.now())).toMatchObject({
      kind: 'lost',
      why: 'Execution Does Not Exist',
    });
  });

  it('starts again after it has been idle', async () => {
    const { start, clock } = setUp();
    expect((await start('a')).kind).toBe('ended');
    await clock.sleep(10_000);
    expect((await start('b')).kind).toBe('ended');
  });
});

describe('watching many executions', () => {
  const names = Array.from({ length: 1_500 }, (_, i) => `n${i}`);

  it('reads pages of 1,000 instead of asking about each', async () => {
    const { service, start } = setUp();
    service.durationMs = 4_000;
    const ends = await Promise.all(names.map(start));
    expect(ends.every((each) => each.kind === 'ended')).toBe(true);
    expect(count(service, 'DescribeExecution')).toBeLessThan(100);
    expect(count(service, 'ListExecutions')).toBeLessThan(200);
  });

  it('asks about those that failed, since a list does not say why', async () => {
    const { service, start } = setUp();
    service.statusOf = (name) => (name === 'n7' ? 'FAILED' : 'SUCCEEDED');
    const ends = await Promise.all(names.slice(0, 100).map(start));
    expect(ends[7]).toMatchObject({ kind: 'ended', end: { status: 'FAILED', error: 'Order.Failed' } });
  });

  it('keeps the status where there is no quota left to ask', async () => {
    const { service, start } = setUp({ describes: { bucket: 0.5, refill: 0.0001 } });
    service.statusOf = () => 'FAILED';
    const ends = await Promise.all(names.slice(0, 50).map(start));
    expect(ends.every((each) => each.kind === 'ended' && each.end.status === 'FAILED')).toBe(true);
  });

  it('goes on after lists that fail, and loses all when none answers', async () => {
    const { service, start } = setUp();
    service.faults['ListExecutions'] = [throttled(), refused()];
    expect((await Promise.all(names.slice(0, 50).map(start))).every((each) => each.kind === 'ended')).toBe(true);
    service.faults['ListExecutions'] = Array.from({ length: 100 }, refused);
    service.durationMs = 600_000;
    const lost = await Promise.all(names.slice(100, 150).map(start));
    expect(lost.every((each) => each.kind === 'lost')).toBe(true);
  });

  it('loses all that is waited for at a stop, and takes nothing new', async () => {
    const { service, start, watch, clock } = setUp();
    service.durationMs = 600_000;
    const ends = Promise.all(names.slice(0, 30).map(start));
    await clock.sleep(1_000);
    watch.stop('the run was stopped');
    expect((await ends).every((each) => each.kind === 'lost' && each.why === 'the run was stopped')).toBe(true);
    expect(await watch.wait(arnOf('late'), 0)).toMatchObject({ kind: 'lost' });
  });
});

describe('what was stopped', () => {
  const stopAll = async (executions: number, endsAfterMs: number) => {
    const world = setUp();
    world.service.durationMs = endsAfterMs;
    const names = Array.from({ length: executions }, (_, i) => `n${i}`);
    const ends = Promise.all(names.map(world.start));
    await world.clock.sleep(10);
    return {
      ...world,
      ends,
      stop: () =>
        Promise.all(
          names.map(async (name) =>
            world.watch.stopped(
              arnOf(name),
              await world.service.stopExecution(arnOf(name), 'The benchmark was stopped.'),
            ),
          ),
        ),
    };
  };

  it.each([3, 100])('is aborted when the service says so, of %i', async (executions) => {
    const { ends, stop } = await stopAll(executions, 600_000);
    await stop();
    expect((await ends).every((each) => each.kind === 'ended' && each.end.status === 'ABORTED')).toBe(true);
  });

  it.each([3, 100])('has succeeded when it had ended before the stop came, of %i', async (executions) => {
    const { ends, stop, service, clock } = await stopAll(executions, 600_000);
    // Ended, and nobody has asked yet.
    for (const execution of service.executions.values()) Object.assign(execution, { endsAt: clock.now() });
    await stop();
    expect((await ends).every((each) => each.kind === 'ended' && each.end.status === 'SUCCEEDED')).toBe(true);
  });

  it('is aborted when nobody answers any more, where one that was not is lost', async () => {
    const { ends, watch, service, clock } = await stopAll(2, 600_000);
    service.faults['DescribeExecution'] = Array.from({ length: 1_000 }, refused);
    watch.stopped(arnOf('n0'), clock.now());
    await clock.sleep(200);
    watch.stop('the run was stopped');
    expect(await ends).toMatchObject([{ kind: 'ended', end: { status: 'ABORTED' } }, { kind: 'lost' }]);
  });

  it('is what a last look says when the time is up, the error’s name or not', async () => {
    const { ends, stop, watch, service, clock } = await stopAll(40, 600_000);
    const how = ['SUCCEEDED', 'FAILED', 'TIMED_OUT'] as const;
    [...service.executions.values()].forEach((each, i) =>
      Object.assign(each, { endsAt: clock.now(), status: how[i % 3] }),
    );
    service.faults['DescribeExecution'] = Array.from({ length: 1_000 }, refused);
    const from = clock.now();
    await stop();
    watch.stop('the run was stopped');
    const statuses = (await ends).map((each) => (each.kind === 'ended' ? each.end.status : each.kind));
    expect(statuses).toEqual(statuses.map((_, i) => how[i % 3]));
    expect(clock.now() - from).toBeLessThanOrEqual(260);
  });
});
