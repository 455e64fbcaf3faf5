/** Drives the engine itself, on a virtual clock: functions by their behaviour texts, other services by replaying the recording. */
import { Activities, compileMachine, startExecution, TaskTokens, virtualClock } from '../../src/engine';
import type { EngineHost, ExecutionIdentity, TaskPhases, TaskRequest, TaskResult } from '../../src/engine/contract';
import type { Json, JsonObject } from '../../src/model/json';
import { asApiEvent } from './apiEvents';
import type { Observed } from './compare';
import type { ExecutionCase } from './corpus';
import type { Driver } from './driver';
import { runLambda } from './lambdaStubs';
import { activityArn, Replay } from './replay';

const identity = (recorded: ExecutionCase, startedAt: number): ExecutionIdentity => ({
  arn:
    recorded.type === 'EXPRESS'
      ? 'arn:aws:states:us-east-1:111111111111:express:machine:name:id'
      : 'arn:aws:states:us-east-1:111111111111:execution:machine:name',
  name: 'name',
  roleArn: 'arn:aws:iam::111111111111:role/role',
  stateMachine: { arn: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine', name: 'machine' },
  type: recorded.type,
  startedAt,
  redriveCount: 0,
});

export const directDriver: Driver = {
  name: 'engine',
  refuses: (recorded) => {
    if (recorded.expected.status === null) return 'hangs or really waits on AWS (corpus README 6)';
    if (recorded.services.some((service) => service.startsWith('ItemReader')))
      return 'the recorded bucket is not in the corpus';
    return undefined;
  },
  run: async (recorded): Promise<Observed> => {
    const clock = virtualClock();
    const tokens = new TaskTokens(() => crypto.randomUUID());
    const activities = new Activities();
    const replay = new Replay(recorded, tokens, activities, clock);
    const host: EngineHost = {
      clock,
      region: 'us-east-1',
      accountId: '111111111111',
      random: Math.random,
      uuid: () => crypto.randomUUID(),
      tokens,
      activities,
      objects: { get: () => undefined, put: () => undefined, list: () => undefined },
      tasks: {
        run: async (request: TaskRequest, phases: TaskPhases): Promise<TaskResult> => {
          // A service answers later, never within the call.
          await Promise.resolve();
          phases.started();
          return (await runLambda(request, recorded.lambdas ?? [], clock)) ?? replay.run(request, phases);
        },
      },
    };
    // Recorded when they were a few seconds ahead; now they are past, which makes no difference to what is written.
    const text = JSON.stringify(recorded.definition).replaceAll('"activity_arn"', JSON.stringify(activityArn));
    const machine = compileMachine(JSON.parse(text) as JsonObject);
    const input = JSON.parse(recorded.inputText) as Json;
    const execution = startExecution(
      machine,
      { identity: identity(recorded, clock.now()), input, inputText: recorded.inputText },
      host,
    );
    if (recorded.expected.status === 'ABORTED') execution.stop();
    await replay.serve(execution);
    return {
      status: execution.status,
      outputText: execution.outputText,
      error: execution.error,
      cause: execution.cause,
      events: execution.history.map(asApiEvent),
    };
  },
};
