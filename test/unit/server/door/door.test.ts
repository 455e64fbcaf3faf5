import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServiceError, type Service } from '../../../../src/server/contract';
import { openDoor, type Door } from '../../../../src/server/door/door';

/** Takes the service from a header: signatures are tested elsewhere. */
const verifier = {
  verify: ({ headers }: { headers: Record<string, unknown> }) => {
    if (headers.authorization === undefined)
      throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
    return { service: headers.authorization as string, region: 'us-east-1' };
  },
};

const echo: Service = {
  handle: ({ method, path, query, body, requestId }) => ({
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: `${method} ${path} ${query.get('q') ?? ''} ${body.toString()} ${requestId.length}`,
  }),
};
const broken: Service = {
  handle: () => {
    throw new TypeError('a fault of ours');
  },
};

const logged: string[] = [];
let door: Door;
beforeAll(async () => {
  const services = new Map([
    ['echo', echo],
    ['broken', broken],
    ['s3', broken],
  ]);
  door = await openDoor({ verifier, services, uuid: randomUUID, log: (message) => logged.push(message) });
});
afterAll(() => door.close());

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

function send(headers: Record<string, string>, { path = '/', body = '', method = 'POST' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: door.port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('the door', () => {
  test('brings a request to the service of its signature', async () => {
    const { status, body, headers } = await send(
      { authorization: 'echo' },
      { path: '/a%20b?q=1', body: 'hello', method: 'PUT' },
    );
    expect([status, body]).toEqual([200, 'PUT /a%20b 1 hello 36']);
    expect(headers['x-amzn-requestid']).toHaveLength(36);
    expect(headers['content-length']).toBe(String(body.length));
  });

  test('refuses foreign hosts, whoever signs', async () => {
    const { status, body } = await send({ authorization: 'echo', host: 'rebound.example:80' });
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({
      __type: 'AccessDeniedException',
      message: expect.stringContaining('rebound.example') as string,
    });
  });

  test('refuses what is not signed: 400 in the JSON protocols, 403 in the others, each in its own form', async () => {
    const json = await send({ 'x-amz-target': 'AWSStepFunctions.ListStateMachines' });
    expect([json.status, JSON.parse(json.body)]).toEqual([
      400,
      { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
    ]);
    const rest = await send({});
    expect([rest.status, rest.headers['x-amzn-errortype']]).toEqual([403, 'MissingAuthenticationTokenException']);
    const query = await send({ 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' });
    expect([query.status, query.headers['content-type']]).toEqual([403, 'text/xml']);
    expect(query.body).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  test('names the services there are for one there is not', async () => {
    const { status, body } = await send({ authorization: 'glacier' });
    expect(status).toBe(404);
    expect(body).toContain("No service 'glacier' here. Served: broken, echo, s3.");
  });

  test('a fault of ours is told as one, logged with its stack, and no word of it leaves', async () => {
    const { status, body } = await send({ authorization: 'broken' });
    expect(status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ __type: 'InternalFailure' });
    expect(body).not.toContain('a fault of ours');
    expect(logged.join('\n')).toContain('TypeError: a fault of ours');
    expect((await send({ authorization: 's3' })).body).toContain('<Error><Code>InternalFailure</Code>');
  });

  test('a taken port is an error to whoever opens it', async () => {
    await expect(
      openDoor({ verifier, services: new Map(), uuid: randomUUID, log: () => undefined }, door.port),
    ).rejects.toThrow('EADDRINUSE');
  });

  test('many connections at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => send({ authorization: 'echo' }, { body: String(n) })),
    );
    expect(answers.map((answer) => answer.body.split(' ')[3])).toEqual(
      Array.from({ length: 300 }, (_, n) => String(n)),
    );
  });
});
