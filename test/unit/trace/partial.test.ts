import { describe, expect, it } from 'vitest';
import {
  eventFromHistory,
  eventFromLog,
  executionsFromLog,
  indexStates,
  statesOfDefinition,
  traceExecution,
} from '../../../src/trace';
import { history } from './history';

const sequence = statesOfDefinition({
  StartAt: 'A',
  States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Task', Next: 'C' }, C: { Type: 'Succeed' } },
});

describe('a history that is not whole', () => {
  it('leaves open what has not ended', () => {
    const trace = traceExecution(
      history([
        ['ExecutionStarted', 0],
        ['TaskStateEntered', 0, 'B'],
        ['TaskScheduled', 2],
        ['TaskStarted', 3],
      ]),
      sequence,
    );
    expect(trace.finishedAt).toBeUndefined();
    expect(trace.visits[0]).toMatchObject({ outcome: 'running', attempts: [{ outcome: 'running' }] });
    expect(trace.visits[0]!.exitedAt).toBeUndefined();
    expect(trace.criticalPath).toEqual([0]);
  });
  it('says how many events it could not tie to a visit, and never invents a transition', () => {
    const whole = history([
      ['ExecutionStarted', 0],
      ['PassStateEntered', 0, 'A'],
      ['PassStateExited', 2, 'A'],
      ['TaskStateEntered', 3, 'B'],
      ['TaskScheduled', 4],
      ['TaskStateExited', 5, 'B'],
      ['ExecutionSucceeded', 6],
    ]);
    const trace = traceExecution(
      whole.filter((event) => event.id !== 3),
      sequence,
    );
    expect(trace.visits.map((visit) => [visit.name, visit.transitionInMs])).toEqual([
      ['A', undefined],
      ['B', undefined],
    ]);
    expect(trace.visits[0]!.outcome).toBe('aborted');
    expect(trace.unplaced).toBe(1);
  });
  it('is empty for nothing', () => {
    expect(traceExecution([])).toMatchObject({ visits: [], events: 0, criticalPath: [], transitionTotalMs: 0 });
  });
});

describe('events as they come off the wire', () => {
  it('unwraps the one details object of a history event', () => {
    const timestamp = new Date(1_700_000_000_123);
    expect(
      eventFromHistory({
        id: 2,
        previousEventId: 0,
        timestamp,
        type: 'PassStateEntered',
        stateEnteredEventDetails: { name: 'A', input: '{}' },
      }),
    ).toEqual({
      id: 2,
      previousEventId: 0,
      timestamp: 1_700_000_000_123,
      type: 'PassStateEntered',
      details: { name: 'A', input: '{}' },
    });
    expect(eventFromHistory({ id: 1, timestamp: 1_700_000_000.123, type: 'ExecutionStarted' })).toMatchObject({
      timestamp: 1_700_000_000_123,
      previousEventId: 0,
      details: {},
    });
  });
  const line = (id: number, type: string, previous: number, ms: number, arn = 'arn:x', details: object = {}) =>
    JSON.stringify({
      id: String(id),
      type,
      details,
      previous_event_id: String(previous),
      event_timestamp: String(ms),
      execution_arn: arn,
      redrive_count: '0',
    });

  it('reads numbers that a log writes as texts', () => {
    expect(eventFromLog(line(4, 'MapIterationStarted', 3, 1000, 'arn:x', { name: 'M', index: '2' }))).toEqual({
      arn: 'arn:x',
      redriveCount: 0,
      event: {
        id: 4,
        previousEventId: 3,
        timestamp: 1000,
        type: 'MapIterationStarted',
        details: { name: 'M', index: 2 },
      },
    });
    for (const other of ['', 'validation stream', '{"id":1}', '[]', line(NaN, 'X', 0, 1)])
      expect(eventFromLog(other)).toBeUndefined();
  });
  it('groups a log by execution, drops repeats, and knows what is complete', () => {
    const started = line(1, 'ExecutionStarted', 0, 1);
    const logged = executionsFromLog([
      line(2, 'ExecutionSucceeded', 1, 5),
      started,
      started,
      line(1, 'ExecutionStarted', 0, 2, 'arn:y'),
      line(3, 'ExecutionFailed', 2, 9, 'arn:y'),
    ]);
    expect(logged.get('arn:x')).toMatchObject({ complete: true, restarted: false });
    expect(logged.get('arn:x')!.events.map((event) => event.id)).toEqual([1, 2]);
    expect(logged.get('arn:x')!.bytes).toBe(
      2 * (started.length + 26) + line(2, 'ExecutionSucceeded', 1, 5).length + 26,
    );
    expect(logged.get('arn:y')).toMatchObject({ complete: false });
  });
  it('notices a second beginning under the same name and keeps the later', () => {
    const logged = executionsFromLog([
      line(1, 'ExecutionStarted', 0, 100),
      line(1, 'ExecutionStarted', 0, 900),
      line(2, 'ExecutionSucceeded', 1, 950),
    ]);
    expect(logged.get('arn:x')).toMatchObject({ restarted: true, complete: true });
    expect(logged.get('arn:x')!.events[0]!.timestamp).toBe(900);
  });
});

describe('paths of a run document', () => {
  it('find their names and parents, slashes in names included', () => {
    const index = indexStates([
      { path: 'a/b', type: 'Map' },
      { path: 'a/b/ItemProcessor/Check/Stock', type: 'Task' },
      { path: 'P', type: 'Parallel' },
      { path: 'P/Branches[1]/X', type: 'Pass' },
    ]);
    expect(index.find('a/b', 'Check/Stock')).toMatchObject([{ path: 'a/b/ItemProcessor/Check/Stock' }]);
    expect(index.find('P', 'X')).toMatchObject([{ branch: 1 }]);
    expect(index.find('', 'a/b')).toHaveLength(1);
    expect(index.find('', 'X')).toEqual([]);
  });
});
