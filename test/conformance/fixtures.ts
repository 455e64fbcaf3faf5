/** What a recorded execution needs beside its machine: functions, queues, tables, buckets, activities and their workers. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  GetActivityTaskCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import type { Json } from '../../src/model/json';
import { isObject } from '../../src/model/json';
import type { ExecutionCase } from './corpus';
import { pythonCode } from './functions';

export interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Texts of the recording to replace in definition and input, and who answers tokens while the execution runs. */
export interface Fixtures {
  readonly replacements: readonly (readonly [string, string])[];
  /** Runs beside the execution until aborted. */
  serve(signal: AbortSignal): Promise<void>;
}

const nobody = (): Promise<void> => Promise.resolve();

/** Why the corpus does not tell enough to set the case up, or undefined. */
export const missing = (recorded: ExecutionCase): string | undefined => {
  const { services } = recorded;
  if (recorded.mode === 'async-express')
    return 'an asynchronous Express execution shows only in its log: see logs.test.ts';
  const starts = (...names: string[]): boolean =>
    services.some((service) => names.some((name) => service.startsWith(name)));
  if (starts('sns:publish.waitForTaskToken')) return 'the recorded subscriber is not in the corpus';
  if (starts('sns:publish') && recorded.expected.status === 'SUCCEEDED')
    return 'the recorded topic is not in the corpus';
  if (starts('aws-sdk:secretsmanager')) return 'the recorded secrets are not in the corpus';
  if (/account/.test(JSON.stringify(recorded.definition) + recorded.id) && recorded.tier === 3)
    return 'needs a second account';
  if (recorded.id.includes('wait_for_callback')) return 'the recorded consumer of its queue is not in the corpus';
  return undefined;
};

export const setUp = async (recorded: ExecutionCase, connection: Connection, sfn: SFNClient): Promise<Fixtures> => {
  const config = { ...connection, maxAttempts: 1 };
  const replacements: [string, string][] = [];
  const absent = /no-such-queue-\w+/.exec(JSON.stringify(recorded.expected));
  if (absent) replacements.push(['<no_such_sqs_queue_url>', absent[0]]);
  // A cold start must not count against a state's TimeoutSeconds: the recorded function was warm.
  const bounded = JSON.stringify(recorded.definition).includes('TimeoutSeconds');
  const lambda = new LambdaClient(config);
  for (const stub of recorded.lambdas ?? []) {
    const name = stub.name.replace(/[<>]/g, '');
    if (name !== stub.name) replacements.push([stub.name, name]);
    const code = pythonCode(stub);
    if (code === undefined) throw new Error(`No code behaves like this: ${stub.behaviour}`);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'python3.12',
        Handler: 'handler.handler',
        Role: 'arn:aws:iam::111111111111:role/function',
        Timeout: 100,
        Code: { ZipFile: zipSync({ 'handler.py': new TextEncoder().encode(code) }) },
      }),
    );
    if (bounded && !stub.behaviour.startsWith('sleeps'))
      await lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}' }));
  }
  const services = recorded.services.join(' ');
  if (services.includes('dynamodb') && recorded.expected.status === 'SUCCEEDED' && isObject(recorded.input))
    await new DynamoDBClient(config).send(
      new CreateTableCommand({
        TableName: recorded.input['TableName'] as string,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  if (/s3:(put|get)Object|s3:listObjectsV2/.test(services))
    await fillBuckets(recorded, new S3Client({ ...config, forcePathStyle: true }));
  if (services.includes('startExecution')) {
    replacements.push(['<ArnPart_0idx>', 'target']);
    await createTarget(recorded, sfn);
  }
  if (services.includes('activity')) {
    const { activityArn } = await sfn.send(new CreateActivityCommand({ name: 'worker' }));
    replacements.push(['activity_arn', activityArn!]);
    return { replacements, serve: (signal) => work(recorded, sfn, activityArn!, signal) };
  }
  if (!services.includes('sqs:') && !passesToken(recorded)) return { replacements, serve: nobody };
  const sqs = new SQSClient(config);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'queue' }));
  replacements.push(['<sqs_queue_url>', QueueUrl!], ['sqs_queue_url', QueueUrl!]);
  if (!services.includes('waitForTaskToken') && !passesToken(recorded)) return { replacements, serve: nobody };
  return { replacements, serve: (signal) => consume(recorded, sqs, sfn, QueueUrl!, signal) };
};

/** Its target is given the token and hands it on. */
const passesToken = (recorded: ExecutionCase): boolean => recorded.id.includes('sync_with_task_token');

