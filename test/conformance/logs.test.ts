import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { SFN } from '@aws-sdk/client-sfn';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startServer } from '../../src/server/start';
import { corpus, corpusIsThere, differences } from './apiReplay';

interface LogCase {
  readonly id: string;
  readonly definition: object;
  readonly input: object;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly loggingConfiguration: { readonly level: string; readonly includeExecutionData?: boolean };
  readonly loggedExecutionEvents?: readonly object[];
  readonly endLogEvent?: object;
}

const cases: LogCase[] = corpusIsThere
  ? readdirSync(path.join(corpus, 'logs')).map(
      (file) => JSON.parse(readFileSync(path.join(corpus, 'logs', file), 'utf8')) as LogCase,
    )
  : [];

/** These need a Lambda function; the execution suite runs functions. */
const needsFunction = (one: LogCase): boolean => JSON.stringify(one.definition).includes('lambda');
const group = '/aws/vendedlogs/states/test';

async function logged(one: LogCase, executions: number): Promise<unknown[]> {
  const server = await startServer();
  const config = { endpoint: server.endpoint, region: server.region, credentials: server.credentials, maxAttempts: 1 };
  const sfn = new SFN(config);
  const logs = new CloudWatchLogs(config);
  try {
    await logs.createLogGroup({ logGroupName: group });
    const { stateMachineArn } = await sfn.createStateMachine({
      name: 'logged',
      type: one.type,
      roleArn: 'arn:aws:iam::111111111111:role/role',
      definition: JSON.stringify(one.definition),
      loggingConfiguration: {
        ...(one.loggingConfiguration as { level: 'ALL' }),
        destinations: [
          {
            cloudWatchLogsLogGroup: {
              logGroupArn: `arn:aws:logs:${server.region}:${server.accountId}:log-group:${group}:*`,
            },
          },
        ],
      },
    });
    for (let n = 0; n < executions; n++) {
      await sfn.startExecution({ stateMachineArn, input: JSON.stringify(one.input) });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const { events } = await logs.filterLogEvents({ logGroupName: group });
    return (events ?? []).map((event) => JSON.parse(event.message ?? '') as unknown);
  } finally {
    await server.stop();
  }
}

describe.skipIf(!corpusIsThere)('recorded log events (../shared/corpus/logs)', () => {
  for (const one of cases) {
    test.skipIf(needsFunction(one))(one.id, async () => {
      const wanted = one.loggedExecutionEvents ?? [one.endLogEvent];
      const runs = Math.max(
        1,
        wanted.filter((event) => (event as { type: string }).type === 'ExecutionStarted').length,
      );
      const events = await logged(one, runs);
      const found = one.endLogEvent ? events.slice(-1) : events;
      expect(differences(wanted, found)).toEqual([]);
    });
  }
});

if (!corpusIsThere)
  test.skip('the recorded log events are absent (../shared/corpus): nothing to compare', () => undefined);
