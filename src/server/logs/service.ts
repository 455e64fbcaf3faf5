/** CloudWatch Logs: groups, streams, tags, and writing. Reading events is in read.ts. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import { ServiceError, type Service } from '../contract';
import { jsonService, type Operation } from '../door/jsonProtocol';
import { inputs } from './inputs';
import { readOperations } from './read';
import type { LogGroup, LogStore } from './store';

export interface LogsOptions {
  readonly store: LogStore;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
  readonly admit?: (operation: string, input: JsonObject) => void;
}

const notFound = (what: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `The specified ${what} does not exist.`);
const exists = (what: string): ServiceError =>
  new ServiceError('ResourceAlreadyExistsException', `The specified ${what} already exists`);
const badParameter = (text: string): ServiceError => new ServiceError('InvalidParameterException', text);

/** Days the service takes (API reference: PutRetentionPolicy). */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function logsService({ store, region, accountId, now, admit }: LogsOptions): Service {
  const policies = new Map<string, JsonObject>();
  const arnOf = (group: LogGroup): string => `arn:aws:logs:${region}:${accountId}:log-group:${group.name}`;
  const groupOf = (name: Json | undefined): LogGroup => {
    const group = typeof name === 'string' ? store.group(name) : undefined;
    if (!group) throw notFound('log group');
    return group;
  };
  /** By name, by ARN, or by ARN with `:*`. */
  const identified = (input: JsonObject): LogGroup => {
    const identifier = input.logGroupName ?? input.logGroupIdentifier;
    if (typeof identifier !== 'string') throw badParameter('Either logGroupName or logGroupIdentifier must be given.');
    return groupOf(identifier.replace(/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, ''));
  };
  const byArn = (arn: Json | undefined): LogGroup =>
    groupOf((arn as string).replace(/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, ''));
  const setTags = (group: LogGroup, tags: Json | undefined): object => {
    for (const [key, value] of Object.entries(isObject(tags) ? tags : {}))
      group.tags.set(key, typeof value === 'string' ? value : '');
    if (group.tags.size > 50)
      throw new ServiceError('TooManyTagsException', 'A resource can have no more than 50 tags.');
    return {};
  };
  const dropTags = (group: LogGroup, keys: Json | undefined): object => {
    for (const key of (keys ?? []) as readonly string[]) group.tags.delete(key);
    return {};
  };

  const operations: Record<string, Operation> = {
    CreateLogGroup: {
      input: inputs.CreateLogGroup,
      run: (input) => {
        const name = input.logGroupName as string;
        if (!/^[.\-_/#A-Za-z0-9]+$/.test(name)) {
          throw badParameter(
            `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
          );
        }
        if (store.hasGroup(name)) throw exists('log group');
        setTags(store.createGroup(name, (input.logGroupClass as string | undefined) ?? 'STANDARD'), input.tags);
        return {};
      },
    },
    DeleteLogGroup: {
      input: inputs.DeleteLogGroup,
      run: (input) => {
        store.deleteGroup(groupOf(input.logGroupName).name);
        return {};
      },
    },
    DescribeLogGroups: {
      input: inputs.DescribeLogGroups,
      run: (input) => {
        const prefix = input.logGroupNamePrefix as string | undefined;
        const part = (input.logGroupNamePattern as string | undefined)?.toLowerCase();
        const found = store
          .groups()
          .filter(
            (group) =>
              (prefix === undefined || group.name.startsWith(prefix)) &&
              (part === undefined || group.name.toLowerCase().includes(part)) &&
              (input.logGroupClass === undefined || group.class === input.logGroupClass),
          );
        const { items, nextToken } = namedPage(found, input);
        return {
          logGroups: items.map((group) => ({
            logGroupName: group.name,
            creationTime: Math.round(group.createdAt),
            ...(group.retention !== undefined && { retentionInDays: group.retention }),
            metricFilterCount: 0,
            arn: `${arnOf(group)}:*`,
            logGroupArn: arnOf(group),
            logGroupClass: group.class,
            storedBytes: group.bytes,
          })),
          nextToken,
        };
      },
    },
    PutRetentionPolicy: {
      input: inputs.PutRetentionPolicy,
      run: (input) => {
        const days = input.retentionInDays as number;
        if (!retentions.includes(days))
          throw badParameter(
            `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(', ')}]`,
          );
        groupOf(input.logGroupName).retention = days;
        return {};
      },
    },
    // Kept and shown, never enforced: clients allow Step Functions to write to their groups.
    PutResourcePolicy: {
      input: inputs.PutResourcePolicy,
      run: (input) => {
        const { policyName, policyDocument } = input as { policyName: string; policyDocument: string };
        const resourcePolicy = { policyName, policyDocument, lastUpdatedTime: now() };
        policies.set(policyName, resourcePolicy);
        return { resourcePolicy };
      },
    },
    DescribeResourcePolicies: {
      input: inputs.DescribeResourcePolicies,
      run: () => ({ resourcePolicies: [...policies.values()] }),
    },
    DeleteResourcePolicy: {
      input: inputs.DeleteResourcePolicy,
      run: (input) => {
        if (!policies.delete(input.policyName as string)) throw notFound('resource policy');
        return {};
      },
    },
    DeleteRetentionPolicy: {
      input: inputs.DeleteRetentionPolicy,
      run: (input) => {
        delete groupOf(input.logGroupName).retention;
        return {};
      },
    },
    CreateLogStream: {
      input: inputs.CreateLogStream,
      run: (input) => {
        const group = groupOf(input.logGroupName);
        const name = input.logStreamName as string;
        if (/[:*]/.test(name)) {
          throw badParameter(
            `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
          );
        }
        if (group.streams.has(name)) throw exists('log stream');
        store.createStream(group, name);
        return {};
      },
    },
    DeleteLogStream: {
      input: inputs.DeleteLogStream,
      run: (input) => {
        const group = groupOf(input.logGroupName);
        const stream = group.streams.get(input.logStreamName as string);
        if (!stream) throw notFound('log stream');
        store.deleteStream(group, stream);
        return {};
      },
    },
    DescribeLogStreams: {
      input: inputs.DescribeLogStreams,
      run: (input) => {
        const group = identified(input);
        const prefix = input.logStreamNamePrefix as string | undefined;
        const byTime = input.orderBy === 'LastEventTime';
        if (byTime && prefix !== undefined)
          throw badParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
        const found = [...group.streams.values()].filter(
          (stream) => prefix === undefined || stream.name.startsWith(prefix),
        );
        found.sort((a, b) =>
          byTime ? (a.lastAt ?? 0) - (b.lastAt ?? 0) || (a.name < b.name ? -1 : 1) : a.name < b.name ? -1 : 1,
        );
        if (input.descending === true) found.reverse();
        const { items, nextToken } = namedPage(found, input);
        return {
          logStreams: items.map((stream) => ({
            logStreamName: stream.name,
            creationTime: Math.round(stream.createdAt),
            ...(stream.firstAt !== undefined && {
              firstEventTimestamp: stream.firstAt,
              lastEventTimestamp: stream.lastAt,
              lastIngestionTime: stream.lastIngestedAt,
            }),
            uploadSequenceToken: sequenceToken,
            arn: `${arnOf(group)}:log-stream:${stream.name}`,
            // Since 2019 the service answers 0 here for every stream.
            storedBytes: 0,
          })),
          nextToken,
        };
      },
    },
    PutLogEvents: {
      input: inputs.PutLogEvents,
      run: (input) => putEvents(store, groupOf(input.logGroupName), input, now()),
    },
    TagResource: { input: inputs.TagResource, run: (input) => setTags(byArn(input.resourceArn), input.tags) },
    UntagResource: { input: inputs.UntagResource, run: (input) => dropTags(byArn(input.resourceArn), input.tagKeys) },
    ListTagsForResource: {
      input: inputs.ListTagsForResource,
      run: (input) => ({ tags: Object.fromEntries(byArn(input.resourceArn).tags) }),
    },
    TagLogGroup: { input: inputs.TagLogGroup, run: (input) => setTags(groupOf(input.logGroupName), input.tags) },
    UntagLogGroup: { input: inputs.UntagLogGroup, run: (input) => dropTags(groupOf(input.logGroupName), input.tags) },
    ListTagsLogGroup: {
      input: inputs.ListTagsLogGroup,
      run: (input) => ({ tags: Object.fromEntries(groupOf(input.logGroupName).tags) }),
    },
    ...readOperations(store, identified),
  };
  return jsonService({
    target: 'Logs_20140328',
    version: '1.1',
    operations,
    admit,
    violation: 'InvalidParameterException',
  });
}

