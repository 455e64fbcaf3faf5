import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { SFN } from '@aws-sdk/client-sfn';
import { afterEach, expect, test } from 'vitest';
import type { RunningServer, ServerOptions } from '../../../src/server/options';
import { startServer } from '../../../src/server/start';

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function started(
  options: ServerOptions = {},
): Promise<{ sfn: SFN; logs: CloudWatchLogs; lambda: LambdaClient; server: RunningServer }> {
  server = await startServer(options);
  const { endpoint, region, credentials } = server;
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    sfn: new SFN({ ...config, disableHostPrefix: true }),
    logs: new CloudWatchLogs(config),
    lambda: new LambdaClient(config),
    server,
  };
}

const roleArn = 'arn:aws:iam::111111111111:role/r';
const wait = (Seconds: number): string =>
  JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Wait', Seconds, End: true } } });

test('serves Step Functions, logs and the other services on one port, in its region', async () => {
  const { sfn, logs, lambda, server: address } = await started({ region: 'eu-west-1', accountId: '222222222222' });
  expect(address.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', definition: wait(0), roleArn });
  expect(stateMachineArn).toBe('arn:aws:states:eu-west-1:222222222222:stateMachine:m');
  expect((await logs.describeLogGroups({})).logGroups).toEqual([]);
  expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
});

test('an hour of virtual time takes none, and its timestamps say an hour', async () => {
  const { sfn } = await started({ clock: 'virtual' });
  const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', definition: wait(3600), roleArn });
  const { executionArn } = await sfn.startExecution({ stateMachineArn });
  let described = await sfn.describeExecution({ executionArn });
  for (let tries = 0; described.status === 'RUNNING' && tries < 100; tries++)
    described = await sfn.describeExecution({ executionArn });
  expect(described.status).toBe('SUCCEEDED');
  expect((described.stopDate?.getTime() ?? 0) - (described.startDate?.getTime() ?? 0)).toBeGreaterThanOrEqual(
    3_600_000,
  );
});

test('a latency profile is seen in the timestamps', async () => {
  const constant = (ms: number) => ({ kind: 'constant' as const, ms });
  const { sfn } = await started({
    clock: 'virtual',
    profile: {
      schema: 'stepbench.profile/1',
      name: 'test',
      types: { EXPRESS: { start: constant(30), transition: constant(500) } },
    },
  });
  const definition = JSON.stringify({
    StartAt: 'A',
    States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', End: true } },
  });
  const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', type: 'EXPRESS', definition, roleArn });
  const { startDate, stopDate } = await sfn.startSyncExecution({ stateMachineArn });
  expect((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0)).toBeGreaterThanOrEqual(1000);
});

test('quotas answer ThrottlingException through the SDK, and are off unless asked for', async () => {
  const { sfn } = await started({ quotas: { DescribeStateMachine: { size: 3, refill: 0.001 } } });
  const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', definition: wait(0), roleArn });
  for (let n = 0; n < 3; n++) await sfn.describeStateMachine({ stateMachineArn });
  await expect(sfn.describeStateMachine({ stateMachineArn })).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Rate exceeded',
  });
});

test('a task that waits for its token is answered through the same door', async () => {
  const { sfn } = await started();
  const definition = JSON.stringify({
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource: 'arn:aws:states:us-east-1:111111111111:activity:a', End: true } },
  });
  await sfn.createActivity({ name: 'a' });
  const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', definition, roleArn });
  const polled = sfn.getActivityTask({ activityArn: 'arn:aws:states:us-east-1:111111111111:activity:a' });
  const { executionArn } = await sfn.startExecution({ stateMachineArn, input: '{"n":1}' });
  const { taskToken, input } = await polled;
  expect(input).toBe('{"n":1}');
  await sfn.sendTaskSuccess({ taskToken, output: '"done"' });
  await expect.poll(async () => (await sfn.describeExecution({ executionArn })).output).toBe('"done"');
});

test('a worker that hangs up takes no task with it', async () => {
  const { sfn } = await started();
  const activityArn = 'arn:aws:states:us-east-1:111111111111:activity:a';
  await sfn.createActivity({ name: 'a' });
  const hangUp = new AbortController();
  const gone = sfn.getActivityTask({ activityArn }, { abortSignal: hangUp.signal });
  setTimeout(() => hangUp.abort(), 50);
  await expect(gone).rejects.toThrow(/abort/i);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const definition = JSON.stringify({
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource: activityArn, End: true } },
  });
  const { stateMachineArn } = await sfn.createStateMachine({ name: 'm', definition, roleArn });
  await sfn.startExecution({ stateMachineArn, input: '{"for":"the next"}' });
  expect((await sfn.getActivityTask({ activityArn })).input).toBe('{"for":"the next"}');
});

test('a stranger on the same machine is refused', async () => {
  const { server: address } = await started();
  const stranger = new SFN({
    endpoint: address.endpoint,
    region: address.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  await expect(stranger.listStateMachines({})).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
    $metadata: { httpStatusCode: 400 },
  });
  expect((await fetch(address.endpoint, { method: 'POST', body: '{}' })).status).toBe(403);
});

test('a port that is taken is an error, and a stopped server answers no more', async () => {
  const { server: first, sfn } = await started();
  await expect(startServer({ port: Number(new URL(first.endpoint).port) })).rejects.toThrow('EADDRINUSE');
  await first.stop();
  server = undefined;
  await expect(sfn.listStateMachines({})).rejects.toThrow();
});
