/**
 * One CloudFormation template of an experiment's systems, from the same sources that run locally: functions, tables, topics with their
 * subscribers, a Standard and an Express state machine for each workflow, roles, and on demand the gateway on an instance. Pure.
 */
import type { Json, JsonObject } from '../model/json';
import type { WorkflowSettings } from '../model/settings';
import { bundleModules, exportName } from './bundle';

export interface TemplateSource {
  readonly description: string;
  /** Settings with functions, tables and topics; `folder` is where their code is, relative to `modules`' keys. */
  readonly parts: readonly { readonly settings: WorkflowSettings; readonly folder: string }[];
  /** Name → definition as written, placeholders of AWS's pseudo parameters unfilled. */
  readonly workflows: Readonly<Record<string, string>>;
  /** Path with forward slashes → text, of all CommonJS modules that functions and gateway are made of. */
  readonly modules: Readonly<Record<string, string>>;
  /** Module that exports `createGateway`. */
  readonly gateway?: string;
}

/** CreateStack takes a body of so many bytes. */
export const mostTemplateBytes = 51_200;

const ref = (Ref: string): JsonObject => ({ Ref });
const attribute = (id: string, name: string): JsonObject => ({ 'Fn::GetAtt': [id, name] });
const sub = (text: string): JsonObject => ({ 'Fn::Sub': text });
const found = (map: string, key: string): JsonObject => ({ 'Fn::FindInMap': [map, key, 'Text'] });

/** A name as a logical id: letters and digits only. */
export const logicalId = (kind: string, name: string): string =>
  kind +
  name
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join('');

const assumedBy = (service: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});

const allow = (Action: readonly string[], Resource: Json): JsonObject => ({ Effect: 'Allow', Action, Resource });

const role = (service: string, statements: readonly JsonObject[], managed: readonly string[] = []): JsonObject => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: assumedBy(service),
    ...(managed.length > 0
      ? { ManagedPolicyArns: managed.map((name) => sub(`arn:\${AWS::Partition}:iam::aws:policy/${name}`)) }
      : {}),
    Policies: [{ PolicyName: 'work', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

interface Names {
  readonly functions: readonly string[];
  readonly tables: readonly string[];
  readonly topics: readonly string[];
}

const namesOf = (parts: TemplateSource['parts']): Names => {
  const keys = (field: 'functions' | 'tables' | 'topics') =>
    parts.flatMap(({ settings }) => Object.keys(settings[field] ?? {}));
  return { functions: keys('functions'), tables: keys('tables'), topics: keys('topics') };
};

/** ARNs of what a role may use: of the same template, or by their names where another stack has them. */
interface Arns {
  readonly table: (name: string) => JsonObject;
  readonly topic: (name: string) => JsonObject;
  readonly function: (name: string) => JsonObject;
}

const ownArns: Arns = {
  table: (name) => attribute(logicalId('Table', name), 'Arn'),
  topic: (name) => ref(logicalId('Topic', name)),
  function: (name) => attribute(logicalId('Function', name), 'Arn'),
};

const arnOf = (service: string, resource: string): JsonObject =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

const arnsByName: Arns = {
  table: (name) => arnOf('dynamodb', `table/${name}`),
  topic: (name) => arnOf('sns', name),
  function: (name) => arnOf('lambda', `function:${name}`),
};

const useData = ({ tables, topics }: Names, arns: Arns): readonly JsonObject[] => [
  allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], tables.map(arns.table)),
  allow(['sns:Publish'], topics.map(arns.topic)),
];

const invoke = ({ functions }: Names, arns: Arns): JsonObject =>
  allow(['lambda:InvokeFunction'], functions.map(arns.function));

const functionRole = (names: Names): JsonObject =>
  role('lambda.amazonaws.com', useData(names, ownArns), ['service-role/AWSLambdaBasicExecutionRole']);

const stateRole = (names: Names, arns: Arns): JsonObject =>
  role('states.amazonaws.com', [
    ...useData(names, arns),
    invoke(names, arns),
    // What an Express machine needs to log; AWS knows no narrower resource for it.
    allow(
      [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
      '*',
    ),
  ]);

const expressLog: JsonObject = {
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: sub('/aws/vendedlogs/states/${AWS::StackName}'), RetentionInDays: 1 },
};

/** Else Lambda makes them when a function first runs, and they stay when the stack goes. */
const functionLogs = ({ functions }: Names): Record<string, Json> =>
  Object.fromEntries(
    functions.map((name) => [
      logicalId('Log', name),
      { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 1 } },
    ]),
  );

