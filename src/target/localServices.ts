import path from 'node:path';
import type { Json } from '../model/json';
import type { FunctionSettings, TableSettings, WorkflowSettings } from '../model/settings';
import { allEnded, recorded, type Deployment } from './deployment';
import { tagsOf } from './names';
import { knowsNoHotReload, zipCode } from './functionCode';
import { isTaken, patiently, refusal } from './refusal';

/**
 * Makes the functions, tables, topics and queues that `stepbench.json` describes, through the services' own APIs, under
 * the names that the definition calls. On the embedded engine and on emulators only: on AWS they are the user's own.
 */
export const createLocalServices = async (
  deployment: Deployment,
  settings: WorkflowSettings,
  folder: string,
): Promise<void> => {
  const functions = Object.entries(settings.functions ?? {});
  const tables = Object.entries(settings.tables ?? {});
  await allEnded<unknown>([
    ...functions.map(([name, each]) => createFunction(deployment, name, each, folder)),
    ...tables.map(([name, each]) => createTable(deployment, name, each)),
    ...(settings.queues ?? []).map((name) => createQueue(deployment, name)),
  ]);
  // Topics last: their subscribers must be there.
  await allEnded<unknown>(
    Object.entries(settings.topics ?? {}).map(([name, each]) =>
      createTopic(deployment, name, each.subscribers ?? [], new Set(settings.queues ?? [])),
    ),
  );
};

const arn = ({ door }: Deployment, service: string, rest: string) =>
  `arn:aws:${service}:${door.region}:${door.accountId}:${rest}`;

/** Answers whether it was made: an existing one of the same name is somebody else's and is used as it is. */
const unlessTaken = async (call: () => Promise<unknown>): Promise<boolean> => {
  try {
    await call();
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
};

const createFunction = async (deployment: Deployment, name: string, settings: FunctionSettings, folder: string) => {
  const { sdk, clients, accountId } = deployment.door;
  const code = path.resolve(folder, settings.code);
  const make = (Code: { ZipFile: Uint8Array } | { S3Bucket: string; S3Key: string }) =>
    clients.lambda.send(
      new sdk.CreateFunctionCommand({
        FunctionName: name,
        Runtime: settings.runtime as never,
        Handler: settings.handler,
        Role: `arn:aws:iam::${accountId}:role/stepbench-local`,
        Code,
        MemorySize: settings.memorySize ?? 128,
        Timeout: settings.timeout ?? 3,
        Tags: { ...tagsOf(deployment.ownership) },
        ...(settings.architecture ? { Architectures: [settings.architecture] } : {}),
        ...(settings.deadLetterTopic
          ? { DeadLetterConfig: { TargetArn: arn(deployment, 'sns', settings.deadLetterTopic) } }
          : {}),
        ...(settings.environment ? { Environment: { Variables: { ...settings.environment } } } : {}),
      }),
    );
  // LocalStack's convention for code that is read from a folder; the embedded server takes it too, others want a zip.
  const makeHere = async () => {
    try {
      return await make({ S3Bucket: 'hot-reload', S3Key: code });
    } catch (error) {
      if (!knowsNoHotReload(error)) throw error;
      return make({ ZipFile: await zipCode(code) });
    }
  };
  try {
    await recorded(
      deployment.ledger,
      { kind: 'function', id: arn(deployment, 'lambda', `function:${name}`), name },
      () => unlessTaken(() => patiently(makeHere, deployment.pause)),
    );
    if (settings.reservedConcurrency !== undefined)
      await clients.lambda.send(
        new sdk.PutFunctionConcurrencyCommand({
          FunctionName: name,
          ReservedConcurrentExecutions: settings.reservedConcurrency,
        }),
      );
    await waitFor(deployment, `function ${name}`, async () => {
      const answer = await clients.lambda.send(new sdk.GetFunctionCommand({ FunctionName: name }));
      return (answer.Configuration?.State ?? 'Active') !== 'Pending';
    });
  } catch (error) {
    throw refusal('CreateFunction', `function ${name}`, error);
  }
};

type Attribute =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Attribute[] }
  | { M: Record<string, Attribute> };

/** A JSON value as DynamoDB writes it. */
export const attributeValue = (value: Json | undefined): Attribute => {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: (value as readonly Json[]).map(attributeValue) };
  return { M: Object.fromEntries(Object.entries(value).map(([key, each]) => [key, attributeValue(each)])) };
};

