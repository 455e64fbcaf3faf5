import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../../src/server/start';
import { workflow } from './setUp';

const root = path.resolve(__dirname, '../../..');
const cli = path.join(root, 'dist/cli.js');

/** As secrets look: nothing else in the project may hold these. */
const planted = {
  key: 'AKIAPLANTEDKEY000001',
  secret: 'pLaNtEd/SeCrEt+kEy0123456789abcdefghijkl',
  token: 'pLaNtEdSeSsIoNtOkEn//////////0123456789abcdef',
};

const everyFile = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? everyFile(file) : [file];
  });

/** One command line in a process of its own; answers all it said. */
const cliSays = (folder: string, env: Record<string, string>, ...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) =>
    execFile(
      'node',
      [cli, ...args],
      { cwd: folder, env: { PATH: process.env['PATH'], ...env } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr }),
    ),
  );

describe.skipIf(!existsSync(cli))('a secret planted in the credentials', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let folder: string;
  const said: string[] = [];
  const secrets = () => ({ ...planted, served: server.credentials.secretAccessKey });
  beforeAll(async () => {
    server = await startServer({ seed: 1 });
    folder = mkdtempSync(path.join(tmpdir(), 'stepbench-secret-'));
    mkdirSync(path.join(folder, 'work'), { recursive: true });
    writeFileSync(path.join(folder, 'work/order.asl.json'), JSON.stringify(workflow));
    writeFileSync(
      path.join(folder, 'config'),
      `[profile planted]\nregion = eu-west-1\naws_access_key_id = ${planted.key}\naws_secret_access_key = ${planted.secret}\naws_session_token = ${planted.token}\n`,
    );
    const env = {
      HOME: folder,
      // The server lets nobody else in; its key is as secret as any.
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: planted.token,
    };
    const profile = {
      HOME: folder,
      AWS_CONFIG_FILE: path.join(folder, 'config'),
      AWS_EC2_METADATA_DISABLED: 'true',
      // Nothing of AWS is called: this port refuses.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    };
    const on = ['--target', server.endpoint, '--region', server.region];
    const work = path.join(folder, 'work');
    const say = async (which: Record<string, string>, ...args: string[]) => {
      const { code, said: text } = await cliSays(work, which, ...args);
      said.push(`${args.join(' ')}\n${text}`);
      return code;
    };
    expect(
      await say(
        env,
        'run',
        'order.asl.json',
        ...on,
        '--executions',
        '2',
        '--out',
        'r.html',
        '--out',
        'r.md',
        '--out',
        'r.json',
      ),
    ).toBe(0);
    expect(
      await say(env, 'run', 'order.asl.json', ...on, '--executions', '2', '--type', 'standard', '--keep', '--json'),
    ).toBe(0);
    expect(await say(env, 'run', 'nonesuch', ...on)).toBe(2);
    expect(await say(env, 'check', '--permissions', ...on, '--json')).toBe(0);
    expect(await say(env, 'clean', ...on)).toBe(0);
    expect(await say(env, 'run', 'order.asl.json', '--target', 'http://127.0.0.1:9')).toBe(3);
    expect(await say(profile, 'run', 'order.asl.json', '--target', 'aws:planted', '--yes')).toBe(3);
    expect(await say(profile, 'check', '--permissions', '--target', 'aws:planted')).toBe(3);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is in nothing that a command prints', () => {
    expect(said).toHaveLength(8);
    for (const text of said) {
      expect(text.length).toBeGreaterThan(20);
      for (const [name, value] of Object.entries(secrets()))
        expect([name, text]).toEqual([name, expect.not.stringContaining(value)]);
    }
  });

  it('is in no file: run documents, samples, traces, ledgers, reports', () => {
    const files = everyFile(path.join(folder, 'work'));
    expect(files.map((file) => path.extname(file))).toEqual(
      expect.arrayContaining(['.json', '.jsonl', '.html', '.md']),
    );
    for (const file of files) {
      const text = readFileSync(file, 'latin1');
      for (const [name, value] of Object.entries(secrets()))
        expect([file, name, text.includes(value)]).toEqual([file, name, false]);
    }
  });
});

describe('what goes to the webview', () => {
  it('has no field that could hold a secret: neither its messages nor what they are made of', () => {
    const sources = [
      'src/protocol.ts',
      ...['src/model', 'webview', 'src/views', 'src/store'].flatMap((each) => everyFile(path.join(root, each))),
    ];
    const suspicious = sources
      .filter((file) => /\.ts$/.test(file))
      .filter((file) =>
        /secretAccessKey|sessionToken|CredentialSource|AwsCredentials/.test(
          readFileSync(path.resolve(root, file), 'utf8'),
        ),
      );
    expect(suspicious).toEqual([]);
  });
});
