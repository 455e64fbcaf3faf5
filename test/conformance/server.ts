/** Drives a whole server through the AWS SDK: one server a case, functions in real processes. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { startServer } from '../../src/server/start';
import type { Observed } from './compare';
import type { ExecutionCase, RecordedEvent } from './corpus';
import type { Driver } from './driver';
import { missing, setUp, type Fixtures } from './fixtures';

const isBuilt = existsSync(path.resolve(__dirname, '../../dist/lambda-python.py'));

const roleArn = 'arn:aws:iam::111111111111:role/role';

/** Empty details come as `{}` where AWS sends the key; absent ones are left out. */
const plain = (event: HistoryEvent): RecordedEvent =>
  JSON.parse(JSON.stringify({ ...event, timestamp: undefined })) as RecordedEvent;

export const serverDriver: Driver = {
  name: 'server and the AWS SDK',
  refuses: (recorded) => {
    if (recorded.expected.status === null) return 'hangs or really waits on AWS (corpus README 6)';
    if (recorded.lambdas && !isBuilt) return "functions need a build: run 'npm run build' first";
    return missing(recorded);
  },
  run: async (recorded): Promise<Observed> => {
    // Real functions and clients take real time; a machine on its own may skip its waits.
    const stopped = recorded.expected.status === 'ABORTED';
    const server = await startServer({ clock: recorded.tier === 1 && !stopped ? 'virtual' : 'real' });
    const connection = { endpoint: server.endpoint, region: server.region, credentials: server.credentials };
    const sfn = new SFNClient({ ...connection, maxAttempts: 1, disableHostPrefix: true });
    try {
      return await execute(recorded, sfn, await setUp(recorded, connection, sfn));
    } finally {
      sfn.destroy();
      await server.stop();
    }
  },
};

const execute = async (recorded: ExecutionCase, sfn: SFNClient, fixtures: Fixtures): Promise<Observed> => {
  const replaced = (text: string): string =>
    fixtures.replacements.reduce((result, [from, to]) => result.replaceAll(from, to), text);
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: 'machine',
      definition: replaced(JSON.stringify(recorded.definition)),
      roleArn,
      type: recorded.type,
    }),
  );
  const input = replaced(recorded.inputText);
  if (recorded.type === 'EXPRESS') {
    const { status, output, error, cause } = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input }));
    return { status: status!, outputText: output, error, cause };
  }
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input, name: 'execution' }));
  const controller = new AbortController();
  const serving = fixtures.serve(controller.signal).catch((thrown: unknown) => {
    if (!controller.signal.aborted) throw thrown;
  });
  if (recorded.expected.status === 'ABORTED') await sfn.send(new StopExecutionCommand({ executionArn }));
  try {
    return await closed(sfn, executionArn!);
  } finally {
    controller.abort();
    await serving;
  }
};

const closed = async (sfn: SFNClient, executionArn: string): Promise<Observed> => {
  for (;;) {
    const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING')
      return { status: status!, outputText: output, error, cause, events: await history(sfn, executionArn) };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const history = async (sfn: SFNClient, executionArn: string): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: 50 }));
    events.push(...(page.events ?? []).map(plain));
    ({ nextToken } = page);
  } while (nextToken);
  return events;
};
