import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { RunDocument } from '../../../src/model/run';
import { defaultPlan } from '../../../src/plan';

/** A folder that is gone after the test. */
export const useFolder = (): (() => string) => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'stepbench-test-'));
    made.push(folder);
    return folder;
  };
};

export const runDocument = (id: string, changes: Partial<RunDocument> = {}): RunDocument => ({
  schema: 'stepbench.run/1',
  id,
  status: { kind: 'finished' },
  startedAt: '2026-11-24T10:00:00.000Z',
  finishedAt: '2026-11-24T10:01:00.000Z',
  tool: { name: 'stepbench', version: '0.1.0' },
  workflow: { file: 'order.asl.json', name: 'order', definitionBytes: 100, states: [] },
  target: { kind: 'embedded', region: 'us-east-1', simulated: 'study' },
  plan: defaultPlan('/w/order.asl.json'),
  progress: { planned: 50, done: 50, running: 0, remainingMs: null },
  arms: [],
  notes: [],
  ...changes,
});
