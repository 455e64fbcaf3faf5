import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSdk } from '../../../src/target/clients';
import {
  configuredEndpoint,
  profileCredentials,
  profileSection,
  resolveRegion,
  signInMessage,
} from '../../../src/target/credentials';
import { openDoor } from '../../../src/target/door';
import { useFolder } from '../store/fixtures';

const newFolder = useFolder();
const config = `
# a comment
[default]
region = eu-west-2
[profile dev]
region=eu-west-1 ; trailing
sso_session = x
[profile "with space"]
region = ap-south-1
[sso-session x]
region = us-west-2
`;
const env = (text: string) => {
  const file = path.join(newFolder(), 'config');
  writeFileSync(file, text);
  return { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: `${file}.none` };
};

describe('sections of an AWS config file', () => {
  it.each([
    ['default', 'eu-west-2'],
    ['dev', 'eu-west-1'],
    ['with space', 'ap-south-1'],
    ['none', undefined],
  ])('%s', (profile, region) => expect(profileSection(config, profile)['region']).toBe(region));
});

describe('the endpoint that AWS’s own settings name', () => {
  const files = env.bind(undefined, '[profile local]\nendpoint_url = http://localhost:4566/\n');

  it('is the environment’s before the profile’s, and can be ignored as a whole', async () => {
    const set = { ...files(), AWS_ENDPOINT_URL: 'https://gateway.example/aws' };
    expect(await configuredEndpoint('local', set)).toBe('https://gateway.example/aws');
    expect(await configuredEndpoint('local', files())).toBe('http://localhost:4566');
    expect(await configuredEndpoint(undefined, { ...files(), AWS_PROFILE: 'local' })).toBe('http://localhost:4566');
    expect(await configuredEndpoint('other', files())).toBeUndefined();
    expect(await configuredEndpoint('local', { ...set, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'TRUE' })).toBeUndefined();
  });

  it.each(['localhost:4566', 'ftp://x', 'http://'])('must be an address: %s', async (url) => {
    await expect(configuredEndpoint(undefined, { ...files(), AWS_ENDPOINT_URL: url })).rejects.toThrow(
      `is "${url}", which is no http or https address`,
    );
  });
});

describe('the region', () => {
  it('is the option before the environment before the profile', async () => {
    const files = env(config);
    expect(await resolveRegion('us-east-2', 'dev', { ...files, AWS_REGION: 'us-west-1' })).toBe('us-east-2');
    expect(await resolveRegion(undefined, 'dev', { ...files, AWS_REGION: 'us-west-1' })).toBe('us-west-1');
    expect(await resolveRegion(undefined, 'dev', files)).toBe('eu-west-1');
    expect(await resolveRegion(undefined, undefined, { ...files, AWS_PROFILE: 'dev' })).toBe('eu-west-1');
    expect(await resolveRegion(undefined, undefined, files)).toBe('eu-west-2');
  });

  it('is asked for when nothing gives one, naming the variable that AWS does not read', async () => {
    const empty = env('[profile x]\n');
    await expect(resolveRegion(undefined, 'x', empty)).rejects.toThrow(
      /No region is known for profile "x"\. Pass --region/,
    );
    await expect(resolveRegion(undefined, undefined, { ...empty, AWS_DEFAULT_REGION: 'eu-west-1' })).rejects.toThrow(
      /reads only AWS_REGION/,
    );
  });

  it('is nobody’s where the profile is not there: what is there is named', async () => {
    const files = env('[default]\n[profile dev]\nsso_session = s\n[sso-session s]\n');
    writeFileSync(files.AWS_SHARED_CREDENTIALS_FILE, '[keys]\naws_access_key_id = x\n');
    await expect(resolveRegion(undefined, 'nope', files)).rejects.toThrow(
      'There is no AWS profile "nope". There are: default, dev, keys.',
    );
    await expect(resolveRegion(undefined, 'keys', files)).rejects.toThrow('No region is known for profile "keys"');
    await expect(resolveRegion(undefined, 'nope', env(''))).rejects.toThrow(
      'None is set up: run aws configure --profile nope',
    );
  });

  it('must look like one', async () => {
    await expect(resolveRegion('Ireland', undefined, {})).rejects.toThrow(/"Ireland" is not the name of an AWS region/);
    expect(await resolveRegion('us-gov-west-1', undefined, {})).toBe('us-gov-west-1');
  });
});

describe('what is said when signing in fails', () => {
  it.each([
    [
      'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login',
      'dev',
      /Run: aws sso login --profile dev$/,
    ],
    [
      'The SSO session token associated with profile=dev was not found or is invalid.',
      undefined,
      /profile "default" has expired\. Run: aws sso login$/,
    ],
    [
      'Profile x requires multi-factor authentication, but no MFA code callback was provided.',
      'x',
      /needs an MFA code|failed/,
    ],
    [
      'Could not resolve credentials using profile: [x] in configuration/credentials file(s).',
      'x',
      /No AWS profile "x" gives credentials.*aws configure --profile x/,
    ],
    ['User is not authorized to perform: sts:AssumeRole on resource: r', 'x', /may not assume its role/],
    ['The security token included in the request is expired', 'x', /have expired/],
    ['Could not load credentials from any providers', undefined, /No AWS credentials were found/],
    ['Could not load credentials from any providers', 'x', /^No AWS profile "x" gives credentials/],
    ['UnauthorizedException: Session token not found or invalid', 'x', /SSO session of profile "x" has expired/],
    ['ForbiddenException: No access', 'x', /^Profile "x" may not use its SSO role/],
    [
      'getaddrinfo ENOTFOUND sts.us-nowhere-9.amazonaws.com',
      'x',
      /^AWS cannot be reached to sign in \(getaddrinfo ENOTFOUND sts\.us-nowhere-9\.amazonaws\.com\)\. Check the region/,
    ],
    ['something else', undefined, /Signing in to AWS failed: something else/],
  ])('%s', (text, profile, message) => expect(signInMessage(new Error(text), profile)).toMatch(message));
});

