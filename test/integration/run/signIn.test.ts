/** Signing in as people do, against a local SSO portal and STS: what they hand out opens the door of a server that checks signatures. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../../../src/server/start';
import { openDoor } from '../../../src/target/door';
import { newFolder } from './setUp';

const before = { ...process.env };
const closing: (() => unknown)[] = [];
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
});
afterEach(async () => {
  process.env = { ...before };
  for (const close of closing.splice(0).reverse()) await close();
});

interface Asked {
  readonly url: string;
  readonly form: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
}
type Answer = { readonly status?: number; readonly body: string };

/** Answers each request as told and notes it. */
const serve = async (answer: (asked: Asked) => Answer) => {
  const asked: Asked[] = [];
  const server = http.createServer((request, reply) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const one = { url: request.url ?? '', form: new URLSearchParams(body), headers: request.headers };
      asked.push(one);
      const { status = 200, body: text } = answer(one);
      reply.writeHead(status, { 'content-type': text.startsWith('<') ? 'text/xml' : 'application/json' });
      reply.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => (server.closeAllConnections(), server.close()));
  return { asked, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

type Server = Awaited<ReturnType<typeof startServer>>;

/** A server in AWS's place, and a home with these AWS files; the environment leads to both. */
const setUp = async (config: string, credentials = '') => {
  const server = await startServer({ seed: 1, region: 'eu-west-1' });
  closing.push(() => server.stop());
  const home = newFolder();
  mkdirSync(path.join(home, '.aws/sso/cache'), { recursive: true });
  writeFileSync(path.join(home, '.aws/config'), config);
  writeFileSync(path.join(home, '.aws/credentials'), credentials);
  Object.assign(process.env, {
    HOME: home,
    AWS_CONFIG_FILE: path.join(home, '.aws/config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(home, '.aws/credentials'),
    AWS_ENDPOINT_URL: server.endpoint,
  });
  return { server, home };
};

const open = (
  profile: string,
  askMfa: (serial: string) => Promise<string | undefined> = () => Promise.resolve(undefined),
) => openDoor({ kind: 'aws', profile }, { now: () => Date.now(), signIn: { env: process.env, askMfa } });

/** The account that the door leads to: only a right signature is told it. */
const accountOf = async (...given: Parameters<typeof open>): Promise<string> => {
  const door = await open(...given);
  const { sdk, clients, accountId } = door;
  await clients.sfn.send(new sdk.ListStateMachinesCommand({}));
  door.close();
  return accountId;
};

describe('with IAM Identity Center (SSO)', () => {
  const config = `[profile sso]
sso_session = work
sso_account_id = 111122223333
sso_role_name = Developer
region = eu-west-1
[sso-session work]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
sso_registration_scopes = sso:account:access
`;
  const signedIn = (home: string, expiresAt: number) =>
    writeFileSync(
      path.join(home, '.aws/sso/cache', `${createHash('sha1').update('work').digest('hex')}.json`),
      JSON.stringify({
        startUrl: 'https://example.awsapps.com/start',
        region: 'eu-west-1',
        accessToken: 'the-token-of-the-session',
        expiresAt: new Date(expiresAt).toISOString(),
      }),
    );
  const portal = async (server: Server, answer?: Answer) => {
    const { accessKeyId, secretAccessKey } = server.credentials;
    const expiration = Date.now() + 3_600_000;
    const served = await serve(
      () =>
        answer ?? {
          body: JSON.stringify({ roleCredentials: { accessKeyId, secretAccessKey, sessionToken: 't', expiration } }),
        },
    );
    process.env['AWS_ENDPOINT_URL_SSO'] = served.endpoint;
    return served;
  };

  it('the portal gives the role of the profile for the session’s token', async () => {
    const { server, home } = await setUp(config);
    const { asked } = await portal(server);
    signedIn(home, Date.now() + 3_600_000);
    expect(await accountOf('sso')).toBe(server.accountId);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url).toMatch(/^\/federation\/credentials\?.*role_name=Developer/);
    expect(asked[0]?.url).toContain('account_id=111122223333');
    expect(asked[0]?.headers['x-amz-sso_bearer_token']).toBe('the-token-of-the-session');
  });

  it('an expired session, and one that the portal knows no more, name the command that renews them', async () => {
    const { server, home } = await setUp(config);
    const { asked } = await portal(server, {
      status: 401,
      body: JSON.stringify({ __type: 'UnauthorizedException', message: 'Session token not found or invalid' }),
    });
    signedIn(home, Date.now() - 1_000);
    const said = /^The SSO session of profile "sso" has expired\. Run: aws sso login --profile sso$/;
    await expect(open('sso')).rejects.toThrow(said);
    expect(asked).toHaveLength(0);
    signedIn(home, Date.now() + 3_600_000);
    await expect(open('sso')).rejects.toThrow(said);
    expect(asked).toHaveLength(1);
  });

  it('a role that the person does not have is said as that', async () => {
    const { server, home } = await setUp(config);
    await portal(server, {
      status: 403,
      body: JSON.stringify({ __type: 'ForbiddenException', message: 'No access' }),
    });
    signedIn(home, Date.now() + 3_600_000);
    await expect(open('sso')).rejects.toThrow(
      /^Profile "sso" may not use its SSO role in its account; see sso_role_name and sso_account_id\. AWS says: ForbiddenException: No access$/,
    );
  });
});

describe('with a role that is assumed', () => {
  const base = '[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-secret\n';
  const profile = (more = '') =>
    `[profile base]\nregion = eu-west-1\n[profile deputy]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111122223333:role/deputy\n${more}`;
  const granted = ({ credentials: { accessKeyId, secretAccessKey } }: Server, action = 'AssumeRole'): Answer => ({
    body: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/deputy/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser></${action}Result></${action}Response>`,
  });
  const refused: Answer = {
    status: 403,
    body: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/base is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/deputy</Message></Error><RequestId>1</RequestId></ErrorResponse>',
  };
  /** STS in front of the server's own: GetCallerIdentity with the role's credentials is the server's to answer. */
  const sts = async (answer: (asked: Asked) => Answer) => {
    const served = await serve(answer);
    process.env['AWS_ENDPOINT_URL_STS'] = served.endpoint;
    return served;
  };

  it('STS gives its credentials to the source profile', async () => {
    const { server } = await setUp(profile('source_profile = base\n'), base);
    const { asked } = await sts(() => granted(server));
    expect(await accountOf('deputy')).toBe(server.accountId);
    const [call] = asked;
    expect(call?.form.get('Action')).toBe('AssumeRole');
    expect(call?.form.get('RoleArn')).toBe('arn:aws:iam::111122223333:role/deputy');
    // The STS of the profile's region.
    expect(call?.headers.authorization).toMatch(/Credential=AKIABASE\/\d+\/eu-west-1\/sts\//);
  });

  it('that refuses is told in one sentence with its role', async () => {
    await setUp(profile('source_profile = base\n'), base);
    await sts(() => refused);
    await expect(open('deputy')).rejects.toThrow(
      /^Profile "deputy" may not assume its role: the role's trust policy .* AWS says: User: .* sts:AssumeRole on resource: arn:aws:iam::111122223333:role\/deputy$/,
    );
  });

  it('asks for the code of an MFA device and hands it on', async () => {
    const device = 'arn:aws:iam::111122223333:mfa/me';
    const { server } = await setUp(profile(`source_profile = base\nmfa_serial = ${device}\n`), base);
    const { asked } = await sts(() => granted(server));
    const devices: string[] = [];
    await accountOf('deputy', (serial) => (devices.push(serial), Promise.resolve('123456')));
    expect(devices).toEqual([device]);
    expect([asked[0]?.form.get('SerialNumber'), asked[0]?.form.get('TokenCode')]).toEqual([device, '123456']);
  });

  it('takes a web identity’s token, unsigned', async () => {
    const token = path.join(newFolder(), 'token');
    writeFileSync(token, 'a.web.token');
    const { server } = await setUp(profile(`web_identity_token_file = ${token}\nrole_session_name = ci\n`));
    const { asked } = await sts(() => granted(server, 'AssumeRoleWithWebIdentity'));
    expect(await accountOf('deputy')).toBe(server.accountId);
    const [call] = asked;
    expect([call?.form.get('Action'), call?.form.get('WebIdentityToken')]).toEqual([
      'AssumeRoleWithWebIdentity',
      'a.web.token',
    ]);
    expect(call?.headers.authorization).toBeUndefined();
  });
});
