/** Input shapes of the Step Functions API (service model 2016-11-23): limits, patterns, enums. */
import { flag, integer, list, number, oneOf, structure, text, type Structure } from '../door/shape';

const arn = text({ min: 1, max: 256 });
const longArn = text({ min: 1, max: 2000 });
const name = text({ min: 1, max: 80 });
const data = text({ max: 262_144, secret: true });
const definition = text({ min: 1, max: 1_048_576, secret: true });
const pageSize = integer(0, 1000);
const pageToken = text({ min: 1, max: 1024 });
const error = text({ min: 0, max: 256, secret: true });
const cause = text({ min: 0, max: 32_768, secret: true });
const type = oneOf('STANDARD', 'EXPRESS');
const includedData = oneOf('ALL_DATA', 'METADATA_ONLY');
const trace = text({ min: 0, max: 256 });
const tags = list(structure('Tag', { key: text({ min: 1, max: 128 }), value: text({ min: 0, max: 256 }) }));
const token = text({ min: 1, max: 2048 });
const description = text({ max: 256, secret: true });
const encryption = structure('EncryptionConfiguration', {
  kmsKeyId: text({ min: 1, max: 2048 }),
  kmsDataKeyReusePeriodSeconds: integer(60, 900),
  'type!': oneOf('AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY'),
});
const logging = structure('LoggingConfiguration', {
  level: oneOf('ALL', 'ERROR', 'FATAL', 'OFF'),
  includeExecutionData: flag,
  destinations: list(
    structure('LogDestination', { cloudWatchLogsLogGroup: structure('CloudWatchLogsLogGroup', { logGroupArn: arn }) }),
  ),
});
const tracing = structure('TracingConfiguration', { enabled: flag });
const routing = list(
  structure('RoutingConfigurationListItem', { 'stateMachineVersionArn!': arn, 'weight!': integer(0, 100) }),
  1,
  2,
);
const aliasName = text({ min: 1, max: 80, pattern: /^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$/ });
const start = { 'stateMachineArn!': arn, name, input: data, traceHeader: trace };
const execution = { 'executionArn!': arn };
/** The order in which AWS lists the values. */
const status = oneOf('SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING');

const of = (operation: string, members: Parameters<typeof structure>[1]): Structure =>
  structure(`${operation}Input`, members);

