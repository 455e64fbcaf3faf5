import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const order = {
  StartAt: 'Check',
  States: {
    Check: { Type: 'Pass', Result: { amount: 3 }, Next: 'Large' },
    Large: { Type: 'Choice', Choices: [{ Variable: '$.amount', NumericGreaterThan: 5, Next: 'No' }], Default: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'L', States: { L: { Type: 'Wait', Seconds: 1, End: true } } },
        { StartAt: 'R', States: { R: { Type: 'Pass', End: true } } },
      ],
      Next: 'Done',
    },
    No: { Type: 'Fail', Error: 'TooLarge' },
    Done: { Type: 'Succeed' },
  },
};
const waiting = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 20, End: true } } };

/** All state machines, log groups and roles of the account, as AWS's own command line sees them. */
const left = async ({ aws }) =>
  (
    await Promise.all([
      aws('stepfunctions', 'list-state-machines').then(({ stateMachines }) => stateMachines.map(({ name }) => name)),
      aws('logs', 'describe-log-groups').then(({ logGroups }) => logGroups.map(({ logGroupName }) => logGroupName)),
      aws('iam', 'list-roles').then(({ Roles }) => Roles.map(({ RoleName }) => RoleName)),
    ])
  ).flat();

/** The same with what local services are made of. */
const leftOfServices = async (world) =>
  (
    await Promise.all([
      left(world),
      world.aws('sqs', 'list-queues').then((answer) => answer?.QueueUrls ?? []),
      world.aws('dynamodb', 'list-tables').then(({ TableNames }) => TableNames),
      world.aws('sns', 'list-topics').then(({ Topics }) => Topics.map(({ TopicArn }) => TopicArn)),
      world.aws('lambda', 'list-functions').then(({ Functions }) => Functions.map(({ FunctionName }) => FunctionName)),
    ])
  ).flat();

const run = async (world, folder, ...args) => {
  const answer = await world.stepbench(
    folder,
    'run',
    ...args,
    '--target',
    world.endpoint,
    '--region',
    world.region,
    '--json',
  );
  assert.notEqual(answer.stdout, '', answer.stderr);
  return { ...answer, document: JSON.parse(answer.stdout) };
};

