import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/plan';
import { startServer } from '../../../src/server/start';
import { leftLedgers } from '../../../src/target/ledger';
import { newFolder, run, workflow } from './setUp';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server whose answer to one operation is replaced by another. */
const refusing = async (operation: string, status: number, body: unknown) => {
  const server = await startServer({ seed: 1 });
  closing.push(() => server.stop());
  const { hostname, port } = new URL(server.endpoint);
  const proxy = http.createServer((request, reply) => {
    if (String(request.headers['x-amz-target']).endsWith(`.${operation}`)) {
      request.resume();
      reply.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      return void reply.end(typeof body === 'string' ? body : JSON.stringify(body));
    }
    const { method, url, headers } = request;
    const outgoing = http.request({ hostname, port, method, path: url, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(reply);
    });
    outgoing.on('error', () => reply.destroy());
    request.pipe(outgoing);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closing.push(() => (proxy.closeAllConnections(), proxy.close()));
  return { server, endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
};

type Server = Awaited<ReturnType<typeof startServer>>;

const runOn = async (server: Server, endpoint: string, plan: Partial<Plan> = {}) => {
  const { region, credentials } = server;
  const folder = newFolder();
  const { document } = await run({
    folder,
    plan: { target: { kind: 'endpoint', url: endpoint, region }, load: { kind: 'burst', executions: 2 }, ...plan },
    io: {
      env: { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
    },
  });
  const sfn = new SFNClient({ endpoint: server.endpoint, region, credentials });
  closing.push(() => sfn.destroy());
  const left = (await sfn.send(new ListStateMachinesCommand({}))).stateMachines?.map((each) => each.name);
  return { document, left, ledgers: (await leftLedgers(folder)).length };
};

describe('what AWS refuses ends the run with one message, and leaves nothing', () => {
  it.each<[string, string, number, unknown, RegExp]>([
    [
      'a denied action',
      'CreateStateMachine',
      400,
      {
        __type: 'AccessDeniedException',
        message: 'User: arn:aws:iam::1:user/x is not authorized to perform: states:CreateStateMachine on resource: y',
      },
      /^Access denied: these credentials may not do states:CreateStateMachine on stepbench-order-/,
    ],
    [
      'a denied log group',
      'CreateLogGroup',
      400,
      {
        __type: 'AccessDeniedException',
        message: 'User: u is not authorized to perform: logs:CreateLogGroup on resource: g',
      },
      /may not do logs:CreateLogGroup on \/aws\/vendedlogs\/states\/stepbench-order-express/,
    ],
    [
      'a role that cannot be assumed',
      'CreateStateMachine',
      400,
      {
        __type: 'AccessDeniedException',
        message:
          'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
      },
      /^Step Functions may not assume the role of stepbench-order-.*Its trust policy has to allow/,
    ],
    [
      'a quota',
      'CreateStateMachine',
      400,
      { __type: 'StateMachineLimitExceeded', message: 'limit' },
      /^The account has as many state machines as its quota allows/,
    ],
    [
      'a definition',
      'CreateStateMachine',
      400,
      {
        __type: 'InvalidDefinition',
        message:
          "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field 'X' is not supported at /States/B/X'",
      },
      /^order\.asl\.json:1:\d+: AWS refuses the definition: .*at \/States\/B\/X/,
    ],
    [
      'expired credentials',
      'CreateStateMachine',
      400,
      { __type: 'ExpiredTokenException', message: 'expired' },
      /credentials have expired. Sign in again/,
    ],
    [
      'an answer cut off',
      'CreateStateMachine',
      200,
      '{"stateMachineArn": "arn:aws:sta',
      /The answer to CreateStateMachine of stepbench-order-.* cannot be read: it was cut off/,
    ],
  ])(
    '%s',
    async (_name, operation, status, body, message) => {
      const { server, endpoint } = await refusing(operation, status, body);
      const { document, left, ledgers } = await runOn(server, endpoint);
      expect(document.status).toEqual({ kind: 'failed', message: expect.stringMatching(message) });
      expect(document.status.kind === 'failed' && document.status.message.split('\n')).toHaveLength(1);
      expect([left, ledgers]).toEqual([[], 0]);
    },
    30_000,
  );

  it('a name that is taken by something that is not ours: it is left alone', async () => {
    const server = await startServer({ seed: 1 });
    closing.push(() => server.stop());
    const { endpoint, region, credentials } = server;
    const sfn = new SFNClient({ endpoint, region, credentials });
    closing.push(() => sfn.destroy());
    await sfn.send(
      new CreateStateMachineCommand({
        name: 'stepbench-order-standard',
        definition: JSON.stringify({ ...workflow, Comment: 'theirs' }),
        roleArn: 'arn:aws:iam::111111111111:role/theirs',
      }),
    );
    const { document, left } = await runOn(server, endpoint, { types: ['STANDARD'], keep: true });
    expect(document.status).toEqual({
      kind: 'failed',
      message: expect.stringMatching(
        /The name of stepbench-order-standard is taken by something that StepBench did not make/,
      ),
    });
    expect(left).toEqual(['stepbench-order-standard']);
  });
});
