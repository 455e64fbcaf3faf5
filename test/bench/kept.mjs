// How much memory `stepbench serve` has after more executions of 50 events than it keeps. Prints resident MB as `ps` tells
// them (the process with its server's thread); asserts nothing. Needs `npm run build`.
// Options: --executions 11000, --concurrency 50
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const {
  CreateStateMachineCommand,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} = await import('@aws-sdk/client-sfn');
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({ options: { executions: { type: 'string' }, concurrency: { type: 'string' } } });
const executions = Number(values.executions ?? 11_000);
const concurrency = Number(values.concurrency ?? 50);

const server = spawn(process.execPath, [path.join(root, 'dist/cli.js'), 'serve'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = await once(server.stdout, 'data');
  const { endpoint, region, credentials } = JSON.parse(String(line).split('\n')[0]);
  const client = new SFNClient({ endpoint, region, credentials });
  const resident = () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.pid)]).toString()) / 1024;
  const told = (when, megabytes) => console.log(`${when.padEnd(34)} ${megabytes.toFixed(0).padStart(5)} MB`);

  // 24 states of two events each, and the execution's first and last.
  const States = {};
  for (let n = 1; n <= 24; n++)
    States[`S${n}`] = {
      Type: 'Pass',
      ResultPath: `$.r${n}`,
      Result: n,
      ...(n < 24 ? { Next: `S${n + 1}` } : { End: true }),
    };
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: 'kept',
      definition: JSON.stringify({ StartAt: 'S1', States }),
      roleArn: 'arn:aws:iam::111111111111:role/r',
    }),
  );
  told('before', resident());
  let started = 0;
  let peak = 0;
  let last;
  const lane = async () => {
    while (started < executions) {
      const number = started++;
      last = await client.send(
        new StartExecutionCommand({
          stateMachineArn,
          input: JSON.stringify({ order: { id: number, sku: `SKU-${number}` } }),
        }),
      );
      if (number % 500 === 0) peak = Math.max(peak, resident());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  let kept = 0;
  for await (const page of paginateListExecutions({ client, pageSize: 1000 }, { stateMachineArn }))
    kept += page.executions.length;
  const history = await client.send(
    new GetExecutionHistoryCommand({ executionArn: last.executionArn, maxResults: 1000 }),
  );
  told(`after ${executions} executions`, resident());
  told('highest seen on the way', Math.max(peak, resident()));
  console.log(`${kept} executions kept, of ${history.events.length} events each`);
} finally {
  server.kill('SIGTERM');
}
