import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/run/random';
import { startServer } from '../../src/server/start';
import { openDoor, type Door } from '../../src/target/door';
import { findExisting, parseReference } from '../../src/target/existing';
import { memoryLedger } from '../../src/target/ledger';
import { deployMachine } from '../../src/target/machine';
import { permissions } from '../../src/target/permissions';
import { removeAll, removeOne } from '../../src/target/remove';
import { deriveRole, describeRole } from '../../src/target/role';
import { findByTag } from '../../src/target/sweep';
import { newFolder, run, workflow } from '../integration/run/setUp';
import { startRecorder, type Recorded } from './recorder';
import { inputOf, violations } from './sdkModel';

/** Client modules of the SDK by the name a request is signed for. */
const clientOf = async (service: string): Promise<Readonly<Record<string, unknown>>> => {
  switch (service) {
    case 'states':
      return import('@aws-sdk/client-sfn');
    case 'logs':
      return import('@aws-sdk/client-cloudwatch-logs');
    case 'dynamodb':
      return import('@aws-sdk/client-dynamodb');
    case 'sqs':
      return import('@aws-sdk/client-sqs');
    case 'iam':
      return import('@aws-sdk/client-iam');
    case 'sts':
      return import('@aws-sdk/client-sts');
    case 'sns':
      return import('@aws-sdk/client-sns');
    default:
      throw new Error(`a request to ${service}, which nothing here knows`);
  }
};

/** Everything the product asks of an account: runs of both types, one stopped, a derived role, sweeps, a deployed machine. */
const everyRequest = async (): Promise<readonly Recorded[]> => {
  const server = await startServer({ seed: 1 });
  const recorder = await startRecorder(server.endpoint);
  const env = {
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  const target = { kind: 'endpoint', url: recorder.endpoint, region: server.region } as const;
  const folder = newFolder();
  try {
    writeFileSync(path.join(folder, 'index.js'), 'exports.handler = () => 1;');
    await run({
      folder,
      settings: {
        functions: { hello: { code: '.', handler: 'index.handler', runtime: 'nodejs20.x' } },
        tables: { Orders: { partitionKey: 'Id', items: [{ Id: 'a' }] } },
        topics: { News: { subscribers: ['Work'] } },
        queues: ['Work'],
      },
      plan: { target, load: { kind: 'burst', executions: 40 }, keep: false },
      io: { env },
    });
    // So many in flight for so long that their ends are asked for by list.
    await run({
      definition: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, End: true } } },
      plan: { target, types: ['STANDARD'], load: { kind: 'burst', executions: 40 } },
      io: { env },
    });
    await run({
      plan: { target, driver: true, types: ['STANDARD'], load: { kind: 'burst', executions: 2 } },
      io: { env },
    });
    const stop = new AbortController();
    await run({
      definition: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } },
      plan: { target, types: ['STANDARD'], load: { kind: 'burst', executions: 3 } },
      io: { env, signal: stop.signal },
      onSnapshot: ({ progress }) => {
        if (progress.running === 3) stop.abort('enough');
      },
    });
    const door = await openDoor(target, {
      now: () => Date.now(),
      signIn: { env, askMfa: () => Promise.resolve(undefined) },
    });
    await onAccount(door);
    door.close();
    return [...recorder.seen];
  } finally {
    await recorder.close();
    await server.stop();
  }
};

/** What a run does on a real account only. */
const onAccount = async (door: Door) => {
  const pause = { sleep: () => Promise.resolve(), random: createRandom(1) };
  const { region, accountId } = door;
  const runId = '20261124-101530-c0ffee';
  const head = { runId, target: { kind: 'aws' as const }, region, accountId, at: new Date().toISOString() };
  const ledger = memoryLedger(head);
  const deployment = { door, ledger, ownership: { runId, workflow: 'order', createdAt: Date.now() }, pause };
  const definition = workflow as never;
  const roleArn = await deriveRole(
    deployment,
    describeRole(definition, { region, accountId, workflow: 'order', runId, logs: true }),
  );
  const request = { type: 'EXPRESS', workflow: 'order', definition, roleArn, keep: true, log: true } as const;
  await deployMachine(deployment, request);
  const again = await deployMachine(deployment, request);
  await findExisting(door, parseReference(again.name)!);
  await removeAll(door, ledger, pause);
  for (const each of await findByTag(door)) await removeOne(door, each);
};

