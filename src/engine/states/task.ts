/** Task: one attempt at a function, a service, an activity or a callback. */
import type { EventDetails } from '../../model/event';
import type { Json } from '../../model/json';
import { isObject } from '../../model/json';
import type { QueryLanguage } from '../../model/machine';
import { Attempt } from '../attempt';
import { chain } from '../chain';
import type { MaybePromise, TaskResult } from '../contract';
import { evaluationFailure, runtimeFailure } from '../failures';
import { wholeNumber } from '../items';
import { done, tooLarge, tooMuchSent } from '../leave';
import { exceedsPayload } from '../limits';
import type { NumberField, TaskNode } from '../nodes';
import { failure, type Failure, type Outcome } from '../outcome';
import type { Visit } from '../visit';

export const runTask = (visit: Visit<TaskNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  visit.input = visit.rawInput;
  const attempt = new Attempt(visit);
  if (!node.hasToken) return begin(visit, attempt);
  visit.taskToken = attempt.openToken();
  // Whoever fails before the attempt began leaves no token behind that somebody could still answer.
  const closed = (outcome: Outcome): Outcome => {
    if (outcome.kind === 'failed') attempt.cancel();
    return outcome;
  };
  const dropped = (thrown: unknown): never => {
    attempt.cancel();
    throw thrown;
  };
  try {
    const outcome = begin(visit, attempt);
    return outcome instanceof Promise ? outcome.then(closed, dropped) : closed(outcome);
  } catch (thrown) {
    return dropped(thrown);
  }
};

const begin = (visit: Visit<TaskNode>, attempt: Attempt): MaybePromise<Outcome> => {
  const { node } = visit;
  const prepared = node.prepare ? node.prepare(visit) : visit.rawInput;
  if (prepared instanceof Promise) return prepared.then((parameters) => bound(visit, attempt, parameters));
  return bound(visit, attempt, prepared);
};

/** Timeout, heartbeat and role, where the state has any. */
const bound = (visit: Visit<TaskNode>, attempt: Attempt, parameters: Json): MaybePromise<Outcome> => {
  const { node } = visit;
  if (!node.timeout && !node.heartbeat && !node.credentials) return schedule(visit, attempt, parameters);
  visit.input = visit.rawInput;
  return chain(seconds(visit, node.timeout), (timeout) => {
    if (typeof timeout === 'object') return timeout;
    return chain(seconds(visit, node.heartbeat), (heartbeat) => {
      if (typeof heartbeat === 'object') return heartbeat;
      return chain(node.credentials?.(visit), (credentials) => {
        attempt.timeoutSeconds = timeout;
        attempt.heartbeatSeconds = heartbeat;
        attempt.roleArn =
          isObject(credentials) && typeof credentials['RoleArn'] === 'string' ? credentials['RoleArn'] : undefined;
        return schedule(visit, attempt, parameters);
      });
    });
  });
};

const seconds = (visit: Visit<TaskNode>, field: TaskNode['timeout']): MaybePromise<number | undefined | Failure> =>
  field ? chain(wholeNumber(visit, field), (value) => positive(visit, field, value)) : undefined;

/** Zero and less are refused where they are literals; out of a path or an expression they fail the state. */
const positive = (visit: Visit<TaskNode>, field: NumberField, value: number | Failure): number | Failure => {
  if (typeof value === 'object' || value > 0) return value;
  const text = `${field.field} must be positive.`;
  return field.form === 'jsonata' ? evaluationFailure(visit, text, field.field) : runtimeFailure(visit, text);
};

const schedule = (visit: Visit<TaskNode>, attempt: Attempt, parameters: Json): MaybePromise<Outcome> => {
  const { node, flow } = visit;
  const text = parameters === visit.rawInput ? visit.text : JSON.stringify(parameters);
  if (exceedsPayload(text)) return failure('States.DataLimitExceeded', tooMuchSent(node.name));
  const refused = flow.run.host.tasks.refuse?.(node.integration, parameters);
  if (refused !== undefined) return runtimeFailure(visit, notStarted(text, node.language, refused));
  // Nothing is scheduled then: ActivityScheduleFailed stands instead of ActivityScheduled.
  const { activities } = flow.run.host;
  if (node.integration.service === 'activity' && activities?.has(node.resource) === false)
    return fail(visit, attempt, noSuchActivity);
  flow.emit(node.family.scheduled, scheduledDetails(visit, attempt, text));
  return attempt.run(parameters, text, conclude);
};

const noSuchActivity: TaskResult & { readonly ok: false } = {
  ok: false,
  error: 'ActivityDoesNotExist',
  cause: 'The specified activity does not exist.',
  event: 'scheduleFailed',
};

/** AWS's words about parameters that are no request of the service. */
export const notStarted = (parameters: string, language: QueryLanguage, why: string): string =>
  `The ${language === 'JSONata' ? 'Arguments' : 'Parameters'} '${parameters}' could not be used to start the Task: [${why}]`;

const scheduledDetails = (visit: Visit<TaskNode>, attempt: Attempt, text: string): EventDetails => {
  const { timeoutSeconds, heartbeatSeconds, roleArn } = attempt;
  const { resource, family, integration } = visit.node;
  const details: EventDetails =
    family.name === 'Task'
      ? {
          resourceType: integration.resourceType,
          resource: integration.resource,
          region: visit.flow.run.host.region,
          parameters: text,
        }
      : { resource, input: text };
  if (timeoutSeconds === undefined && heartbeatSeconds === undefined && roleArn === undefined) return details;
  return {
    ...details,
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
    ...(roleArn === undefined ? {} : { taskCredentials: { roleArn } }),
  };
};

const conclude = (visit: Visit<TaskNode>, attempt: Attempt, result: TaskResult): MaybePromise<Outcome> => {
  const { node, flow } = visit;
  if (!result.ok) return fail(visit, attempt, result);
  const { family } = node;
  const { output } = result;
  const text = result.text ?? JSON.stringify(output);
  if (exceedsPayload(text)) {
    const what = family.name === 'Task' ? node.integration.resourceType : node.resource;
    return fail(visit, attempt, { ok: false, error: 'States.DataLimitExceeded', cause: tooLarge(what) });
  }
  flow.emit(family.succeeded, family.name === 'Task' ? { ...family.common, output: text } : { output: text });
  const settled = node.settle(visit, output);
  if (settled instanceof Promise) return settled.then((value) => done(visit, value, node.nextNode));
  return done(visit, settled, node.nextNode, settled.output === output ? text : undefined);
};

const fail = (visit: Visit<TaskNode>, attempt: Attempt, result: TaskResult & { readonly ok: false }): Failure => {
  const { error, cause } = result;
  if (error === 'States.Runtime') return runtimeFailure(visit, cause ?? '');
  const { family } = visit.node;
  visit.flow.emit(family.failed[result.event ?? 'failed'], {
    ...family.common,
    error,
    ...(cause === undefined ? {} : { cause }),
  });
  return failure(error, cause, attempt.missedHeartbeat ? { alias: 'States.HeartbeatTimeout' } : undefined);
};
