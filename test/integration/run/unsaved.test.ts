import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunDocument } from '../../../src/model/run';
import { newFolder, workflow } from './setUp';

const cli = path.resolve('dist/cli.js');
const isBuilt = ['cli.js', 'run.js', 'server.js', 'sdk.js'].every((file) => existsSync(path.resolve('dist', file)));

describe.skipIf(!isBuilt)('a run that the disk refuses (needs `npm run build`)', () => {
  const three = ['w.asl.json', '--type', 'express', '--profile', 'none', '--executions', '3'];
  const call = (...args: string[]) => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'w.asl.json'), JSON.stringify(workflow));
    writeFileSync(path.join(folder, '.stepbench'), 'a file where the folder should be');
    return spawnSync(process.execPath, [cli, 'run', ...three, ...args], { cwd: folder, encoding: 'utf8' });
  };

  it('prints what was measured, says so once, and ends with 3', () => {
    const { status, stdout, stderr } = call('--json');
    const document = JSON.parse(stdout) as RunDocument;
    expect(document.arms[0]?.executions.succeeded).toBe(3);
    expect(document.status).toEqual({ kind: 'finished' });
    expect(stderr.match(/could not be written/g)).toHaveLength(1);
    expect(status).toBe(3);
  }, 60_000);

  it('ends well where nothing was to be kept', () => {
    const { status, stdout, stderr } = call('--no-save');
    expect(stdout).toContain('From 3 of 3 histories');
    expect([status, stderr.includes('could not be written')]).toEqual([0, false]);
  }, 60_000);
});
