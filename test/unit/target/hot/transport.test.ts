import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedCredentials } from '../../../../src/target/credentials';
import { createHotCalls } from '../../../../src/target/hot/calls';
import { CallFailure } from '../../../../src/target/hot/failure';
import { Signer } from '../../../../src/target/hot/sigv4';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'planted-secret', sessionToken: 'token' };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Answer = (seen: Seen, response: http.ServerResponse, count: number) => void;

/** `callMs`: patience with an answer; long unless none will come, since this machine may be busy with something else. */
const serve = async (answer: Answer, callMs = 20_000) => {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const each = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(each);
      answer(each, response, seen.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hot = createHotCalls(
    { endpoint, region: 'us-east-1', credentials: fixedCredentials(credentials) },
    () => Date.now(),
    { callMs, syncMs: callMs },
  );
  closing.push(
    () => hot.destroy(),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { seen, endpoint, hot };
};

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (_seen: Seen, response: http.ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(JSON.stringify(body));
  };

const failureOf = async (promise: Promise<unknown>): Promise<CallFailure> => {
  const error: unknown = await promise.then(
    () => undefined,
    (each: unknown) => each,
  );
  if (!(error instanceof CallFailure)) throw new Error(`no CallFailure but ${String(error)}`);
  return error;
};

describe("a hot call is the SDK's call", () => {
  const input = { stateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:m', name: 'n', input: '{"a":"ä"}' };
  const executionArn = 'arn:aws:states:us-east-1:1:execution:m:n';
  const cases = [
    [
      'StartExecution',
      (hot: ReturnType<typeof createHotCalls>) => hot.startExecution(input),
      new StartExecutionCommand(input),
    ],
    ['StartSyncExecution', (hot) => hot.startSyncExecution(input), new StartSyncExecutionCommand(input)],
    ['DescribeExecution', (hot) => hot.describeExecution(executionArn), new DescribeExecutionCommand({ executionArn })],
    [
      'StopExecution',
      (hot) => hot.stopExecution(executionArn, 'c'),
      new StopExecutionCommand({ executionArn, cause: 'c' }),
    ],
    [
      'ListExecutions',
      (hot) => hot.listExecutions({ stateMachineArn: 'm', maxResults: 9, nextToken: 't' }),
      new ListExecutionsCommand({ stateMachineArn: 'm', maxResults: 9, nextToken: 't' }),
    ],
    [
      'GetExecutionHistory',
      (hot) => hot.getExecutionHistory({ executionArn, maxResults: 1000, includeExecutionData: false }),
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, includeExecutionData: false }),
    ],
    [
      'FilterLogEvents',
      (hot) => hot.filterLogEvents({ logGroupName: '/x', startTime: 5 }),
      new FilterLogEventsCommand({ logGroupName: '/x', startTime: 5 }),
    ],
  ] as const satisfies readonly (readonly [
    string,
    (hot: ReturnType<typeof createHotCalls>) => Promise<unknown>,
    unknown,
  ])[];

  it.each(cases)(
    '%s: same method, path, target, type, body, and a signature that holds for both',
    async (operation, call, command) => {
      const { seen, endpoint, hot } = await serve(json(200, {}));
      await call(hot);
      const config = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1, disableHostPrefix: true };
      const client = operation === 'FilterLogEvents' ? new CloudWatchLogsClient(config) : new SFNClient(config);
      await (client.send as (each: unknown) => Promise<unknown>).call(client, command).catch(() => undefined);
      client.destroy();
      const [ours, theirs] = seen as [Seen, Seen];
      for (const name of ['content-type', 'x-amz-target', 'host', 'content-length'] as const)
        expect([name, ours.headers[name]]).toEqual([name, theirs.headers[name]]);
      expect([ours.method, ours.path]).toEqual([theirs.method, theirs.path]);
      expect(JSON.parse(ours.body)).toEqual(JSON.parse(theirs.body));
      // Our signer over exactly what the SDK signed gives the SDK's signature, and over ours gives ours.
      for (const each of [ours, theirs]) {
        const authorization = each.headers.authorization ?? '';
        const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
        const headers = Object.fromEntries(names.map((name) => [name, String(each.headers[name])]));
        const service = operation === 'FilterLogEvents' ? 'logs' : 'states';
        const again = new Signer({ region: 'us-east-1', service }).authorization(
          { method: each.method, path: each.path, headers, body: each.body },
          credentials,
          String(each.headers['x-amz-date']),
        );
        expect(again).toBe(authorization);
      }
    },
  );
});

