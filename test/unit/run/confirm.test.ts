import { describe, expect, it } from 'vitest';
import { defaultPlan } from '../../../src/plan';
import { regionQuotas } from '../../../src/plan/quotas';
import { confirmRealAccount } from '../../../src/run/confirm';
import type { Question } from '../../../src/run/contract';
import type { Prepared } from '../../../src/run/prepare';
import type { Door } from '../../../src/target/door';
import { orderDefinition } from '../report/document';

const door = { accountId: '111111111111', region: 'us-east-1', caller: 'arn:aws:iam::111111111111:user/a' } as Door;
const prepared = {
  settings: { functions: { check: { code: '.', handler: 'a.b', runtime: 'nodejs20.x' } } },
} as unknown as Prepared;

const asked = async (answer: boolean | undefined, executions: number, maxCost = 1) => {
  const questions: Question[] = [];
  const plan = defaultPlan('/w/order.asl.json', {
    target: { kind: 'aws' },
    load: { kind: 'burst', executions },
    maxCost,
  });
  const done = confirmRealAccount(plan, orderDefinition, door, prepared, regionQuotas('us-east-1'), (question) => {
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
    expect(detail).toContain('removed at the end');
  });

  it('nothing happens without a yes: not on no, and not where nobody answers', async () => {
    for (const answer of [false, undefined])
      await expect((await asked(answer, 1)).done).rejects.toThrow(/Not run: the account was not confirmed\. Use --yes/);
  });
});
