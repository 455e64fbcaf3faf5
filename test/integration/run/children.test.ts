import { describe, expect, it } from 'vitest';
import type { Arm } from '../../../src/model/run';
import { run } from './setUp';

/** Four children of a distributed Map and one nested execution of itself for each order. */
const nesting = (childType: 'STANDARD' | 'EXPRESS') => ({
  StartAt: 'Which',
  States: {
    Which: {
      Type: 'Choice',
      Choices: [{ Variable: '$.nested', IsPresent: true, Next: 'Leaf' }],
      Default: 'Orders',
    },
    Orders: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: childType },
        StartAt: 'Check',
        States: { Check: { Type: 'Pass', Next: 'Checked' }, Checked: { Type: 'Succeed' } },
      },
      ItemsPath: '$.items',
      Next: 'Child',
    },
    Child: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { 'StateMachineArn.$': '$$.StateMachine.Id', Input: { nested: true } },
      End: true,
    },
    Leaf: { Type: 'Pass', End: true },
  },
});

const runOf = async (childType: 'STANDARD' | 'EXPRESS', mostHistories?: number) => {
  const { document } = await run({
    definition: nesting(childType),
    plan: {
      types: ['STANDARD'],
      load: { kind: 'iterations', executions: 3, concurrency: 1 },
      input: { kind: 'value', label: 'four', value: { items: [1, 2, 3, 4] } },
    },
    ...(mostHistories ? { io: { mostHistories } } : {}),
  });
  return document.arms[0] as Arm;
};

const quantities = (arm: Arm) =>
  arm.cost?.lines.map(({ meter, quantity, amount }) => [meter, amount === null ? null : quantity]);

describe('executions that executions start', () => {
  it('are billed with their parents: children of a distributed Map and a nested workflow', async () => {
    const arm = await runOf('STANDARD');
    expect(arm.executions).toMatchObject({ succeeded: 3, failed: 0 });
    // Own: Which, Orders, Child, four starts of children, four times Check and Checked. The nested one: Which, Leaf.
    expect(quantities(arm)).toEqual([
      ['states.transitions', 3 * (3 + 4 + 8)],
      ['states.transitions', 3 * 2],
    ]);
    expect(arm.cost?.complete).toBe(true);
    const check = arm.states.find((state) => state.path === 'Orders/ItemProcessor/Check');
    expect(check).toMatchObject({ visits: 12, type: 'Pass' });
    expect(check?.durationMs?.n).toBe(12);
  });

  it('pay for Express children by request and time, not by transition', async () => {
    const arm = await runOf('EXPRESS');
    const lines = new Map(quantities(arm)?.map(([meter, quantity], i) => [`${i} ${String(meter)}`, quantity]));
    expect(Object.fromEntries(lines)).toMatchObject({
      '0 states.transitions': 3 * (3 + 4),
      '1 states.transitions': 3 * 2,
      '2 states.express.requests': 12,
      '3 states.express.gbSeconds': 0.075,
    });
  });

  it('are scaled to all executions where only some histories were read', async () => {
    const arm = await runOf('STANDARD', 1);
    expect(arm.traced).toBe(1);
    expect(quantities(arm)).toEqual([
      ['states.transitions', 3 * (3 + 4 + 8)],
      ['states.transitions', 3 * 2],
    ]);
    expect(arm.cost?.lines[1]?.note).toContain('1 of 3 histories');
  });
});
