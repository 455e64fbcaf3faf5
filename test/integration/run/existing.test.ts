import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  ListStateMachinesCommand,
  SFNClient,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { CreateLogGroupCommand, CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Plan } from '../../../src/model/plan';
import type { RunningServer } from '../../../src/server/options';
import { startServer } from '../../../src/server/start';
import { leftLedgers } from '../../../src/target/ledger';
import { startFaultProxy } from './faultProxy';
import { brokenInvariants, run, workflow, type Ran } from './setUp';

let server: RunningServer;
let sfn: SFNClient;
let logs: CloudWatchLogsClient;
const roleArn = 'arn:aws:iam::111111111111:role/x';
const old = { StartAt: 'Old', States: { Old: { Type: 'Pass', End: true } } };

beforeEach(async () => {
  server = await startServer({ seed: 1 });
  const { endpoint, region, credentials } = server;
  sfn = new SFNClient({ endpoint, region, credentials });
  logs = new CloudWatchLogsClient({ endpoint, region, credentials });
});
afterEach(async () => {
  sfn.destroy();
  logs.destroy();
  await server.stop();
});

const create = async (name: string, type: 'STANDARD' | 'EXPRESS', logGroupName?: string) => {
  if (logGroupName) await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const made = await sfn.send(
    new CreateStateMachineCommand({
      ...{ name, type, roleArn, publish: true },
      definition: JSON.stringify(old),
      ...(logGroupName
        ? {
            loggingConfiguration: {
              level: 'ALL',
              destinations: [
                {
                  cloudWatchLogsLogGroup: {
                    logGroupArn: `arn:aws:logs:${server.region}:${server.accountId}:log-group:${logGroupName}:*`,
                  },
                },
              ],
            },
          }
        : {}),
    }),
  );
  return { arn: made.stateMachineArn!, version: made.stateMachineVersionArn! };
};

const runExisting = (machine: string, plan: Partial<Plan> = {}): Promise<Ran> =>
  run({
    plan: {
      existing: { machine },
      target: { kind: 'endpoint', url: server.endpoint, region: server.region },
      load: { kind: 'iterations', executions: 4, concurrency: 2 },
      ...plan,
    },
    io: {
      env: {
        AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      },
    },
  });

const everything = async () => [
  ...((await sfn.send(new ListStateMachinesCommand({}))).stateMachines ?? []).map((each) => each.name),
  ...((await logs.send(new DescribeLogGroupsCommand({}))).logGroups ?? []).map((each) => each.logGroupName),
];

describe('a state machine that is deployed already', () => {
  it('is run as it is, by its ARN: of its type, with its states, and nothing is made', async () => {
    const { arn } = await create('mine', 'STANDARD');
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: JSON.stringify(workflow) }));
    const before = await everything();
    const { document, folder } = await runExisting(arn);
    expect(document.status).toEqual({ kind: 'finished' });
    expect(document.arms.map((arm) => arm.type)).toEqual(['STANDARD']);
    expect(brokenInvariants(document)).toEqual([]);
    expect(document.arms[0]?.executions.succeeded).toBe(4);
    expect(document.arms[0]?.states.filter((state) => state.visits > 0).map((state) => state.path)).toEqual([
      'A',
      'B',
      'W',
      'Done',
    ]);
    expect(document.arms[0]?.cost?.total).toBeGreaterThan(0);
    expect(document.workflow).toMatchObject({ file: arn, name: 'mine' });
    expect(document.notes.map((note) => note.message)).toContain(
      `Benchmarked as it is deployed: ${arn}. Nothing was created or changed but its executions.`,
    );
    expect(await everything()).toEqual(before);
    expect(await leftLedgers(folder)).toEqual([]);
  });

  it('is found by its name, by a version of it, and by an alias, whose version is the one that is started', async () => {
    const { arn, version } = await create('mine', 'STANDARD');
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: JSON.stringify(workflow) }));
    await sfn.send(
      new CreateStateMachineAliasCommand({
        name: 'live',
        routingConfiguration: [{ stateMachineVersionArn: version, weight: 100 }],
      }),
    );
    const visited = async (named: string) =>
      (await runExisting(named)).document.arms[0]?.states.filter((each) => each.visits === 4).map((each) => each.path);
    expect(await visited('mine')).toEqual(['A', 'B', 'W', 'Done']);
    expect(await visited('mine:1')).toEqual(['Old']);
    expect(await visited('mine:live')).toEqual(['Old']);
  });

  it('tells per-state timings of an Express one out of the log it has', async () => {
    await create('fast', 'EXPRESS', '/aws/vendedlogs/states/mine');
    const { document } = await runExisting('fast');
    expect(document.arms[0]).toMatchObject({ type: 'EXPRESS', traced: 4 });
    expect(document.arms[0]?.states[0]?.visits).toBe(4);
  });

  it('measures an Express one without a log all the same, and says why states have no timings', async () => {
    const { arn } = await create('quiet', 'EXPRESS');
    const proxy = await startFaultProxy(server.endpoint, () => undefined);
    const { document } = await runExisting(arn, {
      target: { kind: 'endpoint', url: proxy.endpoint, region: server.region },
    });
    await proxy.close();
    // Nor is a log waited for that there is not.
    expect(proxy.calls.get('FilterLogEvents')).toBeUndefined();
    expect(document.status).toEqual({ kind: 'finished' });
    expect(document.arms[0]?.executions.succeeded).toBe(4);
    expect(document.arms[0]?.latencyMs?.n).toBe(4);
    expect(document.arms[0]?.cost?.total).toBeGreaterThan(0);
    expect(document.notes.map((note) => note.message).join('\n')).toMatch(
      /Per-state timings are not to be had: the machine logs at level OFF/,
    );
  });

  it.each<[string, Partial<Plan>, RegExp]>([
    ['none', {}, /neither a file nor a state machine called none in account \d+, .*Did you mean nonesuch\?/],
    ['arn:aws:states:eu-west-1:123456789012:stateMachine:x', {}, /is in eu-west-1, but the target is us-east-1/],
    ['arn:aws:states:us-east-1:999999999999:stateMachine:x', {}, /belongs to account 999999999999/],
    ['nonesuch:live', {}, /There is no alias .*nonesuch:live/],
    ['nonesuch:7', {}, /There is no state machine .*nonesuch:7/],
    ['nonesuch', { target: { kind: 'embedded', profile: 'none' } }, /add --target aws\[:PROFILE\], or a URL/],
    ['not a name', {}, /neither the ARN of a state machine nor the name of one/],
  ])('that is not there (%s) is one message', async (named, plan, message) => {
    await create('nonesuch', 'STANDARD');
    await expect(runExisting(named, plan)).rejects.toThrow(message);
  });
});
