/** A latency profile at work: durations, cold starts and effects at their time, on a clock that jumps. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LatencyProfile } from '../../../src/model/profile';
import { built, createFunction, invoke, serve, type ClientConfig } from './server';
import { Workflows } from './workflows';

const ms = (value: number): { kind: 'constant'; ms: number } => ({ kind: 'constant', ms: value });
const profile: LatencyProfile = {
  schema: 'stepbench.profile/1',
  name: 'test',
  types: {
    STANDARD: {
      transition: ms(100),
      tasks: { lambda: { queue: ms(50), work: ms(2000), cold: ms(5000) }, sns: { work: ms(300) } },
    },
  },
  direct: { tasks: { lambda: { work: ms(700), cold: ms(900) }, sns: { work: ms(400) } } },
};

describe.skipIf(!built)('under a profile', () => {
  let stop: () => Promise<void>;
  let config: ClientConfig;
  let lambda: LambdaClient;
  let flows: Workflows;
  beforeAll(async () => {
    const served = await serve({ profile, clock: 'virtual' });
    stop = () => served.server.stop();
    config = served.config;
    lambda = new LambdaClient(config);
    flows = new Workflows(config);
  });
  afterAll(() => stop());

  it('a task takes queue, cold start and work; the next one is warm', async () => {
    await createFunction(lambda, 'paced', { 'index.js': 'exports.handler = async () => 1;' }, { Timeout: 30 });
    const resource = 'arn:aws:states:::lambda:invoke';
    const machine = await flows.create({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: resource, Parameters: { FunctionName: 'paced' }, End: true } },
    });
    const took: number[] = [];
    for (let i = 0; i < 2; i++) {
      const { events } = await flows.end(await flows.start(machine));
      const at = (type: string): number => events.find((e) => e.type === type)?.timestamp?.getTime() ?? NaN;
      expect(at('TaskStarted') - at('TaskScheduled')).toBe(50);
      expect(at('TaskStateEntered') - at('ExecutionStarted')).toBe(100);
      took.push(at('TaskSucceeded') - at('TaskStarted'));
    }
    expect(took).toEqual([7000, 2000]);
    const { events = [] } = await new CloudWatchLogsClient(config).send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/paced', filterPattern: 'REPORT' }),
    );
    expect(
      events.map((e) =>
        /\tDuration: (\S+) ms.*?(?:Init Duration: (\S+) ms)?\t?$/.exec(e.message?.trimEnd() ?? '')?.slice(1),
      ),
    ).toEqual([
      ['2000.00', '5000.00'],
      ['2000.00', undefined],
    ]);
  });

  it('as many environments start cold as invocations come at once, few processes or many', async () => {
    await createFunction(
      lambda,
      'crowd',
      { 'index.js': 'exports.handler = async () => process.pid;' },
      { Timeout: 30 },
    );
    const first = await Promise.all(Array.from({ length: 40 }, () => invoke(lambda, 'crowd')));
    expect(first.filter((a) => a.log.includes('Init Duration'))).toHaveLength(40);
    expect(new Set(first.map((a) => a.payload)).size).toBeLessThanOrEqual(8);
    const second = await Promise.all(Array.from({ length: 40 }, () => invoke(lambda, 'crowd')));
    expect(second.filter((a) => a.log.includes('Init Duration'))).toHaveLength(0);
  });

  it("a function's own calls take their time, share processes, and keep their logs apart", async () => {
    await new SNSClient(config).send(new CreateTopicCommand({ Name: 'calls' }));
    const code = `const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const sns = new SNSClient({});
exports.handler = async (e) => { console.log('begin', e.n); await sns.send(new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:111111111111:calls', Message: 'x' })); if (e.n === 3) process.exit(4); console.log('end', e.n); return process.pid; };`;
    await createFunction(lambda, 'calling', { 'index.js': code }, { Timeout: 30 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => invoke(lambda, 'calling', { n })));
    answers.forEach(({ log, error, payload }, n) => {
      if (n === 3) {
        expect(error).toBe('Unhandled');
        expect(payload).toMatchObject({ errorType: 'Runtime.ExitError' });
        return;
      }
      expect(error).toBeUndefined();
      const lines = log.split('\n').filter((line) => line.includes('\tINFO\t'));
      expect(lines.map((line) => line.split('\t').at(-1))).toEqual([`begin ${n}`, `end ${n}`]);
      expect(Number(/\tDuration: (\S+) ms/.exec(log)?.[1])).toBeGreaterThanOrEqual(1100);
    });
  });

  it('work beyond the timeout ends there', async () => {
    await createFunction(lambda, 'short', { 'index.js': 'exports.handler = async () => 1;' }, { Timeout: 1 });
    const ended = await flows.task('arn:aws:states:::lambda:invoke', { FunctionName: 'short' });
    expect(ended.error).toBe('Sandbox.Timedout');
  });
});

describe.skipIf(!built)('forced cold starts', () => {
  it('give every invocation a process of its own', async () => {
    const { server, config } = await serve({ coldStarts: 'forced' });
    try {
      const client = new LambdaClient(config);
      await createFunction(client, 'fresh', { 'index.js': 'let n = 0; exports.handler = async () => ++n;' });
      const answers = [await invoke(client, 'fresh'), await invoke(client, 'fresh')];
      expect(answers.map((a) => a.payload)).toEqual([1, 1]);
      expect(answers.every((a) => a.log.includes('Init Duration'))).toBe(true);
    } finally {
      await server.stop();
    }
  });
});
