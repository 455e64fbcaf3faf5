import { describe, expect, it } from 'vitest';
import type { Arm } from '../../../src/model/run';
import {
  evaluateThreshold,
  evaluateThresholds,
  parseThreshold,
  thresholdSlip,
  type Threshold,
} from '../../../src/stats/thresholds';
import { orderArm } from '../report/document';

const parsed = (expression: string): Threshold => {
  const result = parseThreshold(expression);
  if (!result.ok) throw new Error(result.problem);
  return result.threshold;
};
const standard = orderArm('STANDARD', 25, 60).snapshot({ final: true });
const express = orderArm('EXPRESS', 25, 2).snapshot({ final: true });

describe('a threshold is read', () => {
  it.each([
    ['latency.p95<800', { metric: { kind: 'latency', field: 'p95' }, operator: '<', limit: 800 }],
    [' latency.p99 <= 1.5s ', { metric: { kind: 'latency', field: 'p99' }, operator: '<=', limit: 1500 }],
    ['latency{Express}.med<300ms', { metric: { kind: 'latency', field: 'p50' }, system: 'express', limit: 300 }],
    ['latency.p97.5<1', { metric: { kind: 'latency', field: 'p97.5' } }],
    [
      'states.Order/Branches[0]/Charge.p95<300',
      { metric: { kind: 'state', state: 'Order/Branches[0]/Charge', of: 'duration', field: 'p95' } },
    ],
    [
      'states.Is a < b?.transition.p50<20',
      { metric: { kind: 'state', state: 'Is a < b?', of: 'transition' }, limit: 20 },
    ],
    ['states.Charge.retries==0', { metric: { kind: 'state', of: 'count', field: 'retries' }, operator: '==' }],
    ['cost.perMillion<$30', { metric: { kind: 'cost', field: 'perMillion' }, limit: 30 }],
    ['failed.rate<1%', { metric: { kind: 'outcome', outcome: 'failed', field: 'rate' }, limit: 0.01 }],
    ['throughput>2', { metric: { kind: 'throughput' }, operator: '>' }],
  ])('%s', (expression, threshold) => expect(parsed(expression)).toMatchObject(threshold));

  it.each([
    ['latency.p95', 'no comparison'],
    ['latency.p95<fast', '“fast” is not a number'],
    ['latency.p95<800kg', '“800kg” is not a number'],
    ['latency.p105<1', '“p105” is not known of latency'],
    ['latency<1', '“” is not known of latency'],
    ['speed.p95<1', '“speed” cannot be measured: use latency, transition,'],
    [
      'cost.daily<1',
      '“daily” is not known of the cost: use perMillion, perExecution, total or orchestrationPerMillion',
    ],
    ['failed.p95<1', 'use rate or count'],
    ['states.A.p42<1', '“p42” is not known of a state'],
    ['', 'no comparison'],
  ])('%s is refused: %s', (expression, why) => {
    const result = parseThreshold(expression);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.problem).toContain(why);
  });
});

describe('a threshold that could never have a value', () => {
  const slip = (expression: string) => thresholdSlip(parsed(expression), ['Order', 'Order/Charge'], ['standard']);
  it('is told before the run', () => {
    expect(slip('states.Nope.p95<300')).toMatch(/about a state Nope, but the workflow has Order, Order\/Charge\./);
    expect(slip('latency{express}.p95<300')).toMatch(/about the system express, but this run has standard\./);
  });
  it.each(['states.Charge.p95<300', 'states.Order/Charge.visits>0', 'latency{Standard}.p95<3', 'failed.rate<1%'])(
    'is not %s',
    (expression) => expect(slip(expression)).toBeUndefined(),
  );
});

describe('a threshold is judged', () => {
  const judge = (expression: string, arms: readonly Arm[] = [standard, express], final = true) =>
    evaluateThreshold(parsed(expression), arms, final);
  it('over every arm, or the one it names', () => {
    expect(judge('latency.p50<1150')).toMatchObject({ ok: false, value: standard.latencyMs!.p50 });
    expect(judge('latency{express}.p50<1150')).toMatchObject({ ok: true, value: express.latencyMs!.p50 });
    expect(judge('latency.p97.5<10s').ok).toBe(true);
    expect(judge('failed.rate<0.05')).toMatchObject({ ok: true, value: 1 / 25 });
    expect(judge('failed.count==1').ok).toBe(true);
    expect(judge('dropped.rate<=0')).toMatchObject({ ok: true, value: 0 });
    expect(judge('cost{standard}.perMillion<30').ok).toBe(false);
    expect(judge('cost{express}.perMillion<30').ok).toBe(true);
    expect(judge('states.Check.p95>100').ok).toBe(true);
    expect(judge('states.Announce{standard}.transition.p50<=60')).toMatchObject({ ok: true, value: 60 });
    expect(judge('transition{express}.p50<10').ok).toBe(true);
    expect(judge('throughput>0.5').ok).toBe(true);
    expect(judge('start.max!=12').ok).toBe(false);
  });
  it('finds a state by its last name, all that bear it', () => {
    const nested = {
      ...standard,
      states: standard.states.map((state) => ({ ...state, path: `Order/Branches[0]/${state.path}` })),
    };
    expect(judge('states.Pause.p50>=1000', [nested])).toMatchObject({ ok: true, value: 1000 });
    expect(judge('states.ause.p50>=1000', [nested])).toMatchObject({ ok: false, value: null });
  });
  it('is patient while the run goes on, and strict at its end', () => {
    const empty: Arm = {
      ...standard,
      latencyMs: null,
      coldLatencyMs: null,
      samples: [],
      cost: null,
      throughputPerSecond: 0,
    };
    for (const expression of ['latency.p95<1', 'latency.p42<1', 'cost.total<1', 'throughput>1', 'cold.p50<1']) {
      expect(judge(expression, [empty], false)).toMatchObject({ ok: true, value: null });
      expect(judge(expression, [empty], true)).toMatchObject({ ok: false, value: null });
    }
  });
  it('comes as a list', () => {
    expect(
      evaluateThresholds([parsed('latency.p95<1'), parsed('failed.rate<1')], [standard], true).map(
        (result) => result.ok,
      ),
    ).toEqual([false, true]);
  });
});