const definitionsOf = (workflows: TemplateSource['workflows']): JsonObject =>
  Object.fromEntries(Object.entries(workflows).map(([name, text]) => [logicalId('', name), { Text: compact(text) }]));

const functionsOf = ({ settings, folder }: TemplateSource['parts'][number]): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(settings.functions ?? {}).map(([name, each]) => [
      logicalId('Function', name),
      {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: name,
          Runtime: each.runtime,
          Handler: `index.${exportName(folder, each.code, each.handler)}`,
          Code: { ZipFile: found('Code', 'Functions') },
          MemorySize: each.memorySize ?? 128,
          Timeout: each.timeout ?? 3,
          Role: attribute('FunctionRole', 'Arn'),
          ...(each.deadLetterTopic
            ? { DeadLetterConfig: { TargetArn: ref(logicalId('Topic', each.deadLetterTopic)) } }
            : {}),
          ...(each.environment ? { Environment: { Variables: each.environment } } : {}),
          ...(each.reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: each.reservedConcurrency }),
        },
      },
    ]),
  );

const tablesOf = (settings: WorkflowSettings): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(settings.tables ?? {}).map(([name, { partitionKey, sortKey }]) => {
      const keys = [{ name: partitionKey, type: 'HASH' }, ...(sortKey ? [{ name: sortKey, type: 'RANGE' }] : [])];
      return [
        logicalId('Table', name),
        {
          Type: 'AWS::DynamoDB::Table',
          DeletionPolicy: 'Delete',
          UpdateReplacePolicy: 'Delete',
          Properties: {
            TableName: name,
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: 'S' })),
            KeySchema: keys.map((key) => ({ AttributeName: key.name, KeyType: key.type })),
          },
        },
      ];
    }),
  );

const topicsOf = (settings: WorkflowSettings): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(settings.topics ?? {}).flatMap(([name, { subscribers = [] }]): [string, Json][] => {
      const topic = logicalId('Topic', name);
      return [
        [topic, { Type: 'AWS::SNS::Topic', Properties: { TopicName: name } }],
        ...subscribers.flatMap((subscriber): [string, Json][] => {
          const id = logicalId('Function', subscriber);
          return [
            [
              logicalId(`${topic}To`, subscriber),
              {
                Type: 'AWS::SNS::Subscription',
                Properties: { TopicArn: ref(topic), Protocol: 'lambda', Endpoint: attribute(id, 'Arn') },
              },
            ],
            [
              logicalId(`${topic}May`, subscriber),
              {
                Type: 'AWS::Lambda::Permission',
                Properties: {
                  FunctionName: ref(id),
                  Action: 'lambda:InvokeFunction',
                  Principal: 'sns.amazonaws.com',
                  SourceArn: ref(topic),
                },
              },
            ],
          ];
        }),
      ];
    }),
  );

/** A definition without its comments and white space; pseudo parameters as names that DefinitionSubstitutions fills. */
const compact = (definition: string): string =>
  JSON.stringify(JSON.parse(definition), (key, value: unknown) => (key === 'Comment' ? undefined : value)).replaceAll(
    '${AWS::',
    '${',
  );

const machinesOf = (workflows: TemplateSource['workflows']): Record<string, Json> =>
  Object.fromEntries(
    Object.keys(workflows).flatMap((name) =>
      (['STANDARD', 'EXPRESS'] as const).map((type): [string, Json] => [
        logicalId(type === 'STANDARD' ? 'Standard' : 'Express', name),
        {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            StateMachineType: type,
            RoleArn: attribute('StateRole', 'Arn'),
            DefinitionString: found('Definitions', logicalId('', name)),
            DefinitionSubstitutions: { Region: ref('AWS::Region'), AccountId: ref('AWS::AccountId') },
            ...(type === 'EXPRESS'
              ? {
                  LoggingConfiguration: {
                    Level: 'ALL',
                    IncludeExecutionData: false,
                    Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: attribute('ExpressLog', 'Arn') } }],
                  },
                }
              : {}),
          },
        },
      ]),
    ),
  );

/** The gateway is in the functions' own code, where an instance can fetch it: user data has room for 16 KB only. */
const gatewayScript = (name: string, start: string): string => `#!/bin/bash
set -e
dnf install -y nodejs20 nodejs20-npm unzip
mkdir -p /opt/order && cd /opt/order
npm install --no-audit --no-fund fastify @aws-sdk/client-lambda @aws-sdk/client-dynamodb @aws-sdk/client-sns
export AWS_REGION=\${AWS::Region} ACCOUNT_ID=\${AWS::AccountId}
curl -s -o code.zip "$(aws lambda get-function --function-name ${name} --query Code.Location --output text)"
unzip -o code.zip
exec node -e "require('./index.js').${start}({ accountId: process.env.ACCOUNT_ID }).listen({ port: 8080, host: '0.0.0.0' })"
`;

