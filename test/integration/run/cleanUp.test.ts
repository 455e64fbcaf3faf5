import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorkflowSettings } from '../../../src/model/settings';
import { createRandom } from '../../../src/run/random';
import { startServer } from '../../../src/server/start';
import type { RunningServer } from '../../../src/server/options';
import type { Deployment } from '../../../src/target/deployment';
import type { Door } from '../../../src/target/door';
import { leftLedgers, memoryLedger, startLedger, type Ledger, type LedgerHead } from '../../../src/target/ledger';
import { createLocalServices } from '../../../src/target/localServices';
import { deployMachine } from '../../../src/target/machine';
import { removeAll, removeOne } from '../../../src/target/remove';
import { deriveRole, describeRole } from '../../../src/target/role';
import { findByTag } from '../../../src/target/sweep';
import { everything, openAccount } from './account';
import { startFaultProxy, type Fault } from './faultProxy';
import { newFolder, workflow } from './setUp';

const settings: WorkflowSettings = {
  functions: { hello: { code: 'code', handler: 'index.handler', runtime: 'nodejs20.x' } },
  tables: { Orders: { partitionKey: 'Id', items: [{ Id: 'a', Count: 1 }] } },
  topics: { News: { subscribers: ['Work'] } },
  queues: ['Work'],
};

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const open = async (server: RunningServer, endpoint?: string): Promise<Door> => {
  const door = await openAccount(server, endpoint === undefined ? undefined : { endpoint, callMs: 1_000 });
  closing.push(() => door.close());
  return door;
};

const prepare = () => {
  const folder = newFolder();
  writeFileSync(path.join(folder, 'index.js'), 'exports.handler = () => 1;');
  return folder;
};

const headOf = (server: RunningServer, runId: string): LedgerHead => ({
  runId,
  target: { kind: 'endpoint', url: server.endpoint, region: server.region },
  region: server.region,
  accountId: server.accountId,
  at: new Date().toISOString(),
});

const pause = { sleep: () => Promise.resolve(), random: createRandom(1) };

/** Everything that a run on an account deploys, a role of its own included. */
const deployAll = async (door: Door, ledger: Ledger, folder: string) => {
  const runId = ledger.head.runId;
  const deployment: Deployment = {
    door,
    ledger,
    ownership: { runId, workflow: 'order', createdAt: Date.now() },
    pause,
  };
  await createLocalServices(
    deployment,
    { ...settings, functions: { hello: { ...settings.functions!['hello']!, code: '.' } } },
    folder,
  );
  const definition = workflow as never;
  const role = describeRole(definition, {
    region: door.region,
    accountId: door.accountId,
    workflow: 'order',
    runId,
    logs: true,
  });
  const roleArn = await deriveRole(deployment, role);
  const machine = { workflow: 'order', definition, roleArn, keep: false };
  await deployMachine(deployment, { ...machine, type: 'STANDARD', log: false });
  return deployMachine(deployment, { ...machine, type: 'EXPRESS', log: true });
};

const server = async () => {
  const running = await startServer({ seed: 1 });
  closing.push(() => running.stop());
  return running;
};

