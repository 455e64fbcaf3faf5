import { describe, expect, it } from 'vitest';
import {
  architectures,
  createSystemPricer,
  measuredParameters,
  parametersOfArm,
  priceTable,
  type ArmUsage,
  type CostContext,
} from '../../../src/cost';
import type { ArmType } from '../../../src/model/system';
import type { Arm } from '../../../src/model/run';

const rates = { table: priceTable(), region: 'us-east-1' };
const all = architectures(rates.table);
const context: CostContext = {
  states: [{ path: 'Charge', name: 'Charge', type: 'Task', billing: { kind: 'lambda', functionName: 'charge' } }],
  definitionBytes: 1000,
  functions: { charge: { memoryMb: 128 } },
};
const usage = (type: ArmType, change: Partial<ArmUsage> = {}): ArmUsage => ({
  type,
  executions: 100,
  warmups: 0,
  traced: 100,
  states: [{ path: 'Charge', visits: 100, attempts: 100, retries: 0, durationMs: 10_000, workMs: 10_000 }],
  loadedMs: 36_000,
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
const functions = [
  { name: 'order-validate', requests: 100, billedMbMs: 100 * 200 * 128 },
  { name: 'order-ship', requests: 110, billedMbMs: 110 * 400 * 128 },
];
const linesOf = (type: ArmType, used: ArmUsage, stated = {}) =>
  createSystemPricer(type, context, rates, stated)(used).cost.lines;

describe('the bill of a system that is no workflow type', () => {
  it('takes invocations and their time from REPORT lines, the rest from the settings and the model', () => {
    const lines = linesOf('EVENT_DRIVEN', usage('EVENT_DRIVEN', { functions }), { publishes: 4 });
    const by = (meter: string) => lines.find((line) => line.meter === meter);
    expect(by('lambda.requests')).toMatchObject({ quantity: 210, provenance: 'measured' });
    // 100 × 200 ms + 110 × 400 ms at 128 MB.
    expect(by('lambda.gbSeconds')?.quantity).toBeCloseTo(64 / 8, 1);
    expect(by('lambda.gbSeconds')?.provenance).toBe('derived');
    expect(by('sns.publishes')).toMatchObject({ quantity: 400, provenance: 'derived' });
    expect(by('dynamodb.readUnits')).toMatchObject({ quantity: 50, provenance: 'assumed' });
    expect(lines.some((line) => line.meter.startsWith('states.'))).toBe(false);
  });

  it('assumes all of it without reports, and says so', () => {
    for (const line of linesOf('EVENT_DRIVEN', usage('EVENT_DRIVEN'))) {
      expect(line.provenance).toBe('assumed');
      expect(line.note).toContain('cost model');
    }
  });

  it('bills the instance of a gateway for the time of the load', () => {
    const ec2 = linesOf('GATEWAY', usage('GATEWAY', { functions })).find((line) => line.meter === 'ec2.hours');
    expect(ec2).toMatchObject({ quantity: 0.01, provenance: 'derived' });
    expect(ec2?.note).toContain('billed by the hour');
  });

  it('counts the tasks of a workflow as code, and no transition', () => {
    const { cost, perState } = createSystemPricer('AS_CODE', context, rates)(usage('AS_CODE'));
    expect(cost.lines.map((line) => line.meter).sort()).toEqual(['ec2.hours', 'lambda.gbSeconds', 'lambda.requests']);
    expect(cost.orchestrationPerMillion).toBe(0);
    expect(perState.get('Charge')).toBeGreaterThan(0);
  });

  it('is that of the type itself for a type', () => {
    expect(linesOf('STANDARD', usage('STANDARD')).map((line) => line.meter)).toContain('states.transitions');
  });

  it('adds up, whichever system', () => {
    for (const type of ['EVENT_DRIVEN', 'GATEWAY', 'AS_CODE'] as const) {
      const { cost } = createSystemPricer(type, context, rates)(usage(type, { functions }));
      expect(cost.complete).toBe(true);
      expect(cost.lines.reduce((sum, line) => sum + (line.amount ?? 0), 0)).toBeCloseTo(cost.total, 12);
      expect(cost.perMillion).toBeCloseTo(cost.total * 1e4, 9);
    }
  });
});

describe('what an arm says of one order', () => {
  it('comes from reports', () => {
    expect(measuredParameters(usage('GATEWAY'), all)).toEqual({});
    expect(measuredParameters(usage('GATEWAY', { functions, executions: 0 }), all)).toEqual({});
    expect(measuredParameters(usage('GATEWAY', { functions }), all).functions).toBe(2.1);
  });

  it('comes back out of its bill', () => {
    const { cost } = createSystemPricer('GATEWAY', context, rates)(usage('GATEWAY', { functions }));
    const arm = { cost, latencyMs: { mean: 2_700 } } as unknown as Arm;
    const found = parametersOfArm(arm, all);
    expect(found).toMatchObject({ functions: 2.1, publishes: 3, reads: 1, writes: 2, durationMs: 2_700, logKb: 0 });
    // Rounded up to whole ms on the way: 64,000 ms over 210.
    expect(found['functionMs']).toBeCloseTo(305, 6);
    expect(found['transitions']).toBeUndefined();
    expect(parametersOfArm({ cost: null } as unknown as Arm, all)).toEqual({});
  });
});
