import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ExecutionTrace } from '../../../src/model/visit';
import {
  createTraceFile,
  executionName,
  keptExecution,
  longestText,
  pickExecution,
  readTraces,
  type KeptExecution,
} from '../../../src/store/traces';

const folder = mkdtempSync(path.join(os.tmpdir(), 'stepbench-traces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const trace: ExecutionTrace = { startedAt: 0, visits: [], transitionTotalMs: 0, criticalPath: [], events: 2 };
const execution = (name: string, latencyMs: number, more: Partial<KeptExecution> = {}): KeptExecution => ({
  arm: 0,
  name,
  status: 'succeeded',
  latencyMs,
  trace,
  input: '{}',
  output: '{}',
  ...more,
});
const write = async (file: string, executions: readonly KeptExecution[]) => {
  const out = createTraceFile(path.join(folder, file));
  executions.forEach(out.offer);
  out.close();
  return readTraces(path.join(folder, file));
};

describe('executions kept for their timelines', () => {
  it('come back as they were', async () => {
    const one = execution('a', 12, { error: 'Card.Declined', cause: '</script>', status: 'failed' });
    expect(await write('one', [one])).toEqual([one]);
  });
  it('are all of a small run; of a large one the first, new slowest ones, and some failures', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => execution(`e${index}`, 10));
    const kept = await write('many', [
      ...many,
      execution('slow', 99),
      ...many.map((each) => ({ ...each, status: 'failed' })),
    ]);
    expect(kept).toHaveLength(200 + 1 + 50);
    expect(pickExecution(kept, 0, 'slowest', 10)!.name).toBe('slow');
  });
  it('are counted for each arm by itself', async () => {
    const kept = await write(
      'arms',
      Array.from({ length: 600 }, (_, index) => execution(`e${index}`, 10, { arm: index % 2 })),
    );
    expect([0, 1].map((arm) => kept.filter((each) => each.arm === arm).length)).toEqual([200, 200]);
  });
  it('are none where there is no file', async () => expect(await readTraces(path.join(folder, 'nothing'))).toEqual([]));
});

describe('the execution asked for', () => {
  const kept = [
    execution('fast', 1),
    execution('middle', 48),
    execution('slow', 90),
    execution('bad', 70, { status: 'failed' }),
    execution('other', 999, { arm: 1 }),
  ];
  it.each([
    ['slowest', 'slow'],
    ['median', 'middle'],
    ['failed', 'bad'],
    ['fast', 'fast'],
  ])('%s is %s', (pick, name) => expect(pickExecution(kept, 0, pick, 50)!.name).toBe(name));
  it('may not be there', () => {
    expect(pickExecution(kept, 1, 'failed', 50)).toBeUndefined();
    expect(pickExecution(kept, 0, 'unknown', 50)).toBeUndefined();
  });
});

describe('what is kept of an execution', () => {
  const arn = 'arn:aws:states:us-east-1:123456789012:execution:order:run-7';
  it('is its name, by either form of ARN', () => {
    expect(executionName(arn)).toBe('run-7');
    expect(executionName('arn:aws:states:us-east-1:123456789012:express:order:run-8:5f1c')).toBe('run-8');
  });
  it('is its input and how it ended, cut where they are huge', () => {
    const events = [
      {
        id: 1,
        previousEventId: 0,
        timestamp: 0,
        type: 'ExecutionStarted',
        details: { input: 'x'.repeat(longestText + 5) },
      },
      { id: 2, previousEventId: 1, timestamp: 1, type: 'ExecutionFailed', details: { error: 'E', cause: 'why' } },
    ] as const;
    const kept = keptExecution(1, { executionArn: arn, status: 'failed', latencyMs: 5 }, trace, events);
    expect(kept).toMatchObject({ arm: 1, name: 'run-7', error: 'E', cause: 'why', output: '' });
    expect(kept.input).toHaveLength(longestText);
  });
});
