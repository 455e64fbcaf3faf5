/** Input shapes of CloudWatch Logs (service model 2014-03-28). */
import { flag, integer, list, oneOf, structure, text, textMap } from '../door/shape';

const group = text({ min: 1, max: 512, pattern: /[\.\-_/#A-Za-z0-9]+/ });
const stream = text({ min: 1, max: 512, pattern: /[^:*]*/ });
const identifier = text({ min: 1, max: 2048 });
const token = text({ min: 1 });
const resource = text({ min: 1, max: 1011 });
const groupClass = oneOf('STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY');
const time = integer(0);

export const inputs = {
  CreateLogGroup: structure('CreateLogGroupRequest', {
    'logGroupName!': group,
    kmsKeyId: text({ max: 256 }),
    tags: textMap(1, 50),
    logGroupClass: groupClass,
  }),
  DeleteLogGroup: structure('DeleteLogGroupRequest', { 'logGroupName!': group }),
  DescribeLogGroups: structure('DescribeLogGroupsRequest', {
    logGroupNamePrefix: group,
    logGroupNamePattern: text({ max: 512 }),
    nextToken: token,
    limit: integer(1, 50),
    logGroupClass: groupClass,
  }),
  PutRetentionPolicy: structure('PutRetentionPolicyRequest', { 'logGroupName!': group, 'retentionInDays!': integer() }),
  PutResourcePolicy: structure('PutResourcePolicyRequest', {
    'policyName!': text({ min: 1 }),
    'policyDocument!': text({ min: 1, max: 5120 }),
  }),
  DescribeResourcePolicies: structure('DescribeResourcePoliciesRequest', { nextToken: token, limit: integer(1, 50) }),
  DeleteResourcePolicy: structure('DeleteResourcePolicyRequest', { 'policyName!': text({ min: 1 }) }),
  DeleteRetentionPolicy: structure('DeleteRetentionPolicyRequest', { 'logGroupName!': group }),
  CreateLogStream: structure('CreateLogStreamRequest', { 'logGroupName!': group, 'logStreamName!': stream }),
  DeleteLogStream: structure('DeleteLogStreamRequest', { 'logGroupName!': group, 'logStreamName!': stream }),
  DescribeLogStreams: structure('DescribeLogStreamsRequest', {
    logGroupName: group,
    logGroupIdentifier: identifier,
    logStreamNamePrefix: stream,
    orderBy: oneOf('LogStreamName', 'LastEventTime'),
    descending: flag,
    nextToken: token,
    limit: integer(1, 50),
  }),
  PutLogEvents: structure('PutLogEventsRequest', {
    'logGroupName!': group,
    'logStreamName!': stream,
    'logEvents!': list(structure('InputLogEvent', { 'timestamp!': time, 'message!': text({ min: 1 }) }), 1, 10_000),
    sequenceToken: token,
  }),
  GetLogEvents: structure('GetLogEventsRequest', {
    logGroupName: group,
    logGroupIdentifier: identifier,
    'logStreamName!': stream,
    startTime: time,
    endTime: time,
    nextToken: token,
    limit: integer(1, 10_000),
    startFromHead: flag,
  }),
  FilterLogEvents: structure('FilterLogEventsRequest', {
    logGroupName: group,
    logGroupIdentifier: identifier,
    logStreamNames: list(stream, 1, 100),
    logStreamNamePrefix: stream,
    startTime: time,
    endTime: time,
    filterPattern: text({ max: 1024 }),
    nextToken: token,
    limit: integer(1, 10_000),
    interleaved: flag,
  }),
  TagResource: structure('TagResourceRequest', { 'resourceArn!': resource, 'tags!': textMap(1, 50) }),
  UntagResource: structure('UntagResourceRequest', {
    'resourceArn!': resource,
    'tagKeys!': list(text({ min: 1, max: 128 }), 0, 50),
  }),
  ListTagsForResource: structure('ListTagsForResourceRequest', { 'resourceArn!': resource }),
  TagLogGroup: structure('TagLogGroupRequest', { 'logGroupName!': group, 'tags!': textMap(1, 50) }),
  UntagLogGroup: structure('UntagLogGroupRequest', {
    'logGroupName!': group,
    'tags!': list(text({ min: 1, max: 128 }), 1),
  }),
  ListTagsLogGroup: structure('ListTagsLogGroupRequest', { 'logGroupName!': group }),
} as const;