describe('what a run makes', () => {
  it('is there, tagged and versioned, and is removed to the last piece', async () => {
    const running = await server();
    const door = await open(running);
    const folder = prepare();
    const before = await everything(door);
    const ledger = await startLedger(folder, headOf(running, '20261124-101530-aaaaaa'));
    const machine = await deployAll({ ...door, kind: 'aws' }, ledger, folder);
    expect(machine.startArn).toMatch(/:stateMachine:stepbench-order-express-aaaaaa:1$/);
    expect((await everything(door)).length).toBe(before.length + 8);
    const removal = await removeAll(door, ledger, pause);
    expect(removal.failed).toEqual([]);
    expect(removal.removed.map((each) => each.kind)).toEqual([
      'stateMachine',
      'stateMachine',
      'function',
      'topic',
      'queue',
      'table',
      'logGroup',
      'rolePolicy',
      'role',
    ]);
    expect(await everything(door)).toEqual(before);
    expect(await leftLedgers(folder)).toEqual([]);
    // Again is fine.
    expect(await removeAll(door, ledger, pause)).toEqual({ removed: [], leftAlone: [], failed: [] });
  });

  it('is found by name and tag when the ledger is lost, and nothing else is', async () => {
    const running = await server();
    const door = await open(running);
    const { clients, sdk } = door;
    const folder = prepare();
    const foreign = await clients.sfn.send(
      new sdk.CreateStateMachineCommand({
        name: 'stepbench-looks-like-ours',
        roleArn: 'arn:aws:iam::111111111111:role/x',
        definition: JSON.stringify(workflow),
      }),
    );
    await deployAll(door, memoryLedger(headOf(running, '20261124-101530-bbbbbb')), folder);
    const found = await findByTag(door);
    expect(found.map((each) => each.kind)).toEqual(['stateMachine', 'stateMachine', 'logGroup', 'rolePolicy', 'role']);
    for (const each of found) expect(await removeOne(door, each)).toBe(true);
    expect(await findByTag(door)).toEqual([]);
    const left = await clients.sfn.send(new sdk.ListStateMachinesCommand({}));
    expect(left.stateMachines?.map((each) => each.stateMachineArn)).toEqual([foreign.stateMachineArn]);
  });

  it('leaves what was there before alone, also on clean-up', async () => {
    const running = await server();
    const door = await open(running);
    const { clients, sdk } = door;
    const folder = prepare();
    await clients.sqs.send(new sdk.CreateQueueCommand({ QueueName: 'Work' }));
    await clients.sns.send(new sdk.CreateTopicCommand({ Name: 'News' }));
    await clients.dynamodb.send(
      new sdk.CreateTableCommand({
        TableName: 'Orders',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'Id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
      }),
    );
    const before = await everything(door);
    const ledger = await startLedger(folder, headOf(running, '20261124-101530-cccccc'));
    await deployAll(door, ledger, folder);
    expect(
      ledger
        .entries()
        .filter((each) => each.state === 'notOurs')
        .map((each) => each.kind)
        .sort(),
    ).toEqual(['queue', 'table', 'topic']);
    await removeAll(door, ledger, pause);
    expect(await everything(door)).toEqual(before);
  });
});

describe('a process that dies at any step', () => {
  const dead = (from: number, first: Fault) => {
    let calls = 0;
    return (): Fault | undefined => {
      calls++;
      return calls < from ? undefined : calls === from ? first : { kind: 'reset' };
    };
  };

  it.each([
    ['before its call arrives', { kind: 'reset' }],
    ['before its answer arrives', { kind: 'resetAfter' }],
  ] as const)(
    'while deploying, %s: clean leaves an empty account',
    async (_name, first) => {
      const running = await server();
      const door = await open(running);
      const before = await everything(door);
      let steps = 0;
      for (let from = 2; ; from++) {
        const folder = prepare();
        const proxy = await startFaultProxy(running.endpoint, dead(from, first));
        const through = await open(running, proxy.endpoint);
        const ledger = await startLedger(folder, headOf(running, `20261124-101530-${String(from).padStart(6, '0')}`));
        const died = await deployAll(through, ledger, folder).then(
          () => false,
          () => true,
        );
        await proxy.close();
        // The process is gone; all that the next one has is the file.
        for (const left of await leftLedgers(folder)) {
          const removal = await removeAll(door, left, pause);
          expect([from, removal.failed]).toEqual([from, []]);
        }
        expect([from, await everything(door)]).toEqual([from, before]);
        expect(await leftLedgers(folder)).toEqual([]);
        steps++;
        if (!died) break;
      }
      expect(steps).toBeGreaterThan(10);
    },
    120_000,
  );

  it('while cleaning: the next clean finishes it', async () => {
    const running = await server();
    const door = await open(running);
    const before = await everything(door);
    for (let from = 2; from < 12; from++) {
      const folder = prepare();
      const ledger = await startLedger(folder, headOf(running, `20261124-101530-1${String(from).padStart(5, '0')}`));
      await deployAll(door, ledger, folder);
      const proxy = await startFaultProxy(running.endpoint, dead(from, { kind: 'resetAfter' }));
      const through = await open(running, proxy.endpoint);
      await removeAll(through, ledger, pause);
      await proxy.close();
      for (const left of await leftLedgers(folder)) expect((await removeAll(door, left, pause)).failed).toEqual([]);
      expect([from, await everything(door)]).toEqual([from, before]);
    }
  });
});
