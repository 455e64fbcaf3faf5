import { describe, expect, it } from 'vitest';
import type { Load, Plan } from '../../../src/model/plan';
import {
  costCap,
  defaultPlan,
  describePlan,
  describeTarget,
  planExecutions,
  planWarmups,
  validatePlan,
} from '../../../src/plan';

const plan = (changes: Partial<Plan> = {}) => defaultPlan('/w/order.asl.json', changes);
const messages = (changes: Partial<Plan>) =>
  validatePlan(plan(changes)).map((problem) => `${problem.path} ${problem.message}`);

describe('the default plan', () => {
  it('is the 25 executions at 1 of the study, both types, and right', () => {
    expect(validatePlan(plan())).toEqual([]);
    expect(planExecutions(plan())).toBe(50);
    expect(describePlan(plan())).toBe(
      'Standard and Express: 25 executions, 1 at a time, on the embedded engine with latencies simulated by profile "study".',
    );
  });

  it('caps the cost on an account and takes changes', () => {
    expect(plan({ target: { kind: 'aws' } }).maxCost).toBe(1);
    expect(plan({ warmup: 3 }).warmup).toBe(3);
  });

  it('says its warm-up, which each step of a sweep has', () => {
    expect(describePlan(plan({ warmup: 2 }))).toContain('after 2 to warm up');
    const base = { kind: 'iterations', executions: 5, concurrency: 1 } as const;
    const swept = plan({ warmup: 2, load: { kind: 'sweep', over: 'concurrency', values: [1, 10, 20], base } });
    expect(describePlan(swept)).toContain(', each step after 2 to warm up, on');
    expect([planWarmups(swept), planWarmups(plan({ warmup: 2 })), planWarmups(plan({}))]).toEqual([6, 2, 0]);
  });
});

describe('the cap of a run', () => {
  const endpoint = { kind: 'endpoint', url: 'http://127.0.0.1:4566' } as const;
  it('is the one that was asked for, on every target', () => {
    expect([costCap({ kind: 'aws' }, 5), costCap(endpoint, 5), costCap({ kind: 'aws' }, 0)]).toEqual([5, 5, 0]);
  });

  it('is else a dollar on an account, and none where nobody is billed', () => {
    expect(
      [{ kind: 'aws' } as const, endpoint, { kind: 'embedded', profile: 'study' } as const].map((each) =>
        costCap(each),
      ),
    ).toEqual([1, 0, 0]);
  });
});

describe('checking a plan', () => {
  it('tells everything at once, each with its place', () => {
    expect(
      messages({
        types: [],
        load: { kind: 'iterations', executions: 0, concurrency: 1.5 },
        warmup: -1,
        seed: -5,
        maxCost: Number.NaN,
      }).map((message) => message.split(' ')[0]),
    ).toEqual(['/types', '/load/executions', '/load/concurrency', '/warmup', '/seed', '/maxCost']);
  });

  it.each<[string, Partial<Plan>, RegExp]>([
    ['a type twice', { types: ['EXPRESS', 'EXPRESS'] }, /run once only/],
    ['an endpoint that is no URL', { target: { kind: 'endpoint', url: 'localhost:4566' } }, /should look like http:/],
    ['an endpoint of another protocol', { target: { kind: 'endpoint', url: 'ftp://x' } }, /not an endpoint/],
    ['forced cold starts elsewhere', { cold: true, target: { kind: 'aws' } }, /embedded engine only/],
    ['a fraction of a warm-up', { warmup: 0.5 }, /whole number/],
    ['a negative cap', { maxCost: -1 }, /0 or more/],
  ])('refuses %s', (_name, changes, message) => expect(messages(changes).join('\n')).toMatch(message));

  it('takes forced cold starts on the embedded engine', () => expect(messages({ cold: true })).toEqual([]));
});

describe('describing a target', () => {
  it.each([
    [{ kind: 'embedded', profile: 'none' } as const, 'the embedded engine'],
    [{ kind: 'endpoint', url: 'http://localhost:4566' } as const, 'http://localhost:4566'],
    [{ kind: 'aws', profile: 'dev', region: 'eu-west-1' } as const, 'AWS profile dev in eu-west-1'],
    [{ kind: 'aws' } as const, 'AWS'],
  ])('%j', (target, text) => expect(describeTarget(target)).toBe(text));
});

describe('executions of a plan', () => {
  it.each<[Load, number]>([
    [{ kind: 'burst', executions: 100 }, 200],
    [{ kind: 'arrivalRate', rate: 10, endRate: 30, durationMs: 2_000, maxInFlight: 10 }, 80],
    [
      {
        kind: 'sweep',
        over: 'concurrency',
        values: [1, 10],
        base: { kind: 'iterations', executions: 25, concurrency: 1 },
      },
      100,
    ],
  ])('%j', (load, executions) => expect(planExecutions(plan({ load }))).toBe(executions));
});
