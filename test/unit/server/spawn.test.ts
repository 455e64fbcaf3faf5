import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { spawnServer } from '../../../src/server/spawn';

/** Stands for dist/server.js: the protocol between the thread and its parent is what is tested here. */
const folder = mkdtempSync(path.join(tmpdir(), 'stepbench-spawn-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, body: string): string {
  const file = path.join(folder, `${name}.cjs`);
  writeFileSync(file, `const { parentPort, workerData } = require('node:worker_threads');\n${body}\n`);
  return file;
}

const ready = `parentPort.postMessage({ kind: 'ready', address: { endpoint: 'http://127.0.0.1:1', region: workerData.region, accountId: '1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } } });`;

test('hands the options in and the address out, and stops when told', async () => {
  const server = await spawnServer(
    { region: 'eu-west-1' },
    {
      script: script(
        'good',
        `${ready}\nparentPort.on('message', (message) => { if (message.kind === 'stop') process.exit(0); });`,
      ),
    },
  );
  expect(server).toMatchObject({ endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' });
  await server.stop();
});

test('a thread that does not listen is ended all the same', async () => {
  const server = await spawnServer({}, { script: script('deaf', `${ready}\nsetInterval(() => undefined, 1000);`) });
  await server.stop();
}, 10_000);

test('what the server could not do is said in its words', async () => {
  await expect(
    spawnServer({}, { script: script('failed', `parentPort.postMessage({ kind: 'failed', message: 'port taken' });`) }),
  ).rejects.toThrow('port taken');
});

test('a thread that ends or throws before it is ready rejects', async () => {
  await expect(spawnServer({}, { script: script('quits', 'process.exit(4);') })).rejects.toThrow(
    'ended with code 4 before it was ready',
  );
  await expect(spawnServer({}, { script: script('throws', "throw new Error('broken bundle');") })).rejects.toThrow(
    'broken bundle',
  );
  await expect(spawnServer({}, { script: path.join(folder, 'absent.cjs') })).rejects.toThrow('absent.cjs');
});

test('a thread that dies later is told to whoever asked', async () => {
  const told = new Promise<string>((resolve) => {
    void spawnServer(
      {},
      { script: script('dies', `${ready}\nsetTimeout(() => process.exit(9), 20);`), onExit: resolve },
    );
  });
  expect(await told).toBe('The embedded server ended with code 9.');
});

test('its stderr goes to the log', async () => {
  let heard = '';
  const logged = new Promise<void>((resolve) => {
    void spawnServer(
      {},
      {
        script: script(
          'speaks',
          `${ready}\nprocess.stderr.write('hello\\n');\nsetTimeout(() => process.exit(0), 200);`,
        ),
        onLog: (text) => {
          heard += text;
          resolve();
        },
        onExit: () => undefined,
      },
    );
  });
  await logged;
  expect(heard).toContain('hello');
});