/** Sequence tokens are accepted and ignored since 2023. */
const sequenceToken = '49039859656294900000000000000000000000000000000000000001';

const dayMs = 86_400_000;

function putEvents(store: LogStore, group: LogGroup, input: JsonObject, now: number): object {
  const stream = group.streams.get(input.logStreamName as string);
  if (!stream) throw notFound('log stream');
  const events = input.logEvents as unknown as readonly { readonly timestamp: number; readonly message: string }[];
  if (events.some((event, index) => index > 0 && event.timestamp < (events[index - 1]?.timestamp ?? 0))) {
    throw badParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  const tooOldUntil = events.findIndex((event) => event.timestamp >= now - 14 * dayMs);
  const tooNewFrom = events.findIndex((event) => event.timestamp > now + 2 * 3_600_000);
  const from = tooOldUntil < 0 ? events.length : tooOldUntil;
  const to = tooNewFrom < 0 ? events.length : tooNewFrom;
  store.put(group.name, stream.name, events.slice(from, to));
  const rejected = {
    ...(from > 0 && { tooOldLogEventEndIndex: from }),
    ...(tooNewFrom >= 0 && { tooNewLogEventStartIndex: tooNewFrom }),
  };
  return {
    nextSequenceToken: sequenceToken,
    ...(Object.keys(rejected).length > 0 && { rejectedLogEventsInfo: rejected }),
  };
}

/** A page of named things; the token is the last name of the page before. */
function namedPage<T extends { readonly name: string }>(
  items: readonly T[],
  input: JsonObject,
): { items: readonly T[]; nextToken?: string } {
  let from = 0;
  if (input.nextToken !== undefined) {
    const last = Buffer.from(input.nextToken as string, 'base64').toString('utf8');
    from = items.findIndex((item) => item.name === last) + 1;
    if (from === 0) throw badParameter('The specified nextToken is invalid.');
  }
  const size = (input.limit as number | undefined) ?? 50;
  const slice = items.slice(from, from + size);
  const last = slice[slice.length - 1];
  return {
    items: slice,
    ...(last && from + size < items.length && { nextToken: Buffer.from(last.name).toString('base64') }),
  };
}
