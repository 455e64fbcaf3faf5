import { messageOf } from '../model/errors';
import type { Pause } from './deployment';
import type { Door } from './door';
import { removalOrder, type Ledger, type LedgerEntry } from './ledger';
import { partition, tagNames } from './names';
import { isAbsent, patiently } from './refusal';

export interface Removal {
  readonly removed: readonly LedgerEntry[];
  /** Somebody else's, as their tags say. */
  readonly leftAlone: readonly LedgerEntry[];
  readonly failed: readonly { readonly entry: LedgerEntry; readonly message: string }[];
}

/**
 * Removes all that a ledger lists, dependents first. Absence is fine, so it may be called again after any failure. An
 * entry whose creation was never confirmed is removed only if the thing carries this run's tag.
 */
export const removeAll = async (door: Door, ledger: Ledger, pause: Pause): Promise<Removal> => {
  const removed: LedgerEntry[] = [];
  const leftAlone: LedgerEntry[] = [];
  const failed: { entry: LedgerEntry; message: string }[] = [];
  for (const entry of removalOrder(ledger)) {
    try {
      if (entry.state === 'intended' && !(await isOurs(door, entry, ledger.head.runId))) {
        ledger.notOurs(entry);
        leftAlone.push(entry);
        continue;
      }
      const was = await patiently(() => removeOne(door, entry), pause);
      ledger.gone(entry);
      if (was) removed.push(entry);
    } catch (error) {
      failed.push({ entry, message: messageOf(error) });
    }
  }
  await ledger.close();
  return { removed, leftAlone, failed };
};

/** Deletes; answers false where there was nothing any more. */
export const removeOne = async (door: Door, entry: Pick<LedgerEntry, 'kind' | 'id' | 'name'>): Promise<boolean> => {
  try {
    await deletion(door, entry);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
};

const deletion = async (
  { sdk, clients }: Door,
  { kind, id, name }: Pick<LedgerEntry, 'kind' | 'id' | 'name'>,
): Promise<unknown> => {
  switch (kind) {
    case 'stateMachine':
      return clients.sfn.send(new sdk.DeleteStateMachineCommand({ stateMachineArn: id }));
    case 'stack':
      // Accepted at once; what is in it goes one after the other, and the caller may wait for it (stack.ts).
      return clients.cloudformation.send(new sdk.DeleteStackCommand({ StackName: name }));
    case 'logGroup':
      return clients.logs.send(new sdk.DeleteLogGroupCommand({ logGroupName: id }));
    case 'function':
      return clients.lambda.send(new sdk.DeleteFunctionCommand({ FunctionName: name }));
    case 'table':
      return clients.dynamodb.send(new sdk.DeleteTableCommand({ TableName: name }));
    case 'topic':
      return clients.sns.send(new sdk.DeleteTopicCommand({ TopicArn: id }));
    case 'queue': {
      const { QueueUrl } = await clients.sqs.send(new sdk.GetQueueUrlCommand({ QueueName: name }));
      return clients.sqs.send(new sdk.DeleteQueueCommand({ QueueUrl }));
    }
    case 'rolePolicy':
      return clients.iam.send(
        new sdk.DeleteRolePolicyCommand({ RoleName: id.split('/')[0], PolicyName: id.split('/')[1] }),
      );
    case 'role':
      return clients.iam.send(new sdk.DeleteRoleCommand({ RoleName: name }));
  }
};

/** Whether a thing exists and carries the tag of this run (of any run of ours, where `runId` is not given). */
export const isOurs = async (
  door: Door,
  entry: Pick<LedgerEntry, 'kind' | 'id' | 'name'>,
  runId?: string,
): Promise<boolean> => {
  try {
    const tags = await tagsOfResource(door, entry);
    return tags[tagNames.owner] === 'stepbench' && (runId === undefined || tags[tagNames.run] === runId);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
};

const tagMap = <T>(
  tags: readonly T[] | undefined,
  pair: (tag: T) => readonly [string | undefined, string | undefined],
) => {
  const map: Record<string, string | undefined> = {};
  for (const tag of tags ?? []) {
    const [key, value] = pair(tag);
    if (key !== undefined) map[key] = value;
  }
  return map;
};

const tagsOfResource = async (
  { sdk, clients, region, accountId }: Door,
  { kind, id, name }: Pick<LedgerEntry, 'kind' | 'id' | 'name'>,
): Promise<Readonly<Record<string, string | undefined>>> => {
  switch (kind) {
    case 'stateMachine': {
      const { tags } = await clients.sfn.send(new sdk.ListTagsForResourceCommand({ resourceArn: id }));
      return tagMap(tags, (tag) => [tag.key, tag.value]);
    }
    case 'stack': {
      const { Stacks } = await clients.cloudformation.send(new sdk.DescribeStacksCommand({ StackName: name }));
      return tagMap(Stacks?.[0]?.Tags, (tag) => [tag.Key, tag.Value]);
    }
    case 'logGroup': {
      const resourceArn = `arn:${partition(region)}:logs:${region}:${accountId}:log-group:${id}`;
      const { tags } = await clients.logs.send(new sdk.ListLogGroupTagsCommand({ resourceArn }));
      return tags ?? {};
    }
    case 'function': {
      const { Tags } = await clients.lambda.send(new sdk.ListFunctionTagsCommand({ Resource: id }));
      return Tags ?? {};
    }
    case 'table': {
      const { Tags } = await clients.dynamodb.send(new sdk.ListTableTagsCommand({ ResourceArn: id }));
      return tagMap(Tags, (tag) => [tag.Key, tag.Value]);
    }
    case 'topic': {
      const { Tags } = await clients.sns.send(new sdk.ListTopicTagsCommand({ ResourceArn: id }));
      return tagMap(Tags, (tag) => [tag.Key, tag.Value]);
    }
    case 'queue': {
      const { QueueUrl } = await clients.sqs.send(new sdk.GetQueueUrlCommand({ QueueName: name }));
      const { Tags } = await clients.sqs.send(new sdk.ListQueueTagsCommand({ QueueUrl }));
      return Tags ?? {};
    }
    case 'rolePolicy':
    case 'role': {
      const { Tags } = await clients.iam.send(
        new sdk.ListRoleTagsCommand({ RoleName: kind === 'role' ? name : id.split('/')[0] }),
      );
      return tagMap(Tags, (tag) => [tag.Key, tag.Value]);
    }
  }
};
