/** A whole server for a test, and the SDK's clients that talk to it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import {
  CreateFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  type CreateFunctionCommandInput,
  type InvokeCommandOutput,
} from '@aws-sdk/client-lambda';
import type { RunningServer, ServerOptions } from '../../../src/server/options';
import { startServer } from '../../../src/server/start';

/** Functions run in processes started from the build: without one these tests cannot say anything. */
export const built =
  existsSync(path.resolve('dist/lambda-node.js')) && existsSync(path.resolve('dist/lambda-python.py'));
if (!built) console.warn("dist/ is not built: run 'npm run build' for the tests that run functions");

export type ClientConfig = {
  endpoint: string;
  region: string;
  credentials: RunningServer['credentials'];
  maxAttempts: number;
  disableHostPrefix: boolean;
};

export async function serve(options: ServerOptions = {}): Promise<{ server: RunningServer; config: ClientConfig }> {
  const server = await startServer(options);
  return {
    server,
    config: {
      endpoint: server.endpoint,
      region: server.region,
      credentials: server.credentials,
      maxAttempts: 1,
      disableHostPrefix: true,
    },
  };
}

export const zip = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)])));

export async function createFunction(
  client: LambdaClient,
  name: string,
  files: Readonly<Record<string, string>>,
  more: Partial<CreateFunctionCommandInput> = {},
): Promise<string> {
  const created = await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::111111111111:role/test',
      Code: { ZipFile: zip(files) },
      ...more,
    }),
  );
  return created.FunctionArn ?? '';
}

export interface Invoked {
  readonly payload: unknown;
  readonly error: string | undefined;
  readonly log: string;
  readonly output: InvokeCommandOutput;
}

export async function invoke(client: LambdaClient, name: string, payload: unknown = {}): Promise<Invoked> {
  const output = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload), LogType: 'Tail' }),
  );
  const text = new TextDecoder().decode(output.Payload);
  return {
    payload: text === '' ? undefined : JSON.parse(text),
    error: output.FunctionError,
    log: Buffer.from(output.LogResult ?? '', 'base64').toString('utf8'),
    output,
  };
}
