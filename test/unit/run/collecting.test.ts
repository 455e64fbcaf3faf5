import { describe, expect, it } from 'vitest';
import { createCollector } from '../../../src/run/collecting';
import type { Lane } from '../../../src/run/lane';
import { createRandom } from '../../../src/run/random';
import { noQuotas, type QuotaOverrides } from '../../../src/plan/quotas';
import { arnOf, broken, count, fakeLane, fakeService, virtualClock } from './fakes';

const at = 1_764_000_000_000;
const kinds = ['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'] as const;

const history = () =>
  kinds.map((type, i) => ({
    id: i + 1,
    previousEventId: i < 2 ? 0 : i,
    timestamp: (at + i * 10) / 1000,
    type,
    ...(type.includes('StateE')
      ? { [type.endsWith('Entered') ? 'stateEnteredEventDetails' : 'stateExitedEventDetails']: { name: 'A' } }
      : {}),
  }));

const logLines = (arn: string) =>
  kinds.map((type, i) =>
    JSON.stringify({
      id: String(i + 1),
      previous_event_id: String(i < 2 ? 0 : i),
      event_timestamp: String(at + i * 10),
      type,
      execution_arn: arn,
      details: type.includes('StateE') ? { name: 'A' } : {},
      redrive_count: '0',
    }),
  );

const setUp = (options: { lane?: Partial<Lane>; most?: number; quotas?: QuotaOverrides; executions?: number } = {}) => {
  const clock = virtualClock(at);
  const service = fakeService(clock);
  const lane = fakeLane(options.lane);
  const traced: string[] = [];
  const stop = new AbortController();
  for (let i = 0; i < (options.executions ?? 3); i++) {
    const executionArn = arnOf(`n${i}`);
    const sampleIndex = lane.arm.add({ name: `n${i}`, atMs: i, latencyMs: 30, status: 'succeeded' });
    lane.unread.push({ executionArn, sampleIndex, status: 'succeeded', latencyMs: 30, startedAt: at });
    service.histories.set(executionArn, history());
  }
  const collector = createCollector({
    hot: service,
    clock,
    random: createRandom(1),
    signal: stop.signal,
    quotas: noQuotas(options.quotas),
    states: [{ path: 'A', name: 'A', type: 'Pass' }],
    definitionBytes: 100,
    most: options.most ?? 100,
    logPatienceMs: 10_000,
    onTrace: (_lane, finished, trace) =>
      traced.push(`${finished.executionArn.split(':').pop()}:${trace.visits.length}`),
  });
  return { clock, service, lane, collector, traced, stop };
};

