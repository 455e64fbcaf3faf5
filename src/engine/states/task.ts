/** Task: one attempt at a function, a service, an activity or a callback. */
import type { EventDetails, HistoryEventType } from '../../model/event';
import type { Json } from '../../model/json';
import { isObject } from '../../model/json';
import { chain } from '../chain';
import type { MaybePromise, TaskResult } from '../contract';
import { runtimeFailure } from '../failures';
import { noDetails } from '../history';
import { wholeNumber } from '../items';
import { done, tooLarge } from '../leave';
import { exceedsPayload } from '../limits';
import type { TaskNode } from '../nodes';
import { aborted, failure, type Failure, type Outcome } from '../outcome';
import { Attempt } from '../attempt';
import type { Visit } from '../visit';

/** The events of the three families of tasks, and what all of a family's events carry. */
interface Family {
  readonly name: 'LambdaFunction' | 'Task' | 'Activity';
  readonly common: EventDetails;
}

export const familyOf = (node: TaskNode): Family => {
  const { service, pattern, resourceType, resource } = node.integration;
  if (pattern !== 'direct') return { name: 'Task', common: { resourceType, resource } };
  return { name: service === 'activity' ? 'Activity' : 'LambdaFunction', common: noDetails };
};

export const runTask = (visit: Visit<TaskNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  const { pattern } = node.integration;
  visit.input = visit.rawInput;
  const attempt = new Attempt(visit);
  if (pattern === 'waitForTaskToken' || pattern === 'sync' || pattern === 'sync:2' || node.integration.service === 'activity')
    visit.taskToken = attempt.openToken();
  const prepared = node.prepare ? node.prepare(visit) : visit.rawInput;
  return chain(prepared, (parameters) => {
    if (!node.timeout && !node.heartbeat && !node.credentials) return schedule(visit, attempt, parameters);
    visit.input = visit.rawInput;
    return chain(seconds(visit, node.timeout), (timeout) => {
      if (typeof timeout === 'object') return timeout;
      return chain(seconds(visit, node.heartbeat), (heartbeat) => {
        if (typeof heartbeat === 'object') return heartbeat;
        return chain(node.credentials?.(visit), (credentials) => {
          attempt.timeoutSeconds = timeout;
          attempt.heartbeatSeconds = heartbeat;
          attempt.roleArn = isObject(credentials) && typeof credentials['RoleArn'] === 'string' ? credentials['RoleArn'] : undefined;
          return schedule(visit, attempt, parameters);
        });
      });
    });
  });
};

const seconds = (visit: Visit<TaskNode>, field: TaskNode['timeout']): MaybePromise<number | undefined | Failure> =>
  field ? wholeNumber(visit, field) : undefined;

const schedule = (visit: Visit<TaskNode>, attempt: Attempt, parameters: Json): MaybePromise<Outcome> => {
  const { node, flow } = visit;
  const family = familyOf(node);
  const text = parameters === visit.rawInput ? visit.text : JSON.stringify(parameters);
  if (exceedsPayload(text)) return failure('States.DataLimitExceeded', tooLarge(node.name));
  flow.emit(`${family.name}Scheduled`, scheduledDetails(visit, attempt, family, text));
  return chain(attempt.run(parameters, text, family), (result) => {
    if (flow.dead) return aborted;
    return conclude(visit, attempt, family, result);
  });
};

const scheduledDetails = (visit: Visit<TaskNode>, attempt: Attempt, family: Family, text: string): EventDetails => {
  const { timeoutSeconds, heartbeatSeconds, roleArn } = attempt;
  const details: EventDetails =
    family.name === 'Task'
      ? { ...family.common, region: visit.flow.run.host.region, parameters: text }
      : { resource: visit.node.resource, input: text };
  if (timeoutSeconds === undefined && heartbeatSeconds === undefined && roleArn === undefined) return details;
  return {
    ...details,
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
    ...(roleArn === undefined ? {} : { taskCredentials: { roleArn } }),
  };
};

const suffixes = { failed: 'Failed', scheduleFailed: 'ScheduleFailed', startFailed: 'StartFailed', submitFailed: 'SubmitFailed', timedOut: 'TimedOut' } as const;

/** The event name of a failing phase; a family without that phase has plain `Failed`. */
const failedEvent = (family: Family, phase: keyof typeof suffixes): HistoryEventType => {
  if (family.name === 'Task' && phase === 'scheduleFailed') return 'TaskFailed';
  if (family.name !== 'Task' && phase === 'submitFailed') return `${family.name}Failed`;
  if (family.name === 'Activity' && phase === 'startFailed') return 'ActivityFailed';
  return `${family.name}${suffixes[phase]}` as HistoryEventType;
};

const conclude = (visit: Visit<TaskNode>, attempt: Attempt, family: Family, result: TaskResult): MaybePromise<Outcome> => {
  const { node, flow } = visit;
  if (!result.ok) return fail(visit, attempt, family, result);
  const { output } = result;
  const text = result.text ?? JSON.stringify(output);
  if (exceedsPayload(text)) {
    const what = family.name === 'Task' ? node.integration.resourceType : node.resource;
    return fail(visit, attempt, family, { ok: false, error: 'States.DataLimitExceeded', cause: tooLarge(what) });
  }
  flow.emit(`${family.name}Succeeded`, family.name === 'Task' ? { ...family.common, output: text } : { output: text });
  return chain(node.settle(visit, output), (settled) =>
    done(visit, settled, node.nextNode, settled.output === output ? text : undefined),
  );
};

const fail = (
  visit: Visit<TaskNode>,
  attempt: Attempt,
  family: Family,
  result: TaskResult & { readonly ok: false },
): Failure => {
  const { error, cause } = result;
  if (error === 'States.Runtime') return runtimeFailure(visit, cause ?? '');
  visit.flow.emit(failedEvent(family, result.event ?? 'failed'), {
    ...family.common,
    error,
    ...(cause === undefined ? {} : { cause }),
  });
  return failure(error, cause, attempt.missedHeartbeat ? { alias: 'States.HeartbeatTimeout' } : undefined);
};
