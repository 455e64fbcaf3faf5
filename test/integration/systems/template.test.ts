/** The template's own resources, made on the embedded server as CloudFormation would make them, take orders. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../../../src/engine/clock';
import { findExperiment } from '../../../src/experiment/find';
import {
  createCommands,
  templateSource,
  writeTemplate,
  type WrittenTemplate,
} from '../../../src/experiment/templateOf';
import { startServer } from '../../../src/server/start';
import { watchStatus } from '../../../src/systems/statusTable';
import { cloudFormationTemplate, logicalId, mostTemplateBytes } from '../../../src/systems/template';
import { openDoor, type Door } from '../../../src/target/door';
import { example, readOrder, root } from './bench';

type Json = Record<string, unknown>;
interface Template {
  readonly Mappings: Record<string, Record<string, Record<string, string>>>;
  readonly Resources: Record<string, { Type: string; Condition?: string; Properties: Json }>;
}

let template: Template;
let folder: string;
let written: readonly WrittenTemplate[];
let door: Door;
let stop: () => Promise<void>;

/** CloudFormation's functions, as far as the template uses them; an ARN is made of a resource's type and name. */
const resolve = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, of] = ['', undefined]] = Object.entries(value);
  const { region, accountId } = door;
  const pseudo: Record<string, string> = {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::StackName': 'order',
  };
  const arnOf = (id: string): string => {
    const { Type, Properties: given } = template.Resources[id]!;
    if (Type === 'AWS::SNS::Topic') return `arn:aws:sns:${region}:${accountId}:${String(given['TopicName'])}`;
    if (Type === 'AWS::Lambda::Function')
      return `arn:aws:lambda:${region}:${accountId}:function:${String(given['FunctionName'])}`;
    if (Type === 'AWS::IAM::Role') return `arn:aws:iam::${accountId}:role/${id}`;
    return `arn:aws:logs:${region}:${accountId}:log-group:${String(resolve(given['LogGroupName']))}:*`;
  };
  switch (key) {
    case 'Ref':
      return (
        pseudo[of as string] ??
        (template.Resources[of as string]!.Type === 'AWS::Lambda::Function'
          ? template.Resources[of as string]!.Properties['FunctionName']
          : arnOf(of as string))
      );
    case 'Fn::GetAtt':
      return arnOf((of as string[])[0]!);
    case 'Fn::Sub':
      return (of as string).replace(/\$\{([^}]+)\}/g, (_, name: string) => pseudo[name] ?? '');
    case 'Fn::FindInMap': {
      const [map, first, second] = of as [string, string, string];
      return template.Mappings[map]![first]![second];
    }
    default:
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each)]));
  }
};

const propertiesOf = (type: string): Json[] =>
  Object.values(template.Resources)
    .filter((resource) => resource.Type === type && resource.Condition === undefined)
    .map((resource) => resolve(resource.Properties) as Json);

const substituted = ({ DefinitionString, DefinitionSubstitutions }: Json): string =>
  Object.entries(DefinitionSubstitutions as Record<string, string>).reduce(
    (text, [name, value]) => text.replaceAll(`\${${name}}`, value),
    DefinitionString as string,
  );

