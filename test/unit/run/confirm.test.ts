import { describe, expect, it } from 'vitest';
import type { WorkflowType } from '../../../src/model/machine';
import type { Load } from '../../../src/model/plan';
import { defaultPlan } from '../../../src/plan';
import { regionQuotas } from '../../../src/plan/quotas';
import { confirmSpending } from '../../../src/run/confirm';
import { estimateOf } from '../../../src/run/estimate';
import type { Question } from '../../../src/run/contract';
import type { Prepared } from '../../../src/run/prepare';
import type { BaseLoad } from '../../../src/run/shapes';
import type { Door } from '../../../src/target/door';
import { orderDefinition } from '../report/document';

const door = {
  ...{ accountId: '111111111111', region: 'us-east-1', caller: 'arn:aws:iam::111111111111:user/a', connection: {} },
} as Door;
const prepared = {
  settings: { functions: { check: { code: '.', handler: 'a.b', runtime: 'nodejs20.x' } } },
} as unknown as Prepared;

const chain = { folder: 'chain', topic: 'T', statusTable: 'S' };
const systems = {
  settings: {
    ...prepared.settings,
    systems: { 'event-driven': { ...chain, costs: { publishes: 10 } }, gateway: { module: 'gateway.js' } },
  },
} as Pick<Prepared, 'settings'>;

const asked = async (answer: boolean | undefined, executions: number, maxCost = 1) => {
  const questions: Question[] = [];
  const plan = defaultPlan('/w/order.asl.json', {
    target: { kind: 'aws' },
    load: { kind: 'burst', executions },
    maxCost,
  });
  const done = confirmSpending(plan, orderDefinition, door, prepared, regionQuotas('us-east-1'), (question) => {
    questions.push(question);
    return Promise.resolve(answer);
  });
  return { done, questions };
};

describe('before a run on a real account', () => {
  it('whose account it is, what it would cost and where the cap lies is said, and asked', async () => {
    const { done, questions } = await asked(true, 1_000, 0.05);
    await done;
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject({ kind: 'confirm', about: 'realAccount' });
    expect(questions[0]?.message).toContain('AWS account 111111111111 in us-east-1');
    const { detail } = questions[0] as Extract<Question, { kind: 'confirm' }>;
    // 3 transitions of 1,000 Standard executions are 7.5 cents alone.
    expect(Number(/Forecast cost \$(\d+\.\d+)/.exec(detail)?.[1])).toBeGreaterThan(0.075);
    expect(detail).toContain('new starts end at $0.05');
    expect(detail).toContain('The forecast of $0.08 is above the cap: the run would end early');
    expect(detail).toContain('removed at the end');
  });

  it('nothing happens without a yes: not on no, and not where nobody answers', async () => {
    for (const answer of [false, undefined])
      await expect((await asked(answer, 1)).done).rejects.toThrow(/Not run: the account was not confirmed\. Use --yes/);
    await expect((await asked(false, 1_000, 0.05)).done).rejects.toThrow(
      /the forecast of \$0\.08 is above the cap of \$0\.05/,
    );
  });
});

describe('what one execution is estimated to cost', () => {
  const of = (load: BaseLoad, warmup = 0) =>
    estimateOf(orderDefinition, 'us-east-1', prepared, { types: [], load, warmup }).usd.EXPRESS ?? NaN;

  it('holds the cold starts of a load: all of a burst, few of a sequence', () => {
    const burst = of({ kind: 'burst', executions: 100 });
    const sequence = of({ kind: 'iterations', executions: 100, concurrency: 1 });
    // 300 ms of init: Lambda's at 128 MB, and of Express's duration at 64 MB, in steps of 100 ms.
    expect(burst - sequence).toBeGreaterThan(0.3 * 0.125 * 1.6e-5);
    expect(burst - sequence).toBeLessThan(0.3 * 0.125 * 1.7e-5 + 0.4 * 0.0625 * 1.7e-5);
  });

  it('has the warm-up in its mean, which is billed as well', () => {
    const one = { kind: 'iterations', executions: 1, concurrency: 1 } as const;
    expect(of(one, 9)).toBeLessThan(of(one));
    expect(of(one, 9)).toBeCloseTo(of({ kind: 'iterations', executions: 10, concurrency: 1 }), 12);
  });

  it('is not told where a region has no price', () => {
    const load = { kind: 'burst', executions: 1 } as const;
    const nowhere = estimateOf(orderDefinition, 'xx-nowhere-1', systems, {
      ...{ types: ['STANDARD'], load, warmup: 0, driver: true },
    });
    expect(nowhere.usd).toEqual({ STANDARD: null, EXPRESS: null, AS_CODE: null, EVENT_DRIVEN: null, GATEWAY: null });
    expect(nowhere.driverUsd).toBeNull();
  });

  it('is told of systems that are described, by their meters and what the settings say of one order', () => {
    const load = { kind: 'burst', executions: 10 } as const;
    const { usd } = estimateOf(orderDefinition, 'us-east-1', systems, { types: [], load, warmup: 0 });
    const fewer = estimateOf(orderDefinition, 'us-east-1', prepared, { types: [], load, warmup: 0 }).usd;
    expect(fewer).not.toHaveProperty('EVENT_DRIVEN');
    expect(fewer).not.toHaveProperty('GATEWAY');
    // Seven publishes at $0.50 a million more than the model's three.
    const plain = { settings: { systems: { ...systems.settings.systems!, 'event-driven': chain } } } as never;
    const usual = estimateOf(orderDefinition, 'us-east-1', plain, { types: [], load, warmup: 0 }).usd;
    expect((usd.EVENT_DRIVEN ?? NaN) - (usual.EVENT_DRIVEN ?? NaN)).toBeCloseTo(7 * 0.0000005, 10);
    // No hour of an instance in it: none is made for a run.
    expect(usd.GATEWAY).toBeLessThan(0.0001);
    expect(usd.AS_CODE).toBeLessThan(usd.STANDARD ?? 0);
    expect(usd.AS_CODE).toBeGreaterThan(0);
  });

  it('holds what drives the load from within: a transition a child, and Standard children for what waits', () => {
    const of = (types: readonly WorkflowType[], load: Load, driver = true) =>
      estimateOf(orderDefinition, 'us-east-1', prepared, { types, load, warmup: 0, driver }).driverUsd;
    const burst = { kind: 'burst', executions: 1_000 } as const;
    expect(of(['EXPRESS'], burst, false)).toBeUndefined();
    expect(of(['EXPRESS'], burst)).toBeGreaterThan(1_001 * 0.000025);
    expect(of(['EXPRESS'], burst)).toBeLessThan(1_001 * 0.000025 + 0.01);
    const closed = { kind: 'iterations', executions: 100, concurrency: 10 } as const;
    expect(of(['STANDARD'], closed)).toBeCloseTo((1 + 2 * 100) * 0.000025, 8);
    const sweep = { kind: 'sweep', over: 'burst', values: [1_000, 1_000], base: burst } as const;
    expect(of(['STANDARD', 'EXPRESS'], sweep)).toBeCloseTo(
      2 * ((of(['STANDARD'], burst) ?? 0) + (of(['EXPRESS'], burst) ?? 0)),
      2,
    );
  });
});
