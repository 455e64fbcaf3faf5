/** What the expressions of a tested state can see. */
import type { Clock } from '../../../model/clock';
import type { Json, JsonObject } from '../../../model/json';
import type { Scope } from '../../../engine/query/contract';
import { testedName, type TestRequest } from './request';

export interface TestWorld {
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  uuid(): string;
  random(): number;
}

/** The context object given, or the one AWS makes up: an Express execution of a machine without a name. */
function contextOf(request: TestRequest, world: TestWorld): JsonObject {
  if (request.context) return request.context;
  const execution = world.uuid();
  const machine = world.uuid();
  const now = new Date(world.clock.now()).toISOString();
  const base = `arn:aws:states:${world.region}:${world.accountId}`;
  const works = request.type === 'Task' || request.type === 'Map' || request.type === 'Parallel';
  return {
    Execution: {
      Id: `${base}:express:${machine}:${execution}`,
      Input: request.input,
      Name: execution,
      RoleArn: request.roleArn ?? null,
      StartTime: now,
    },
    StateMachine: { Id: `${base}:stateMachine:${machine}`, Name: machine },
    State: { Name: testedName, EnteredTime: now, ...(works && { RetryCount: request.retryCount }) },
  };
}

/** Makes the scopes of one test: the same context and variables, another input or result. */
export function scopes(
  request: TestRequest,
  world: TestWorld,
): (input: Json, more?: Partial<Pick<Scope, 'result' | 'errorOutput'>>) => Scope {
  const context = contextOf(request, world);
  const host = { now: () => world.clock.now(), random: () => world.random(), uuid: () => world.uuid() };
  return (input, more = {}) => ({ input, context: () => context, variables: request.variables, host, ...more });
}
