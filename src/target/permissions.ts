import type { JsonObject } from '../model/json';
import { partition } from './machine';
import { namePrefix } from './names';

/** What a person wants to do; each needs some permissions more. */
export const purposes = ['run', 'express', 'role', 'clean', 'existing', 'driver', 'coldStarts'] as const;
export type Purpose = (typeof purposes)[number];

/** Kinds of resources that permissions are given on, all of them narrowed to our own names where IAM allows it. */
export type ResourceScope =
  | 'machine'
  | 'anyMachine'
  | 'execution'
  | 'anyExecution'
  | 'logGroup'
  | 'anyLogGroup'
  | 'functionLog'
  | 'role'
  | 'passedRole'
  | 'mapRun'
  | 'all';

/** One permission: an action of IAM, on what, for what purposes, and what it is needed for. */
export interface Permission {
  readonly action: string;
  readonly scope: ResourceScope;
  readonly purposes: readonly Purpose[];
  readonly why: string;
}

const of = (
  action: string,
  scope: ResourceScope,
  why: string,
  first: Purpose,
  ...more: readonly Purpose[]
): Permission => ({ action, scope, purposes: [first, ...more], why });

/**
 * Everything that the product may ask of an account, and nothing else: docs/permissions.md and `stepbench check
 * --permissions` are made from this table, and the contract test holds every request against it. Actions and the resources
 * they take are those of the Service Authorization Reference (AWS Step Functions, CloudWatch Logs, IAM).
 */
export const permissions: readonly Permission[] = [
  of('states:CreateStateMachine', 'machine', 'deploy the workflow under a name of ours', 'run'),
  of('states:UpdateStateMachine', 'machine', 'update a kept one (--keep)', 'run'),
  of('states:PublishStateMachineVersion', 'machine', 'start exactly the definition that was deployed', 'run'),
  of('states:TagResource', 'machine', 'mark it as ours', 'run'),
  of('states:ListTagsForResource', 'machine', 'touch nothing that is not ours', 'run', 'clean'),
  of('states:DeleteStateMachine', 'machine', 'remove it', 'run', 'clean'),
  of('iam:PassRole', 'passedRole', 'give the workflow its role', 'run'),
  of('states:StartExecution', 'machine', 'start Standard executions', 'run', 'driver'),
  of('states:ListExecutions', 'machine', 'learn of many ends at once', 'run'),
  of('states:DescribeExecution', 'execution', 'learn how an execution ended', 'run', 'driver'),
  of('states:GetExecutionHistory', 'execution', 'time every state', 'run'),
  of('states:StopExecution', 'execution', 'stop what runs when the run is stopped', 'run', 'driver'),
  of('states:StartSyncExecution', 'machine', 'start Express executions and get their bill', 'express'),
  of('logs:CreateLogGroup', 'logGroup', 'take the log of an Express workflow', 'express'),
  of('logs:TagResource', 'logGroup', 'mark it as ours', 'express'),
  of('logs:PutRetentionPolicy', 'logGroup', 'keep it for one day only', 'express'),
  of('logs:FilterLogEvents', 'logGroup', 'time every state of Express executions', 'express'),
  of('logs:ListTagsForResource', 'logGroup', 'touch nothing that is not ours', 'express', 'clean'),
  of('logs:DeleteLogGroup', 'logGroup', 'remove it', 'express', 'clean'),
  of('iam:CreateRole', 'role', 'make the role that is derived from the tasks', 'role'),
  of('iam:TagRole', 'role', 'mark it as ours', 'role'),
  of('iam:PutRolePolicy', 'role', 'give it the derived policy', 'role'),
  of('iam:ListRoleTags', 'role', 'touch nothing that is not ours', 'role', 'clean'),
  of('iam:DeleteRolePolicy', 'role', 'remove it', 'role', 'clean'),
  of('iam:DeleteRole', 'role', 'remove it', 'role', 'clean'),
  of('states:ListStateMachines', 'all', 'find what was left, or a machine by its name', 'clean', 'existing'),
  of('logs:DescribeLogGroups', 'all', 'find log groups that were left', 'clean'),
  of('iam:ListRoles', 'all', 'find roles that were left', 'clean'),
  of('states:DescribeStateMachine', 'anyMachine', 'read the definition of a deployed workflow', 'existing'),
  of('states:DescribeStateMachineAlias', 'anyMachine', 'see which version an alias leads to', 'existing'),
  of('states:StartExecution', 'anyMachine', 'start its Standard executions', 'existing'),
  of('states:StartSyncExecution', 'anyMachine', 'start its Express executions', 'existing'),
  of('states:ListExecutions', 'anyMachine', 'learn of many ends at once', 'existing'),
  of('states:DescribeExecution', 'anyExecution', 'learn how an execution ended', 'existing'),
  of('states:GetExecutionHistory', 'anyExecution', 'time every state', 'existing'),
  of('states:StopExecution', 'anyExecution', 'stop what the run itself has started', 'existing'),
  of('logs:FilterLogEvents', 'anyLogGroup', 'time every state of an Express workflow that logs at ALL', 'existing'),
  of('states:ListExecutions', 'mapRun', 'see why a child of the driver failed', 'driver'),
  of('states:ListMapRuns', 'execution', 'follow the driver', 'driver'),
  of('states:DescribeMapRun', 'mapRun', 'count what the driver started', 'driver'),
  of('logs:FilterLogEvents', 'functionLog', 'tell cold starts by what Lambda reported', 'coldStarts'),
];

