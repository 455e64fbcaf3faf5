import type { Agent as HttpAgent } from 'node:http';
import type * as SdkModule from './sdk';

export type Sdk = typeof SdkModule;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Called before every signing; the SDK's providers cache and refresh by themselves. */
export type CredentialSource = () => Promise<AwsCredentials>;

/** How to reach a service: the only thing in which AWS, an emulator and the embedded engine differ. */
export interface Connection {
  readonly region: string;
  readonly credentials: CredentialSource;
  /** Set for an emulator or the embedded engine; absent on AWS. */
  readonly endpoint?: string;
}

/** The clients of one connection, each made when first asked for. */
export interface Clients {
  readonly sfn: InstanceType<Sdk['SFNClient']>;
  readonly logs: InstanceType<Sdk['CloudWatchLogsClient']>;
  readonly lambda: InstanceType<Sdk['LambdaClient']>;
  readonly sns: InstanceType<Sdk['SNSClient']>;
  readonly sqs: InstanceType<Sdk['SQSClient']>;
  readonly dynamodb: InstanceType<Sdk['DynamoDBClient']>;
  readonly iam: InstanceType<Sdk['IAMClient']>;
  readonly sts: InstanceType<Sdk['STSClient']>;
  readonly events: InstanceType<Sdk['EventBridgeClient']>;
  readonly cloudformation: InstanceType<Sdk['CloudFormationClient']>;
  destroy(): void;
}

/** Loads dist/sdk.js (45 ms, once): nothing of the AWS SDK is in memory before the first run. */
export const loadSdk = (): Promise<Sdk> => {
  // Node 20 is what VS Code and the product run on; the SDK's warning about 2027 helps nobody who runs a benchmark.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return import('./sdk');
};

/**
 * Settings common to all clients. Retries are off: the runner owns them, so that a throttled call is seen and tagged,
 * never hidden in a latency. `disableHostPrefix` (the `sync-` of StartSyncExecution) only with a custom endpoint: on AWS
 * the prefix is part of the service's address.
 */
export const clientConfig = (connection: Connection, agent: HttpAgent | undefined, sdk: Sdk) => ({
  region: connection.region,
  credentials: connection.credentials,
  maxAttempts: 1,
  ...(connection.endpoint ? { endpoint: connection.endpoint, disableHostPrefix: true } : {}),
  requestHandler: new sdk.NodeHttpHandler({
    connectionTimeout: 5_000,
    requestTimeout: 70_000,
    ...(agent && connection.endpoint?.startsWith('http:') ? { httpAgent: agent } : {}),
    ...(agent ? {} : { httpsAgent: { keepAlive: true, maxSockets: 1_000 } }),
  }),
});

export const createClients = (sdk: Sdk, connection: Connection, agent?: HttpAgent): Clients => {
  const made = new Map<string, { destroy(): void }>();
  const once = <T extends { destroy(): void }>(name: string, make: () => T): T => {
    const existing = made.get(name) as T | undefined;
    if (existing) return existing;
    const client = make();
    made.set(name, client);
    return client;
  };
  const config = () => clientConfig(connection, agent, sdk);
  return {
    get sfn() {
      return once('sfn', () => new sdk.SFNClient(config()));
    },
    get logs() {
      return once('logs', () => new sdk.CloudWatchLogsClient(config()));
    },
    get lambda() {
      return once('lambda', () => new sdk.LambdaClient(config()));
    },
    get sns() {
      return once('sns', () => new sdk.SNSClient(config()));
    },
    get sqs() {
      return once('sqs', () => new sdk.SQSClient(config()));
    },
    get dynamodb() {
      return once('dynamodb', () => new sdk.DynamoDBClient(config()));
    },
    get iam() {
      return once('iam', () => new sdk.IAMClient(config()));
    },
    get sts() {
      return once('sts', () => new sdk.STSClient(config()));
    },
    get events() {
      return once('events', () => new sdk.EventBridgeClient(config()));
    },
    get cloudformation() {
      return once('cloudformation', () => new sdk.CloudFormationClient(config()));
    },
    destroy: () => {
      for (const client of made.values()) client.destroy();
      made.clear();
    },
  };
};