/** On one instance, where `WithGateway` is true: the study's t4g.small. */
const gatewayOf = (names: Names, module: string): Record<string, Json> => {
  const [holder = ''] = names.functions;
  const start = exportName('', '.', `${module.replace(/\.js$/, '')}.createGateway`);
  const fetchCode = allow(['lambda:GetFunction'], attribute(logicalId('Function', holder), 'Arn'));
  const resources: Record<string, JsonObject> = {
    GatewayRole: role('ec2.amazonaws.com', [...useData(names, ownArns), invoke(names, ownArns), fetchCode]),
    GatewayProfile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [ref('GatewayRole')] } },
    GatewayAccess: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'Orders from the load generator',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: ref('GatewayClients') }],
      },
    },
    Gateway: {
      Type: 'AWS::EC2::Instance',
      Properties: {
        InstanceType: 't4g.small',
        ImageId: ref('GatewayImage'),
        IamInstanceProfile: ref('GatewayProfile'),
        SecurityGroupIds: [attribute('GatewayAccess', 'GroupId')],
        UserData: { 'Fn::Base64': sub(gatewayScript(holder, start)) },
      },
    },
  };
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [id, { ...resource, Condition: 'GatewayWanted' }]),
  );
};

const machineResources = (workflows: TemplateSource['workflows'], names: Names, arns: Arns): Record<string, Json> => ({
  StateRole: stateRole(names, arns),
  ExpressLog: expressLog,
  ...machinesOf(workflows),
});

/**
 * The state machines alone, as a stack of their own: what they use is found by its name, so the template without workflows
 * is created first.
 */
export const machineTemplate = ({ description, parts, workflows }: TemplateSource): JsonObject => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: `${description}: state machines`,
  Mappings: { Definitions: definitionsOf(workflows) },
  Resources: machineResources(workflows, namesOf(parts), arnsByName),
});

const merged = (all: readonly Record<string, Json>[]): Record<string, Json> =>
  Object.fromEntries(all.flatMap((each) => Object.entries(each)));

/** The template as an object; `JSON.stringify` of it is a body for CreateStack with CAPABILITY_IAM. */
export const cloudFormationTemplate = (source: TemplateSource): JsonObject => {
  const { description, parts, workflows, modules, gateway } = source;
  const names = namesOf(parts);
  const hasMachines = Object.keys(workflows).length > 0;
  const handlers = parts.flatMap(({ settings, folder }) =>
    Object.values(settings.functions ?? {}).map((each) => ({ folder, code: each.code, handler: each.handler })),
  );
  const extra = gateway ? [{ folder: '', code: '.', handler: `${gateway.replace(/\.js$/, '')}.createGateway` }] : [];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: description,
    ...(gateway
      ? {
          Parameters: {
            WithGateway: { Type: 'String', AllowedValues: ['true', 'false'], Default: 'false' },
            GatewayClients: {
              Type: 'String',
              Default: '127.0.0.1/32',
              Description: 'Addresses that may send orders to the gateway (CIDR)',
            },
            GatewayImage: {
              Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
              Default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
            },
          },
          Conditions: { GatewayWanted: { 'Fn::Equals': [ref('WithGateway'), 'true'] } },
        }
      : {}),
    Mappings: {
      Code: { Functions: { Text: bundleModules(modules, [...handlers, ...extra]) } },
      ...(hasMachines ? { Definitions: definitionsOf(workflows) } : {}),
    },
    Resources: {
      FunctionRole: functionRole(names),
      ...functionLogs(names),
      ...merged(parts.map(functionsOf)),
      ...merged(parts.map(({ settings }) => ({ ...tablesOf(settings), ...topicsOf(settings) }))),
      ...(hasMachines ? machineResources(workflows, names, ownArns) : {}),
      ...(gateway ? gatewayOf(names, gateway) : {}),
    },
    ...(gateway
      ? {
          Outputs: {
            GatewayUrl: {
              Condition: 'GatewayWanted',
              Value: { 'Fn::Join': ['', ['http://', attribute('Gateway', 'PublicDnsName'), ':8080']] },
            },
          },
        }
      : {}),
  };
};
