import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bill,
  meterArm,
  monthly,
  parseReportLine,
  perExecution,
  priceTable,
  totalOf,
  type ArmUsage,
  type CostContext,
} from '../../../src/cost';

const rates = { table: priceTable(), region: 'us-east-1' };

const usage = (change: Partial<ArmUsage> = {}): ArmUsage => ({
  type: 'STANDARD',
  executions: 100,
  warmups: 0,
  traced: 100,
  states: [
    { path: 'Charge', visits: 100, attempts: 110, retries: 10, durationMs: 11_000, workMs: 11_000 },
    { path: 'Save', visits: 100, attempts: 100, retries: 0, durationMs: 1000, workMs: 1000 },
    { path: 'Done', visits: 100, attempts: 0, retries: 0, durationMs: 0, workMs: 0 },
  ],
  mapRunChildren: 0,
  mapRunsUncounted: 0,
  redrives: 0,
  containerRetries: 0,
  express: { billedGbSeconds: 0, billed: 0, estimatedMs: 0, estimated: 0, payloadBytes: 0 },
  logBytes: 0,
  logged: 0,
  functions: [],
  ...change,
});
const context: CostContext = {
  states: [
    { path: 'Charge', name: 'Charge', type: 'Task', billing: { kind: 'lambda', functionName: 'charge' } },
    { path: 'Save', name: 'Save', type: 'Task', billing: { kind: 'units', price: 'dynamodb.writeUnits', units: 1 } },
    { path: 'Done', name: 'Done', type: 'Succeed' },
  ],
  definitionBytes: 1000,
  functions: { charge: { memoryMb: 128 } },
};
const express = { billedGbSeconds: 0, billed: 0, estimatedMs: 20_000, estimated: 100, payloadBytes: 500 };
const line = (metered: ReturnType<typeof meterArm>, meter: string) =>
  metered.cost.lines.find((each) => each.meter === meter);

