import { describe, expect, it } from 'vitest';
import { parseResource } from '../../../../src/engine';
import type { TaskRequest } from '../../../../src/engine/contract';
import type { JsonObject } from '../../../../src/model/json';
import type { InvokeRequest } from '../../../../src/server/lambda/invoker';
import { runInvoke, runSdkInvoke, type FunctionInvoker } from '../../../../src/server/services/tasks/lambda';
import { fakeContext } from './context';

function requestOf(parameters: JsonObject): TaskRequest {
  const resourceArn = 'arn:aws:states:::lambda:invoke';
  return {
    resourceArn,
    integration: parseResource(resourceArn),
    parameters,
    parametersText: JSON.stringify(parameters),
    execution: { arn: 'x', type: 'STANDARD' },
    stateName: 'S',
    retryCount: 0,
    signal: new AbortController().signal,
  } as unknown as TaskRequest;
}

const phases = { started: () => undefined, submitted: () => undefined };
const parameters = { FunctionName: 'f', Payload: { a: 1 } };

function counting(): FunctionInvoker & { readonly taken: [InvokeRequest, boolean][] } {
  const taken: [InvokeRequest, boolean][] = [];
  return {
    taken,
    invoke: () => Promise.reject(new Error('is not waited for')),
    accept: (request, dry) => taken.push([request, dry]),
  };
}

describe('an invocation without a result', () => {
  it.each([
    ['Event', 202, false],
    ['DryRun', 204, true],
  ])('%s is answered with %i at once', async (InvocationType, status, dry) => {
    const invoker = counting();
    const request = requestOf({ ...parameters, InvocationType });
    expect(await runInvoke(fakeContext(), invoker, request, phases)).toMatchObject({
      ok: true,
      output: { StatusCode: status, Payload: {}, SdkHttpMetadata: { HttpStatusCode: status } },
    });
    expect(await runSdkInvoke(invoker, request)).toEqual({ Payload: '', StatusCode: status });
    expect(invoker.taken).toHaveLength(2);
    // The execution's end must not take the event with it.
    expect(invoker.taken[0]).toEqual([
      expect.objectContaining({ reference: 'f', payload: '{"a":1}', caller: 'direct' }),
      dry,
    ]);
    expect(invoker.taken[0]?.[0].signal).toBeUndefined();
  });

  it('is refused where nothing takes events, and by any other name', async () => {
    const invoker = { invoke: counting().invoke };
    const run = (InvocationType: string) =>
      runInvoke(fakeContext(), invoker, requestOf({ ...parameters, InvocationType }), phases);
    await expect(run('Event')).rejects.toThrow('leave it out');
    await expect(run('Later')).rejects.toThrow('[Event, RequestResponse, DryRun]');
  });
});
