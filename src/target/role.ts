import { isObject, type JsonObject } from '../model/json';
import { statesOfDefinition } from '../trace';
import { recorded, type Deployment } from './deployment';
import { partition } from './machine';
import { unqualified } from './existing';
import { resourceName, tagsOf } from './names';
import { patiently, refusal } from './refusal';

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A role as it would be created. */
export interface RolePlan {
  readonly name: string;
  readonly trust: JsonObject;
  readonly policy: { readonly Version: '2012-10-17'; readonly Statement: readonly Statement[] };
  /** Tasks for which no resource could be told from the definition: they get `*`, and that is said. */
  readonly wide: readonly string[];
  /** For people: every line of the policy, as a diff against nothing. */
  readonly text: string;
}

export interface RoleContext {
  readonly region: string;
  readonly accountId: string;
  readonly workflow: string;
  readonly runId: string;
  /** An Express machine logs and needs AWS's log delivery actions. */
  readonly logs: boolean;
}

/** AWS, "Logging using CloudWatch Logs": what an execution role needs to deliver logs; these actions take no resource. */
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:CreateLogStream',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutLogEvents',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

interface Need {
  readonly actions: readonly string[];
  /** Undefined: not to be told from the definition. */
  readonly resources?: readonly string[];
}

const field = (state: JsonObject, ...names: string[]): string | undefined => {
  for (const group of ['Parameters', 'Arguments']) {
    const values = state[group];
    if (!isObject(values)) continue;
    for (const name of names) {
      const value = values[name];
      if (typeof value === 'string' && !value.startsWith('{%')) return value;
    }
  }
  return undefined;
};

/** What one task needs, by its Resource; `undefined` where it is no AWS call (an activity). */
const needOf = (state: JsonObject, context: RoleContext): Need | undefined => {
  const resource = typeof state['Resource'] === 'string' ? state['Resource'] : '';
  const { region, accountId } = context;
  const p = partition(region);
  const own = (service: string, rest: string) => `arn:${p}:${service}:${region}:${accountId}:${rest}`;
  const asArn = (service: string, prefix: string, given: string | undefined) =>
    given === undefined ? undefined : given.startsWith('arn:') ? [given] : [own(service, prefix + given)];
  if (/:lambda:.*:function:/.test(resource) && !resource.includes(':states:::'))
    return {
      actions: ['lambda:InvokeFunction'],
      resources: [resource, ...(/:function:[^:]+$/.test(resource) ? [`${resource}:*`] : [])],
    };
  if (/:states:.*:activity:/.test(resource)) return undefined;
  const match = /:states:::(aws-sdk:)?([\w-]+):([\w]+)/.exec(resource);
  if (!match) return { actions: [], resources: undefined };
  const [, sdk, service, action] = match as unknown as [string, string | undefined, string, string];
  switch (`${service}:${action}`) {
    case 'lambda:invoke': {
      const functions = asArn('lambda', 'function:', field(state, 'FunctionName'));
      return { actions: ['lambda:InvokeFunction'], resources: functions?.flatMap((arn) => [arn, `${arn}:*`]) };
    }
    case 'sns:publish':
      return { actions: ['sns:Publish'], resources: asArn('sns', '', field(state, 'TopicArn')) };
    case 'sqs:sendMessage': {
      const queue = field(state, 'QueueUrl');
      return {
        actions: ['sqs:SendMessage'],
        resources: queue ? [own('sqs', queue.split('/').pop() ?? queue)] : undefined,
      };
    }
    case 'events:putEvents':
      return { actions: ['events:PutEvents'], resources: [own('events', 'event-bus/*')] };
    case 'states:startExecution': {
      const child = field(state, 'StateMachineArn');
      const sync = resource.includes('.sync');
      return {
        actions: [
          'states:StartExecution',
          ...(sync
            ? [
                'states:DescribeExecution',
                'states:StopExecution',
                'events:PutTargets',
                'events:PutRule',
                'events:DescribeRule',
              ]
            : []),
        ],
        resources: child
          ? [
              child,
              ...(sync
                ? [
                    `${unqualified(child).replace(':stateMachine:', ':execution:')}:*`,
                    own('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'),
                  ]
                : []),
            ]
          : undefined,
      };
    }
  }
  if (sdk && `${service}:${action}` === 'sfn:startSyncExecution') {
    const machine = field(state, 'StateMachineArn');
    return { actions: ['states:StartSyncExecution'], resources: machine ? [machine] : undefined };
  }
  if (service === 'dynamodb') {
    const table = asArn('dynamodb', 'table/', field(state, 'TableName'));
    return { actions: [`dynamodb:${upper(action)}`], resources: table?.flatMap((arn) => [arn, `${arn}/index/*`]) };
  }
  return { actions: [`${sdk ? (iamNames[service] ?? service) : service}:${upper(action)}`], resources: undefined };
};

