/** `stepbench exec`: one execution on the embedded engine, with its whole history, as one JSON document. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createClock } from '../engine/clock';
import { payloadBytes } from '../engine/limits';
import { ExpectedError, messageOf } from '../model/errors';
import type { HistoryEvent } from '../model/event';
import { isObject, type Json } from '../model/json';
import type { WorkflowType } from '../model/machine';
import type { WorkflowSettings } from '../model/settings';
import { defaultPlan } from '../plan';
import { prepare } from '../run/prepare';
import { compileTemplate } from '../run/template';
import { seededRandom } from '../server/random';
import type { RunningServer, ServerOptions } from '../server/options';
import { spawnServer } from '../server/spawn';
import type { Deployment } from '../target/deployment';
import { openDoor, type Door } from '../target/door';
import { memoryLedger } from '../target/ledger';
import { createLocalServices } from '../target/localServices';
import { eventFromHistory, eventFromLog } from '../trace';
import { usageError, type Command, type CommandContext } from './command';
import { serverOptions, UsageError, type ServeArguments } from './serve';

export interface ExecArguments extends Pick<
  ServeArguments,
  'clock' | 'profile' | 'seed' | 'mocks' | 'testCase' | 'region' | 'objects' | 'script'
> {
  readonly file: string;
  /** A JSON file; an empty object unless told. */
  readonly input?: string;
  readonly type?: WorkflowType;
}

/** What is printed. Details of events are unwrapped, as the log writes them; timestamps are epoch ms of the engine's clock. */
export interface Executed {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly events: readonly HistoryEvent[];
}

const logGroup = '/aws/vendedlogs/states/exec';

/** The input with its placeholders (`{{uuid}}`, `{{index}}`) filled as the first execution of a run fills them. */
async function readInput(file: string | undefined, seed: string | number | undefined): Promise<string> {
  if (file === undefined) return '{}';
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(unreadable(`The input ${file}`, error));
  }
  const input = filled(file, text, seed);
  if (Buffer.byteLength(input) > payloadBytes)
    throw usageError(
      `The input ${file} has ${Buffer.byteLength(input)} bytes; an execution takes at most ${payloadBytes}.`,
    );
  return input;
}

function filled(file: string, text: string, seed: string | number | undefined): string {
  try {
    const random = seed === undefined ? Math.random : seededRandom(Number(seed));
    return JSON.stringify(JSON.parse(compileTemplate(text).fill({ index: 0, random })));
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw usageError(`The input ${file} is not JSON: ${messageOf(error).replace(/\s+/g, ' ')}`);
  }
}

