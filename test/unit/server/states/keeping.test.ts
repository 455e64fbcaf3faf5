import { randomBytes } from 'node:crypto';
import { expect, describe, test } from 'vitest';
import { createClock } from '../../../../src/engine';
import type { TaskRunner } from '../../../../src/engine/contract';
import type { HistoryEvent } from '../../../../src/model/event';
import { createQuotas } from '../../../../src/server/quotas';
import { pass, waiting, working, world } from './world';

const types = (answer: Record<string, unknown>): string[] =>
  (answer.events as HistoryEvent[]).map((event) => event.type);

describe('memory', () => {
  test('the oldest finished executions make room, running ones never do', async () => {
    const { call, machine, refused, run } = world({ kept: 20 });
    const runner = await call('StartExecution', { stateMachineArn: await machine(waiting(600)) });
    const arn = await machine(pass);
    const arns: unknown[] = [];
    for (let n = 0; n < 50; n++) arns.push((await run(arn, { n })).executionArn);
    expect((await call('ListExecutions', { stateMachineArn: arn })).executions).toHaveLength(20);
    expect(await refused('DescribeExecution', { executionArn: arns[0] })).toContain('ExecutionDoesNotExist');
    expect(await call('DescribeExecution', { executionArn: arns[49] })).toMatchObject({ input: '{"n":49}' });
    expect(await call('DescribeExecution', { executionArn: runner.executionArn })).toMatchObject({ status: 'RUNNING' });
  });

  test('a history larger than all that is kept is forgotten first, and nothing fails over it', async () => {
    const { call, machine, refused, run } = world();
    const count = 850;
    const States = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `S${n}`,
        { Type: 'Pass', Result: n, ResultPath: '$.n', ...(n + 1 < count ? { Next: `S${n + 1}` } : { End: true }) },
      ]),
    );
    const large = await run(await machine({ StartAt: 'S0', States }), { text: 'x'.repeat(200_000) });
    expect(large.status).toBe('SUCCEEDED');
    const small = await run(await machine(pass));
    expect(await refused('DescribeExecution', { executionArn: large.executionArn })).toContain('ExecutionDoesNotExist');
    expect(await call('DescribeExecution', { executionArn: small.executionArn })).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  test('where 16 MB are kept, large histories are deflated, and read as before', async () => {
    const { call, machine, run } = world();
    const arn = await machine(pass);
    let last: unknown;
    for (let n = 0; n < 270; n++) last = (await run(arn, { n, text: 'x'.repeat(200_000) })).executionArn;
    const before = await call('GetExecutionHistory', { executionArn: last });
    for (let n = 0; n < 510; n++) await run(arn);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await call('GetExecutionHistory', { executionArn: last })).toEqual(before);
  });

  test('histories have 64 MB together: the oldest make room before the count does', async () => {
    const { call, machine, refused, run } = world();
    const arn = await machine(pass);
    const arns: unknown[] = [];
    for (let n = 0; n < 360; n++) {
      const text = randomBytes(190_000).toString('base64');
      arns.push((await run(arn, { text })).executionArn);
    }
    expect(await refused('DescribeExecution', { executionArn: arns[0] })).toContain('ExecutionDoesNotExist');
    expect(await call('DescribeExecution', { executionArn: arns[359] })).toMatchObject({ status: 'SUCCEEDED' });
    const { executions } = (await call('ListExecutions', { stateMachineArn: arn, maxResults: 1000 })) as {
      executions: object[];
    };
    expect(executions.length).toBeGreaterThan(200);
    expect(executions.length).toBeLessThan(360);
  });

  test('histories that were put away read as before, and a redrive goes on with them', async () => {
    let fail = true;
    const tasks: TaskRunner = { run: () => (fail ? { ok: false, error: 'E' } : { ok: true, output: 1 }) };
    const { call, machine, run } = world({ tasks });
    const first = await run(await machine(working()));
    const { executionArn } = first;
    const before = await call('GetExecutionHistory', { executionArn });
    const arn = await machine(pass);
    for (let n = 0; n < 520; n++) await run(arn);
    expect(await call('GetExecutionHistory', { executionArn })).toEqual(before);
    expect(await call('DescribeExecution', { executionArn })).toEqual(first);
    fail = false;
    await call('RedriveExecution', { executionArn });
    expect(types(await call('GetExecutionHistory', { executionArn })).slice(0, 7)).toEqual([
      ...types(before),
      'ExecutionRedriven',
    ]);
    expect(await call('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  });
});

test('a test case of the mock file is chosen for one execution and forgotten when it is over', async () => {
  const chosen: string[] = [];
  const testCases = {
    hasTestCase: (machine: string, name: string) => machine === 'm' && name === 'Happy',
    choose: (arn: string, name: string) => chosen.push(`${arn.split(':').at(-1)} plays ${name}`),
    forget: (arn: string) => chosen.push(`${arn.split(':').at(-1)} is over`),
  };
  const { call, refused, machine } = world({ testCases: () => testCases });
  const arn = await machine(pass, { name: 'm' });
  await call('StartExecution', { stateMachineArn: `${arn}#Happy`, name: 'one' });
  await call('StartExecution', { stateMachineArn: arn, name: 'two' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(chosen).toEqual(['one plays Happy', 'one is over', 'two is over']);
  expect(await refused('StartExecution', { stateMachineArn: `${arn}#Sad` })).toBe(
    "ValidationException: The mock file has no test case 'Sad' for the state machine 'm'.",
  );
});

test('the door counts calls against the quotas, integrations of the server do not', async () => {
  const quotas = createQuotas('us-east-1', createClock('real'), {
    'StartExecution.STANDARD': { size: 2, refill: 0.001 },
  });
  const { states, machine, call } = world({ quotas });
  const stateMachineArn = await machine(pass);
  const knock = async (): Promise<string> => {
    const answer = await states.service.handle({
      service: 'states',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
      body: Buffer.from(JSON.stringify({ stateMachineArn })),
      requestId: 'r',
    });
    return answer.status === 200 ? 'ok' : answer.body.toString();
  };
  expect([await knock(), await knock()]).toEqual(['ok', 'ok']);
  expect(JSON.parse(await knock())).toEqual({ __type: 'ThrottlingException', message: 'Rate exceeded' });
  await call('StartExecution', { stateMachineArn });
});
