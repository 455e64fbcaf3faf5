import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../../src/engine/clock';
import type { JsonObject } from '../../../../src/model/json';
import { ServiceError } from '../../../../src/server/contract';
import { createRemoteStates } from '../../../../src/systems/host/remoteStates';

/** Answers DescribeExecution in turn; the last answer stands. */
const setUp = (...answers: (JsonObject | Error)[]) => {
  const clock = virtualClock();
  const asked: number[] = [];
  const states = createRemoteStates(
    {
      call: () => {
        const answer = answers[Math.min(asked.push(clock.now()), answers.length) - 1];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? {});
      },
    },
    clock,
  );
  const finished = () => new Promise<JsonObject>((resolve) => void states.onFinished('arn:x', resolve));
  return { states, finished, asked };
};

describe('Step Functions as workflow code reaches it', () => {
  it('gives dates as they are on the wire', async () => {
    const { states } = setUp({ startDate: new Date(1_500) as never, executionArn: 'arn:x' });
    expect(await states.call('StartExecution', {})).toEqual({ startDate: 1.5, executionArn: 'arn:x' });
  });

  it('looks until a nested execution has ended, ever more seldom', async () => {
    const running = { status: 'RUNNING' };
    const { finished, asked } = setUp(running, running, running, running, { status: 'SUCCEEDED', output: '{}' });
    expect(await finished()).toEqual({ status: 'SUCCEEDED', output: '{}' });
    const pauses = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    expect(pauses).toEqual([75, 112.5, 168.75, 253.125]);
  });

  it('goes on looking after a throttle or a failure of the service, and gives up on what is not there', async () => {
    const { finished, asked } = setUp(
      new ServiceError('ThrottlingException', 'Rate exceeded', 400),
      new ServiceError('InternalFailure', '', 500),
      new ServiceError('ExecutionDoesNotExist', 'Execution Does Not Exist', 400),
    );
    expect(await finished()).toMatchObject({ status: 'FAILED', error: 'ExecutionDoesNotExist' });
    expect(asked).toHaveLength(3);
  });

  it('looks no more once nobody waits', async () => {
    const { states, asked } = setUp({ status: 'RUNNING' });
    states.onFinished('arn:x', () => expect.unreachable())();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
  });
});
