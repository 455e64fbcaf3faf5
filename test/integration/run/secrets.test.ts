import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { terminalReport } from '../../../src/report';
import { startServer } from '../../../src/server/start';
import { newFolder, run } from './setUp';

const allFiles = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? allFiles(file) : [file];
  });

describe('credentials', () => {
  it('are in no file, document, snapshot, note or message', async () => {
    const folder = newFolder();
    const secrets: string[] = [];
    const startServerWatched = async (options: Parameters<typeof startServer>[0]) => {
      const server = await startServer(options);
      secrets.push(server.credentials.secretAccessKey, server.credentials.accessKeyId);
      return server;
    };
    const good = await run({
      folder,
      plan: { load: { kind: 'iterations', executions: 3, concurrency: 1 } },
      io: { startServer: startServerWatched },
    });
    const failing = await run({
      folder: newFolder(),
      plan: { load: { kind: 'iterations', executions: 3, concurrency: 1 }, types: ['STANDARD'] },
      fault: (operation) =>
        operation === 'CreateStateMachine' ? { kind: 'status', status: 500, code: 'InternalServerError' } : undefined,
    });
    expect(secrets).toHaveLength(2);
    const outputs = [
      ...allFiles(folder).map((file) => readFileSync(file, 'utf8')),
      ...[good, failing].flatMap((each) => [
        JSON.stringify(each.document),
        JSON.stringify(each.snapshots),
        each.notes.join('\n'),
        terminalReport(each.document),
      ]),
    ];
    expect(outputs.length).toBeGreaterThan(8);
    for (const secret of secrets) expect(outputs.filter((text) => text.includes(secret))).toEqual([]);
  });

  it('planted in the environment stay there', async () => {
    const folder = newFolder();
    const planted = 'planted-secret-Zx81';
    const server = await startServer({});
    const { endpoint, region, credentials } = server;
    try {
      const { document, snapshots } = await run({
        folder,
        plan: {
          target: { kind: 'endpoint', url: endpoint, region },
          types: ['EXPRESS'],
          load: { kind: 'burst', executions: 2 },
        },
        io: {
          env: {
            AWS_ACCESS_KEY_ID: credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
            OTHER: planted,
          },
        },
      });
      expect(document.status).toEqual({ kind: 'finished' });
      const outputs = [
        ...allFiles(folder).map((file) => readFileSync(file, 'utf8')),
        JSON.stringify(document),
        JSON.stringify(snapshots),
      ];
      for (const secret of [planted, credentials.secretAccessKey, credentials.accessKeyId])
        expect(outputs.filter((text) => text.includes(secret))).toEqual([]);
      // What it made on the endpoint is gone again.
      const { openDoor } = await import('../../../src/target/door');
      const { findByTag } = await import('../../../src/target/sweep');
      const door = await openDoor(
        { kind: 'endpoint', url: endpoint, region },
        {
          now: () => Date.now(),
          signIn: {
            env: { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
            askMfa: () => Promise.resolve(undefined),
          },
        },
      );
      expect(await findByTag(door)).toEqual([]);
      door.close();
    } finally {
      await server.stop();
    }
  });
});
