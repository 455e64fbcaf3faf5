/** A server with the order example's functions, tables and topics on it, for tests that place orders on its systems. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseMachine } from '../../../src/asl';
import { loadSettings } from '../../../src/asl/settings';
import { realClock } from '../../../src/engine/clock';
import type { JsonObject } from '../../../src/model/json';
import type { WorkflowType } from '../../../src/model/machine';
import { createLocalServices } from '../../../src/target/localServices';
import type { Deployment } from '../../../src/target/deployment';
import { openDoor } from '../../../src/target/door';
import { memoryLedger } from '../../../src/target/ledger';
import { deployMachine } from '../../../src/target/machine';
import { startServer } from '../../../src/server/start';

export const root = path.resolve(__dirname, '../../..');
export const example = path.join(root, 'examples/order-booking');
export const bundles = path.join(root, 'dist');

export type Order = Record<string, Record<string, unknown>>;

export const readOrder = async (name: string, orderId: string): Promise<Order> => {
  const text = await readFile(path.join(example, 'inputs', `${name}.json`), 'utf8');
  return JSON.parse(text.replaceAll('{{uuid}}', orderId)) as Order;
};

export interface Bench {
  readonly deployment: Deployment;
  /** Of an ASL file of the example, placeholders filled. */
  definition(file: string): Promise<JsonObject>;
  deploy(file: string, type: WorkflowType): ReturnType<typeof deployMachine>;
  row(table: string, key: Record<string, string>): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

export const openBench = async (): Promise<Bench> => {
  const server = await startServer({ seed: 1 });
  const clock = realClock();
  const door = await openDoor(
    { kind: 'embedded', profile: 'none' },
    { server, now: () => clock.now(), signIn: { env: {}, askMfa: () => Promise.resolve(undefined) } },
  );
  const deployment: Deployment = {
    door,
    ledger: memoryLedger({
      runId: 'test',
      target: { kind: 'embedded', profile: 'none' },
      region: door.region,
      accountId: door.accountId,
      at: new Date(0).toISOString(),
    }),
    ownership: { runId: 'test', workflow: 'order', createdAt: clock.now() },
    pause: { sleep: (ms) => clock.sleep(ms), random: Math.random },
  };
  const { settings, problems } = await loadSettings(path.join(example, 'order.asl.json'));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  await createLocalServices(deployment, settings, example);
  const definitionOf = async (file: string): Promise<JsonObject> => {
    const text = await readFile(path.join(example, file), 'utf8');
    const substitutions = { 'AWS::Region': door.region, 'AWS::AccountId': door.accountId };
    const { definition, problems } = parseMachine(text, 'json', { substitutions });
    if (!definition) throw new Error(JSON.stringify(problems));
    return definition;
  };
  return {
    deployment,
    definition: definitionOf,
    deploy: async (file, type) => {
      const definition = await definitionOf(file);
      return deployMachine(deployment, {
        type,
        workflow: path.basename(file, '.asl.json'),
        definition,
        roleArn: `arn:aws:iam::${door.accountId}:role/test`,
        keep: false,
        log: false,
        freshRole: false,
      });
    },
    row: async (table, key) => {
      const { sdk, clients } = door;
      const Key = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
      return (await clients.dynamodb.send(new sdk.GetItemCommand({ TableName: table, Key }))).Item;
    },
    stop: async () => {
      door.close();
      await server.stop();
    },
  };
};
