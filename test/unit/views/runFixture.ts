import type { Distribution } from '../../../src/model/distribution';
import type { StateOutline, StateType } from '../../../src/model/machine';
import type { Arm, RunDocument, StateFigures } from '../../../src/model/run';

export const dist = (p50: number, p95 = p50 * 2, n = 25): Distribution => ({
  n,
  min: p50 / 2,
  mean: p50,
  p50,
  p90: p95,
  p95,
  p99: p95,
  max: p95,
});

export const figures = (path: string, p50: number, more: Partial<StateFigures> = {}): StateFigures => ({
  path,
  type: 'Task',
  visits: 25,
  retries: 0,
  failures: 0,
  durationMs: dist(p50),
  transitionMs: dist(58),
  parts: { pre: 0, queue: 0, work: p50, wait: 0, backoff: 0, post: 0 },
  criticalShare: 0,
  coldStarts: 0,
  errors: {},
  costPerMillion: null,
  hash: `hash of ${path}`,
  ...more,
});

export const arm = (type: 'STANDARD' | 'EXPRESS', states: readonly StateFigures[], more: Partial<Arm> = {}): Arm => ({
  type,
  system: type.toLowerCase(),
  load: { kind: 'iterations', executions: 25, concurrency: 5 },
  model: 'closed',
  executions: { started: 25, succeeded: 25, failed: 0, timedOut: 0, aborted: 0, throttled: 0, dropped: 0 },
  warmups: 0,
  latencyMs: dist(5060, 6910),
  throughputPerSecond: 1,
  states,
  transitionTotalMs: dist(947),
  cost: null,
  series: [],
  samples: [],
  errors: {},
  ...more,
});

export const run = (arms: readonly Arm[], more: Partial<RunDocument> = {}): RunDocument => ({
  schema: 'stepbench.run/1',
  id: 'run-1',
  status: { kind: 'finished' },
  startedAt: '2026-11-24T19:40:00.000Z',
  finishedAt: '2026-11-24T19:41:00.000Z',
  tool: { name: 'stepbench', version: '0.1.0' },
  workflow: {
    file: 'order.asl.json',
    name: 'order',
    definitionBytes: 100,
    states: [...new Set(arms.flatMap((one) => one.states.map((state) => state.path)))].map((path) => ({
      path,
      type: 'Task',
      hash: `hash of ${path}`,
    })),
  },
  target: { kind: 'embedded', region: 'us-east-1', simulated: 'study' },
  plan: {
    file: '/ws/order.asl.json',
    types: ['STANDARD', 'EXPRESS'],
    target: { kind: 'embedded', profile: 'study' },
    load: { kind: 'iterations', executions: 25, concurrency: 5 },
    input: { kind: 'value', label: 'custom', value: {} },
    warmup: 0,
    seed: 1,
    maxCost: 1,
    thresholds: [],
    keep: false,
  },
  progress: { planned: 50, done: 50, running: 0, remainingMs: 0 },
  arms,
  notes: [],
  ...more,
});

export const state = (path: string, more: Partial<StateOutline> = {}): StateOutline => ({
  path,
  name: path.split('/').pop()!,
  type: 'Task' satisfies StateType,
  next: [],
  nameRange: { start: { line: 3, column: 4 }, end: { line: 3, column: 4 + path.length } },
  range: { start: { line: 3, column: 4 }, end: { line: 8, column: 5 } },
  hash: `hash of ${path}`,
  ...more,
});
