/** The work of a tested Task, Map or Parallel: its mock, or a real call of the task. */
import { notStarted, parseResource } from '../../../engine';
import type { TaskRunner } from '../../../engine/contract';
import type { Json } from '../../../model/json';
import { StateFailure } from './inspection';
import { testedName, textOf, type TestRequest } from './request';
import type { TestWorld } from './scope';

/** Longest a test may take (API reference: TestState). */
const longestMs = 300_000;

/** The result of the mock, or its error thrown as StateFailure. */
function mocked(request: TestRequest): Json {
  const { mock } = request;
  if (mock?.kind === 'result') return mock.result;
  throw new StateFailure(mock?.error, mock?.cause);
}

/** One attempt of a Task's work. Throws StateFailure. */
export async function work(
  request: TestRequest,
  parameters: Json,
  tasks: TaskRunner,
  world: TestWorld,
  timeoutSeconds?: number,
): Promise<Json> {
  if (request.mock) return mocked(request);
  const resourceArn = textOf(request.state.Resource);
  const integration = parseResource(resourceArn);
  const parametersText = JSON.stringify(parameters);
  const refused = tasks.refuse?.(integration, parameters);
  if (refused !== undefined)
    throw new StateFailure('States.Runtime', notStarted(parametersText, request.language, refused), true);
  const name = world.uuid();
  const timeout = timeoutSeconds === undefined ? longestMs : timeoutSeconds * 1000;
  const controller = new AbortController();
  const cancel = world.clock.after(Math.min(timeout, longestMs), () => controller.abort());
  const timedOut = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(new StateFailure('States.Timeout', undefined)));
  });
  try {
    const run = tasks.run(
      {
        resourceArn,
        integration,
        parameters,
        parametersText,
        execution: {
          arn: `arn:aws:states:${world.region}:${world.accountId}:express:test:${name}`,
          name,
          roleArn: request.roleArn ?? '',
          stateMachine: { arn: `arn:aws:states:${world.region}:${world.accountId}:stateMachine:test`, name: 'test' },
          type: 'EXPRESS',
          startedAt: world.clock.now(),
          redriveCount: 0,
        },
        stateName: testedName,
        retryCount: request.retryCount,
        signal: controller.signal,
      },
      { started: () => undefined, submitted: () => undefined },
    );
    const result = await Promise.race([run, timedOut]);
    if (result.ok) return result.output;
    throw new StateFailure(result.error, result.cause);
  } finally {
    cancel();
  }
}
