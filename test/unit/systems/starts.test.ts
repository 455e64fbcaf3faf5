import http from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { realClock } from '../../../src/engine/clock';
import { createHttpCaller } from '../../../src/systems/http';
import { createShelf, startOverHttp, type HttpOrder } from '../../../src/systems/httpStart';
import { checkSystems, systemUnderTest, type Ingredients } from '../../../src/systems/registry';
import { traceStages } from '../../../src/systems/stageTrace';
import { systemNames } from '../../../src/model/machine';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

type Answer = (count: number, response: http.ServerResponse, request: http.IncomingMessage) => void;

const setUp = async (answer: Answer, timeoutMs = 2_000) => {
  let count = 0;
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => answer(++count, response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const caller = createHttpCaller(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs);
  undo.push(() => {
    caller.destroy();
    server.closeAllConnections();
    server.close();
  });
  const stop = new AbortController();
  const answers: unknown[] = [];
  const order: HttpOrder = {
    ...{ name: 'n1', path: '/order', body: '{}', intendedAt: Date.now() },
    read: ({ status, body }) =>
      status === 200 ? { status: body['ok'] ? 'succeeded' : 'failed', payloadBytes: 2 } : undefined,
    onAnswer: ({ body }) => answers.push(body),
  };
  const rules = { throttledAttempts: 3, failedAttempts: 3, baseMs: 1, capMs: 2 };
  const start = () =>
    startOverHttp(caller, order, { clock: realClock(), random: () => 0.5, signal: stop.signal, rules });
  return { start, stop, answers, server, calls: () => count };
};
const json = (response: http.ServerResponse, status: number, body: object) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

describe('an order over HTTP', () => {
  it('leaves nothing on the connection that carries one order after the other', async () => {
    const { start } = await setUp((_count, response) => json(response, 200, { ok: true }));
    const made = vi.spyOn(Socket.prototype, 'connect');
    undo.push(() => made.mockRestore());
    await start();
    const client = made.mock.contexts[0] as Socket;
    const before = client.listenerCount('connect');
    for (let n = 0; n < 12; n++) await start();
    expect(client.listenerCount('connect')).toBe(before);
  });

  it('ends with its answer, and takes the round trip', async () => {
    const { start, answers } = await setUp((_count, response) =>
      setTimeout(() => json(response, 200, { ok: true }), 30),
    );
    const outcome = await start();
    expect(outcome).toMatchObject({
      kind: 'ended',
      status: 'succeeded',
      executionArn: 'n1',
      throttles: 0,
      failures: 0,
    });
    expect(outcome.kind === 'ended' && outcome.serviceMs).toBeGreaterThanOrEqual(29);
    expect(answers).toEqual([{ ok: true }]);
  });

  it('is tried again where the connection broke, under the same name', async () => {
    const { start, calls } = await setUp((count, response) =>
      count === 1 ? response.destroy() : json(response, 200, { ok: true }),
    );
    expect(await start()).toMatchObject({ kind: 'ended', failures: 1 });
    expect(calls()).toBe(2);
  });

  it('is unknown where it may have been taken and its end cannot be learnt', async () => {
    const broken = await setUp((_count, response) => void response.destroy());
    expect(await broken.start()).toMatchObject({ kind: 'unknown', executionArn: 'n1' });
    const odd = await setUp((_count, response) => json(response, 404, { message: 'no such door' }));
    expect(await odd.start()).toMatchObject({ kind: 'unknown', why: expect.stringContaining('404') as string });
    const text = await setUp((_count, response) => void response.end('<html>'));
    expect((await text.start()).kind).not.toBe('ended');
  });

  it('was never started where nobody listens', async () => {
    const { start, server } = await setUp(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect(await start()).toMatchObject({ kind: 'notStarted', failure: { kind: 'refused' } });
  });

  it('is given up at a stop', async () => {
    const { start, stop } = await setUp(() => undefined);
    setTimeout(() => stop.abort(), 20);
    expect((await start()).kind).toBe('unknown');
  });
});

describe('stages', () => {
  it('become a trace whose parts sum to the whole', () => {
    const trace = traceStages(
      [
        { name: 'Ship', startedAt: 300, finishedAt: 350 },
        { name: 'Validate', startedAt: 110, finishedAt: 160, failed: true },
      ],
      100,
      400,
    );
    expect(trace.visits.map(({ path, transitionInMs, outcome }) => [path, transitionInMs, outcome])).toEqual([
      ['Validate', undefined, 'failed'],
      ['Ship', 140, 'exited'],
    ]);
    expect(trace.transitionTotalMs + 100).toBe(300);
    expect(traceStages([], 5, 9)).toMatchObject({ visits: [], transitionTotalMs: 4 });
  });

  it('wait on a shelf and are given once', async () => {
    const shelf = createShelf<number>();
    shelf.put('a', 1);
    expect([await shelf.take('a'), await shelf.take('a')]).toEqual([1, undefined]);
  });
});

describe('the registry', () => {
  const machine = { name: 'm', arn: 'a', startArn: 'a' };
  const from: Ingredients = {
    ...{ definition: {}, states: [], folder: '/w' },
    machines: new Map([
      ['STANDARD', { ...machine, type: 'STANDARD' as const }],
      ['EXPRESS', { ...machine, type: 'EXPRESS' as const }],
    ]),
    settings: { gateway: { module: 'g.js' }, 'event-driven': { folder: 'c', topic: 't', statusTable: 's' } },
    describes: { take: () => Promise.resolve() } as never,
    lists: {} as never,
  };

  it('has every system there is', () => {
    for (const name of systemNames)
      expect(systemUnderTest(name, from)).toMatchObject({ name, label: expect.any(String) as string });
  });

  it('says what a system that is not described needs', () => {
    for (const name of ['gateway', 'event-driven'] as const) {
      expect(() => systemUnderTest(name, { ...from, settings: undefined })).toThrow(/is not described: add "systems"/);
      expect(() => checkSystems([name], {})).toThrow(new RegExp(`"${name}": …`));
    }
    expect(() => checkSystems(['standard', 'as-code'], undefined)).not.toThrow();
    expect(() => systemUnderTest('express', { ...from, machines: new Map() })).toThrow(/No machine of type EXPRESS/);
  });
});
