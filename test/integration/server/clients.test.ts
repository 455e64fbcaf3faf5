/** Independent clients, nobody's own code: Debian's python3-boto3 and awscli against `stepbench serve`. */
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBuilt, serveProcess, type ServeProcess } from './served';

const run = promisify(execFile);
const works = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const python = ['/usr/bin/python3', 'python3'].find((one) => works(one, '-c', 'import boto3'));
const aws = ['/usr/bin/aws', 'aws'].find((one) => works(one, '--version'));

const skips = [
  ...(isBuilt ? [] : ['dist/cli.js is absent: npm run build']),
  ...(python === undefined ? ['python3-boto3 is absent: apt-get install python3-boto3'] : []),
  ...(aws === undefined ? ['awscli is absent: apt-get install awscli'] : []),
];
if (skips.length > 0) console.log(`independent clients: ${skips.join('; ')}`);

describe.skipIf(!isBuilt)('stepbench serve and independent clients', () => {
  let server: ServeProcess;
  beforeAll(async () => {
    server = await serveProcess('--port', '0');
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  test.skipIf(python === undefined)(
    'boto3 creates, runs, pages through, stops and deletes state machines',
    async () => {
      const { stdout } = await run(python ?? '', [path.join(import.meta.dirname, 'story.py')], {
        env: { ...process.env, STEPBENCH_SERVER: JSON.stringify(server.address) },
        timeout: 300_000,
      });
      const told = JSON.parse(stdout) as Record<string, unknown>;
      expect(told).toMatchObject({
        created: 'ACTIVE',
        output: ['a', 'b', 'c'],
        listed: 7,
        pages: [5, 5, 5, 5],
        again: 'ExecutionAlreadyExists',
        stopped: { status: 'ABORTED', error: 'Enough', cause: 'of waiting' },
        sync: { status: 'SUCCEEDED', billing: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 } },
        left: [],
        gone: 'StateMachineDoesNotExist',
        stranger: 'InvalidSignatureException',
      });
      const events = told.events as string[];
      expect([events[0], events[3], events.at(-1)]).toEqual([
        'ExecutionStarted',
        'MapStateEntered',
        'ExecutionSucceeded',
      ]);
      expect(told.logged).toEqual(
        expect.arrayContaining(['ExecutionStarted', 'MapIterationStarted', 'ExecutionSucceeded']),
      );
    },
  );

  test.skipIf(aws === undefined)(
    'the AWS command line creates, runs, pages through and deletes a state machine',
    async () => {
      const { endpoint, region, credentials } = server.address;
      const states = async (...args: string[]): Promise<Record<string, unknown>> => {
        const { stdout } = await run(
          aws ?? '',
          [
            'stepfunctions',
            ...args,
            '--endpoint-url',
            endpoint,
            '--region',
            region,
            '--output',
            'json',
            '--no-cli-pager',
          ],
          {
            env: {
              ...process.env,
              AWS_ACCESS_KEY_ID: credentials.accessKeyId,
              AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
            },
            timeout: 300_000,
          },
        );
        return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
      };
      const definition = JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Pass', Result: 42, Next: 'B' }, B: { Type: 'Succeed' } },
      });
      const { stateMachineArn } = await states(
        'create-state-machine',
        '--name',
        'cli',
        '--definition',
        definition,
        '--role-arn',
        'arn:aws:iam::111111111111:role/any',
      );
      const machine = stateMachineArn as string;
      const { executionArn } = await states('start-execution', '--state-machine-arn', machine, '--input', '{"a": 1}');
      expect(await states('describe-execution', '--execution-arn', executionArn as string)).toMatchObject({
        status: 'SUCCEEDED',
        output: '42',
      });
      const { events } = await states(
        'get-execution-history',
        '--execution-arn',
        executionArn as string,
        '--page-size',
        '2',
      );
      expect((events as { type: string }[]).map((event) => event.type)).toEqual([
        'ExecutionStarted',
        'PassStateEntered',
        'PassStateExited',
        'SucceedStateEntered',
        'SucceedStateExited',
        'ExecutionSucceeded',
      ]);
      await states('delete-state-machine', '--state-machine-arn', machine);
      await expect(states('describe-state-machine', '--state-machine-arn', machine)).rejects.toThrow(
        /StateMachineDoesNotExist/,
      );
    },
    60_000,
  );

  test('stdout carries the one line and nothing else', () => {
    expect(server.stdout().trim().split('\n')).toHaveLength(1);
    expect(Object.keys(server.address)).toEqual(['endpoint', 'region', 'credentials']);
  });
});

test.skipIf(!isBuilt)('a taken port is said in one line, exit 3', async () => {
  const first = await serveProcess();
  const port = new URL(first.address.endpoint).port;
  try {
    await expect(serveProcess('--port', port)).rejects.toThrow(
      `serve ended with 3: Port ${port} is taken. Choose another, or --port 0 for a free one.`,
    );
  } finally {
    await first.stop();
  }
});