export const purposeTexts: Readonly<Record<Purpose, string>> = {
  run: 'a run with a role that exists',
  express: 'Express arms',
  role: 'letting StepBench make the role',
  clean: 'stepbench clean --target aws',
  existing: 'a deployed workflow as it is',
  driver: 'load from within the account (--driver)',
  coldStarts: 'cold starts told by what Lambda reported; without it they are told by clusters of latencies',
};

export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** The role that the workflow runs under, where one is named. */
  readonly roleArn?: string;
}

/** ARNs, with stars, on which a permission is given. */
export const resourcesOf = (scope: ResourceScope, { region, accountId, roleArn }: Place): readonly string[] => {
  const start = `arn:${partition(region)}`;
  const states = `${start}:states:${region}:${accountId}`;
  switch (scope) {
    case 'machine':
      return [`${states}:stateMachine:${namePrefix}*`];
    case 'anyMachine':
      return [`${states}:stateMachine:*`];
    case 'execution':
      return [`${states}:execution:${namePrefix}*`, `${states}:express:${namePrefix}*`];
    case 'anyExecution':
      return [`${states}:execution:*`, `${states}:express:*`];
    case 'mapRun':
      return [`${states}:mapRun:${namePrefix}*`];
    case 'logGroup':
      return [`${start}:logs:${region}:${accountId}:log-group:/aws/vendedlogs/states/${namePrefix}*`];
    case 'anyLogGroup':
      return [`${start}:logs:${region}:${accountId}:log-group:*`];
    case 'functionLog':
      return [`${start}:logs:${region}:${accountId}:log-group:/aws/lambda/*`];
    case 'role':
      return [`${start}:iam::${accountId}:role/${namePrefix}*`];
    case 'passedRole':
      return roleArn ? [roleArn] : [`${start}:iam::${accountId}:role/${namePrefix}*`];
    case 'all':
      return ['*'];
  }
};

export const permissionsFor = (wanted: readonly Purpose[]): readonly Permission[] =>
  permissions.filter((each) => each.purposes.some((purpose) => wanted.includes(purpose)));

/** The least policy for some purposes, to be given to a person or a role: one statement for each kind of resource. */
export const policyFor = (wanted: readonly Purpose[], place: Place): JsonObject => {
  const scopes = new Map<ResourceScope, string[]>();
  for (const { action, scope } of permissionsFor(wanted)) scopes.set(scope, [...(scopes.get(scope) ?? []), action]);
  return {
    Version: '2012-10-17',
    Statement: [...scopes].map(([scope, actions]) => ({
      Sid: `StepBench${scope.charAt(0).toUpperCase()}${scope.slice(1)}`,
      Effect: 'Allow',
      Action: [...new Set(actions)].sort(),
      Resource: [...resourcesOf(scope, place)],
      ...(scope === 'passedRole'
        ? { Condition: { StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' } } }
        : {}),
    })),
  };
};
