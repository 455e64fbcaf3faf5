/** Which runtimes can run here, and how one is started. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ServerContext } from '../contract';
import type { FunctionVersion, LambdaFunction } from './functions';
import type { ProcessSource, ProcessSpec } from './process';

type Language = 'node' | 'python';

/** `nodejs…` runs in this Node, `python…` in the machine's python3; undefined for what cannot run. */
export function languageOfRuntime(runtime: string): Language | undefined {
  if (runtime.startsWith('nodejs')) return 'node';
  if (runtime.startsWith('python')) return 'python';
  return undefined;
}

const foundFiles = new Map<string, string>();

/** A file of the build: beside this bundle, or in dist/ when the sources run. Throws if there is no build. */
function builtFile(name: string): string {
  const known = foundFiles.get(name);
  if (known !== undefined) return known;
  const places = [path.join(__dirname, name), path.join(__dirname, '../../../dist', name)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined)
    throw new Error(`${name} is not built: run 'npm run build' first (looked in ${places.join(', ')})`);
  foundFiles.set(name, found);
  return found;
}

/** Passed on from the server's own environment: what programs need to start at all, never credentials. */
const inherited = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'PYENV_ROOT',
  'PYENV_VERSION',
  'LD_LIBRARY_PATH',
];

/** The processes of a version; `shares` is the pool's: Python handlers never share one. `logStream` names a new one's stream. */
export function processSource(
  context: ServerContext,
  fn: LambdaFunction,
  version: FunctionVersion,
  logStream: string,
  shares: number,
): ProcessSource {
  return {
    key: `${fn.name}:${version.version}:${version.revisionId}`,
    shares: languageOfRuntime(version.config.runtime) === 'node' ? shares : 1,
    spec: () => processSpec(context, fn, version, logStream, `stepbench-${context.uuid()}`),
  };
}

/** How to start an environment of a version. `token` marks the environment's own calls to the server. */
export function processSpec(
  context: ServerContext,
  fn: LambdaFunction,
  version: FunctionVersion,
  logStream: string,
  token: string,
): ProcessSpec {
  const { config, code } = version;
  const language = languageOfRuntime(config.runtime);
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  Object.assign(environment, {
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_REGION: context.region,
    AWS_DEFAULT_REGION: context.region,
    AWS_ACCESS_KEY_ID: context.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: context.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: token,
    AWS_ENDPOINT_URL: context.endpoint(),
    LAMBDA_TASK_ROOT: code.folder,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: config.handler,
    // In the editor's extension host the executable is Electron's.
    ELECTRON_RUN_AS_NODE: '1',
    // Code used in place must stay as it was found.
    PYTHONDONTWRITEBYTECODE: '1',
    ...config.environment,
  });
  const command = language === 'python' ? 'python3' : process.execPath;
  const args =
    language === 'python'
      ? ['-u', builtFile('lambda-python.py')]
      : [`--max-old-space-size=${config.memorySize}`, builtFile('lambda-node.js')];
  return { command, args, folder: code.folder, env: environment };
}
