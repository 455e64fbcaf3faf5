import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ExpectedError } from '../../model/errors';
import type { Door } from '../../target/door';

/** A helper process that serves HTTP on loopback and ends with the run. */
export interface HostProcess {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** An editor's own Node is its executable with this variable. */
const asNode = process.versions['electron'] ? { ELECTRON_RUN_AS_NODE: '1' } : {};

/**
 * Starts a bundle as a process and waits for its line `{"address": …}`. Its stdin is its lifeline: it ends when the pipe closes,
 * also when this process is killed.
 * @throws ExpectedError with what it wrote to stderr when it ends before it listens.
 */
export const startHost = (
  bundle: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<HostProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, ...args], {
      env: { ...process.env, ...asNode, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    const ended = new Promise<void>((done) => child.on('exit', () => done()));
    // A module of the user's own may be what is wrong: its first line says what.
    void ended.then(() => {
      const [first = ''] = complaint.trim().split('\n');
      reject(new ExpectedError(`The service did not come up: ${first || 'it ended before it listened'}.`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{"address"')) return;
      const { address } = JSON.parse(line) as { address: string };
      resolve({
        address,
        stop: async () => {
          child.stdin.end();
          const force = setTimeout(() => child.kill('SIGKILL'), 2_000);
          await ended;
          clearTimeout(force);
        },
      });
    });
  });

/** What a service's own process needs to reach the target: as on an EC2 instance, all of it comes from the environment. */
export const hostEnvironment = async ({ connection, region, accountId }: Door): Promise<Record<string, string>> => {
  const { accessKeyId, secretAccessKey, sessionToken } = await connection.credentials();
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ACCOUNT_ID: accountId,
    ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
    ...(connection.endpoint ? { AWS_ENDPOINT_URL: connection.endpoint } : {}),
  };
};
