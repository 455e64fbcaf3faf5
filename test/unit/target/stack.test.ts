import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../src/engine';
import type { Deployment } from '../../../src/target/deployment';
import { memoryLedger, removalOrder } from '../../../src/target/ledger';
import { removeAll } from '../../../src/target/remove';
import { awaitStackGone, createStack, putItems } from '../../../src/target/stack';

const commands = ['CreateStack', 'DeleteStack', 'DescribeStacks', 'DescribeStackEvents', 'BatchWriteItem'] as const;
type Call = { readonly operation: string; readonly input: Record<string, unknown> };
const absent = () => Object.assign(new Error('Stack with id stepbench-x does not exist'), { name: 'ValidationError' });

/** CloudFormation in memory: statuses are told one after the other, the last for ever; undefined is not there. */
const setUp = (statuses: (string | undefined)[], tags: { Key: string; Value: string }[] = []) => {
  const clock = virtualClock(0);
  const calls: Call[] = [];
  const sdk = Object.fromEntries(
    commands.map((operation) => [
      `${operation}Command`,
      class {
        readonly operation = operation;
        constructor(readonly input: Record<string, unknown>) {}
      },
    ]),
  );
  const send = (call: Call): Promise<unknown> => {
    calls.push(call);
    if (call.operation === 'DescribeStacks') {
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      return status === undefined
        ? Promise.reject(absent())
        : Promise.resolve({ Stacks: [{ StackStatus: status, Tags: tags }] });
    }
    if (call.operation === 'DescribeStackEvents')
      return Promise.resolve({
        StackEvents: [
          { LogicalResourceId: 'B', ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'cancelled' },
          { LogicalResourceId: 'A', ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'no such role' },
          { LogicalResourceId: 'A', ResourceStatus: 'CREATE_IN_PROGRESS' },
        ],
      });
    return Promise.resolve({});
  };
  const ledger = memoryLedger({ runId: 'r-1', target: { kind: 'aws' }, region: 'r', accountId: '1', at: '' });
  const deployment = {
    door: { sdk, clients: { cloudformation: { send }, dynamodb: { send } } },
    ledger,
    ownership: { runId: 'r-1', workflow: 'order', createdAt: 0 },
    pause: { sleep: (ms: number) => clock.sleep(ms), random: () => 0.5 },
  } as unknown as Deployment;
  return {
    clock,
    calls,
    ledger,
    deployment,
    of: (operation: string) => calls.filter((call) => call.operation === operation),
  };
};
const source = { name: 'stepbench-x', template: '{}' };

describe('a stack', () => {
  it('is in the ledger, tagged, and waited for', async () => {
    const { deployment, ledger, of, clock } = setUp([
      undefined,
      'CREATE_IN_PROGRESS',
      'CREATE_IN_PROGRESS',
      'CREATE_COMPLETE',
    ]);
    await createStack(deployment, source);
    expect(ledger.entries()).toMatchObject([{ kind: 'stack', name: 'stepbench-x', state: 'created' }]);
    const input = of('CreateStack')[0]?.input ?? {};
    expect(input).toMatchObject({ StackName: 'stepbench-x', TemplateBody: '{}', Capabilities: ['CAPABILITY_IAM'] });
    expect(input['Tags']).toContainEqual({ Key: 'stepbench:run', Value: 'r-1' });
    expect(clock.now()).toBe(6_000);
  });

  it('says why it could not be created, by the first reason', async () => {
    const { deployment, ledger } = setUp([undefined, 'ROLLBACK_COMPLETE']);
    await expect(createStack(deployment, source)).rejects.toThrow('could not be created. A: no such role');
    // It is still there, rolled back: it has to be removed.
    expect(removalOrder(ledger)).toHaveLength(1);
  });

  it('of somebody else is left alone', async () => {
    const { deployment, of, ledger } = setUp(['CREATE_COMPLETE']);
    await expect(createStack(deployment, source)).rejects.toThrow(
      'There is a stack stepbench-x already; it is left alone.',
    );
    expect(of('CreateStack')).toEqual([]);
    const removal = await removeAll(deployment.door, ledger, deployment.pause);
    expect([removal.leftAlone.length, of('DeleteStack').length]).toEqual([1, 0]);
  });

  it('is removed with the ledger, and waited for', async () => {
    const { deployment, ledger, of } = setUp([undefined, 'CREATE_COMPLETE', 'DELETE_IN_PROGRESS', undefined]);
    await createStack(deployment, source);
    expect((await removeAll(deployment.door, ledger, deployment.pause)).removed).toMatchObject([{ kind: 'stack' }]);
    expect(of('DeleteStack')[0]?.input).toEqual({ StackName: 'stepbench-x' });
    await awaitStackGone(deployment, 'stepbench-x');
    const stuck = setUp(['DELETE_FAILED']);
    await expect(awaitStackGone(stuck.deployment, 'x')).rejects.toThrow('could not be removed. A: no such role');
  });

  it('whose creation was never confirmed is removed only if its tags are ours', async () => {
    const { deployment, ledger, of } = setUp(
      ['CREATE_COMPLETE'],
      [
        { Key: 'stepbench:owner', Value: 'stepbench' },
        { Key: 'stepbench:run', Value: 'r-1' },
      ],
    );
    ledger.intend({ kind: 'stack', id: 'stepbench-x', name: 'stepbench-x' });
    await removeAll(deployment.door, ledger, deployment.pause);
    expect(of('DeleteStack')).toHaveLength(1);
  });

  it('is given up after twenty minutes', async () => {
    const { deployment } = setUp([undefined, 'CREATE_IN_PROGRESS']);
    await expect(createStack(deployment, source)).rejects.toThrow('still CREATE_IN_PROGRESS after 20 minutes');
  });

  it('gets its rows, 25 a call', async () => {
    const { deployment, of } = setUp([undefined]);
    await putItems(
      deployment,
      'T',
      Array.from({ length: 30 }, (_, i) => ({ Id: `i${i}`, Count: i })),
    );
    const sizes = of('BatchWriteItem').map(
      ({ input }) => (input['RequestItems'] as Record<string, unknown[]>)['T']!.length,
    );
    expect(sizes).toEqual([25, 5]);
  });
});