describe('collecting Standard histories', () => {
  it('reads every one and traces it into its arm', async () => {
    const { lane, collector, traced, service } = setUp();
    await collector.finish(lane);
    expect(traced.sort()).toEqual(['n0:1', 'n1:1', 'n2:1']);
    expect(lane.arm.snapshot({ final: true }).traced).toBe(3);
    expect(lane.tally.read).toBe(3);
    expect(count(service, 'GetExecutionHistory')).toBe(3);
  });

  it('names the error of one that a list alone had said to have failed', async () => {
    const { lane, collector, service } = setUp({ executions: 1 });
    const sampleIndex = lane.arm.add({ name: 'n9', atMs: 9, latencyMs: 30, status: 'failed' });
    lane.unread.push({ executionArn: arnOf('n9'), sampleIndex, status: 'failed', latencyMs: 30, startedAt: 9_000 });
    const events = history().slice(0, -1);
    service.histories.set(arnOf('n9'), [
      ...events,
      { ...history().at(-1), type: 'ExecutionFailed', executionFailedEventDetails: { error: 'Boom' } },
    ]);
    await collector.finish(lane);
    expect(lane.arm.snapshot({ final: true }).errors).toEqual({ Boom: 1 });
  });

  it('reads a sample where there are more than may be read', async () => {
    const { lane, collector } = setUp({ executions: 50, most: 10 });
    await collector.finish(lane);
    expect(lane.tally.read).toBe(10);
  });

  it('counts what a look in between has read', async () => {
    const { lane, collector } = setUp({ executions: 30, most: 15 });
    await collector.peek(lane);
    expect(lane.tally.read).toBe(10);
    await collector.finish(lane);
    expect(lane.tally.read).toBe(15);
  });

  it('keeps below the quota', async () => {
    const { lane, collector, clock } = setUp({
      executions: 30,
      quotas: { getExecutionHistory: { bucket: 5, refill: 10 } },
    });
    await collector.finish(lane);
    expect(lane.tally.read).toBe(30);
    expect(clock.now() - at).toBeGreaterThanOrEqual(2_500);
  });

  it('does without one that cannot be read', async () => {
    const { lane, collector, service } = setUp({ executions: 3 });
    service.faults['GetExecutionHistory'] = Array.from({ length: 7 }, broken);
    await collector.finish(lane);
    expect(lane.tally.read).toBeGreaterThanOrEqual(2);
    expect(lane.unread).toEqual([]);
  });

  it('reads nothing more after a stop', async () => {
    const { lane, collector, stop, service } = setUp({ executions: 30 });
    stop.abort(new Error('stopped'));
    await collector.finish(lane);
    expect(count(service, 'GetExecutionHistory')).toBe(0);
  });
});

describe('collecting Express logs', () => {
  const express = { lane: { type: 'EXPRESS' as const } };

  it('puts executions together from pages in any order, empty and repeated ones too', async () => {
    const { lane, collector, service, traced } = setUp(express);
    const lines = [0, 1, 2].flatMap((i) => logLines(arnOf(`n${i}`)));
    service.logPages = [
      () => [],
      () => [...lines].reverse(),
      () => lines.slice(0, 3),
      () => ['log_stream_created_by_aws', '{}'],
    ];
    await collector.finish(lane);
    expect(traced.sort()).toEqual(['n0:1', 'n1:1', 'n2:1']);
    expect(lane.unread).toEqual([]);
    expect(lane.tally.incompleteLogs).toBe(0);
  });

  it('waits for late events', async () => {
    const { lane, collector, service, clock } = setUp({ ...express, executions: 1 });
    const lines = logLines(arnOf('n0'));
    service.logPages = [() => (clock.now() < at + 3_000 ? lines.slice(0, 2) : lines.slice(1))];
    await collector.finish(lane);
    expect(lane.tally).toMatchObject({ read: 1, incompleteLogs: 0 });
  });

  it('says which never became complete, and does not wait for ever', async () => {
    const { lane, collector, service, clock } = setUp({ ...express, executions: 2 });
    service.logPages = [() => [...logLines(arnOf('n0')), ...logLines(arnOf('n1')).filter((_, i) => i !== 1)]];
    await collector.finish(lane);
    expect(lane.tally).toMatchObject({ read: 1, incompleteLogs: 1 });
    expect(clock.now() - at).toBeLessThan(12_000);
  });

  it('takes what is complete in between, and reads it once', async () => {
    const { lane, collector, service, traced } = setUp({ ...express, executions: 2 });
    service.logPages = [() => logLines(arnOf('n0'))];
    await collector.peek(lane);
    expect(traced).toEqual(['n0:1']);
    service.logPages = [() => [...logLines(arnOf('n0')), ...logLines(arnOf('n1'))]];
    await collector.finish(lane);
    expect(traced).toEqual(['n0:1', 'n1:1']);
  });

  it('counts the bytes that logging costs', async () => {
    const { lane, collector, service } = setUp({ ...express, executions: 1 });
    const lines = logLines(arnOf('n0'));
    service.logPages = [() => lines];
    await collector.finish(lane);
    expect(lane.arm.usage().logBytes).toBe(lines.reduce((sum, line) => sum + line.length + 26, 0));
  });
});
