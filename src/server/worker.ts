/** Entry of dist/server.js: the server in a worker thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ServerOptions } from './options';
import type { FromServer, ToServer } from './spawn';
import { startServer } from './start';

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('server.js runs as a worker thread; use `stepbench serve` on a command line.');
  const send = (message: FromServer): void => port.postMessage(message);
  try {
    const { stop, ...address } = await startServer(workerData as ServerOptions);
    port.on('message', (message: ToServer) => {
      if (message.kind !== 'stop') return;
      void stop().finally(() => {
        send({ kind: 'stopped' });
        port.close();
        process.exit(0);
      });
    });
    send({ kind: 'ready', address });
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    port.close();
  }
}

void main();