export const inputs = {
  CreateActivity: of('CreateActivity', { 'name!': name, tags, encryptionConfiguration: encryption }),
  CreateStateMachine: of('CreateStateMachine', {
    'name!': name,
    'definition!': definition,
    'roleArn!': arn,
    type,
    loggingConfiguration: logging,
    tags,
    tracingConfiguration: tracing,
    publish: flag,
    versionDescription: description,
    encryptionConfiguration: encryption,
  }),
  CreateStateMachineAlias: of('CreateStateMachineAlias', {
    description,
    'name!': aliasName,
    'routingConfiguration!': routing,
  }),
  DeleteActivity: of('DeleteActivity', { 'activityArn!': arn }),
  DeleteStateMachine: of('DeleteStateMachine', { 'stateMachineArn!': arn }),
  DeleteStateMachineAlias: of('DeleteStateMachineAlias', { 'stateMachineAliasArn!': arn }),
  DeleteStateMachineVersion: of('DeleteStateMachineVersion', { 'stateMachineVersionArn!': longArn }),
  DescribeActivity: of('DescribeActivity', { 'activityArn!': arn }),
  DescribeExecution: of('DescribeExecution', { ...execution, includedData }),
  DescribeMapRun: of('DescribeMapRun', { 'mapRunArn!': longArn }),
  DescribeStateMachine: of('DescribeStateMachine', { 'stateMachineArn!': arn, includedData }),
  DescribeStateMachineAlias: of('DescribeStateMachineAlias', { 'stateMachineAliasArn!': arn }),
  DescribeStateMachineForExecution: of('DescribeStateMachineForExecution', { ...execution, includedData }),
  GetActivityTask: of('GetActivityTask', { 'activityArn!': arn, workerName: name }),
  GetExecutionHistory: of('GetExecutionHistory', {
    ...execution,
    maxResults: pageSize,
    reverseOrder: flag,
    nextToken: pageToken,
    includeExecutionData: flag,
  }),
  ListActivities: of('ListActivities', { maxResults: pageSize, nextToken: pageToken }),
  ListExecutions: of('ListExecutions', {
    stateMachineArn: arn,
    statusFilter: status,
    maxResults: pageSize,
    nextToken: text({ min: 1, max: 3096 }),
    mapRunArn: longArn,
    redriveFilter: oneOf('REDRIVEN', 'NOT_REDRIVEN'),
  }),
  ListMapRuns: of('ListMapRuns', { ...execution, maxResults: pageSize, nextToken: pageToken }),
  ListStateMachineAliases: of('ListStateMachineAliases', {
    'stateMachineArn!': arn,
    nextToken: pageToken,
    maxResults: pageSize,
  }),
  ListStateMachineVersions: of('ListStateMachineVersions', {
    'stateMachineArn!': arn,
    nextToken: pageToken,
    maxResults: pageSize,
  }),
  ListStateMachines: of('ListStateMachines', { maxResults: pageSize, nextToken: pageToken }),
  ListTagsForResource: of('ListTagsForResource', { 'resourceArn!': arn }),
  PublishStateMachineVersion: of('PublishStateMachineVersion', {
    'stateMachineArn!': arn,
    revisionId: text(),
    description,
  }),
  RedriveExecution: of('RedriveExecution', { ...execution, clientToken: text({ min: 1, max: 64, pattern: /[!-~]+/ }) }),
  SendTaskFailure: of('SendTaskFailure', { 'taskToken!': token, error, cause }),
  SendTaskHeartbeat: of('SendTaskHeartbeat', { 'taskToken!': token }),
  SendTaskSuccess: of('SendTaskSuccess', { 'taskToken!': token, 'output!': data }),
  StartExecution: of('StartExecution', start),
  StartSyncExecution: of('StartSyncExecution', { ...start, includedData }),
  StopExecution: of('StopExecution', { ...execution, error, cause }),
  TagResource: of('TagResource', { 'resourceArn!': arn, 'tags!': tags }),
  TestState: of('TestState', {
    'definition!': definition,
    roleArn: arn,
    input: data,
    inspectionLevel: oneOf('INFO', 'DEBUG', 'TRACE'),
    revealSecrets: flag,
    variables: data,
    stateName: name,
    mock: structure('MockInput', {
      result: data,
      errorOutput: structure('MockErrorOutput', { error, cause }),
      fieldValidationMode: oneOf('STRICT', 'PRESENT', 'NONE'),
    }),
    context: data,
    stateConfiguration: structure('TestStateConfiguration', {
      retrierRetryCount: integer(0),
      errorCausedByState: name,
      mapIterationFailureCount: integer(0),
      mapItemReaderData: data,
    }),
  }),
  UntagResource: of('UntagResource', { 'resourceArn!': arn, 'tagKeys!': list(text({ min: 1, max: 128 })) }),
  UpdateMapRun: of('UpdateMapRun', {
    'mapRunArn!': longArn,
    maxConcurrency: integer(0),
    toleratedFailurePercentage: number(0, 100),
    toleratedFailureCount: integer(0),
  }),
  UpdateStateMachine: of('UpdateStateMachine', {
    'stateMachineArn!': arn,
    definition,
    roleArn: arn,
    loggingConfiguration: logging,
    tracingConfiguration: tracing,
    publish: flag,
    versionDescription: description,
    encryptionConfiguration: encryption,
  }),
  UpdateStateMachineAlias: of('UpdateStateMachineAlias', {
    'stateMachineAliasArn!': arn,
    description,
    routingConfiguration: routing,
  }),
  ValidateStateMachineDefinition: of('ValidateStateMachineDefinition', {
    'definition!': definition,
    type,
    severity: oneOf('ERROR', 'WARNING'),
    maxResults: integer(0, 100),
  }),
} as const;

export type OperationName = keyof typeof inputs;