/** Actions of IAM that a request needs: its own, and those that AWS checks besides because of what it carries. */
const actionsOf = ({ service, operation, body }: Recorded): string[] => {
  const own = `${service}:${operation}`;
  if (operation === 'CreateStateMachine')
    return [own, 'states:TagResource', 'states:PublishStateMachineVersion', 'iam:PassRole'];
  if (operation === 'CreateLogGroup') return [own, 'logs:TagResource'];
  if (operation === 'CreateRole' && body.includes('Tags.member')) return [own, 'iam:TagRole'];
  return [own];
};

describe('every request that the product makes', () => {
  let seen: readonly Recorded[];
  beforeAll(async () => {
    seen = await everyRequest();
  });

  it('is one that the newest SDK model of its service accepts', async () => {
    const checked = new Set<string>();
    const wrong = new Set<string>();
    for (const { service, operation, protocol, body } of seen) {
      if (protocol === 'rest') continue;
      const schema = inputOf(await clientOf(service), operation);
      if (schema === undefined) wrong.add(`${service} has no operation ${operation}`);
      else if (protocol === 'json')
        for (const problem of violations(schema, JSON.parse(body || '{}')))
          wrong.add(`${service}:${operation}: ${problem}`);
      else {
        const { Action, Version, ...members } = Object.fromEntries(new URLSearchParams(body));
        expect([Action, typeof Version]).toEqual([operation, 'string']);
        const top = Object.fromEntries(Object.keys(members).map((name) => [name.split('.')[0], members[name]]));
        for (const problem of violations(schema, top))
          if (problem.includes('has no member') || problem.includes('lacks'))
            wrong.add(`${service}:${operation}: ${problem}`);
      }
      checked.add(`${service}:${operation}`);
    }
    expect([...wrong]).toEqual([]);
    // The calls that are made by hand, without the SDK, are all among them.
    for (const operation of [
      'states:StartExecution',
      'states:StartSyncExecution',
      'states:DescribeExecution',
      'states:ListExecutions',
      'states:GetExecutionHistory',
      'states:StopExecution',
      'states:DescribeMapRun',
      'logs:FilterLogEvents',
    ])
      expect(checked).toContain(operation);
  });

  it('is signed, for the service it goes to, and says what it is', () => {
    for (const { service, protocol, headers, operation, request } of seen) {
      // Opens a connection and asks for nothing.
      if (request === 'GET /ping') continue;
      expect(headers.authorization).toMatch(
        new RegExp(
          `^AWS4-HMAC-SHA256 Credential=[^/]+/\\d{8}/[a-z0-9-]+/${service === '' ? '\\w+' : service}/aws4_request, `,
        ),
      );
      if (protocol === 'json')
        expect([operation, headers['content-type']]).toEqual([
          operation,
          expect.stringMatching(/^application\/x-amz-json-1\.[01]$/),
        ]);
    }
  });

  it('needs no permission that the table does not name', () => {
    const table = new Set(permissions.map((each) => each.action));
    const needed = new Set(
      seen.filter(({ service }) => ['states', 'logs', 'iam'].includes(service)).flatMap(actionsOf),
    );
    expect([...needed].filter((action) => !table.has(action))).toEqual([]);
    expect(needed.size).toBeGreaterThan(20);
  });

  afterAll(() => {
    seen = [];
  });
});

describe('the model', () => {
  it('refuses what the service would refuse', async () => {
    const start = inputOf(await clientOf('states'), 'StartExecution');
    expect(violations(start, { stateMachineArn: 'arn', name: 'n', input: '{}' })).toEqual([]);
    expect(violations(start, { stateMachineArn: 'arn', inputs: '{}' })).toEqual(['the body has no member inputs']);
    expect(violations(start, { name: 'n' })).toEqual(['the body lacks stateMachineArn']);
    expect(violations(start, { stateMachineArn: 'arn', input: {} })).toEqual(['.input is a object, not a string']);
    const create = inputOf(await clientOf('states'), 'CreateStateMachine');
    expect(
      violations(create, {
        name: 'n',
        definition: '{}',
        roleArn: 'r',
        loggingConfiguration: { destinations: [{ group: 1 }] },
      }),
    ).toEqual(['.loggingConfiguration.destinations[0] has no member group']);
  });
});
