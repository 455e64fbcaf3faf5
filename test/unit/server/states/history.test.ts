import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventDetails, HistoryEvent, HistoryEventType } from '../../../../src/model/event';
import { isLogged, logMessage } from '../../../../src/server/states/executionLog';
import { packHistory, unpackHistory } from '../../../../src/server/states/packedHistory';
import { detailsKey, renderEvent } from '../../../../src/server/states/renderHistory';

const event = (type: HistoryEventType, details: EventDetails, id = 2): HistoryEvent => ({
  id,
  previousEventId: 1,
  timestamp: 1_700_000_000_123.4,
  type,
  details,
});

describe('GetExecutionHistory’s form', () => {
  test.each<[HistoryEventType, string]>([
    ['TaskStateEntered', 'stateEnteredEventDetails'],
    ['FailStateEntered', 'stateEnteredEventDetails'],
    ['MapStateExited', 'stateExitedEventDetails'],
    ['MapStateStarted', 'mapStateStartedEventDetails'],
    ['MapIterationFailed', 'mapIterationFailedEventDetails'],
    ['TaskFailed', 'taskFailedEventDetails'],
    ['LambdaFunctionScheduled', 'lambdaFunctionScheduledEventDetails'],
    ['ExecutionStarted', 'executionStartedEventDetails'],
    ['EvaluationFailed', 'evaluationFailedEventDetails'],
  ])('%s carries %s', (type, key) => {
    expect(detailsKey(type)).toBe(key);
  });

  test('data have their …Details beside them, timestamps are seconds to the millisecond', () => {
    expect(
      renderEvent(event('PassStateExited', { name: 'A', output: '1', assignedVariables: { x: '1' } }), true),
    ).toEqual({
      timestamp: 1_700_000_000.123,
      type: 'PassStateExited',
      id: 2,
      previousEventId: 1,
      stateExitedEventDetails: {
        name: 'A',
        output: '1',
        outputDetails: { truncated: false },
        assignedVariables: { x: '1' },
        assignedVariablesDetails: { truncated: false },
      },
    });
  });

  test('without execution data neither a datum nor its …Details is left, error and cause are', () => {
    expect(renderEvent(event('PassStateExited', { name: 'A', output: '1' }), false)).toMatchObject({
      stateExitedEventDetails: { name: 'A' },
    });
    expect(JSON.stringify(renderEvent(event('PassStateExited', { name: 'A', output: '1' }), false))).not.toContain(
      'output',
    );
    expect(
      JSON.stringify(renderEvent(event('TaskScheduled', { resource: 'r', parameters: '{}' }), false)),
    ).not.toContain('parameters');
    expect(renderEvent(event('ExecutionFailed', { error: 'E', cause: 'C' }), false)).toMatchObject({
      executionFailedEventDetails: { error: 'E', cause: 'C' },
    });
  });

  test('some events show empty details, some none', () => {
    expect(renderEvent(event('ExecutionAborted', {}), true)).toHaveProperty('executionAbortedEventDetails', {});
    expect(renderEvent(event('ActivityStarted', {}), true)).toHaveProperty('activityStartedEventDetails', {});
    expect(Object.keys(renderEvent(event('MapStateSucceeded', {}), true))).toEqual([
      'timestamp',
      'type',
      'id',
      'previousEventId',
    ]);
  });
});

describe('log events', () => {
  test('are strings all through, with details unwrapped', () => {
    expect(JSON.parse(logMessage(event('MapIterationStarted', { name: 'M', index: 3 }), 'arn', 1, true))).toEqual({
      id: '2',
      type: 'MapIterationStarted',
      details: { name: 'M', index: '3' },
      previous_event_id: '1',
      event_timestamp: '1700000000123',
      execution_arn: 'arn',
      redrive_count: '1',
    });
  });

  test('data leave with includeExecutionData false, and above 248 KiB', () => {
    const message = (details: EventDetails, data: boolean): { details: Record<string, unknown> } =>
      JSON.parse(logMessage(event('TaskSucceeded', details), 'arn', 0, data)) as { details: Record<string, unknown> };
    expect(message({ output: '1', resource: 'r' }, false).details).toEqual({ resource: 'r' });
    expect(message({ output: `"${'x'.repeat(253_000)}"` }, true).details.outputDetails).toEqual({ truncated: false });
    expect(message({ output: `"${'x'.repeat(254_000)}"` }, true).details).toEqual({
      output: '',
      outputDetails: { truncated: true },
    });
  });

  test.each<[HistoryEventType, boolean, boolean, boolean]>([
    ['ExecutionStarted', true, false, false],
    ['PassStateEntered', true, false, false],
    ['FailStateEntered', true, true, false],
    ['TaskFailed', true, true, false],
    ['TaskTimedOut', true, true, false],
    ['MapIterationAborted', true, true, false],
    ['EvaluationFailed', true, true, false],
    ['ExecutionFailed', true, true, true],
    ['ExecutionAborted', true, true, true],
    ['ExecutionTimedOut', true, true, true],
    ['ExecutionSucceeded', true, false, false],
  ])('%s at ALL %s, ERROR %s, FATAL %s, OFF never', (type, all, error, fatal) => {
    expect([isLogged(type, 'ALL'), isLogged(type, 'ERROR'), isLogged(type, 'FATAL'), isLogged(type, 'OFF')]).toEqual([
      all,
      error,
      fatal,
      false,
    ]);
  });
});

describe('packed histories', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ minLength: 24, maxLength: 60 }),
    fc.constant('a text with \u0000 in the middle of it'),
  );
  const details = fc.record(
    { name: texts, input: texts, output: texts, index: fc.nat(), assignedVariables: fc.dictionary(fc.string(), texts) },
    { requiredKeys: [] },
  );
  const types = fc.constantFrom<HistoryEventType>('PassStateEntered', 'TaskFailed', 'ExecutionStarted');

  test('come back as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.double({ noNaN: true, min: 0, max: 2e12 }), types, details)),
        (rows) => {
          const events = rows.map(([previousEventId, timestamp, type, one], index): HistoryEvent => ({
            id: index + 1,
            previousEventId,
            timestamp,
            type,
            details: one,
          }));
          expect(unpackHistory(packHistory(events))).toEqual(JSON.parse(JSON.stringify(events)));
        },
      ),
    );
  });

  test('50 events of a 2 kB order take less than 30 kB, so that 10,000 of them stay below 300 MB', () => {
    const events: HistoryEvent[] = [];
    for (let n = 0; n < 25; n++) {
      const order = JSON.stringify({ order: 'x'.repeat(900), step: n });
      events.push(
        event('PassStateEntered', { name: `S${n}`, input: order }, 2 * n + 1),
        event('PassStateExited', { name: `S${n}`, output: order }, 2 * n + 2),
      );
    }
    expect(packHistory(events).length).toBeLessThan(30_000);
  });
});
