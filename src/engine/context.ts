/** The context object, `$$` or `$states.context`: built when asked for, since most states never look. */
import type { Json, JsonObject } from '../model/json';
import type { ExecutionIdentity } from './contract';
import type { Visit } from './visit';

/** AWS's timestamps: ISO-8601 to the millisecond, in UTC. */
const isoTime = (ms: number): string => new Date(ms).toISOString();

export const executionContext = (identity: ExecutionIdentity, input: Json): JsonObject => ({
  Id: identity.arn,
  Input: input,
  StartTime: isoTime(identity.startedAt),
  Name: identity.name,
  RoleArn: identity.roleArn,
  ...(identity.synchronous ? {} : { RedriveCount: identity.redriveCount }),
  ...(identity.redrivenAt === undefined ? {} : { RedriveTime: isoTime(identity.redrivenAt) }),
});

export const contextObject = (visit: Visit): JsonObject => {
  const { run } = visit.flow;
  const { stateMachine } = run.identity;
  const item = visit.mapItem;
  const state: Record<string, Json> = { Name: visit.node.name, EnteredTime: isoTime(visit.enteredAt) };
  if (visit.node.type === 'Task') state['RetryCount'] = visit.retryCount;
  return {
    Execution: run.executionContext(),
    StateMachine: { Id: stateMachine.arn, Name: stateMachine.name },
    State: state,
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
    ...(visit.taskToken === undefined ? {} : { Task: { Token: visit.taskToken } }),
  };
};
