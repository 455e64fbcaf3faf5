/** Many orders at once on every system, with functions that fail, throttles and messages that come twice; then the tables are counted. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SystemName } from '../../../src/model/machine';
import type { RunDocument } from '../../../src/model/run';
import { planSystems } from '../../../src/model/system';
import { defaultPlan } from '../../../src/plan';
import { preciseClock } from '../../../src/run/clock';
import { runJob } from '../../../src/run/job';
import type { RunningServer, ServerOptions } from '../../../src/server/options';
import { openDoor, type Door } from '../../../src/target/door';

export interface LoadOptions {
  /** Root of the project. */
  readonly root: string;
  readonly orders: number;
  readonly systems: readonly SystemName[];
  readonly startServer: (options: ServerOptions) => Promise<RunningServer>;
  /** 0…1: share of shipments that throw. */
  readonly failRate?: number;
  /** Every message is published twice. */
  readonly duplicates?: boolean;
  /** Most chargeCustomer and order-charge at a time; more are throttled. */
  readonly reserved?: number;
}

export interface LoadResult {
  readonly document: RunDocument;
  /** Submissions that were billed, one for each row of the table: `OrderId` is its key. */
  readonly bills: readonly string[];
  readonly shipments: number;
  /** How often each submission was billed: rows of other orders with the same submission would be a double charge. */
  readonly billedTwice: readonly string[];
}

type Json = Record<string, unknown>;

/** The example with a shipment that throws by lot, throttles, and a publish that says everything twice. */
const variantOf = async ({ root, failRate = 0, duplicates, reserved }: LoadOptions): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'stepbench-load-'));
  await cp(path.join(root, 'examples/order-booking'), folder, { recursive: true });
  const change = async (file: string, edit: (text: string) => string) => {
    const at = path.join(folder, file);
    await writeFile(at, edit(await readFile(at, 'utf8')));
  };
  const settings = (edit: (functions: Record<string, Json>) => void) => (text: string) => {
    const value = JSON.parse(text) as { functions: Record<string, Json> };
    edit(value.functions);
    return JSON.stringify(value);
  };
  const environment = { FAIL_RATE: String(failRate) };
  await change(
    'stepbench.json',
    settings((functions) => {
      Object.assign(functions['shipment']!, { environment });
      if (reserved) Object.assign(functions['chargeCustomer']!, { reservedConcurrency: reserved });
    }),
  );
  await change(
    'event-driven/stepbench.json',
    settings((functions) => {
      Object.assign(functions['order-ship']!, { environment });
      if (reserved) Object.assign(functions['order-charge']!, { reservedConcurrency: reserved });
    }),
  );
  // `ship` is the rule that shipment and the chain's last stage share.
  await change('functions/rules.js', (text) =>
    text.replace(
      'function ship(document, now) {',
      "function ship(document, now) {\n  if (Math.random() < Number(process.env.FAIL_RATE ?? 0)) throw new Error('injected');",
    ),
  );
  if (duplicates)
    await change('functions/steps.js', (text) =>
      text.replace(/(\n {2}await sns\.send\(new PublishCommand\([^\n]*)/, '$1$1'),
    );
  return folder;
};

const scan = async ({ sdk, clients }: Door, table: string): Promise<readonly Record<string, { S?: string }>[]> => {
  const rows: Record<string, { S?: string }>[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page = await clients.dynamodb.send(
      new sdk.ScanCommand({ TableName: table, ...(from ? { ExclusiveStartKey: from } : {}) }),
    );
    rows.push(...((page.Items ?? []) as Record<string, { S?: string }>[]));
    from = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (from);
  return rows;
};

/** Places the orders in one burst on each system in turn and counts what is left in the tables. */
export const loadOrders = async (options: LoadOptions): Promise<LoadResult> => {
  const folder = await variantOf(options);
  let bills: readonly string[] = [];
  let shipments = 0;
  const count = async (server: RunningServer) => {
    const door = await openDoor(
      { kind: 'embedded', profile: 'none' },
      { server, now: Date.now, signIn: { env: {}, askMfa: () => Promise.resolve(undefined) } },
    );
    bills = (await scan(door, 'CustomerBillHistoryTable')).map((row) => row['SubmissionId']?.S ?? '');
    shipments = (await scan(door, 'ShipmentHistoryTable')).length;
    door.close();
  };
  try {
    const plan = defaultPlan(path.join(folder, 'order.asl.json'), {
      ...planSystems(options.systems),
      target: { kind: 'embedded', profile: 'none' },
      load: { kind: 'burst', executions: options.orders },
      input: { kind: 'file', path: 'inputs/good.json' },
      maxCost: 0,
    });
    const document = await runJob(plan, {
      options: { folder, inMemory: true },
      clock: preciseClock(),
      bundles: path.join(options.root, 'dist'),
      startServer: async (server) => {
        const running = await options.startServer({ ...server, asyncRetryDelaysMs: [500, 1_000] });
        return { ...running, stop: () => count(running).finally(running.stop) };
      },
      ask: () => Promise.resolve(undefined),
      onSnapshot: () => undefined,
      onNote: () => undefined,
      signal: new AbortController().signal,
      env: {},
      version: '0.0.0-test',
    });
    const billedTwice = bills.filter((submission, i) => bills.indexOf(submission) !== i);
    return { document, bills, shipments, billedTwice };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
