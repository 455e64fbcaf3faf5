import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../../src/model/plan';
import type { Question, RunOptions } from '../../../src/run/contract';
import { startServer } from '../../../src/server/start';
import { startFaultProxy, type FaultProxy } from './faultProxy';
import { brokenInvariants, newFolder, run } from './setUp';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

/** An account behind AWS_ENDPOINT_URL: STS names it, and what runs there is taken for money. */
const account = async (): Promise<{ proxy: FaultProxy; env: Record<string, string>; secret: string }> => {
  const server = await startServer({ accountId: '222222222222', region: 'eu-west-1' });
  const proxy = await startFaultProxy(server.endpoint, () => undefined);
  closing.push(
    () => proxy.close(),
    () => server.stop(),
  );
  vi.stubEnv('AWS_ACCESS_KEY_ID', server.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.credentials.secretAccessKey);
  return { proxy, env: { AWS_ENDPOINT_URL: proxy.endpoint }, secret: server.credentials.secretAccessKey };
};

const target: Plan['target'] = {
  kind: 'aws',
  region: 'eu-west-1',
  roleArn: 'arn:aws:iam::222222222222:role/steps',
};
/** 4 transitions of 400 executions: 4 cents. */
const load = { kind: 'iterations', executions: 400, concurrency: 4 } as const;

const asked = async (plan: Partial<Plan>, answer: boolean | undefined, more: Partial<RunOptions> = {}) => {
  const { proxy, env, secret } = await account();
  const questions: Question[] = [];
  const done = run({
    plan: { target, load, types: ['STANDARD'], ...plan },
    io: {
      env,
      options: { folder: newFolder(), ...more },
      ask: (question) => {
        questions.push(question);
        return Promise.resolve(answer);
      },
    },
  });
  return { done, questions, proxy, secret };
};

describe('a run on an account', () => {
  it('is asked about with its forecast, and says where it lies above the cap', async () => {
    const { done, questions, proxy } = await asked({ maxCost: 0.01 }, false);
    await expect(done).rejects.toThrow(
      /^Not run: the forecast of \$0\.04 is above the cap of \$0\.01\. Raise it \(--max-cost\), run fewer executions, or use --yes/,
    );
    expect(questions).toHaveLength(1);
    expect(questions[0]?.message).toBe(
      `Run on AWS account 222222222222 in eu-west-1 (arn:aws:iam::222222222222:user/stepbench) at ${proxy.endpoint}?`,
    );
    expect(questions[0]).toMatchObject({
      detail: expect.stringMatching(
        /Forecast cost \$0\.04 \(derived\); new starts end at \$0\.01\.\n.*is above the cap/,
      ) as string,
    });
    // Nothing was made, and nothing was started.
    expect([...proxy.calls.keys()].filter((operation) => /^(Create|Start)/.test(operation))).toEqual([]);
  });

  it('is not begun where nobody answers, also below the cap', async () => {
    const { done, questions, proxy } = await asked({ maxCost: 1 }, undefined);
    await expect(done).rejects.toThrow('Not run: the account was not confirmed. Use --yes to run without being asked.');
    expect(questions[0]).toMatchObject({ detail: expect.not.stringContaining('above the cap') as string });
    expect(proxy.calls.get('CreateStateMachine')).toBeUndefined();
  });

  it('stops starting at the cap and keeps what it has', { timeout: 300_000 }, async () => {
    const { done, questions, proxy } = await asked({ maxCost: 0.005 }, undefined, { yes: true });
    const { document } = await done;
    expect(questions).toEqual([]);
    expect(document.status).toEqual({ kind: 'finished' });
    expect(brokenInvariants(document)).toEqual([]);
    const [arm] = document.arms;
    const started = arm?.executions.started ?? 0;
    // 50 executions at $0.0001.
    expect(started).toBeGreaterThanOrEqual(48);
    expect(started).toBeLessThanOrEqual(51);
    expect(arm?.executions).toMatchObject({ succeeded: started, failed: 0 });
    expect(arm?.samples).toHaveLength(started);
    expect(arm?.traced).toBe(started);
    expect(arm?.cost?.total).toBeCloseTo(started * 0.000_1, 9);
    expect(document.notes.find((note) => note.kind === 'costCap')?.message).toMatch(
      /^No more was started after \$0\.00\d+: the cap is \$0\.0050\./,
    );
    expect(proxy.delivered.size).toBe(started);
    // What was made for the run is gone.
    expect(document.notes.filter((note) => note.kind === 'leftBehind')).toEqual([]);
    expect(proxy.calls.get('DeleteStateMachine')).toBe(1);
  });
});

describe('a run on an endpoint', () => {
  const endpointRun = async (maxCost: number) => {
    const { proxy } = await account();
    const questions: Question[] = [];
    const done = run({
      plan: {
        target: { kind: 'endpoint', url: proxy.endpoint, region: 'eu-west-1' },
        load: { kind: 'iterations', executions: 40, concurrency: 4 },
        types: ['STANDARD'],
        maxCost,
      },
      io: {
        env: process.env,
        ask: (question) => {
          questions.push(question);
          return Promise.resolve(undefined);
        },
      },
    });
    return { done, questions };
  };

  it('is nobody’s money, unless a cap was set that its forecast passes', async () => {
    const free = await endpointRun(0);
    expect((await free.done).document.arms[0]?.executions.succeeded).toBe(40);
    expect(free.questions).toEqual([]);
    const capped = await endpointRun(0.000_1);
    await expect(capped.done).rejects.toThrow(/is above the cap of \$0\.00010/);
    expect(capped.questions[0]).toMatchObject({
      detail: expect.stringContaining('On AWS it would cost $0.0040') as string,
    });
  });
});
