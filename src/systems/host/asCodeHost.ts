/**
 * Any workflow as a service of one's own: the engine's interpreter behind an HTTP door, calling the same functions, tables and
 * topics through the SDK. Called as `as-code-host.js DEFINITION`, a file with the definition, placeholders filled. Prints
 * `{"address": …}` once it listens; ends with its stdin.
 *
 *   POST /execution  {name, input} → {status, output | error, cause, startedAt, stoppedAt, events, mapRuns}
 */
import fastify from 'fastify';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { compileMachine, realClock, startExecution, TaskTokens } from '../../engine';
import type { EngineHost } from '../../engine/contract';
import type { HistoryEvent } from '../../model/event';
import type { Json, JsonObject } from '../../model/json';
import type { ServerContext } from '../../server/contract';
import { Latencies, Pacer } from '../../server/services/latency';
import { createTaskRunner } from '../../server/services/tasks/runner';
import { createClients, loadSdk, type Connection } from '../../target/clients';
import { createMapRunShelf } from './mapRunShelf';
import { createRemoteServices } from './remoteServices';
import { createRemoteStates } from './remoteStates';

interface Started {
  readonly name: string;
  readonly input: Json;
}

/** What comes back is what a trace needs: which state when. Inputs and outputs stay here. */
const traced = new Set(['name', 'index', 'length', 'error', 'cause', 'resource', 'resourceType', 'mapRunArn']);

const lean = ({ details, ...event }: HistoryEvent) => ({
  ...event,
  details: Object.fromEntries(Object.entries(details).filter(([key]) => traced.has(key))),
});

const main = async (file: string): Promise<void> => {
  const { env } = process;
  const machine = compileMachine(JSON.parse(await readFile(file, 'utf8')) as JsonObject);
  const region = env['AWS_REGION'] ?? 'us-east-1';
  const accountId = env['ACCOUNT_ID'] ?? '';
  const credentials = {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(env['AWS_SESSION_TOKEN'] ? { sessionToken: env['AWS_SESSION_TOKEN'] } : {}),
  };
  const endpoint = env['AWS_ENDPOINT_URL'];
  const connection: Connection = {
    region,
    credentials: () => Promise.resolve(credentials),
    ...(endpoint ? { endpoint } : {}),
  };
  const sdk = await loadSdk();
  const clock = realClock();
  const context: ServerContext = {
    clock,
    region,
    accountId,
    credentials,
    endpoint: () => endpoint ?? '',
    uuid: randomUUID,
    random: Math.random,
    log: (message) => void process.stderr.write(`${message}\n`),
  };
  const { apis, invoker, states } = createRemoteServices(sdk, createClients(sdk, connection));
  const backend = createRemoteStates(states, clock);
  const mapRuns = createMapRunShelf();
  const tasks = createTaskRunner({
    ...{ context, apis, invoker },
    latencies: new Latencies(undefined, Math.random),
    pacer: new Pacer(clock),
    states: () => backend,
  });
  const host: EngineHost = {
    clock,
    tasks,
    region,
    accountId,
    random: Math.random,
    uuid: randomUUID,
    tokens: new TaskTokens(randomUUID),
    mapRuns,
  };

  const app = fastify({ bodyLimit: 1024 * 1024 });
  app.post('/execution', async (request) => {
    const { name, input } = request.body as Started;
    const arn = (kind: string) => `arn:aws:states:${region}:${accountId}:${kind}:as-code`;
    const executionArn = `${arn('execution')}:${name}`;
    mapRuns.open(executionArn);
    const execution = startExecution(
      machine,
      {
        input,
        identity: {
          arn: executionArn,
          name,
          roleArn: '',
          stateMachine: { arn: arn('stateMachine'), name: 'as-code' },
          // Nothing limits code to five minutes, nor to 25,000 events; callbacks and waits are its own.
          type: 'STANDARD',
          startedAt: clock.now(),
          redriveCount: 0,
        },
      },
      host,
    );
    await execution.done;
    return {
      status: execution.status,
      ...(execution.status === 'SUCCEEDED' ? { output: execution.output } : {}),
      error: execution.error,
      cause: execution.cause,
      startedAt: execution.identity.startedAt,
      stoppedAt: execution.stoppedAt,
      events: execution.history.map(lean),
      mapRuns: mapRuns.take(executionArn).map(({ arn, children, of }) => ({
        ...{ arn, of },
        children: children.map(({ history }) => history.map(lean)),
      })),
    };
  });
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  process.stdout.write(`${JSON.stringify({ address })}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => void app.close().finally(() => process.exit(0)));
};

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
