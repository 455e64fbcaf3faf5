import type { RunningServer } from '../../../src/server/options';
import { openDoor, type Door } from '../../../src/target/door';

/** The account behind a server, or behind a proxy before it that may lose calls: then they are given up after `callMs`. */
export const openAccount = (
  server: RunningServer,
  through?: { readonly endpoint: string; readonly callMs: number },
): Promise<Door> =>
  openDoor(
    { kind: 'endpoint', url: through?.endpoint ?? server.endpoint, region: server.region },
    {
      now: () => Date.now(),
      signIn: {
        env: {
          AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
        },
        askMfa: () => Promise.resolve(undefined),
      },
      ...(through ? { timeouts: { callMs: through.callMs } } : {}),
    },
  );

/** All that is on the account, as kind and name. */
export const everything = async ({ clients, sdk }: Door): Promise<string[]> => {
  const tables = await import('@aws-sdk/client-dynamodb').then(({ ListTablesCommand }) =>
    clients.dynamodb.send(new ListTablesCommand({})),
  );
  const queues = await import('@aws-sdk/client-sqs').then(({ ListQueuesCommand }) =>
    clients.sqs.send(new ListQueuesCommand({})),
  );
  const functions = await import('@aws-sdk/client-lambda').then(({ ListFunctionsCommand }) =>
    clients.lambda.send(new ListFunctionsCommand({})),
  );
  const machines = await clients.sfn.send(new sdk.ListStateMachinesCommand({}));
  const groups = await clients.logs.send(new sdk.DescribeLogGroupsCommand({}));
  const topics = await clients.sns.send(new sdk.ListTopicsCommand({}));
  const roles = await clients.iam.send(new sdk.ListRolesCommand({}));
  return [
    ...(machines.stateMachines ?? []).map((each) => `machine ${each.name}`),
    ...(groups.logGroups ?? []).map((each) => `group ${each.logGroupName}`),
    ...(topics.Topics ?? []).map((each) => `topic ${each.TopicArn}`),
    ...(tables.TableNames ?? []).map((name) => `table ${name}`),
    ...(queues.QueueUrls ?? []).map((url) => `queue ${url}`),
    ...(functions.Functions ?? []).map((each) => `function ${each.FunctionName}`),
    ...(roles.Roles ?? [])
      .filter((each) => each.RoleName?.startsWith('stepbench'))
      .map((each) => `role ${each.RoleName}`),
  ];
};
