/** Every recorded execution, end to end: boto3 sets it up, runs it and reads its history from `stepbench serve`. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exceptions } from '../../conformance/exceptions';
import { isBuilt, serveProcess } from './served';

const run = promisify(execFile);
const folder = path.resolve(import.meta.dirname, '../../../../shared/corpus/executions');
const python = ['/usr/bin/python3', 'python3'].find(
  (one) => spawnSync(one, ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0,
);

const skip = !isBuilt
  ? 'dist/cli.js is absent: npm run build'
  : python === undefined
    ? 'python3-boto3 is absent: apt-get install python3-boto3'
    : existsSync(folder)
      ? undefined
      : 'the recorded executions are absent (../shared/corpus)';
if (skip !== undefined) console.log(`replay through boto3 skipped: ${skip}`);

interface Report {
  readonly passed: Readonly<Record<string, number>>;
  readonly tiers: Readonly<Record<string, { passed?: number; failed?: number; 'not run'?: number }>>;
  readonly failed: Readonly<Record<string, readonly string[]>>;
  readonly notRun: Readonly<Record<string, string>>;
}

/** A queue's answers were XML when these were recorded; AWS answers in JSON since 2023. */
const xmlQueue = /^sfn_scenarios\.wait_for_callback\./;

test.skipIf(skip !== undefined)(
  'boto3 sees every recorded execution as AWS answered it',
  { timeout: 300_000 },
  async () => {
    const server = await serveProcess('--port', '0');
    try {
      const { stdout } = await run(python ?? '', [path.join(import.meta.dirname, 'replay.py'), folder], {
        env: { ...process.env, STEPBENCH_SERVER: JSON.stringify(server.address) },
        maxBuffer: 64 << 20,
      });
      const { tiers, failed } = JSON.parse(stdout) as Report;
      console.log(`replayed through boto3: ${JSON.stringify(tiers)}`);
      const unexpected = Object.entries(failed).filter(([id]) => exceptions[id] === undefined && !xmlQueue.test(id));
      expect(unexpected).toEqual([]);
      expect(tiers['1']?.passed).toBeGreaterThan(700);
    } finally {
      expect(await server.stop()).toBe(0);
    }
  },
);
