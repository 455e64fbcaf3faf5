/** `stepbench serve`: the embedded engine for any AWS client. One JSON line on stdout when it is ready, logs on stderr. */
import { readFile } from 'node:fs/promises';
import type { ClockKind } from '../model/clock';
import { isObject } from '../model/json';
import type { LatencyProfile } from '../model/profile';
import type { ServerOptions } from '../server/options';
import { loadProfile } from '../server/profile';
import { spawnServer } from '../server/spawn';

export interface ServeArguments {
  readonly port?: string | number;
  /** `real`, `virtual`, or `xN`. */
  readonly clock?: string;
  readonly quotas?: boolean;
  readonly region?: string;
  /** A shipped name or a file; `none` adds nothing. */
  readonly profile?: string;
  readonly seed?: string | number;
  /** Folder whose sub-folders stand for buckets. */
  readonly objects?: string;
  /** AWS's MockConfigFile.json. `testCase` is the case of every execution that is not started as `stateMachineArn#TestCase`. */
  readonly mocks?: string;
  readonly testCase?: string;
  /** The server bundle; beside the running one unless told. */
  readonly script?: string;
}

/** Bad usage: its message says what to do. The command line exits with 2. */
export class UsageError extends Error {}

export interface ServeContext {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Aborted when it shall end. */
  readonly signal: AbortSignal;
}

/** `real`, `virtual`, `x10`. Throws UsageError. */
export function parseClock(text: string): ClockKind {
  if (text === 'real' || text === 'virtual') return text;
  const scale = /^x(\d+(?:\.\d+)?)$/.exec(text)?.[1];
  if (scale === undefined || Number(scale) <= 0)
    throw new UsageError(`--clock takes real, virtual or xN (x10 runs ten times as fast), not '${text}'.`);
  return { scale: Number(scale) };
}

function wholeNumber(name: string, value: string | number, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > most)
    throw new UsageError(`--${name} takes a whole number from 0 to ${most}, not '${value}'.`);
  return number;
}

async function readProfile(name: string): Promise<LatencyProfile | undefined> {
  if (name === 'none') return undefined;
  try {
    return await loadProfile(name);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function readMocks(file: string, testCase: string | undefined): Promise<ServerOptions['mocks']> {
  let config: unknown;
  try {
    config = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `The mock file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isObject(config)) throw new UsageError(`The mock file ${file} is not a JSON object.`);
  return { config, ...(testCase !== undefined && { testCase }) };
}

/** What the arguments ask for. Throws UsageError. */
export async function serverOptions(given: ServeArguments): Promise<ServerOptions> {
  return {
    ...(given.port !== undefined && { port: wholeNumber('port', given.port, 65_535) }),
    ...(given.clock !== undefined && { clock: parseClock(given.clock) }),
    ...(given.quotas !== undefined && { quotas: given.quotas }),
    ...(given.region !== undefined && { region: given.region }),
    ...(given.profile !== undefined && { profile: await readProfile(given.profile) }),
    ...(given.seed !== undefined && { seed: wholeNumber('seed', given.seed, 4_294_967_295) }),
    ...(given.objects !== undefined && { objectsFolder: given.objects }),
    ...(given.mocks !== undefined && { mocks: await readMocks(given.mocks, given.testCase) }),
  };
}

/** Serves until the signal (SIGTERM, SIGINT on a command line); resolves to the exit code. Throws UsageError before anything is started. */
export async function serve(given: ServeArguments, { stdout, stderr, signal }: ServeContext): Promise<number> {
  const options = await serverOptions(given);
  let fail: (message: string) => void = () => undefined;
  const failed = new Promise<number>((resolve) => {
    fail = (message) => {
      stderr.write(`${message}\n`);
      resolve(3);
    };
  });
  // Asked to stop before it is ready is asked to stop all the same.
  const asked = new Promise<number>((resolve) => {
    if (signal.aborted) resolve(0);
    else signal.addEventListener('abort', () => resolve(0), { once: true });
  });
  let server;
  try {
    server = await spawnServer(options, { script: given.script, onLog: (text) => stderr.write(text), onExit: fail });
  } catch (error) {
    stderr.write(`${startFailure(error, options.port)}\n`);
    return 3;
  }
  const { endpoint, region, credentials } = server;
  stdout.write(`${JSON.stringify({ endpoint, region, credentials })}\n`);
  const code = await Promise.race([asked, failed]);
  if (code === 0) await server.stop();
  return code;
}

function startFailure(error: unknown, port: number | undefined): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes('EADDRINUSE')
    ? `Port ${port ?? 0} is taken. Choose another, or --port 0 for a free one.`
    : message;
}