const until = async (what, ask) => {
  for (let tries = 0; tries < 80; tries++) {
    if (await ask()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what} did not come`);
};

const tagsOf = async ({ aws }, arn) =>
  Object.fromEntries(
    (await aws('stepfunctions', 'list-tags-for-resource', '--resource-arn', arn)).tags.map((tag) => [
      tag.key,
      tag.value,
    ]),
  );

const examples = fileURLToPath(new URL('../../examples/order-booking', import.meta.url));

/** Name → story; each begins and ends with an empty account. */
export const stories = [
  [
    'Standard: deployed, run, its histories read, billed, and removed',
    async (world) => {
      const folder = world.folder({ 'order.asl.json': order });
      const { code, document, stderr } = await run(
        world,
        folder,
        'order.asl.json',
        '--type',
        'standard',
        '--executions',
        '6',
        '--concurrency',
        '3',
      );
      assert.equal(code, 0, stderr);
      assert.deepEqual(document.status, { kind: 'finished' });
      const [arm] = document.arms;
      assert.equal(arm.executions.succeeded, 6);
      assert.equal(arm.traced, 6);
      assert.ok(arm.latencyMs.min > 900 && arm.latencyMs.min < 10_000, JSON.stringify(arm.latencyMs));
      assert.deepEqual(Object.fromEntries(arm.states.map(({ path: at, visits }) => [at, visits])), {
        Check: 6,
        Large: 6,
        Both: 6,
        'Both/Branches[0]/L': 6,
        'Both/Branches[1]/R': 6,
        No: 0,
        Done: 6,
      });
      // Six states entered, a Parallel's branches among them, at $0.000025.
      assert.ok(Math.abs(arm.cost.perExecution - 6 * 0.000025) < 1e-9, JSON.stringify(arm.cost));
      assert.equal(document.target.account, '123456789012');
      assert.deepEqual(await left(world), []);
      assert.deepEqual(world.ledgers(folder), []);
    },
  ],
  [
    'what the settings name is made (queue, table, topic, function from a zip), used, and removed',
    async (world) => {
      const { aws, endpoint } = world;
      const trust = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      };
      await aws(
        'iam',
        'create-role',
        '--role-name',
        'stepbench-local',
        '--assume-role-policy-document',
        JSON.stringify(trust),
      );
      const before = await leftOfServices(world);
      const folder = world.folder({
        'send.asl.json': {
          StartAt: 'Send',
          States: {
            Send: {
              Type: 'Task',
              Resource: 'arn:aws:states:::sqs:sendMessage',
              Parameters: { QueueUrl: `${endpoint}/123456789012/Work`, MessageBody: 'one' },
              Next: 'Save',
            },
            Save: {
              Type: 'Task',
              Resource: 'arn:aws:states:::dynamodb:putItem',
              Parameters: { TableName: 'Orders', Item: { Id: { S: 'x' } } },
              End: true,
            },
          },
        },
        'code/index.js': 'exports.handler = async () => 1;',
        'stepbench.json': {
          queues: ['Work'],
          tables: { Orders: { partitionKey: 'Id', items: [{ Id: 'a' }] } },
          topics: { News: { subscribers: ['Work'] } },
          functions: { hello: { code: 'code', handler: 'index.handler', runtime: 'nodejs20.x' } },
        },
      });
      const { code, document, stderr } = await run(
        world,
        folder,
        'send.asl.json',
        '--type',
        'standard',
        '--executions',
        '2',
      );
      assert.equal(
        code,
        0,
        `${stderr}\n${JSON.stringify(document.status)} ${JSON.stringify(document.arms[0]?.errors)}`,
      );
      assert.equal(document.arms[0].executions.succeeded, 2);
      assert.deepEqual(
        document.arms[0].states.map(({ visits }) => visits),
        [2, 2],
      );
      assert.deepEqual(await leftOfServices(world), before);
      await aws('iam', 'delete-role', '--role-name', 'stepbench-local');
    },
  ],
  [
    'Express: deployed with its log, refused by moto (it has no synchronous start), said so, and removed',
    async (world) => {
      const folder = world.folder({ 'order.asl.json': order });
      const { code, document } = await run(world, folder, 'order.asl.json', '--type', 'express', '--executions', '1');
      assert.equal(code, 0);
      assert.equal(document.arms[0].executions.unknown, 1);
      assert.match(document.notes.map(({ message }) => message).join('\n'), /StartSyncExecution answered 500/);
      assert.deepEqual(await left(world), []);
    },
  ],
  [
    'killed in the middle: tagged resources stay, `stepbench clean` removes them by the ledger',
    async (world) => {
      const folder = world.folder({ 'w.asl.json': waiting });
      const child = world.start(
        folder,
        'run',
        'w.asl.json',
        '--target',
        world.endpoint,
        '--region',
        world.region,
        '--executions',
        '2',
        '--concurrency',
        '2',
      );
      let machines = [];
      await until('a running execution of each type', async () => {
        machines = (await world.aws('stepfunctions', 'list-state-machines')).stateMachines;
        return machines.length === 2 && world.ledgers(folder).length === 1;
      });
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const tags = await tagsOf(world, machines[0].stateMachineArn);
      assert.equal(tags['stepbench:owner'], 'stepbench');
      assert.equal(tags['stepbench:workflow'], 'w');
      assert.ok(Date.parse(tags['stepbench:expires']) > Date.parse(tags['stepbench:created']));
      const group = (await world.aws('logs', 'describe-log-groups')).logGroups[0];
      assert.match(group.logGroupName, /^\/aws\/vendedlogs\/states\/stepbench-w-express-/);
      assert.equal(group.retentionInDays, 1);
      const { code, stdout } = await world.stepbench(folder, 'clean', '--json');
      assert.equal(code, 0, stdout);
      assert.deepEqual(
        JSON.parse(stdout).removed.map(({ kind }) => kind),
        ['stateMachine', 'stateMachine', 'logGroup'],
      );
      assert.deepEqual(await left(world), []);
      assert.deepEqual(world.ledgers(folder), []);
      assert.match((await world.stepbench(folder, 'clean')).stdout, /Nothing was left behind/);
    },
  ],
  [
    'a lost ledger: `clean --target` finds ours by name and tag, and touches nothing else',
    async (world) => {
      const folder = world.folder({ 'w.asl.json': order });
      await run(world, folder, 'w.asl.json', '--type', 'standard', '--executions', '1', '--keep');
      rmSync(path.join(folder, '.stepbench'), { recursive: true });
      const made = await world.aws(
        'stepfunctions',
        'create-state-machine',
        '--name',
        'stepbench-but-not-ours',
        '--role-arn',
        'arn:aws:iam::123456789012:role/x',
        '--definition',
        JSON.stringify(order),
      );
      const { code, stdout } = await world.stepbench(
        folder,
        'clean',
        '--target',
        world.endpoint,
        '--region',
        world.region,
        '--json',
      );
      assert.equal(code, 0, stdout);
      assert.deepEqual(JSON.parse(stdout).removed, [{ kind: 'stateMachine', name: 'stepbench-w-standard' }]);
      assert.deepEqual(await left(world), ['stepbench-but-not-ours']);
      await world.aws('stepfunctions', 'delete-state-machine', '--state-machine-arn', made.stateMachineArn);
    },
  ],
  [
    'a machine that somebody else deployed: run by its name, exported, and left as it was',
    async (world) => {
      const { aws, endpoint, region } = world;
      const { stateMachineArn } = await aws(
        'stepfunctions',
        'create-state-machine',
        '--name',
        'theirs',
        '--role-arn',
        'arn:aws:iam::123456789012:role/x',
        '--definition',
        JSON.stringify(order),
      );
      const folder = world.folder({});
      const { code, document, stderr } = await run(world, folder, 'theirs', '--executions', '2');
      assert.equal(code, 0, stderr);
      assert.equal(document.arms[0].executions.succeeded, 2);
      assert.equal(document.arms[0].traced, 2);
      const executions = (await aws('stepfunctions', 'list-executions', '--state-machine-arn', stateMachineArn))
        .executions;
      assert.equal(executions.length, 2);
      const { executionArn } = executions[0];
      const theirs = await aws('stepfunctions', 'get-execution-history', '--execution-arn', executionArn);
      const ours = await world.stepbench(folder, 'export', executionArn, '--target', endpoint);
      assert.equal(ours.code, 0, ours.stderr);
      const plain = ({ events }) => events.map(({ id, type, previousEventId }) => ({ id, type, previousEventId }));
      assert.deepEqual(plain(JSON.parse(ours.stdout)), plain(theirs));
      assert.deepEqual(await left(world), ['theirs']);
      assert.equal(region, document.target.region);
      await aws('stepfunctions', 'delete-state-machine', '--state-machine-arn', stateMachineArn);
    },
  ],
  [
    'the template of an experiment: written as two files, created as they are by the commands that are told, and deleted',
    async (world) => {
      const { aws } = world;
      const folder = world.folder({});
      const { code, stderr } = await world.stepbench(folder, 'experiment', examples, '--template', 'order.json');
      assert.equal(code, 0, stderr);
      const commands = stderr.split('\n').filter((line) => line.startsWith('  aws '));
      assert.equal(commands.length, 3, stderr);
      for (const line of commands) {
        const [, ...words] = line.trim().split(' ');
        await aws(...words.map((word) => word.replace('file://', `file://${folder}/`)));
      }
      const { Stacks } = await aws('cloudformation', 'describe-stacks');
      assert.deepEqual(Stacks.map(({ StackName, StackStatus }) => `${StackName} ${StackStatus}`).sort(), [
        'order-booking CREATE_COMPLETE',
        'order-booking-machines CREATE_COMPLETE',
      ]);
      // moto keeps what CloudFormation makes apart from the machines that it executes.
      await world.executing(false);
      const { stateMachines } = await aws('stepfunctions', 'list-state-machines');
      assert.equal(stateMachines.length, 8);
      const [{ stateMachineArn }] = stateMachines;
      const { definition } = await aws(
        'stepfunctions',
        'describe-state-machine',
        '--state-machine-arn',
        stateMachineArn,
      );
      assert.equal(JSON.parse(definition).StartAt, 'ValidateOrder');
      assert.equal((await aws('lambda', 'list-functions')).Functions.length, 17);
      for (const name of ['order-booking-machines', 'order-booking'])
        await aws('cloudformation', 'delete-stack', '--stack-name', name);
      assert.deepEqual((await aws('stepfunctions', 'list-state-machines')).stateMachines, []);
      await world.executing(true);
      assert.deepEqual(await leftOfServices(world), []);
    },
  ],
  [
    'an experiment on an account, killed: its stack, tagged, and what its run made are removed by `stepbench clean`',
    async (world) => {
      const { aws } = world;
      const folder = world.folder({});
      const child = world.start(
        folder,
        ...['experiment', examples, '--only', 'execution-duration', '--target', 'aws', '--yes'],
      );
      await until('the machines of a run', async () => {
        const { stateMachines } = await aws('stepfunctions', 'list-state-machines');
        return stateMachines.length === 2 && world.ledgers(folder).length === 2;
      });
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const [{ StackName, StackStatus, Tags }] = (await aws('cloudformation', 'describe-stacks')).Stacks;
      assert.match(StackName, /^stepbench-order-booking-/);
      assert.equal(StackStatus, 'CREATE_COMPLETE');
      assert.equal(Tags.find(({ Key }) => Key === 'stepbench:owner')?.Value, 'stepbench');
      assert.equal((await aws('lambda', 'list-functions')).Functions.length, 17);
      assert.equal((await aws('dynamodb', 'scan', '--table-name', 'Inventory')).Count, 2);
      const { code, stdout } = await world.stepbench(folder, 'clean', '--json');
      assert.equal(code, 0, stdout);
      assert.deepEqual(await leftOfServices(world), []);
      assert.deepEqual((await aws('cloudformation', 'describe-stacks')).Stacks, []);
      assert.deepEqual(world.ledgers(folder), []);
    },
  ],
  [
    'permissions are tried, none is missing, and trying them leaves nothing',
    async (world) => {
      const { code, stdout } = await world.stepbench(
        world.folder({}),
        'check',
        '--permissions',
        '--target',
        world.endpoint,
        '--region',
        world.region,
        '--json',
      );
      assert.equal(code, 0, stdout);
      const { permissions } = JSON.parse(stdout);
      assert.ok(permissions.filter(({ kind }) => kind === 'allowed').length > 15, stdout);
      assert.deepEqual(await left(world), []);
    },
  ],
];
