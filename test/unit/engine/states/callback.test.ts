import { describe, expect, it } from 'vitest';
import { begin, detailsOf, hostWith, ok, start, turn, types } from '../harness';

describe('callbacks', () => {
  const state = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: { 'Token.$': '$$.Task.Token' },
  };

  const waiting = async (more: object = {}) => {
    const host = hostWith(() => ok({ MessageId: 'm' }));
    const release = host.clock.hold();
    const execution = begin({ StartAt: 'S', States: { S: { ...state, ...more, End: true } } }, {}, { host });
    await turn();
    const scheduled = detailsOf(execution, 'TaskScheduled') as { parameters: string };
    const { Token } = JSON.parse(scheduled.parameters) as { Token: string };
    return { host, execution, token: Token, release };
  };

  it('submit, then wait for the token', async () => {
    const { host, execution, token } = await waiting();
    expect([execution.status, types(execution).at(-1)]).toEqual(['RUNNING', 'TaskSubmitted']);
    host.tokens!.succeed(token, '{"done":true}');
    await execution.done;
    expect(types(execution).slice(-3)).toEqual(['TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded']);
    expect(execution.output).toEqual({ done: true });
    expect(host.tokens!.isOpen(token)).toBe(false);
  });

  it.each<[string, object]>([
    ['a path that leads nowhere', { Parameters: { 'Token.$': '$$.Task.Token', 'Body.$': '$.no' } }],
    ['a timeout out of bounds', { TimeoutSecondsPath: '$.negative' }],
    ['too much to send', { Parameters: { 'Token.$': '$$.Task.Token', 'Body.$': "States.Format('{}{}', $.x, $.x)" } }],
    ['JSONata', { QueryLanguage: 'JSONata', Parameters: undefined, Arguments: { Body: '{% $match("a", /b/).no %}' } }],
  ])('leave no token behind that fail before they begin: %s', async (_, more) => {
    const host = hostWith(() => ok(null));
    const issued: string[] = [];
    const create = host.tokens!.create.bind(host.tokens);
    host.tokens!.create = (waiter) => {
      const made = create(waiter);
      issued.push(made.token);
      return made;
    };
    const machine = { StartAt: 'S', States: { S: { ...state, ...more, End: true } } };
    const execution = begin(machine, { negative: -1, x: 'x'.repeat(140_000) }, { host });
    await execution.done;
    expect([execution.status, types(execution).includes('TaskScheduled')]).toEqual(['FAILED', false]);
    expect(issued.map((token) => host.tokens!.isOpen(token))).toEqual([false]);
  });

  it('fail with the error they are given', async () => {
    const { host, execution, token } = await waiting();
    host.tokens!.fail(token, 'No', 'because');
    await execution.done;
    expect(detailsOf(execution, 'TaskFailed')).toEqual({
      resourceType: 'sqs',
      resource: 'sendMessage.waitForTaskToken',
      error: 'No',
      cause: 'because',
    });
  });

  it('fail without an error where none was given, and are caught by States.TaskFailed', async () => {
    const { host, execution, token } = await waiting();
    host.tokens!.fail(token);
    await execution.done;
    expect(detailsOf(execution, 'TaskFailed')).toEqual({
      resourceType: 'sqs',
      resource: 'sendMessage.waitForTaskToken',
    });
    expect(detailsOf(execution, 'ExecutionFailed')).toEqual({});
    const caught = await waiting({ Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }] });
    caught.host.tokens!.fail(caught.token);
    caught.release();
    await turn();
    await turn();
    expect(types(caught.execution).filter((type) => type === 'TaskScheduled')).toHaveLength(2);
    caught.execution.stop();
  });

  it('live as long as they beat', async () => {
    const { host, execution, token, release } = await waiting({ HeartbeatSeconds: 10 });
    host.clock.after(8000, () => host.tokens!.heartbeat(token));
    host.clock.after(16_000, () => host.tokens!.heartbeat(token));
    release();
    await execution.done;
    expect(execution.stoppedAt! - start).toBe(26_000);
    expect(execution.error).toBe('States.Timeout');
  });

  it('can be caught by the name of a missed heartbeat', async () => {
    const { execution, release } = await waiting({
      HeartbeatSeconds: 1,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'S2' }],
    });
    release();
    await execution.done;
    expect(execution.cause ?? '').toContain('S2');
  });

  it('answer a `.sync` task too, where its job was given the token', async () => {
    const sync = {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync',
      Parameters: state.Parameters,
    };
    let token = '';
    const host = hostWith((request) => {
      token = request.taskToken ?? '';
      return new Promise(() => undefined);
    });
    const execution = begin({ StartAt: 'S', States: { S: { ...sync, End: true } } }, {}, { host });
    host.tokens!.succeed(token, '"by token"');
    await execution.done;
    expect(execution.output).toBe('by token');
  });

  it('end with their execution', async () => {
    const { host, execution, token } = await waiting();
    execution.stop('E', 'c');
    expect(execution.status).toBe('ABORTED');
    expect(() => host.tokens!.succeed(token, '1')).toThrow('Task Timed Out');
  });
});