describe('credentials of a profile', () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  });
  afterEach(() => {
    process.env = { ...before };
  });
  const files = (credentials: string, more = '') => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'credentials'), credentials);
    writeFileSync(path.join(folder, 'config'), more);
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = path.join(folder, 'credentials');
    process.env['AWS_CONFIG_FILE'] = path.join(folder, 'config');
    process.env['HOME'] = folder;
  };
  const context = { env: {}, askMfa: () => Promise.resolve(undefined) };

  it('are the static ones of the file', async () => {
    files('[dev]\naws_access_key_id = AKDEV\naws_secret_access_key = s\n');
    expect(await profileCredentials(await loadSdk(), 'dev', context)()).toMatchObject({
      accessKeyId: 'AKDEV',
      secretAccessKey: 's',
    });
  });

  it('come from a process', async () => {
    const script = path.join(newFolder(), 'print.js');
    writeFileSync(script, `console.log(JSON.stringify({ Version: 1, AccessKeyId: 'AKPROC', SecretAccessKey: 's' }))`);
    files('', `[profile p]\ncredential_process = ${process.execPath} ${script}\n`);
    expect(await profileCredentials(await loadSdk(), 'p', context)()).toMatchObject({ accessKeyId: 'AKPROC' });
  });

  it('say what to do where there are none', async () => {
    files('');
    await expect(profileCredentials(await loadSdk(), 'missing', context)()).rejects.toMatchObject({
      name: 'ExpectedError',
    });
  });

  it('ask for the code of an MFA device, and name it when none is given', async () => {
    files(
      '[base]\naws_access_key_id = A\naws_secret_access_key = s\n',
      '[profile mfa]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\nregion = eu-west-1\n',
    );
    const asked: string[] = [];
    const source = profileCredentials(await loadSdk(), 'mfa', {
      env: {},
      askMfa: (serial) => {
        asked.push(serial);
        return Promise.resolve(undefined);
      },
    });
    await expect(source()).rejects.toThrow(/MFA/);
    expect(asked).toEqual(['arn:aws:iam::1:mfa/me']);
  });

  it('tell an expired SSO session with the command that renews it', async () => {
    files(
      '',
      '[profile sso]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-1\n[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.awsapps.com/start\nsso_registration_scopes = sso:account:access\n',
    );
    await expect(profileCredentials(await loadSdk(), 'sso', context)()).rejects.toThrow(/aws sso login --profile sso/);
  });
});

describe('opening the door', () => {
  const options = { now: () => Date.now(), signIn: { env: {}, askMfa: () => Promise.resolve(undefined) } };

  it('says that nothing answers at an endpoint', async () => {
    await expect(openDoor({ kind: 'endpoint', url: 'http://127.0.0.1:1' }, options)).rejects.toThrow(
      /Nothing answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)\. Start the emulator/,
    );
  });

  it.each([
    ['a page', '<html>hello</html>', 'the answer names no account'],
    ['a page that is no XML', '<html><meta><body>hello</html>', 'its answer is no answer of STS'],
  ])('says that an endpoint is not AWS: %s', async (_what, body, why) => {
    const server = http.createServer((_request, response) => response.end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(openDoor({ kind: 'endpoint', url }, options)).rejects.toThrow(
      `${url} does not answer like AWS: ${why}. Is it another service, or a proxy in the way?`,
    );
    server.closeAllConnections();
    server.close();
  });

  it('takes the account of an embedded server as it is told', async () => {
    const door = await openDoor(
      { kind: 'embedded', profile: 'none' },
      {
        ...options,
        server: {
          endpoint: 'http://127.0.0.1:9',
          region: 'eu-west-1',
          accountId: '42',
          credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        },
      },
    );
    expect([door.accountId, door.region, door.kind]).toEqual(['42', 'eu-west-1', 'embedded']);
    door.close();
  });

  it('sets disableHostPrefix with a custom endpoint only', async () => {
    const { clientConfig } = await import('../../../src/target/clients');
    const sdk = await loadSdk();
    const credentials = () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' });
    const local = clientConfig({ region: 'r', credentials, endpoint: 'http://x' }, undefined, sdk);
    const aws = clientConfig({ region: 'r', credentials }, undefined, sdk);
    expect(local).toMatchObject({ disableHostPrefix: true, maxAttempts: 1, endpoint: 'http://x' });
    expect(aws).not.toHaveProperty('disableHostPrefix');
    expect(aws.maxAttempts).toBe(1);
  });
});
