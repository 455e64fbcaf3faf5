/** A run document made the way a run makes one: simulated histories through the trace, an arm and its bill. */
import { createArmPricer, costStates, priceTable } from '../../../src/cost';
import type { JsonObject } from '../../../src/model/json';
import type { WorkflowType } from '../../../src/model/machine';
import type { RunDocument } from '../../../src/model/run';
import { createArm, type ArmBuilder } from '../../../src/stats';
import { statesOfDefinition, traceExecution } from '../../../src/trace';
import { simulate, type Step } from '../trace/simulate';

export const orderDefinition: JsonObject = {
  StartAt: 'Check',
  States: {
    Check: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'check' },
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: 1, Next: 'Announce' },
    Announce: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters: { Message: 'x' }, End: true },
    Never: { Type: 'Fail' },
  },
};

export const orderSteps = (i: number, gap: number): Step[] => [
  {
    kind: 'task',
    name: 'Check',
    attempts:
      i % 10 === 0
        ? [
            [5, 40, 0],
            [5, 60 + (i % 7), 100],
          ]
        : [[5, 60 + (i % 7), 0]],
    gap: 0,
  },
  { kind: 'wait', name: 'Pause', ms: 1000, gap },
  { kind: 'task', name: 'Announce', attempts: [[2, 12 + (i % 5), 0]], gap },
];

const rates = { table: priceTable(), region: 'us-east-1' };

export const orderArm = (type: WorkflowType, executions: number, gap: number): ArmBuilder => {
  const states = statesOfDefinition(orderDefinition);
  const arm = createArm({
    type,
    system: type.toLowerCase(),
    load: { kind: 'iterations', executions, concurrency: 1 },
    states: states.map(({ path, type: stateType }) => ({ path, type: stateType, hash: '0123456789abcdef' })),
    price: createArmPricer(
      { states: costStates(orderDefinition), definitionBytes: 500, functions: { check: { memoryMb: 128 } } },
      rates,
    ),
  });
  let at = 0;
  for (let i = 0; i < executions; i++) {
    const { events, wallMs } = simulate(orderSteps(i, gap));
    const latencyMs = wallMs + 20 + (i % 3);
    const failed = i === 3;
    const index = arm.add({
      name: `run-${type}-${i}`,
      atMs: at,
      latencyMs,
      serviceMs: wallMs,
      status: failed ? 'failed' : 'succeeded',
      ...(failed ? { error: 'Order<Declined>' } : {}),
      startMs: 12,
      payloadBytes: 900,
    });
    arm.addTrace(index, traceExecution(events, states));
    at += latencyMs;
  }
  arm.add({ name: 'warm-0', atMs: 0, latencyMs: 900, status: 'succeeded', warmup: true });
  return arm;
};

export const runDocument = (executions = 25): RunDocument => ({
  schema: 'stepbench.run/1',
  id: '20261124-000000-ab',
  status: { kind: 'finished' },
  startedAt: '2026-11-24T10:00:00.000Z',
  finishedAt: '2026-11-24T10:01:00.000Z',
  tool: { name: 'stepbench', version: '0.1.0' },
  workflow: {
    file: 'examples/order <b>.asl.json',
    name: 'order | <script>alert(1)</script>',
    definitionBytes: 500,
    states: statesOfDefinition(orderDefinition).map(({ path, type }) => ({ path, type, hash: '0123456789abcdef' })),
  },
  target: { kind: 'embedded', region: 'us-east-1', simulated: 'study' },
  plan: {
    file: '/w/order.asl.json',
    types: ['STANDARD', 'EXPRESS'],
    target: { kind: 'embedded', profile: 'study' },
    load: { kind: 'iterations', executions, concurrency: 1 },
    input: { kind: 'value', label: 'good', value: {} },
    warmup: 1,
    seed: 7,
    maxCost: 1,
    thresholds: ['latency.p95<800'],
    keep: false,
  },
  progress: { planned: executions * 2, done: executions * 2, running: 0, remainingMs: 0 },
  arms: [
    orderArm('STANDARD', executions, 60).snapshot({ final: true }),
    orderArm('EXPRESS', executions, 2).snapshot({ final: true }),
  ],
  comparison: {
    baseline: 'standard',
    candidate: 'express',
    n: [executions, executions],
    p50: { difference: -0.1, ci95: [-0.12, -0.08] },
    costRatio: 0.1,
    sentence: 'Express is 10 % faster at p50.',
  },
  thresholds: [
    { expression: 'latency.p95<800', value: 1234.5, ok: false },
    { expression: 'failed.rate<0.1', value: 0.04, ok: true },
  ],
  notes: [{ kind: 'simulated', message: 'Simulated with the profile study.' }],
});