/** What a recorded execution read out of its bucket, made again from what the recording shows of it. */
const fillBuckets = async (recorded: ExecutionCase, s3: S3Client): Promise<void> => {
  const input = (isObject(recorded.input) ? recorded.input : {}) as { Bucket?: string; Key?: string };
  const { Bucket = 'bucket-name', Key = 'unused' } = input;
  for (const name of new Set([Bucket, 'result-bucket'])) await s3.send(new CreateBucketCommand({ Bucket: name }));
  const put = (key: string, Body: string): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket, Key: key, Body, ContentType: 'binary/octet-stream' }));
  const { output } = recorded.expected;
  const items = (Array.isArray(output) ? (output as Json[]) : [])
    .flatMap((item) => (isObject(item) && Array.isArray(item['Items']) ? (item['Items'] as Json[]) : [item]))
    .filter(isObject);
  if (recorded.services.some((service) => service.endsWith('listObjectsV2')))
    for (const item of items) await put(item['Key'] as string, 'x'.repeat(item['Size'] as number));
  // More than the machine takes, so that MaxItems shows.
  else if (Key.endsWith('.json')) await put(Key, JSON.stringify([...items, ...items]));
  else if (Key.endsWith('.csv')) {
    const headers = Object.keys(items[0] ?? { H1: '', H2: '', H3: '' });
    const rows = recorded.id.endsWith('max_items-2') ? [...items, ...items] : items;
    const lines = [headers, ...rows.map((row) => headers.map((header) => row[header] as string))];
    await put(Key, lines.map((line) => line.join(',')).join('\n'));
  } else if (isObject(output) && typeof output['Body'] === 'string') await put(Key, output['Body']);
};

/** The machine that the recorded one starts: gives the recorded output, or passes its token on and waits. */
const createTarget = async (recorded: ExecutionCase, sfn: SFNClient): Promise<void> => {
  const { details } = closedBy(recorded);
  const result = isObject(details['output']) ? details['output']['Output'] : undefined;
  const send = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Parameters: { 'QueueUrl.$': '$.QueueUrl', MessageBody: { 'TaskToken.$': '$.TaskToken' } },
    Next: 'Wait',
  };
  const give = { Type: 'Pass', Result: typeof result === 'string' ? (JSON.parse(result) as Json) : result, End: true };
  const definition = passesToken(recorded)
    ? { StartAt: 'Send', States: { Send: send, Wait: { Type: 'Wait', Seconds: 60, End: true } } }
    : { StartAt: 'Give', States: { Give: give } };
  await sfn.send(
    new CreateStateMachineCommand({
      name: 'target',
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::111111111111:role/role',
    }),
  );
};

const closedBy = (recorded: ExecutionCase): { readonly type: string; readonly details: Record<string, Json> } => {
  const event = recorded.expected.events?.find(({ type }) => /^(Task|Activity)(Succeeded|Failed|TimedOut)$/.test(type));
  const details = Object.values(event ?? {}).find((value) => isObject(value)) as Record<string, Json> | undefined;
  return { type: event?.type ?? '', details: details ?? {} };
};

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

const answer = async (recorded: ExecutionCase, sfn: SFNClient, taskToken: string, output: string): Promise<void> => {
  const { type, details } = closedBy(recorded);
  if (type.endsWith('TimedOut')) return;
  if (type.endsWith('Failed'))
    await sfn.send(
      new SendTaskFailureCommand({ taskToken, error: text(details['error']), cause: text(details['cause']) }),
    );
  else {
    if (recorded.id.includes('heartbeat')) await sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    // The recorded answer, or the message itself where the answer was made of it.
    const recordedOutput = text(details['output']);
    await sfn.send(
      new SendTaskSuccessCommand({ taskToken, output: /[<>]/.test(recordedOutput) ? output : recordedOutput }),
    );
  }
};

/** Answers with the message that brought the token, as the recorded consumer did. */
const consume = async (
  recorded: ExecutionCase,
  sqs: SQSClient,
  sfn: SFNClient,
  QueueUrl: string,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 }));
    for (const { Body } of Messages ?? []) {
      const body = JSON.parse(Body ?? 'null') as Json;
      const token = isObject(body) ? body['TaskToken'] : undefined;
      if (typeof token === 'string') return answer(recorded, sfn, token, Body!);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const work = async (
  recorded: ExecutionCase,
  sfn: SFNClient,
  activityArn: string,
  signal: AbortSignal,
): Promise<void> => {
  const started = recorded.expected.events?.find(({ type }) => type === 'ActivityStarted');
  const details = started?.['activityStartedEventDetails'];
  const workerName = isObject(details) ? (details['workerName'] as string | undefined) : undefined;
  const { taskToken, input } = await sfn.send(new GetActivityTaskCommand({ activityArn, workerName }), {
    abortSignal: signal,
  });
  if (taskToken) await answer(recorded, sfn, taskToken, input!);
};
