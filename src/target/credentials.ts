import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { ExpectedError } from '../model/errors';
import { profileNames } from './awsProfiles';
import type { AwsCredentials, CredentialSource, Sdk } from './clients';

/** The environment and files that signing in may read; replaced in tests. */
export interface SignInContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks the person for the code of an MFA device; undefined when they cancel. */
  askMfa(serial: string): Promise<string | undefined>;
}

const configFile = (env: SignInContext['env']) => env['AWS_CONFIG_FILE'] ?? path.join(homedir(), '.aws', 'config');

const credentialsFile = (env: SignInContext['env']) =>
  env['AWS_SHARED_CREDENTIALS_FILE'] ?? path.join(homedir(), '.aws', 'credentials');

const readText = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

/** `key = value` pairs of one profile of an AWS config file. Sections are `[profile x]`, or `[default]`. */
export const profileSection = (text: string, profile: string): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  let inside = false;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    const section = /^\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]$/.exec(line);
    if (section) inside = section[1] === profile;
    else if (inside && !/^[#;]/.test(line)) {
      const pair = /^([A-Za-z0-9_]+)\s*=\s*(.*)$/.exec(line);
      if (pair) values[pair[1] as string] = (pair[2] as string).replace(/\s+[#;].*$/, '').trim();
    }
  }
  return values;
};

/**
 * Region: the option, then AWS_REGION, then the profile's `region` (the SDK's own order; AWS_DEFAULT_REGION is the CLI's
 * and the SDK does not read it, so it is only named in the message).
 * @throws ExpectedError when none of the three gives one, or the profile is not there.
 */
export const resolveRegion = async (
  option: string | undefined,
  profile: string | undefined,
  env: SignInContext['env'],
): Promise<string> => {
  const given = option ?? env['AWS_REGION'];
  if (given) return checkedRegion(given);
  const name = profile ?? env['AWS_PROFILE'] ?? 'default';
  const text = await readText(configFile(env));
  const region = profileSection(text, name)['region'];
  if (region) return checkedRegion(region);
  const known = profileNames(text, await readText(credentialsFile(env)));
  if (name !== 'default' && !known.includes(name)) throw new ExpectedError(unknownProfile(name, known));
  const hint = env['AWS_DEFAULT_REGION'] ? ` (AWS_DEFAULT_REGION is set, but AWS's SDK reads only AWS_REGION)` : '';
  throw new ExpectedError(
    `No region is known for profile "${name}"${hint}. Pass --region, set AWS_REGION, or add "region = …" to the profile.`,
  );
};

/**
 * Where AWS's own settings lead all services to: AWS_ENDPOINT_URL, then the profile's `endpoint_url`. The SDK would follow them by
 * itself; the calls of the load must go to the same place.
 * @throws ExpectedError when it is no address.
 */
export const configuredEndpoint = async (
  profile: string | undefined,
  env: SignInContext['env'],
): Promise<string | undefined> => {
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true') return undefined;
  const text = await readText(configFile(env));
  const url =
    env['AWS_ENDPOINT_URL'] ?? profileSection(text, profile ?? env['AWS_PROFILE'] ?? 'default')['endpoint_url'];
  if (!url) return undefined;
  if (/^https?:\/\/[^/]/.test(url) && URL.canParse(url)) return url.replace(/\/$/, '');
  throw new ExpectedError(
    `AWS_ENDPOINT_URL (or endpoint_url of the profile) is "${url}", which is no http or https address.`,
  );
};

const unknownProfile = (name: string, known: readonly string[]): string =>
  `There is no AWS profile "${name}". ${known.length > 0 ? `There are: ${known.join(', ')}.` : `None is set up: run aws configure --profile ${name}`}`;

const checkedRegion = (region: string): string => {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return region;
  throw new ExpectedError(`"${region}" is not the name of an AWS region, such as eu-west-1.`);
};

/** Turns what the credential providers throw into one sentence that says what to do. Never contains a secret. */
export const signInMessage = (error: unknown, profile: string | undefined): string => {
  const text = error instanceof Error ? error.message : String(error);
  const name = error instanceof Error ? error.name : '';
  const asProfile = profile ? ` --profile ${profile}` : '';
  // The portal itself says so where a session was ended before its time.
  if (
    (/sso/i.test(text) && /expired|invalid|refresh|login|not found/i.test(text)) ||
    /UnauthorizedException|Session token not found or invalid/.test(text)
  )
    return `The SSO session of profile "${profile ?? 'default'}" has expired. Run: aws sso login${asProfile}`;
  if (/login session|aws login/i.test(text)) return `The login session has expired. Run: aws login${asProfile}`;
  if (/mfa/i.test(text))
    return `Profile "${profile ?? 'default'}" needs an MFA code, and none was given. Start again and enter it.`;
  const none = /Could not load credentials from any providers/.test(text);
  if (
    /Could not resolve credentials using profile|Profile .* (could not be found|not found)/i.test(text) ||
    (none && profile)
  )
    return `No AWS profile "${profile ?? 'default'}" gives credentials. See "aws configure list-profiles", or run: aws configure${asProfile}`;
  if (/^ForbiddenException/.test(text))
    return `Profile "${profile ?? 'default'}" may not use its SSO role in its account; see sso_role_name and sso_account_id. AWS says: ${text}`;
  if (/AccessDenied/.test(name) || /not authorized to perform: sts:AssumeRole/.test(text))
    return `Profile "${profile ?? 'default'}" may not assume its role: the role's trust policy has to name you, and you need sts:AssumeRole on it. AWS says: ${text}`;
  if (/ExpiredToken|security token included in the request is expired/i.test(`${name} ${text}`))
    return `The credentials of profile "${profile ?? 'default'}" have expired. Sign in again.`;
  if (none) return 'No AWS credentials were found. Name a profile (--target aws:PROFILE), or run: aws configure';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|TimeoutError/.test(`${name} ${text}`))
    return `AWS cannot be reached to sign in (${text.split('\n')[0]}). Check the region's name and the network.`;
  return `Signing in to AWS failed: ${text}`;
};

/**
 * Credentials of a profile (static keys, SSO, assumed roles, MFA, process, web identity), or of the SDK's default chain
 * where none is named. `region`: whose STS is asked for a role; AWS's own default is us-east-1, which other partitions do not know.
 * Errors come out as ExpectedError with the command that helps.
 */
export const profileCredentials = (
  sdk: Sdk,
  profile: string | undefined,
  context: SignInContext,
  region?: string,
): CredentialSource => {
  const mfaCodeProvider = async (serial: string) => {
    const code = await context.askMfa(serial);
    if (!code) throw new ExpectedError(`Profile "${profile ?? 'default'}" needs the code of MFA device ${serial}.`);
    return code;
  };
  const options = {
    ...(profile ? { profile } : {}),
    ...(region ? { parentClientConfig: { region } } : {}),
    mfaCodeProvider,
  };
  const provider = sdk.fromNodeProviderChain(options);
  let cached: AwsCredentials | undefined;
  return async () => {
    if (cached && (!cached.expiration || cached.expiration.getTime() - new Date().getTime() > 300_000)) return cached;
    try {
      cached = await provider();
      return cached;
    } catch (error) {
      if (error instanceof ExpectedError) throw error;
      throw new ExpectedError(signInMessage(error, profile), { cause: error });
    }
  };
};

export const fixedCredentials =
  (credentials: AwsCredentials): CredentialSource =>
  () =>
    Promise.resolve(credentials);
