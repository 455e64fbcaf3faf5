import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseClock, serve, serverOptions, UsageError, type ServeArguments } from '../../../src/cli/serve';

const folder = mkdtempSync(path.join(tmpdir(), 'stepbench-serve-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
};

describe('the arguments', () => {
  test('become the server’s options', async () => {
    const config = { StateMachines: {}, MockedResponses: {} };
    const mocks = file('mocks.json', JSON.stringify(config));
    expect(
      await serverOptions({
        port: '8080',
        clock: 'x2.5',
        quotas: true,
        region: 'eu-west-1',
        seed: '7',
        objects: '/o',
        mocks,
        testCase: 'Happy',
        profile: 'none',
      }),
    ).toEqual({
      port: 8080,
      clock: { scale: 2.5 },
      quotas: true,
      region: 'eu-west-1',
      seed: 7,
      objectsFolder: '/o',
      mocks: { config, testCase: 'Happy' },
      profile: undefined,
    });
    expect(await serverOptions({})).toEqual({});
    expect(await serverOptions({ mocks: file('mocks.json', '{}') })).toEqual({ mocks: { config: {} } });
    expect((await serverOptions({ profile: 'study' })).profile).toMatchObject({
      schema: 'stepbench.profile/1',
      name: 'study',
    });
  });

  test.each([['real'], ['virtual']] as const)('--clock %s', (kind) => expect(parseClock(kind)).toBe(kind));

  test.each<[ServeArguments, string]>([
    [{ clock: 'fast' }, "--clock takes real, virtual or xN (x10 runs ten times as fast), not 'fast'."],
    [{ clock: 'x0' }, '--clock takes'],
    [{ port: '70000' }, "--port takes a whole number from 0 to 65535, not '70000'."],
    [{ port: 'http' }, '--port takes'],
    [{ seed: '1.5' }, '--seed takes'],
    [{ profile: '/no/such/file' }, '/no/such/file'],
    [{ mocks: '/no/such/file' }, 'The mock file /no/such/file cannot be read'],
    [{ mocks: '/no/such/file', testCase: 'x' }, 'The mock file /no/such/file cannot be read'],
    [{ mocks: file('list.json', '[]'), testCase: 'x' }, 'is not a JSON object'],
  ])('%j is bad usage', async (given, message) => {
    await expect(serverOptions(given)).rejects.toThrow(UsageError);
    await expect(serverOptions(given)).rejects.toThrow(message);
  });
});

describe('serving', () => {
  const ready = `const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage({ kind: 'ready', address: { endpoint: 'http://127.0.0.1:' + (workerData.port ?? 1), region: 'r', accountId: '1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } } });`;

  function streams() {
    const written = { out: '', err: '' };
    const stop = new AbortController();
    const context = {
      stdout: { write: (text: string) => (written.out += text) },
      stderr: { write: (text: string) => (written.err += text) },
      signal: stop.signal,
    };
    return { written, stop, context };
  }

  test('prints one line when ready and ends with 0 when asked to', async () => {
    const { written, stop, context } = streams();
    const script = file('good.cjs', `${ready}\nparentPort.on('message', () => process.exit(0));`);
    const ended = serve({ port: 99, script }, context);
    await expect.poll(() => written.out).toContain('\n');
    stop.abort();
    expect(await ended).toBe(0);
    expect(written.out).toBe(
      '{"endpoint":"http://127.0.0.1:99","region":"r","credentials":{"accessKeyId":"a","secretAccessKey":"b"}}\n',
    );
    expect(written.err).toBe('');
  });

  test('a server that dies is told on stderr: 3', async () => {
    const { written, context } = streams();
    expect(await serve({ script: file('dies.cjs', `${ready}\nsetTimeout(() => process.exit(5), 20);`) }, context)).toBe(
      3,
    );
    expect(written.err).toBe('The embedded server ended with code 5.\n');
  });

  test('a taken port says what to do: 3', async () => {
    const { written, context } = streams();
    const script = file(
      'taken.cjs',
      `require('node:worker_threads').parentPort.postMessage({ kind: 'failed', message: 'listen EADDRINUSE: address already in use' });`,
    );
    expect(await serve({ port: '4566', script }, context)).toBe(3);
    expect(written).toEqual({ out: '', err: 'Port 4566 is taken. Choose another, or --port 0 for a free one.\n' });
  });
});
