/** The three families of task events: functions by their ARN, service integrations, activities. */
import type { EventDetails, HistoryEventType } from '../model/event';
import type { Integration, TaskResult } from './contract';
import { noDetails } from './history';

export interface Family {
  readonly name: 'LambdaFunction' | 'Task' | 'Activity';
  /** What all events of the family carry. */
  readonly common: EventDetails;
  readonly scheduled: HistoryEventType;
  readonly started: HistoryEventType;
  readonly succeeded: HistoryEventType;
  readonly failed: Readonly<Record<FailingPhase, HistoryEventType>>;
}

export type FailingPhase = NonNullable<(TaskResult & { ok: false })['event']>;

const lambda: Family = {
  name: 'LambdaFunction',
  common: noDetails,
  scheduled: 'LambdaFunctionScheduled',
  started: 'LambdaFunctionStarted',
  succeeded: 'LambdaFunctionSucceeded',
  failed: {
    failed: 'LambdaFunctionFailed',
    scheduleFailed: 'LambdaFunctionScheduleFailed',
    startFailed: 'LambdaFunctionStartFailed',
    submitFailed: 'LambdaFunctionFailed',
    timedOut: 'LambdaFunctionTimedOut',
  },
};

const activity: Family = {
  name: 'Activity',
  common: noDetails,
  scheduled: 'ActivityScheduled',
  started: 'ActivityStarted',
  succeeded: 'ActivitySucceeded',
  failed: {
    failed: 'ActivityFailed',
    scheduleFailed: 'ActivityScheduleFailed',
    startFailed: 'ActivityFailed',
    submitFailed: 'ActivityFailed',
    timedOut: 'ActivityTimedOut',
  },
};

export const familyOf = ({ service, pattern, resourceType, resource }: Integration): Family => {
  if (pattern === 'direct') return service === 'activity' ? activity : lambda;
  return {
    name: 'Task',
    common: Object.freeze({ resourceType, resource }),
    scheduled: 'TaskScheduled',
    started: 'TaskStarted',
    succeeded: 'TaskSucceeded',
    failed: {
      failed: 'TaskFailed',
      scheduleFailed: 'TaskFailed',
      startFailed: 'TaskStartFailed',
      submitFailed: 'TaskSubmitFailed',
      timedOut: 'TaskTimedOut',
    },
  };
};
