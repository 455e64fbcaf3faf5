import { describe, expect, it } from 'vitest';
import type { EventDetails, HistoryEvent, HistoryEventType } from '../../../src/model/event';
import { childrenOf, isExpressArn } from '../../../src/trace';

const event = (
  id: number,
  type: HistoryEventType,
  details: EventDetails = {},
  previousEventId = id - 1,
): HistoryEvent => ({
  ...{ id, previousEventId, type, details },
  timestamp: 1_000 + id,
});
const standard = 'arn:aws:states:us-east-1:1:execution:child:a';
const express = 'arn:aws:states:us-east-1:1:express:child:b:c';

describe('childrenOf', () => {
  it('finds Map Runs with their state, through retries, each once', () => {
    const mapRunArn = 'arn:aws:states:us-east-1:1:mapRun:m/Orders:r';
    const events = [
      event(1, 'ExecutionStarted'),
      event(2, 'MapStateEntered', { name: 'Orders' }),
      event(3, 'MapStateStarted', { length: 2 }),
      event(4, 'MapRunStarted', { mapRunArn }),
      event(5, 'MapRunFailed'),
      event(6, 'MapRunRedriven', { mapRunArn }),
      event(7, 'MapRunStarted', { mapRunArn: `${mapRunArn}2` }, 5),
    ];
    expect(childrenOf(events)).toEqual({
      mapRuns: [
        { arn: mapRunArn, map: 'Orders' },
        { arn: `${mapRunArn}2`, map: 'Orders' },
      ],
      started: [],
    });
  });

  it('finds nested executions in the outputs of every form of the call, once though submitted and succeeded', () => {
    const task = (resource: string, resourceType: string, output: unknown) => ({
      ...{ resource, resourceType },
      output: typeof output === 'string' ? output : JSON.stringify(output),
    });
    const events = [
      event(1, 'TaskSubmitted', task('startExecution.sync:2', 'states', { ExecutionArn: standard, StartDate: 1 })),
      event(2, 'TaskSucceeded', task('startExecution.sync:2', 'states', { ExecutionArn: standard, Output: {} })),
      event(3, 'TaskSucceeded', task('startExecution', 'aws-sdk:sfn', { executionArn: `${standard}2` })),
      event(
        4,
        'TaskSucceeded',
        task('startSyncExecution', 'aws-sdk:sfn', {
          ExecutionArn: express,
          BillingDetails: { BilledDurationInMilliseconds: 200, BilledMemoryUsedInMB: 64 },
        }),
      ),
      // None of these started one.
      event(5, 'TaskSucceeded', task('publish', 'sns', { ExecutionArn: 'no' })),
      event(6, 'TaskSucceeded', task('describeExecution', 'aws-sdk:sfn', { ExecutionArn: 'no' })),
      event(7, 'TaskSucceeded', task('startExecution', 'states', '{"ExecutionArn":')),
      event(8, 'TaskSubmitted', { resource: 'startExecution.sync', resourceType: 'states' }),
    ];
    expect(childrenOf(events)).toEqual({
      mapRuns: [],
      started: [
        { arn: standard },
        { arn: `${standard}2` },
        { arn: express, billed: { durationMs: 200, memoryMb: 64 } },
      ],
    });
  });

  it('knows Express executions by their ARN', () => {
    expect([standard, express].map(isExpressArn)).toEqual([false, true]);
  });
});