function unreadable(what: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${what} is not there.`;
  if (code === 'EISDIR') return `${what} is a folder: name one JSON file.`;
  return `${what} cannot be read: ${messageOf(error)}`;
}

/** Mocks of the command line, else those that stepbench.json names. */
function mocksOf(
  given: ExecArguments,
  settings: WorkflowSettings,
  folder: string,
): Pick<ServeArguments, 'mocks' | 'testCase'> {
  if (given.mocks !== undefined || settings.mocks === undefined)
    return { mocks: given.mocks, testCase: given.testCase };
  return { mocks: path.resolve(folder, settings.mocks), testCase: given.testCase ?? settings.testCase };
}

/** Runs the file once. Throws ExpectedError (usage) for a bad file, input or option, before anything is started. */
async function exec(
  given: ExecArguments,
  context: Pick<CommandContext, 'stderr' | 'env' | 'cwd' | 'signal'>,
): Promise<Executed> {
  const file = path.resolve(context.cwd, given.file);
  const type = given.type ?? 'STANDARD';
  const input = await readInput(given.input, given.seed);
  const prepared = await prepare(defaultPlan(file, { types: [type], target: { kind: 'embedded', profile: 'none' } }), {
    folder: context.cwd,
    inMemory: true,
  });
  const { settings, settingsFolder } = prepared;
  const options = await usage(async () =>
    serverOptions({ ...given, profile: given.profile ?? 'none', ...mocksOf(given, settings, settingsFolder) }),
  );
  const server = await start(options, given.script, context);
  try {
    const door = await openDoor(
      { kind: 'embedded', profile: 'none' },
      { server, now: () => Date.now(), signIn: { env: context.env, askMfa: () => Promise.resolve(undefined) } },
    );
    try {
      const definition = await prepared.resolve(
        { region: door.region, accountId: door.accountId, partition: 'aws' },
        () => Promise.resolve(undefined),
      );
      await createLocalServices(localDeployment(door), settings, settingsFolder);
      return await execute(door, prepared.workflow.name, JSON.stringify(definition), type, input, context.signal);
    } finally {
      door.close();
    }
  } finally {
    await server.stop();
  }
}

async function usage<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof UsageError ? usageError(error.message) : error;
  }
}

async function start(
  options: ServerOptions,
  script: string | undefined,
  { stderr }: Pick<CommandContext, 'stderr'>,
): Promise<RunningServer> {
  try {
    return await spawnServer(options, {
      script,
      onLog: (text) => stderr.write(text),
      onExit: (message) => stderr.write(`${message}\n`),
    });
  } catch (error) {
    throw new ExpectedError(messageOf(error), { cause: error });
  }
}

/** The server ends with the command, so nothing has to be remembered for cleaning up. */
function localDeployment(door: Door): Deployment {
  const clock = createClock('real');
  const runId = 'exec';
  return {
    door,
    ledger: memoryLedger({
      runId,
      target: { kind: 'embedded', profile: 'none' },
      region: door.region,
      accountId: door.accountId,
      at: new Date(clock.now()).toISOString(),
    }),
    ownership: { runId, workflow: 'exec', createdAt: clock.now() },
    pause: { sleep: (ms) => clock.sleep(ms), random: Math.random },
  };
}

async function execute(
  door: Door,
  name: string,
  definition: string,
  type: WorkflowType,
  input: string,
  signal: AbortSignal,
): Promise<Executed> {
  const { sdk, clients } = door;
  const express = type === 'EXPRESS';
  if (express) await clients.logs.send(new sdk.CreateLogGroupCommand({ logGroupName: logGroup }));
  const created = await refused(() =>
    clients.sfn.send(
      new sdk.CreateStateMachineCommand({
        name: name.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 80),
        type,
        definition,
        roleArn: `arn:aws:iam::${door.accountId}:role/stepbench-local`,
        ...(express && {
          loggingConfiguration: {
            level: 'ALL' as const,
            includeExecutionData: true,
            destinations: [
              {
                cloudWatchLogsLogGroup: {
                  logGroupArn: `arn:aws:logs:${door.region}:${door.accountId}:log-group:${logGroup}:*`,
                },
              },
            ],
          },
        }),
      }),
    ),
  );
  const { stateMachineArn } = created;
  if (express) {
    const ended = await refused(() =>
      clients.sfn.send(new sdk.StartSyncExecutionCommand({ stateMachineArn, input }), {
        abortSignal: signal,
        requestTimeout: 330_000,
      }),
    );
    return { ...outcome(ended), events: await logEvents(door) };
  }
  const { executionArn } = await refused(() =>
    clients.sfn.send(new sdk.StartExecutionCommand({ stateMachineArn, input })),
  );
  let wait = 1;
  for (;;) {
    const described = await clients.sfn.send(new sdk.DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING')
      return { ...outcome(described), events: await historyEvents(door, executionArn) };
    if (signal.aborted) {
      await clients.sfn.send(new sdk.StopExecutionCommand({ executionArn, cause: 'stepbench exec was interrupted' }));
      continue;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(200, wait * 2);
  }
}

/** What the service refuses of a definition or input is the user's to put right. */
async function refused<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (
      error instanceof Error &&
      /^(InvalidDefinition|InvalidExecutionInput|InvalidName|ValidationException|StateMachineTypeNotSupported)$/.test(
        error.name,
      )
    )
      throw usageError(error.message);
    throw error;
  }
}

function outcome(ended: {
  readonly status?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}): Omit<Executed, 'events'> {
  return {
    status: ended.status ?? 'FAILED',
    ...(ended.output !== undefined && { output: JSON.parse(ended.output) as Json }),
    ...(ended.error !== undefined && { error: ended.error }),
    ...(ended.cause !== undefined && { cause: ended.cause }),
  };
}

async function historyEvents({ sdk, clients }: Door, executionArn: string | undefined): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients.sfn.send(
      new sdk.GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }),
    );
    for (const event of page.events ?? []) events.push(eventFromHistory(event as never));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}

async function logEvents({ sdk, clients }: Door): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients.logs.send(new sdk.FilterLogEventsCommand({ logGroupName: logGroup, nextToken }));
    for (const { message } of page.events ?? []) {
      const logged = message === undefined ? undefined : eventFromLog(message);
      if (logged && isObject(logged.event)) events.push(logged.event);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events.sort((a, b) => a.id - b.id);
}

const typeOf = (text: string | undefined): WorkflowType | undefined => {
  if (text === undefined) return undefined;
  const type = text.toUpperCase();
  if (type === 'STANDARD' || type === 'EXPRESS') return type;
  throw usageError(`--type takes standard or express, not "${text}".`);
};

export const execCommand: Command = {
  name: 'exec',
  summary:
    'Run a workflow once on the embedded engine. Prints status, output or error and cause, and all events as JSON.',
  operands: 'FILE',
  least: 1,
  most: 1,
  options: [
    { name: 'input', value: 'FILE', help: 'JSON input (default: an empty object)' },
    { name: 'type', value: 'standard|express', help: 'kind of workflow (default: standard)' },
    {
      name: 'clock',
      value: 'real|virtual|xN',
      help: 'wall time, time that jumps to the next event, or N times as fast',
    },
    { name: 'profile', value: 'study|none|FILE', help: 'latencies to simulate (default: none)' },
    { name: 'seed', value: 'N', help: 'of its draws' },
    { name: 'objects', value: 'FOLDER', help: 'folder whose sub-folders stand for S3 buckets' },
    { name: 'mocks', value: 'FILE', help: "AWS's MockConfigFile.json (default: the one stepbench.json names)" },
    { name: 'test-case', value: 'NAME', help: 'test case of the mocks to play' },
  ],
  run: async (parsed, context) => {
    const executed = await exec(
      {
        file: parsed.operands[0] ?? '',
        input: parsed.text('input'),
        type: typeOf(parsed.text('type')),
        clock: parsed.text('clock'),
        profile: parsed.text('profile'),
        seed: parsed.text('seed'),
        objects: parsed.text('objects'),
        mocks: parsed.text('mocks'),
        testCase: parsed.text('test-case'),
      },
      context,
    );
    context.stdout.write(`${JSON.stringify(executed)}\n`);
    return 0;
  },
};
