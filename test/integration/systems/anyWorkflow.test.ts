/** Any workflow as code, run beside its types through the one runner; and what a plan with other systems refuses. */
import { describe, expect, it } from 'vitest';
import { brokenInvariants, run } from '../run/setUp';
import { bundles } from './bench';

const mapped = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemProcessor: {
        StartAt: 'Is',
        States: {
          Is: { Type: 'Choice', Choices: [{ Variable: '$', NumericGreaterThan: 2, Next: 'No' }], Default: 'Yes' },
          Yes: { Type: 'Pass', End: true },
          No: { Type: 'Fail', Error: 'TooMany' },
        },
      },
      End: true,
    },
  },
} as const;
const value = (items: readonly number[]) => ({ kind: 'value', label: 'x', value: { items } }) as const;

describe('a workflow as code', () => {
  it('takes turns with its types and is traced like them', async () => {
    const { document } = await run({
      definition: mapped,
      plan: {
        ...{ types: ['STANDARD', 'EXPRESS'], systems: ['standard', 'express', 'as-code'], input: value([1, 2]) },
        load: { kind: 'iterations', executions: 6, concurrency: 1 },
      },
      io: { bundles },
    });
    expect(document.status).toEqual({ kind: 'finished' });
    expect(brokenInvariants(document)).toEqual([]);
    const [standard, express, code] = document.arms;
    expect([code?.type, code?.system, code?.model, code?.executions.succeeded]).toEqual([
      'AS_CODE',
      'as-code',
      'closed',
      6,
    ]);
    const visits = (arm: typeof code) => arm?.states.map(({ path: at, visits: n }) => [at, n]);
    expect(visits(code)).toEqual(visits(standard));
    expect(visits(express)).toEqual(visits(standard));
    expect(code?.transitionTotalMs?.n).toBe(6);
    expect(code?.cost?.lines.map((line) => line.meter)).toEqual(['ec2.hours']);
    expect(document.comparison).toMatchObject({ baseline: 'Standard', candidate: 'Express' });
    expect(document.plan.systems).toEqual(['standard', 'express', 'as-code']);
  });

  it('has the states inside its distributed Maps, as Standard has them', async () => {
    const definition = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'One',
            States: { One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Pass', End: true } },
          },
          End: true,
        },
      },
    };
    const { document } = await run({
      definition,
      plan: {
        ...{ types: ['STANDARD'], systems: ['standard', 'as-code'], input: value([1, 2, 3]) },
        load: { kind: 'iterations', executions: 2, concurrency: 1 },
      },
      io: { bundles },
    });
    const visits = document.arms.map(({ states }) => states.map(({ path: at, visits: n }) => [at, n]));
    expect(visits[1]).toEqual([
      ['Each', 2],
      ['Each/ItemProcessor/One', 6],
      ['Each/ItemProcessor/Two', 6],
    ]);
    expect(visits[0]).toEqual(visits[1]);
  });

  it('alone, with executions that fail', async () => {
    const { document } = await run({
      definition: mapped,
      plan: { types: [], systems: ['as-code'], input: value([1, 5]), load: { kind: 'burst', executions: 20 } },
      io: { bundles },
    });
    expect(document.arms).toHaveLength(1);
    expect(document.arms[0]?.executions).toMatchObject({ started: 20, failed: 20 });
    expect(document.arms[0]?.errors).toEqual({ TooMany: 20 });
    expect(document.comparison).toBeUndefined();
  });

  it('is stopped within a second, and what was in flight is named', async () => {
    const stop = new AbortController();
    const { document } = await run({
      definition: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } },
      plan: { types: [], systems: ['as-code'], load: { kind: 'burst', executions: 5 } },
      io: { bundles, signal: stop.signal },
      onSnapshot: ({ progress }) => {
        if (progress.running === 5) stop.abort('enough');
      },
    });
    expect(document.status).toEqual({ kind: 'stopped', reason: 'enough' });
    expect(document.arms[0]?.executions).toMatchObject({ started: 5, unknown: 5 });
    expect(brokenInvariants(document)).toEqual([]);
  });
});

describe('a plan with systems', () => {
  it('needs them described', async () => {
    await expect(run({ plan: { types: [], systems: ['gateway'] }, io: { bundles } })).rejects.toThrow(
      'The gateway system is not described: add "systems": {"gateway": …} to stepbench.json',
    );
  });

  it('refuses as code what only Step Functions can do', async () => {
    const definition = {
      StartAt: 'Ask',
      States: { Ask: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true } },
    };
    await expect(run({ definition, plan: { types: [], systems: ['as-code'] }, io: { bundles } })).rejects.toThrow(
      'Ask: Task tokens are given out and answered by Step Functions.',
    );
  });

  it('fails in one line where one does not come up, and takes down what did', async () => {
    const settings = { systems: { gateway: { module: 'nothing.js' } } };
    const { document } = await run({
      settings,
      plan: { types: [], systems: ['as-code', 'gateway'] },
      io: { bundles },
    });
    expect(document.status.kind).toBe('failed');
    expect(document.status.kind === 'failed' && document.status.message).toContain('nothing.js');
  });

  it('names its types truly', async () => {
    await expect(run({ plan: { types: ['STANDARD'], systems: ['as-code'] }, io: { bundles } })).rejects.toThrow(
      'The types of the plan are not those among its systems',
    );
    await expect(run({ plan: { types: [], systems: ['as-code', 'as-code'] }, io: { bundles } })).rejects.toThrow(
      'once only',
    );
  });
});