describe('the meters of an arm', () => {
  it('count Standard transitions as billed, and name what is uncertain', () => {
    const metered = meterArm(
      usage({ mapRunChildren: 5, redrives: 1, containerRetries: 2, mapRunsUncounted: 1 }),
      context,
      rates,
    );
    expect(line(metered, 'states.transitions')).toMatchObject({ quantity: 316, provenance: 'measured' });
    expect(line(metered, 'states.transitions')!.note).toMatch(
      /2 retries of whole Map or Parallel.*1 distributed Map runs/,
    );
  });
  it('take Lambda from run time and configured memory, or from its own reports', () => {
    expect(line(meterArm(usage(), context, rates), 'lambda.gbSeconds')).toMatchObject({
      quantity: expect.closeTo(11 * 0.125, 9) as number,
      provenance: 'derived',
    });
    const reported = meterArm(
      usage({ functions: [{ name: 'charge', requests: 110, billedMbMs: 128 * 9000 }] }),
      context,
      rates,
    );
    expect(line(reported, 'lambda.gbSeconds')).toMatchObject({
      quantity: expect.closeTo(9 * 0.125, 9) as number,
      provenance: 'measured',
    });
    expect(line(reported, 'lambda.requests')).toMatchObject({ quantity: 110 });
    const arm = meterArm(
      usage(),
      { ...context, functions: { charge: { memoryMb: 128, architecture: 'arm64' } } },
      rates,
    );
    expect(line(arm, 'lambda.gbSeconds')!.label).toContain('arm');
  });
  it('leave a function without memory out of the sum and say so', () => {
    const { cost } = meterArm(usage(), { ...context, functions: {} }, rates);
    expect(cost.complete).toBe(false);
    expect(cost.lines.find((each) => each.amount === null)!.note).toContain('The memory of charge is not known');
    expect(cost.total).toBeGreaterThan(0);
  });
  it('scale a sample of histories and call it derived', () => {
    const metered = meterArm(usage({ executions: 400 }), context, rates);
    expect(line(metered, 'states.transitions')).toMatchObject({ quantity: 1240, provenance: 'derived' });
    const none = meterArm(usage({ traced: 0, states: [] }), context, rates);
    expect(line(none, 'states.transitions')).toMatchObject({ amount: null });
    expect(none.perState.get('Charge')).toBeNull();
  });
  it('bill Express by its own details, else by the documented estimate', () => {
    const estimated = meterArm(usage({ type: 'EXPRESS', express }), context, rates);
    expect(line(estimated, 'states.express.requests')).toMatchObject({ quantity: 100 });
    expect(line(estimated, 'states.express.gbSeconds')).toMatchObject({
      quantity: expect.closeTo(20 / 16, 9) as number,
      provenance: 'derived',
    });
    const told = meterArm(
      usage({
        type: 'EXPRESS',
        express: { ...express, billedGbSeconds: 3, billed: 100, estimatedMs: 0, estimated: 0 },
      }),
      context,
      rates,
    );
    expect(line(told, 'states.express.gbSeconds')).toMatchObject({ quantity: 3, provenance: 'measured' });
    expect(line(told, 'states.transitions')).toBeUndefined();
  });
  it('count the log that timing writes', () => {
    const metered = meterArm(usage({ type: 'EXPRESS', express, logBytes: 1024 ** 3, logged: 50 }), context, rates);
    expect(line(metered, 'logs.ingestedGb')).toMatchObject({ quantity: 2, amount: 1, provenance: 'derived' });
  });
  it('count child executions with their parent, or name them missing', () => {
    const nested: CostContext = {
      ...context,
      states: [
        ...context.states,
        { path: 'Sub', name: 'Sub', type: 'Task', billing: { kind: 'workflow', synchronous: true } },
      ],
    };
    const started = usage({
      states: [
        ...usage().states,
        { path: 'Sub', visits: 100, attempts: 100, retries: 0, durationMs: 5000, workMs: 5000 },
      ],
    });
    expect(meterArm(started, nested, rates).cost.complete).toBe(false);
    const counted = meterArm(
      { ...started, children: { executions: 100, standardTransitions: 500, expressRequests: 0, expressGbSeconds: 0 } },
      nested,
      rates,
    );
    expect(counted.cost.complete).toBe(true);
    expect(
      counted.cost.lines.filter((each) => each.meter === 'states.transitions').map((each) => each.quantity),
    ).toEqual([410, 500]);
    const fast = meterArm(
      { ...started, children: { executions: 100, standardTransitions: 0, expressRequests: 100, expressGbSeconds: 2 } },
      nested,
      rates,
    );
    expect(line(fast, 'states.express.gbSeconds')).toMatchObject({ quantity: 2 });
    // What was counted in half of the executions stands for the other half too; what was not seen is missing, not nothing.
    const children = {
      executions: 50,
      standardTransitions: 250,
      expressRequests: 0,
      expressGbSeconds: 0,
      uncounted: 3,
    };
    const sampled = meterArm({ ...started, traced: 50, children }, nested, rates).cost;
    expect(sampled.complete).toBe(false);
    expect(sampled.lines.filter(({ meter }) => meter === 'states.transitions')).toMatchObject([
      { quantity: 820 },
      { quantity: 500, provenance: 'derived' },
      { amount: null, note: expect.stringContaining('3 of 50 child executions') as string },
    ]);
  });
  it('take no transitions for states inside Express children', () => {
    const inside: CostContext = {
      ...context,
      states: context.states.map((state) => (state.path === 'Save' ? { ...state, inExpressChild: true } : state)),
    };
    const all = line(meterArm(usage(), context, rates), 'states.transitions')!.quantity;
    const less = line(meterArm(usage(), inside, rates), 'states.transitions')!.quantity;
    expect(all - less).toBe(usage().states.find(({ path }) => path === 'Save')!.visits);
  });
  it('give each state its part, and retries theirs; the parts are the whole', () => {
    const { states, cost } = meterArm(usage(), context, rates);
    const [charge, save, done] = states as [(typeof states)[0], (typeof states)[0], (typeof states)[0]];
    expect(charge.retriesPerMillion).toBeCloseTo(
      1e6 * 0.1 * (0.000025 + 0.0000002) + (1e6 * 11 * 0.125 * 0.0000166667 * (10 / 110)) / 100,
      6,
    );
    expect([save.retriesPerMillion, done.perMillion]).toEqual([0, expect.closeTo(25, 9) as number]);
    expect(states.reduce((sum, state) => sum + state.perMillion, 0)).toBeCloseTo(cost.perMillion, 6);
  });
  it('always: sum of states is the total, whatever was counted', () => {
    const counts = fc.record({
      visits: fc.integer({ min: 1, max: 1000 }),
      retries: fc.nat(50),
      workMs: fc.nat(1e5),
      durationMs: fc.nat(1e5),
    });
    fc.assert(
      fc.property(
        fc.tuple(counts, counts, counts),
        fc.constantFrom('STANDARD' as const, 'EXPRESS' as const),
        fc.integer({ min: 1, max: 1000 }),
        ([a, b, c], type, traced) => {
          const states = [
            { path: 'Charge', ...a, attempts: a.visits + a.retries },
            { path: 'Save', ...b, attempts: b.visits + b.retries },
            { path: 'Done', ...c, attempts: 0, retries: 0 },
          ];
          const metered = meterArm(
            usage({
              type,
              traced,
              executions: traced,
              states,
              express: { ...express, estimated: traced },
              logBytes: type === 'EXPRESS' ? 1e7 : 0,
              logged: type === 'EXPRESS' ? traced : 0,
            }),
            context,
            rates,
          );
          const sum = metered.states.reduce((total, state) => total + state.perMillion, 0);
          expect(sum / metered.cost.perMillion).toBeCloseTo(1, 9);
        },
      ),
    );
  });
  it('keep warm-up money apart', () => {
    const { cost } = meterArm(usage({ warmups: 10 }), context, rates);
    expect(cost.executions).toBe(100);
    expect(cost.warmup).toBeCloseTo(cost.perExecution * 10, 15);
    expect(meterArm(usage({ executions: 0, traced: 0, states: [] }), context, rates).cost).toMatchObject({
      total: 0,
      perExecution: 0,
      perMillion: 0,
    });
  });
  it('turn into a month', () => {
    const { items, cost } = meterArm(usage(), context, rates);
    expect(monthly(perExecution(items, 100), 1e6, rates).total).toBeCloseTo(cost.perMillion, 6);
    expect(totalOf(bill(perExecution(items, 0), rates)).complete).toBe(false);
  });
});

describe('REPORT lines', () => {
  it('are read, cold and warm', () => {
    expect(
      parseReportLine(
        'REPORT RequestId: 8f-1\tDuration: 3.51 ms\tBilled Duration: 124 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tInit Duration: 120.02 ms\t\n',
      ),
    ).toEqual({
      requestId: '8f-1',
      durationMs: 3.51,
      billedMs: 124,
      memoryMb: 128,
      maxMemoryUsedMb: 40,
      initMs: 120.02,
    });
    expect(
      parseReportLine(
        'REPORT RequestId: a\tDuration: 1.00 ms\tBilled Duration: 2 ms\tMemory Size: 512 MB\tMax Memory Used: 60 MB\tRestore Duration: 300 ms',
      ),
    ).toMatchObject({ restoreMs: 300, durationMs: 1 });
    for (const other of ['START RequestId: a', 'END RequestId: a', '', 'REPORT RequestId: a Duration: x'])
      expect(parseReportLine(other)).toBeUndefined();
  });
});