const createTable = async (deployment: Deployment, name: string, settings: TableSettings) => {
  const { sdk, clients } = deployment.door;
  const keys = [settings.partitionKey, ...(settings.sortKey ? [settings.sortKey] : [])];
  const typeOf = (key: string): 'N' | 'S' => (typeof settings.items?.[0]?.[key] === 'number' ? 'N' : 'S');
  try {
    const made = await recorded(
      deployment.ledger,
      { kind: 'table', id: arn(deployment, 'dynamodb', `table/${name}`), name },
      () =>
        unlessTaken(() =>
          patiently(
            () =>
              clients.dynamodb.send(
                new sdk.CreateTableCommand({
                  TableName: name,
                  BillingMode: 'PAY_PER_REQUEST',
                  AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: typeOf(key) })),
                  KeySchema: keys.map((key, i) => ({
                    AttributeName: key,
                    KeyType: i === 0 ? ('HASH' as const) : ('RANGE' as const),
                  })),
                  Tags: Object.entries(tagsOf(deployment.ownership)).map(([Key, Value]) => ({ Key, Value })),
                }),
              ),
            deployment.pause,
          ),
        ),
    );
    await waitFor(deployment, `table ${name}`, async () => {
      const answer = await clients.dynamodb.send(new sdk.DescribeTableCommand({ TableName: name }));
      return answer.Table?.TableStatus === 'ACTIVE';
    });
    if (!made) return;
    const items = settings.items ?? [];
    for (let from = 0; from < items.length; from += 25) {
      const requests = items.slice(from, from + 25).map((item) => ({
        PutRequest: {
          Item: Object.fromEntries(Object.entries(item).map(([key, value]) => [key, attributeValue(value)])),
        },
      }));
      await patiently(
        () => clients.dynamodb.send(new sdk.BatchWriteItemCommand({ RequestItems: { [name]: requests } })),
        deployment.pause,
      );
    }
  } catch (error) {
    throw refusal('CreateTable', `table ${name}`, error);
  }
};

const createQueue = async (deployment: Deployment, name: string) => {
  const { sdk, clients } = deployment.door;
  const tags = { ...tagsOf(deployment.ownership) };
  try {
    await recorded(deployment.ledger, { kind: 'queue', id: arn(deployment, 'sqs', name), name }, async () => {
      // CreateQueue answers an existing queue's URL without an error, so ask first whose it is.
      const exists = await clients.sqs.send(new sdk.GetQueueUrlCommand({ QueueName: name })).then(
        () => true,
        () => false,
      );
      if (exists) return false;
      return unlessTaken(() =>
        patiently(
          () =>
            clients.sqs.send(
              new sdk.CreateQueueCommand({
                QueueName: name,
                ...(name.endsWith('.fifo') ? { Attributes: { FifoQueue: 'true' } } : {}),
                tags,
              }),
            ),
          deployment.pause,
        ),
      );
    });
  } catch (error) {
    throw refusal('CreateQueue', `queue ${name}`, error);
  }
};

const createTopic = async (
  deployment: Deployment,
  name: string,
  subscribers: readonly string[],
  queues: ReadonlySet<string>,
) => {
  const { sdk, clients } = deployment.door;
  const id = arn(deployment, 'sns', name);
  try {
    await recorded(deployment.ledger, { kind: 'topic', id, name }, async () => {
      // CreateTopic answers an existing topic's ARN without an error, so ask first whose it is.
      const exists = await clients.sns.send(new sdk.ListTopicTagsCommand({ ResourceArn: id })).then(
        () => true,
        () => false,
      );
      if (exists) return false;
      await patiently(
        () =>
          clients.sns.send(
            new sdk.CreateTopicCommand({
              Name: name,
              Tags: Object.entries(tagsOf(deployment.ownership)).map(([Key, Value]) => ({ Key, Value })),
            }),
          ),
        deployment.pause,
      );
      return true;
    });
    for (const subscriber of subscribers) {
      const queue = queues.has(subscriber);
      await clients.sns.send(
        new sdk.SubscribeCommand({
          TopicArn: id,
          Protocol: queue ? 'sqs' : 'lambda',
          Endpoint: queue ? arn(deployment, 'sqs', subscriber) : arn(deployment, 'lambda', `function:${subscriber}`),
        }),
      );
    }
  } catch (error) {
    throw refusal('CreateTopic', `topic ${name}`, error);
  }
};

const waitFor = async (deployment: Deployment, what: string, ready: () => Promise<boolean>) => {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await patiently(ready, deployment.pause)) return;
    await deployment.pause.sleep(Math.min(1_000, 20 * 1.3 ** attempt));
  }
  throw new Error(`${what} did not become ready`);
};
