import { describe, expect, it } from 'vitest';
import type { Arm, RunDocument } from '../../../src/model/run';
import {
  aimless,
  compareRuns,
  comparisonTables,
  judge,
  parseFailIf,
  regressionsOf,
  terminalTable,
} from '../../../src/report';
import type { FailIf } from '../../../src/report/compare';
import { orderArm, runDocument } from './document';

const before = runDocument(60);
const standard = (gap: number): Arm => orderArm('STANDARD', 60, gap).snapshot({ final: true });
const withArms = (arms: readonly Arm[], change: Partial<RunDocument> = {}): RunDocument => ({
  ...before,
  id: 'second',
  arms,
  ...change,
});
const rules = (expression: string): readonly FailIf[] => {
  const parsed = parseFailIf(expression);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.rules;
};

describe('two runs', () => {
  it('that are alike show no change and no regression', () => {
    const changed = compareRuns(before, before);
    expect(changed.notes).toEqual([]);
    expect(changed.arms.map((arm) => arm.p50!.difference)).toEqual([0, 0]);
    expect(changed.arms[0]!.latency.sentence).toContain('No difference');
    expect(changed.arms[0]!.states.map((state) => state.path)).toEqual(['Check', 'Pause', 'Announce']);
    expect(regressionsOf(changed, rules('1%'))).toEqual([]);
  });
  it('show what got slower, state by state, with intervals', () => {
    const slow = { ...standard(400), cost: { ...before.arms[0]!.cost!, perMillion: 200 } };
    const changed = compareRuns(before, withArms([slow]));
    const [arm] = changed.arms;
    expect(arm!.p50!.difference).toBeCloseTo(680 / 1229, 1);
    expect(arm!.p50!.ci95![0]).toBeGreaterThan(0.4);
    expect(arm!.states[1]!.transition).toMatchObject({ before: 60, after: 400 });
    expect(changed.notes).toEqual([expect.stringMatching(/^Only the first run has Express/)]);
    const regressions = regressionsOf(changed, [
      ...rules('latency.p50>10%'),
      ...rules('cost>5%'),
      ...rules('states.p50>10%'),
    ]);
    expect(regressions.map((each) => each.what)).toEqual([
      'Standard · 60 at concurrency 1: p50 of latency',
      'Standard · 60 at concurrency 1: cost per million',
    ]);
    expect(regressions[0]!.sentence).toMatch(
      /rose by \d\d % \(1\.23 s → 1\.91 s, 95 % interval \d\d–\d\d %\), more than 10 %\./,
    );
    const text = comparisonTables(changed).map(terminalTable).join('\n');
    expect(text).toMatch(/latency\s+60 → 60\s+1\.23 s → 1\.91 s\s+\+55 %/);
    expect(text).toContain('A million executions cost $78.4 before and $200 after.');
  });
  it('count a change only where chance cannot explain it', () => {
    const noisy = (factor: number): Arm => ({
      ...before.arms[0]!,
      samples: before.arms[0]!.samples.slice(0, 8).map((sample, i) => ({
        ...sample,
        latencyMs: i % 2 ? 100 : 1000 * factor,
      })),
    });
    const changed = compareRuns(
      withArms([noisy(1)]),
      withArms([{ ...noisy(1.3), latencyMs: { ...before.arms[0]!.latencyMs!, p50: 2000 } }]),
    );
    expect(changed.arms[0]!.p50!.difference).toBeGreaterThan(0.5);
    expect(changed.arms[0]!.p50!.ci95![0]).toBeLessThan(0);
    expect(regressionsOf(changed, rules('latency.p50>10%'))).toEqual([]);
  });
  it('judge no change without an interval, and say so; a bill needs none', () => {
    const few = (p95: number): Arm => {
      const arm = orderArm('STANDARD', 4, 60).snapshot({ final: true });
      return { ...arm, latencyMs: { ...arm.latencyMs!, p95 }, cost: { ...arm.cost!, perMillion: p95 } };
    };
    const changed = compareRuns(withArms([few(100)]), withArms([few(400)]));
    expect(changed.arms[0]!.p95!.ci95).toBeNull();
    expect(judge(changed, rules('latency.p95>10%'))).toEqual({
      regressions: [],
      unjudged: [expect.stringMatching(/p95 of latency went from 100 ms to 400 ms, but there are too few samples/)],
    });
    expect(judge(changed, rules('cost>10%')).regressions).toHaveLength(1);
    expect(judge(changed, rules('latency.p95>400%'))).toEqual({ regressions: [], unjudged: [] });
  });
  it('hold swept payloads apart', () => {
    const [arm] = before.arms as [Arm];
    const changed = compareRuns(withArms([{ ...arm, payloadBytes: 10 }]), withArms([{ ...arm, payloadBytes: 20 }]));
    expect(changed.arms).toEqual([]);
    expect(changed.notes[0]).toContain('with 20 bytes');
  });
  it('are compared at one load, however many executions they had', () => {
    const [arm] = before.arms as [Arm];
    const one = (load: Arm['load']) => withArms([{ ...arm, load }]);
    const met = (a: Arm['load'], b: Arm['load']) => compareRuns(one(a), one(b)).arms.length;
    const closed = { kind: 'iterations', executions: 25, concurrency: 2 } as const;
    const open = { kind: 'arrivalRate', rate: 5, durationMs: 1_000, maxInFlight: 9 } as const;
    expect(met(closed, { ...closed, executions: 100 })).toBe(1);
    expect(met(closed, { ...closed, concurrency: 3 })).toBe(0);
    expect(met(open, { ...open, durationMs: 9_000 })).toBe(1);
    expect(met({ ...open, endRate: 9 }, { ...open, endRate: 9, durationMs: 9_000 })).toBe(0);
    expect(met({ kind: 'burst', executions: 5 }, { kind: 'burst', executions: 6 })).toBe(0);
  });
  it('are not judged by a state that neither entered', () => {
    const changed = compareRuns(before, before);
    expect(aimless(changed, rules('states.Nope.p95>1%'))[0]).toContain('Check, Pause, Announce');
    expect(aimless(changed, [...rules('states.Check.p95>1%'), ...rules('10%')])).toEqual([]);
  });
  it('judge each percentile of a state by itself', () => {
    const [arm] = before.arms as [Arm];
    const [first, ...rest] = arm.states;
    const at = (p99: number) => {
      const durationMs = { ...first!.durationMs!, p99, ci95: { p99: [p99 * 0.9, p99 * 1.1] as const } };
      return withArms([{ ...arm, states: [{ ...first!, durationMs }, ...rest] }]);
    };
    const changed = compareRuns(at(1_000), at(3_000));
    expect(regressionsOf(changed, rules('states.p50>10%'))).toEqual([]);
    expect(regressionsOf(changed, rules('states.p99>10%'))).toHaveLength(1);
  });
  it('say what makes them hard to compare', () => {
    const other = withArms([{ ...before.arms[0]!, load: { kind: 'burst', executions: 9 } }], {
      target: { kind: 'aws', region: 'eu-west-1', account: '1', simulated: null },
      workflow: { ...before.workflow, name: 'else' },
      status: { kind: 'stopped', reason: 'x' },
    });
    const { notes, arms } = compareRuns(before, other);
    expect(arms).toEqual([]);
    expect(notes.map((note) => note.split(' ').slice(0, 4).join(' '))).toEqual([
      'The runs were measured',
      'The runs are of',
      'Not both runs were',
      'Only the second run',
      'Only the first run',
      'Only the first run',
    ]);
  });
  it('notice states that came, went, or were edited, and more failures', () => {
    const [check, pause, announce] = before.arms[0]!.states;
    const after = withArms([
      {
        ...before.arms[0]!,
        states: [{ ...check!, hash: 'new', retries: 9 }, pause!, { ...announce!, path: 'Tell' }],
        executions: { ...before.arms[0]!.executions, succeeded: 30, failed: 30 },
      },
    ]);
    const changed = compareRuns(before, after);
    expect(changed.arms[0]!.states.map((state) => [state.path, state.kind, state.edited])).toEqual([
      ['Check', 'both', true],
      ['Pause', 'both', false],
      ['Tell', 'added', false],
      ['Announce', 'removed', false],
    ]);
    expect(comparisonTables(changed)[0]!.rows[1]!.at(-1)).toBe('edited, retries 6 → 9');
    expect(regressionsOf(changed, rules('failed>10%'))[0]!.sentence).toContain(
      '50.0 % failed instead of 1.67 % (95 % interval of the difference 34–61 %, n = 60 and 60).',
    );
    expect(judge(changed, rules('failed>60%'))).toEqual({ regressions: [], unjudged: [] });
  });
  it('say that a few more failures may be chance, and do not judge them', () => {
    const [arm] = before.arms;
    const after = withArms([{ ...arm!, executions: { ...arm!.executions, succeeded: 57, failed: 3 } }]);
    const changed = compareRuns(before, after);
    expect(changed.arms[0]!.failedCi95![0]).toBeLessThan(0);
    const { regressions, unjudged } = judge(changed, rules('failed>1%'));
    expect(regressions).toEqual([]);
    expect(unjudged).toEqual([
      expect.stringMatching(
        /5\.00 % failed instead of 1\.67 % \(95 % interval .*\): that may be chance, so it is not judged\.$/,
      ),
    ]);
    expect(comparisonTables(changed)[0]!.notes.join('\n')).toContain('5.00 % failed instead of 1.67 %');
  });
  it('have no interval of failures where nothing ended', () => {
    const [arm] = before.arms;
    const nothing = { ...arm!.executions, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
    const changed = compareRuns(withArms([{ ...arm!, executions: nothing }]), before);
    expect(changed.arms[0]!.failedCi95).toBeNull();
    expect(judge(changed, rules('failed>1%')).regressions).toEqual([]);
  });
});

describe('a limit', () => {
  it.each([
    [
      '10%',
      [
        ['latency', 'p50', undefined, 0.1],
        ['latency', 'p95', undefined, 0.1],
        ['states', 'p50', undefined, 0.1],
      ],
    ],
    ['latency.p99 > 2.5%', [['latency', 'p99', undefined, 0.025]]],
    ['latency>5%', [['latency', 'p50', undefined, 0.05]]],
    ['states.Order/Branches[0]/Charge.p95>20%', [['states', 'p95', 'Order/Branches[0]/Charge', 0.2]]],
    ['states.p95>20%', [['states', 'p95', undefined, 0.2]]],
    ['states.Charge>20%', [['states', 'p50', 'Charge', 0.2]]],
    ['cost>0%', [['cost', 'p50', undefined, 0]]],
  ])('%s', (expression, expected) =>
    expect(rules(expression).map((rule) => [rule.metric, rule.percentile, rule.state, rule.limit])).toEqual(expected),
  );
  it.each(['', 'ten', 'latency.p95<10%', 'latency.p95>10', 'speed>10%', 'latency.Charge.p50>1%'])(
    'refuses %j with examples',
    (expression) => {
      const parsed = parseFailIf(expression);
      expect(parsed.ok ? '' : parsed.problem).toContain('write 10%, latency.p95>10%');
    },
  );
});
