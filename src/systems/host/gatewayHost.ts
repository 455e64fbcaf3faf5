/**
 * A process of its own for a gateway written by hand: a module that exports `createGateway({accountId})` and gives back a
 * Fastify application. Called as `gateway-host.js MODULE`; prints `{"address": …}` once it listens and ends with its stdin, so
 * that it never outlives the run. The AWS SDK and Fastify come from the product where the module's folder carries none.
 */
import fastify from 'fastify';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { provideSdk } from '../../server/lambda/nodeHandler';

interface Gateway {
  listen(options: { port: number; host: string }): Promise<string>;
  close(): Promise<void>;
}

interface LoadingModule {
  _load(request: string, ...rest: unknown[]): unknown;
}

/** `fastify` as bundled here, where Node finds none. */
const provideFastify = (): void => {
  const internals = Module as unknown as LoadingModule;
  const ordinary = internals._load.bind(Module);
  internals._load = (request, ...rest) => {
    if (request !== 'fastify') return ordinary(request, ...rest);
    try {
      return ordinary(request, ...rest);
    } catch {
      return fastify;
    }
  };
};

const main = async (file: string): Promise<void> => {
  provideSdk(path.dirname(file));
  provideFastify();
  const { createGateway } = createRequire(file)(file) as {
    createGateway?: (options: { accountId: string }) => Gateway;
  };
  if (!createGateway) throw new Error(`${file} exports no createGateway`);
  const gateway = createGateway({ accountId: process.env['ACCOUNT_ID'] ?? '' });
  const address = await gateway.listen({ port: 0, host: '127.0.0.1' });
  process.stdout.write(`${JSON.stringify({ address })}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => void gateway.close().finally(() => process.exit(0)));
};

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