beforeAll(async () => {
  const { experiment } = await findExperiment('order-booking', root, path.join(root, 'examples'));
  template = cloudFormationTemplate(await templateSource(experiment, experiment.rows, example)) as unknown as Template;
  folder = await mkdtemp(path.join(tmpdir(), 'stepbench-template-'));
  const server = await startServer({ seed: 1 });
  door = await openDoor(
    { kind: 'embedded', profile: 'none' },
    { server, now: Date.now, signIn: { env: {}, askMfa: () => Promise.resolve(undefined) } },
  );
  stop = async () => {
    door.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const { sdk, clients } = door;
  for (const { AttributeDefinitions, KeySchema, TableName, BillingMode } of propertiesOf('AWS::DynamoDB::Table'))
    await clients.dynamodb.send(
      new sdk.CreateTableCommand({ AttributeDefinitions, KeySchema, TableName, BillingMode } as never),
    );
  for (const { TopicName } of propertiesOf('AWS::SNS::Topic'))
    await clients.sns.send(new sdk.CreateTopicCommand({ Name: TopicName as string }));
  for (const { Code, ...rest } of propertiesOf('AWS::Lambda::Function')) {
    // As CloudFormation puts an inline text into a file called index.js.
    await writeFile(path.join(folder, 'index.js'), (Code as { ZipFile: string }).ZipFile);
    await clients.lambda.send(
      new sdk.CreateFunctionCommand({ ...rest, Code: { S3Bucket: 'hot-reload', S3Key: folder } } as never),
    );
  }
  for (const subscription of propertiesOf('AWS::SNS::Subscription'))
    await clients.sns.send(new sdk.SubscribeCommand(subscription as never));
  await clients.dynamodb.send(
    new sdk.BatchWriteItemCommand({
      RequestItems: { Inventory: [{ PutRequest: { Item: { ItemId: { S: 'B00X4WHP5E' }, Count: { N: '1000' } } } }] },
    }),
  );
});
afterAll(() => stop?.());

describe('the template of the order example', () => {
  it('holds what the sources hold', () => {
    const count = (type: string) => Object.values(template.Resources).filter((each) => each.Type === type).length;
    expect(count('AWS::Lambda::Function')).toBe(17);
    expect(count('AWS::DynamoDB::Table')).toBe(4);
    expect(count('AWS::SNS::Topic')).toBe(9);
    expect(count('AWS::SNS::Subscription')).toBe(5);
    expect(count('AWS::Lambda::Permission')).toBe(5);
    expect(count('AWS::StepFunctions::StateMachine')).toBe(8);
  });

  it('is written as files that CreateStack takes: one where it fits, else the state machines as a stack of their own', async () => {
    const { experiment } = await findExperiment('order-booking', root, path.join(root, 'examples'));
    const rows = experiment.rows.filter((row) => row.workflows.length === 1);
    const [one, ...none] = await writeTemplate(experiment, rows, example, path.join(folder, 'one.json'));
    expect(none).toEqual([]);
    expect(one).toMatchObject({ file: path.join(folder, 'one.json'), stack: 'order-booking' });
    expect(createCommands([{ ...one!, file: "it's one.json" }])).toEqual([
      "aws cloudformation create-stack --stack-name order-booking --template-body 'file://it'\\''s one.json' --capabilities CAPABILITY_IAM",
    ]);
    written = await writeTemplate(experiment, experiment.rows, example, path.join(folder, 'all.json'));
    expect(written.map(({ file, stack }) => [path.basename(file), stack])).toEqual([
      ['all.json', 'order-booking'],
      ['all.machines.json', 'order-booking-machines'],
    ]);
    for (const { bytes, file } of [one!, ...written]) {
      expect(bytes).toBe((await readFile(file)).length);
      expect(bytes).toBeLessThanOrEqual(mostTemplateBytes);
    }
    expect(createCommands(written).map((line) => line.split(' ')[2])).toEqual(['create-stack', 'wait', 'create-stack']);
    await expect(writeTemplate(experiment, rows, example, path.join(folder, 'no/one.json'))).rejects.toThrow(
      /could not be written/,
    );
  });

  it('in two files is the same machines and the same functions, found by their names', async () => {
    const [first, second] = await Promise.all(
      written.map(async ({ file }) => JSON.parse(await readFile(file, 'utf8')) as Template),
    );
    const typesIn = ({ Resources }: Template) => Object.values(Resources).map(({ Type }) => Type);
    expect(typesIn(first!)).not.toContain('AWS::StepFunctions::StateMachine');
    expect([...typesIn(first!), ...typesIn(second!)].sort()).toEqual(typesIn(template).sort());
    expect(second!.Mappings['Definitions']).toEqual(template.Mappings['Definitions']);
    const text = JSON.stringify(second!.Resources);
    for (const [, id] of text.matchAll(/"(?:Ref":"|Fn::GetAtt":\[")([^"]+)"/g))
      expect(id!.startsWith('AWS::') || id! in second!.Resources).toBe(true);
    const functions = Object.values(first!.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    for (const { Properties: given } of functions)
      expect(text).toContain(`\${AWS::AccountId}:function:${String(given['FunctionName'])}"`);
  });

  it('refers to nothing that is not in it, and makes the instance only where it is wanted', () => {
    const ids = new Set([...Object.keys(template.Resources), 'WithGateway', 'GatewayClients', 'GatewayImage']);
    const text = JSON.stringify(template.Resources);
    for (const [, id] of text.matchAll(/"Ref":"([^"]+)"/g)) expect(id!.startsWith('AWS::') || ids.has(id!)).toBe(true);
    for (const [, id] of text.matchAll(/"Fn::GetAtt":\["([^"]+)"/g)) expect(ids).toContain(id);
    const conditional = Object.values(template.Resources).filter((each) => each.Condition !== undefined);
    expect(conditional.map((each) => each.Type).sort()).toEqual([
      'AWS::EC2::Instance',
      'AWS::EC2::SecurityGroup',
      'AWS::IAM::InstanceProfile',
      'AWS::IAM::Role',
    ]);
    expect(text).not.toMatch(/"Action":\["\*"\]|"Action":"\*"/);
  });

  it.each(['order', 'order-14', 'order-9', 'order-6'])('%s takes orders in both types', async (workflow) => {
    for (const type of ['STANDARD', 'EXPRESS'] as const) {
      const machine = resolve(
        template.Resources[logicalId(type === 'STANDARD' ? 'Standard' : 'Express', workflow)]!.Properties,
      ) as Json;
      const { sdk, clients, hot } = door;
      const made = await clients.sfn.send(
        new sdk.CreateStateMachineCommand({
          name: `${workflow}-${type}`,
          type,
          definition: substituted(machine),
          roleArn: machine['RoleArn'] as string,
        }),
      );
      const id = `${workflow}-${type}`;
      const input = JSON.stringify(await readOrder('good', id));
      const stateMachineArn = made.stateMachineArn ?? '';
      if (type === 'EXPRESS') {
        const end = await hot.startSyncExecution({ stateMachineArn, name: id, input });
        expect([end.status, end.error]).toEqual(['SUCCEEDED', undefined]);
        continue;
      }
      const { executionArn } = await hot.startExecution({ stateMachineArn, name: id, input });
      let end = await hot.describeExecution(executionArn);
      while (end.status === 'RUNNING') {
        await new Promise((next) => setTimeout(next, 20));
        end = await hot.describeExecution(executionArn);
      }
      expect([end.status, end.error]).toEqual(['SUCCEEDED', undefined]);
    }
  });

  it('carries an order through the chain', async () => {
    const { sdk, clients, region, accountId } = door;
    const watch = watchStatus(door, realClock());
    const ending = watch.wait('s-1');
    const order = { ...(await readOrder('good', 'chain-1')), submission: 's-1' };
    await clients.sns.send(
      new sdk.PublishCommand({
        TopicArn: `arn:aws:sns:${region}:${accountId}:OrderSubmitted`,
        Message: JSON.stringify(order),
      }),
    );
    expect(await ending).toMatchObject({ status: 'Shipped' });
  });

  it('passes cfn-lint, where it is installed', async (context) => {
    const onPath = (process.env['PATH'] ?? '').split(path.delimiter).map((each) => path.join(each, 'cfn-lint'));
    const lint = process.env['CFN_LINT'] ?? onPath.find((each) => existsSync(each));
    if (lint === undefined) return context.skip('cfn-lint is not installed: pip install cfn-lint');
    const file = path.join(folder, 'template.json');
    await writeFile(file, JSON.stringify(template));
    for (const each of [file, ...written.map((part) => part.file)])
      expect(execFileSync(lint, ['--ignore-checks', 'W', '-t', each], { encoding: 'utf8' })).toBe('');
  });
});
