import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../../src/server/contract';
import { AsyncInvoker } from '../../../../src/server/lambda/async';
import { configOf } from '../../../../src/server/lambda/configuration';
import type { LambdaFunction } from '../../../../src/server/lambda/functions';
import type { InvokeAnswer, Invoker, InvokeRequest } from '../../../../src/server/lambda/invoker';
import { fakeContext } from '../services/context';

type Outcome = 'fine' | 'fails' | 'throttled';

/** An invoker that answers as told, noting when it was asked. */
function setUp(outcomes: Outcome[], fn: Partial<LambdaFunction> & { deadLetterTarget?: string } = {}) {
  const context = fakeContext();
  const from = context.clock.now();
  const calls: number[] = [];
  const delivered: { arn: string; body: string; attributes: Readonly<Record<string, string>> }[] = [];
  const invoker = {
    invoke: (request: InvokeRequest): Promise<InvokeAnswer> => {
      expect(request.queued).toBe(true);
      calls.push(context.clock.now() - from);
      const outcome = outcomes[calls.length - 1] ?? 'fine';
      if (outcome === 'throttled')
        return Promise.reject(new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429));
      const failed = outcome === 'fails';
      return Promise.resolve({
        requestId: 'r',
        payload: failed ? '{"errorType":"E","errorMessage":"m"}' : '"done"',
        functionError: failed ? 'Unhandled' : undefined,
        executedVersion: '$LATEST',
        logTail: '',
        cold: false,
      });
    },
  } as unknown as Invoker;
  const deliver = (arn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void> => {
    delivered.push({ arn, body, attributes });
    return Promise.resolve();
  };
  const target = {
    name: 'f',
    arn: 'arn:f',
    eventInvoke: {},
    latest: { config: { ...configOf({}), deadLetterTarget: fn.deadLetterTarget } },
    ...fn,
  } as unknown as LambdaFunction;
  const asyncInvoker = new AsyncInvoker(context, invoker, deliver, {});
  const run = async (): Promise<void> => {
    asyncInvoker.accept(target, { reference: 'f', payload: '{"a":1}', caller: 'direct' });
    await context.clock.sleep(24 * 60 * 60_000);
  };
  return { run, calls, delivered, context, asyncInvoker, target };
}

describe('asynchronous invocations', () => {
  it('are tried again after one and two minutes more, then given to the dead-letter queue', async () => {
    const { run, calls, delivered } = setUp(['fails', 'fails', 'fails'], { deadLetterTarget: 'arn:dlq' });
    await run();
    expect(calls).toEqual([0, 60_000, 180_000]);
    expect(delivered).toEqual([
      { arn: 'arn:dlq', body: '{"a":1}', attributes: { RequestID: 'r', ErrorCode: '200', ErrorMessage: 'm' } },
    ]);
  });

  it('stop at the first success, and at the retries that the function allows', async () => {
    const twice = setUp(['fails', 'fine']);
    await twice.run();
    expect(twice.calls).toHaveLength(2);
    const never = setUp(['fails'], { eventInvoke: { maximumRetryAttempts: 0 } });
    await never.run();
    expect(never.calls).toHaveLength(1);
  });

  it('tell their destinations what became of them', async () => {
    const eventInvoke = { onFailure: 'arn:failures', onSuccess: 'arn:successes', maximumRetryAttempts: 0 };
    const failed = setUp(['fails'], { eventInvoke });
    await failed.run();
    expect(failed.delivered[0]?.arn).toBe('arn:failures');
    expect(JSON.parse(failed.delivered[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      requestPayload: { a: 1 },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorType: 'E' },
    });
    const fine = setUp(['fine'], { eventInvoke });
    await fine.run();
    expect(fine.delivered.map((d) => d.arn)).toEqual(['arn:successes']);
  });

  it('wait out throttling, longer each time, without using a retry up', async () => {
    const { run, calls } = setUp(['throttled', 'throttled', 'throttled', 'fine']);
    await run();
    expect(calls).toEqual([0, 1000, 3000, 7000]);
  });

  it('end with the server, silently', async () => {
    const { asyncInvoker, target, calls, context } = setUp(['fails', 'fails', 'fails']);
    asyncInvoker.accept(target, { reference: 'f', payload: '{}', caller: 'direct' });
    await context.clock.sleep(1000);
    asyncInvoker.stop();
    await context.clock.sleep(600_000);
    expect(calls).toHaveLength(1);
    expect(context.logged).toEqual([]);
  });
});