/** Services whose IAM prefix is not their SDK name. */
const iamNames: Readonly<Record<string, string>> = {
  sfn: 'states',
  cloudwatchlogs: 'logs',
  eventbridge: 'events',
  secretsmanager: 'secretsmanager',
};

const upper = (action: string) => action.charAt(0).toUpperCase() + action.slice(1);

/** The least a workflow's role needs, read off its tasks; distributed Maps and logs add what AWS's pages say they need. */
export const describeRole = (definition: JsonObject, context: RoleContext): RolePlan => {
  const statements = new Map<string, { actions: Set<string>; resources: Set<string> }>();
  const wide: string[] = [];
  const allow = (actions: readonly string[], resources: readonly string[]) => {
    const key = [...actions].sort().join(' ');
    const known = statements.get(key) ?? { actions: new Set(actions), resources: new Set<string>() };
    for (const resource of resources) known.resources.add(resource);
    statements.set(key, known);
  };
  for (const { path, type, state } of statesOfDefinition(definition)) {
    if (type === 'Map' && isDistributed(state)) {
      const machines = `arn:${partition(context.region)}:states:${context.region}:${context.accountId}`;
      const prefix = resourceName(context.workflow);
      allow(['states:StartExecution'], [`${machines}:stateMachine:${prefix}*`]);
      allow(['states:DescribeExecution', 'states:StopExecution'], [`${machines}:execution:${prefix}*`]);
    }
    if (type !== 'Task') continue;
    const need = needOf(state, context);
    if (!need || need.actions.length === 0) continue;
    if (!need.resources) wide.push(path);
    allow(need.actions, need.resources ?? ['*']);
  }
  if (context.logs) allow(logDelivery, ['*']);
  const policy = {
    Version: '2012-10-17' as const,
    Statement: [...statements.values()].map(({ actions, resources }) => ({
      Effect: 'Allow' as const,
      Action: [...actions].sort(),
      Resource: resources.has('*') ? ['*'] : [...resources].sort(),
    })),
  };
  const trust: JsonObject = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'states.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': context.accountId },
          ArnLike: {
            'aws:SourceArn': `arn:${partition(context.region)}:states:${context.region}:${context.accountId}:stateMachine:*`,
          },
        },
      },
    ],
  };
  const lines = JSON.stringify(policy, null, 2)
    .split('\n')
    .map((line) => `+ ${line}`);
  const text = [
    ...lines,
    ...(wide.length > 0 ? ['', `Resource "*" since the definition does not say which: ${wide.join(', ')}.`] : []),
  ].join('\n');
  return { name: resourceName(context.workflow, 'role', context.runId.slice(-6)), trust, policy, wide, text };
};

const isDistributed = (state: JsonObject): boolean => {
  const processor = state['ItemProcessor'];
  const config = isObject(processor) ? processor['ProcessorConfig'] : undefined;
  return isObject(config) && config['Mode'] === 'DISTRIBUTED';
};

const policyName = 'stepbench';

/** Creates the role and its one inline policy; answers its ARN. A machine that uses it must wait until IAM knows it everywhere. */
export const deriveRole = async (deployment: Deployment, role: RolePlan): Promise<string> => {
  const { sdk, clients, accountId, region } = deployment.door;
  const arn = `arn:${partition(region)}:iam::${accountId}:role/${role.name}`;
  try {
    await recorded(deployment.ledger, { kind: 'role', id: arn, name: role.name }, async () => {
      await patiently(
        () =>
          clients.iam.send(
            new sdk.CreateRoleCommand({
              RoleName: role.name,
              AssumeRolePolicyDocument: JSON.stringify(role.trust),
              Description: 'Made by StepBench for one benchmark run; removed at its end.',
              Tags: Object.entries(tagsOf(deployment.ownership)).map(([Key, Value]) => ({ Key, Value })),
            }),
          ),
        deployment.pause,
      );
      return true;
    });
    if (role.policy.Statement.length > 0)
      await recorded(
        deployment.ledger,
        { kind: 'rolePolicy', id: `${role.name}/${policyName}`, name: policyName },
        async () => {
          await patiently(
            () =>
              clients.iam.send(
                new sdk.PutRolePolicyCommand({
                  RoleName: role.name,
                  PolicyName: policyName,
                  PolicyDocument: JSON.stringify(role.policy),
                }),
              ),
            deployment.pause,
          );
          return true;
        },
      );
  } catch (error) {
    throw refusal('CreateRole', role.name, error);
  }
  return arn;
};
