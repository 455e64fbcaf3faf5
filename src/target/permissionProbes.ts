import type { Door } from './door';
import { logGroupName, namePrefix } from './names';
import { partition } from './machine';
import type { Permission } from './permissions';

type Call = () => Promise<unknown>;

/** Nothing is ever called so: what is asked of it can only be refused. */
const nobody = `${namePrefix}permission-check`;

/**
 * A call that exercises a permission and can do nothing: it names what does not exist, or is malformed in what is looked at
 * after authorization only. Undefined where there is no such call.
 */
export const probeOf = ({ action, scope }: Permission, door: Door): Call | undefined => {
  const { sdk, clients, region, accountId } = door;
  const { sfn, logs, iam } = clients;
  const states = `arn:${partition(region)}:states:${region}:${accountId}`;
  const stateMachineArn = `${states}:stateMachine:${nobody}`;
  const executionArn = `${states}:execution:${nobody}:none`;
  const logGroup = scope === 'functionLog' ? `/aws/lambda/${nobody}` : logGroupName(nobody);
  const logGroupArn = `arn:${partition(region)}:logs:${region}:${accountId}:log-group:${logGroup}`;
  const roleArn = `arn:${partition(region)}:iam::${accountId}:role/${nobody}`;
  const tags = [{ key: 'stepbench:probe', value: 'none' }];
  const calls: Readonly<Record<string, Call>> = {
    // Refused as a definition, once it has been let in. An emulator that takes anything has it taken away again.
    'states:CreateStateMachine': () =>
      sfn
        .send(new sdk.CreateStateMachineCommand({ name: nobody, definition: '{}', roleArn }))
        .then(() => sfn.send(new sdk.DeleteStateMachineCommand({ stateMachineArn }))),
    'states:UpdateStateMachine': () =>
      sfn.send(new sdk.UpdateStateMachineCommand({ stateMachineArn, definition: '{}' })),
    'states:PublishStateMachineVersion': () => sfn.send(new sdk.PublishStateMachineVersionCommand({ stateMachineArn })),
    'states:TagResource': () => sfn.send(new sdk.TagResourceCommand({ resourceArn: stateMachineArn, tags })),
    'states:ListTagsForResource': () => sfn.send(new sdk.ListTagsForResourceCommand({ resourceArn: stateMachineArn })),
    'states:DeleteStateMachine': () => sfn.send(new sdk.DeleteStateMachineCommand({ stateMachineArn })),
    'states:StartExecution': () => sfn.send(new sdk.StartExecutionCommand({ stateMachineArn, input: '{}' })),
    'states:StartSyncExecution': () => sfn.send(new sdk.StartSyncExecutionCommand({ stateMachineArn, input: '{}' })),
    'states:ListExecutions': () => sfn.send(new sdk.ListExecutionsCommand({ stateMachineArn, maxResults: 1 })),
    'states:DescribeExecution': () => sfn.send(new sdk.DescribeExecutionCommand({ executionArn })),
    'states:GetExecutionHistory': () => sfn.send(new sdk.GetExecutionHistoryCommand({ executionArn, maxResults: 1 })),
    'states:StopExecution': () => sfn.send(new sdk.StopExecutionCommand({ executionArn })),
    'states:ListStateMachines': () => sfn.send(new sdk.ListStateMachinesCommand({ maxResults: 1 })),
    'states:DescribeStateMachine': () => sfn.send(new sdk.DescribeStateMachineCommand({ stateMachineArn })),
    'states:DescribeStateMachineAlias': () =>
      sfn.send(new sdk.DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${stateMachineArn}:none` })),
    'states:ListMapRuns': () => sfn.send(new sdk.ListMapRunsCommand({ executionArn, maxResults: 1 })),
    'states:DescribeMapRun': () =>
      sfn.send(
        new sdk.DescribeMapRunCommand({
          mapRunArn: `${states}:mapRun:${nobody}/Drive:00000000-0000-4000-8000-000000000000`,
        }),
      ),
    'logs:TagResource': () =>
      logs.send(new sdk.TagLogGroupCommand({ resourceArn: logGroupArn, tags: { 'stepbench:probe': 'none' } })),
    'logs:PutRetentionPolicy': () =>
      logs.send(new sdk.PutRetentionPolicyCommand({ logGroupName: logGroup, retentionInDays: 1 })),
    'logs:FilterLogEvents': () => logs.send(new sdk.FilterLogEventsCommand({ logGroupName: logGroup, limit: 1 })),
    'logs:ListTagsForResource': () => logs.send(new sdk.ListLogGroupTagsCommand({ resourceArn: logGroupArn })),
    'logs:DeleteLogGroup': () => logs.send(new sdk.DeleteLogGroupCommand({ logGroupName: logGroup })),
    'logs:DescribeLogGroups': () => logs.send(new sdk.DescribeLogGroupsCommand({ limit: 1 })),
    // The same: a trust policy that is none is refused after authorization.
    'iam:CreateRole': () =>
      iam
        .send(new sdk.CreateRoleCommand({ RoleName: nobody, AssumeRolePolicyDocument: '{"Version":"2012-10-17"}' }))
        .then(() => iam.send(new sdk.DeleteRoleCommand({ RoleName: nobody }))),
    'iam:TagRole': () =>
      iam.send(new sdk.TagRoleCommand({ RoleName: nobody, Tags: [{ Key: 'stepbench:probe', Value: 'none' }] })),
    'iam:PutRolePolicy': () =>
      iam.send(new sdk.PutRolePolicyCommand({ RoleName: nobody, PolicyName: nobody, PolicyDocument: '{}' })),
    'iam:ListRoleTags': () => iam.send(new sdk.ListRoleTagsCommand({ RoleName: nobody })),
    'iam:DeleteRolePolicy': () => iam.send(new sdk.DeleteRolePolicyCommand({ RoleName: nobody, PolicyName: nobody })),
    'iam:DeleteRole': () => iam.send(new sdk.DeleteRoleCommand({ RoleName: nobody })),
    'iam:ListRoles': () => iam.send(new sdk.ListRolesCommand({ MaxItems: 1 })),
  };
  return calls[action];
};