describe('answers', () => {
  it('reads times as milliseconds and billing as it is', async () => {
    const { hot } = await serve(
      json(200, {
        executionArn: 'e',
        status: 'SUCCEEDED',
        startDate: 1764000000.123,
        stopDate: 1764000000.456,
        output: '{}',
        billingDetails: { billedDurationInMilliseconds: 400, billedMemoryUsedInMB: 64 },
      }),
    );
    expect(await hot.startSyncExecution({ stateMachineArn: 'm', name: 'n', input: '{}' })).toEqual({
      executionArn: 'e',
      status: 'SUCCEEDED',
      startedAt: 1764000000123,
      stoppedAt: 1764000000456,
      output: '{}',
      billedDurationMs: 400,
      billedMemoryMb: 64,
    });
  });

  it('says when the request went out', async () => {
    const { hot } = await serve(json(200, { startDate: 1 }));
    let sent = 0;
    await hot.startExecution({ stateMachineArn: 'm', name: 'n', input: '{}' }, { onSent: () => sent++ });
    expect(sent).toBe(1);
  });

  it('keeps one connection for one call after the other', async () => {
    const ports = new Set<number | undefined>();
    const { hot } = await serve((seen, response) => {
      ports.add(response.socket?.remotePort);
      json(200, {})(seen, response);
    });
    for (let i = 0; i < 5; i++) await hot.describeExecution('e');
    expect(ports.size).toBe(1);
  });
});

describe('failures', () => {
  const start = (hot: ReturnType<typeof createHotCalls>) =>
    hot.startExecution({ stateMachineArn: 'm', name: 'n', input: '{}' });

  it.each<[string, Answer, Partial<CallFailure>]>([
    [
      'an error of the service',
      json(400, { __type: 'com.amazonaws.sfn#InvalidName', message: 'no' }),
      { kind: 'service', code: 'InvalidName', message: 'no', retryable: false, ambiguous: false },
    ],
    [
      'an error named in a header',
      json(400, {}, { 'x-amzn-errortype': 'AccessDeniedException:http://x' }),
      { code: 'AccessDeniedException', retryable: false },
    ],
    [
      'a throttled call',
      json(400, { __type: 'ThrottlingException' }),
      { throttled: true, retryable: true, ambiguous: false },
    ],
    ['429', json(429, {}), { throttled: true, retryable: true }],
    ['500', json(500, {}), { kind: 'service', retryable: true, ambiguous: true, throttled: false }],
    [
      'a page that is not JSON',
      (_seen, response) => response.writeHead(502).end('<html>'),
      { status: 502, code: 'Http502', retryable: true },
    ],
    [
      'a success that is not JSON',
      (_seen, response) => response.writeHead(200).end('<html>'),
      { kind: 'broken', code: 'ResponseCutOff', ambiguous: true },
    ],
    ['a reset', (_seen, response) => response.destroy(), { kind: 'broken', retryable: true, ambiguous: true }],
    [
      'half a body',
      (_seen, response) => (
        response.writeHead(200, { 'content-length': '100' }).write('{"exec'),
        setTimeout(() => response.destroy(), 20)
      ),
      { kind: 'broken', code: 'ResponseCutOff' },
    ],
    ['no answer', () => undefined, { kind: 'timeout', retryable: true, ambiguous: true }],
  ])('%s', async (_name, answer, expected) => {
    const { hot } = await serve(answer, expected.kind === 'timeout' ? 300 : undefined);
    const failure = await failureOf(start(hot));
    for (const [key, value] of Object.entries(expected))
      expect([key, failure[key as keyof CallFailure]]).toEqual([key, value]);
  });

  it('tells a refused connection from one that broke: it cannot have happened', async () => {
    const hot = createHotCalls(
      { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials: fixedCredentials(credentials) },
      () => Date.now(),
    );
    expect(await failureOf(start(hot))).toMatchObject({
      kind: 'refused',
      code: 'ECONNREFUSED',
      ambiguous: false,
      retryable: true,
    });
    hot.destroy();
  });

  it('gives up at a stop', async () => {
    const { hot } = await serve(() => undefined);
    const stop = new AbortController();
    const call = failureOf(hot.describeExecution('e', { signal: stop.signal }));
    setTimeout(() => stop.abort(), 20);
    expect(await call).toMatchObject({ kind: 'aborted', retryable: false });
    expect(await failureOf(hot.describeExecution('e', { signal: stop.signal }))).toMatchObject({ kind: 'aborted' });
  });

  it('learns the time of the service when its own is refused, and then signs with it', async () => {
    const service = Date.now() + 3_600_000;
    const { hot, seen } = await serve((each, response, count) => {
      if (count === 1)
        json(403, { __type: 'InvalidSignatureException' }, { date: new Date(service).toUTCString() })(each, response);
      else json(200, {})(each, response);
    });
    expect(await failureOf(hot.describeExecution('e'))).toMatchObject({ code: 'ClockSkewed', retryable: true });
    await hot.describeExecution('e');
    const date = String(seen[1]?.headers['x-amz-date']);
    const at = Date.parse(
      `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}T${date.slice(9, 11)}:${date.slice(11, 13)}:${date.slice(13, 15)}Z`,
    );
    expect(Math.abs(at - service)).toBeLessThan(60_000);
  });

  it('does not take a wrong secret for a wrong clock', async () => {
    const { hot } = await serve(json(403, { __type: 'InvalidSignatureException' }, { date: new Date().toUTCString() }));
    expect(await failureOf(hot.describeExecution('e'))).toMatchObject({
      code: 'InvalidSignatureException',
      retryable: false,
    });
  });

  it('never shows a secret', async () => {
    const { hot } = await serve(json(400, { __type: 'X' }));
    const failure = await failureOf(hot.describeExecution('e'));
    expect(JSON.stringify(failure) + String(failure.stack)).not.toContain('planted-secret');
  });
});
