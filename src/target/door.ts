import { ExpectedError, messageOf } from '../model/errors';
import type { Target } from '../model/plan';
import { createClients, loadSdk, type Clients, type Connection, type Sdk } from './clients';
import {
  configuredEndpoint,
  fixedCredentials,
  profileCredentials,
  resolveRegion,
  type SignInContext,
} from './credentials';
import { createHotCalls, type HotCalls } from './hot/calls';

/** An embedded server that is up; see server/spawn.ts. */
export interface EmbeddedServer {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The one door: everything that is executed goes through it, wherever it leads. */
export interface Door {
  readonly kind: Target['kind'];
  readonly region: string;
  readonly accountId: string;
  /** The caller as STS names it. */
  readonly caller: string;
  readonly connection: Connection;
  readonly sdk: Sdk;
  readonly clients: Clients;
  readonly hot: HotCalls;
  close(): void;
}

export interface DoorOptions {
  /** Needed for `embedded`. */
  readonly server?: EmbeddedServer;
  readonly signIn: SignInContext;
  /** Region of the settings file, where the target itself names none. */
  readonly region?: string;
  readonly now: () => number;
  readonly timeouts?: { readonly callMs?: number; readonly syncMs?: number };
}

/** Credentials that emulators take: LocalStack and moto accept any, and derive the account from them. */
const emulatorCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

const connectionOf = async (target: Target, sdk: Sdk, options: DoorOptions): Promise<Connection> => {
  switch (target.kind) {
    case 'embedded': {
      if (!options.server) throw new Error('The embedded target needs its server.');
      const { endpoint, region, credentials } = options.server;
      return { endpoint, region, credentials: fixedCredentials(credentials) };
    }
    case 'endpoint': {
      const { env } = options.signIn;
      const accessKeyId = env['AWS_ACCESS_KEY_ID'];
      const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
      const credentials =
        accessKeyId && secretAccessKey
          ? {
              accessKeyId,
              secretAccessKey,
              ...(env['AWS_SESSION_TOKEN'] ? { sessionToken: env['AWS_SESSION_TOKEN'] } : {}),
            }
          : emulatorCredentials;
      const region = target.region ?? options.region ?? env['AWS_REGION'] ?? 'us-east-1';
      return { endpoint: target.url.replace(/\/$/, ''), region, credentials: fixedCredentials(credentials) };
    }
    case 'aws': {
      const region = await resolveRegion(target.region ?? options.region, target.profile, options.signIn.env);
      const endpoint = await configuredEndpoint(target.profile, options.signIn.env);
      const credentials = profileCredentials(sdk, target.profile, options.signIn, region);
      return { region, credentials, ...(endpoint ? { endpoint } : {}) };
    }
  }
};

/**
 * Opens a target and learns whose account it is.
 * @throws ExpectedError with one sentence: no credentials, expired ones, an endpoint that does not answer or is not AWS.
 */
export const openDoor = async (target: Target, options: DoorOptions): Promise<Door> => {
  const sdk = await loadSdk();
  const connection = await connectionOf(target, sdk, options);
  await connection.credentials();
  const clients = createClients(sdk, connection);
  const hot = createHotCalls(connection, options.now, options.timeouts);
  const close = () => (clients.destroy(), hot.destroy());
  try {
    const identity = await identify(target, sdk, clients, options);
    return { kind: target.kind, region: connection.region, ...identity, connection, sdk, clients, hot, close };
  } catch (error) {
    close();
    throw error;
  }
};

const identify = async (target: Target, sdk: Sdk, clients: Clients, options: DoorOptions) => {
  if (target.kind === 'embedded' && options.server) return { accountId: options.server.accountId, caller: 'embedded' };
  try {
    const answer = await clients.sts.send(new sdk.GetCallerIdentityCommand({}));
    if (!answer.Account) throw new Error('the answer names no account');
    return { accountId: answer.Account, caller: answer.Arn ?? '' };
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(identityMessage(target, error), { cause: error });
  }
};

/** What is wrong with an answer; the SDK's own words for one that it cannot read are of no use. */
const answerWords = (error: unknown): string => {
  const text = messageOf(error);
  return /Deserialization error|parse error/.test(text)
    ? 'its answer is no answer of STS'
    : (text.split('\n')[0] ?? '');
};

const identityMessage = (target: Target, error: unknown): string => {
  const code = (error as { code?: string }).code ?? (error instanceof Error ? error.name : '');
  if (target.kind === 'endpoint') {
    if (/ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|TimeoutError/.test(code))
      return `Nothing answers at ${target.url} (${code}). Start the emulator, or choose another target.`;
    return `${target.url} does not answer like AWS: ${answerWords(error)}. Is it another service, or a proxy in the way?`;
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH/.test(code))
    return `AWS cannot be reached (${code}). Check the region's name and the network.`;
  if (/ExpiredToken/.test(code)) return 'The AWS credentials have expired. Sign in again.';
  if (/InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient/.test(code))
    return 'AWS does not accept these credentials. Check the profile, or sign in again.';
  return `AWS did not say whose account this is: ${answerWords(error)}`;
};
