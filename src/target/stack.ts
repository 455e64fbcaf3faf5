import { ExpectedError, messageOf } from '../model/errors';
import type { Json } from '../model/json';
import { recorded, type Deployment } from './deployment';
import type { Door } from './door';
import { attributeValue } from './localServices';
import { tagsOf } from './names';
import { isAbsent, patiently, refusal } from './refusal';

export interface StackSource {
  /** Name of the stack; ours begin with `stepbench-`. */
  readonly name: string;
  /** JSON text, at most 51,200 bytes. */
  readonly template: string;
}

const pollMs = 3_000;
/** A table and a role take seconds, an instance some minutes. */
const patienceMs = 20 * 60_000;

const statusOf = async ({ sdk, clients }: Door, StackName: string): Promise<string | undefined> => {
  try {
    const { Stacks } = await clients.cloudformation.send(new sdk.DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** What CloudFormation says went wrong first. */
const firstFailure = async ({ sdk, clients }: Door, StackName: string): Promise<string> => {
  try {
    const { StackEvents = [] } = await clients.cloudformation.send(new sdk.DescribeStackEventsCommand({ StackName }));
    const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
    const first = failed.at(-1);
    return first
      ? `${first.LogicalResourceId}: ${first.ResourceStatusReason ?? first.ResourceStatus}`
      : 'no reason is given';
  } catch (error) {
    return messageOf(error);
  }
};

const wait = async (
  { door, pause }: Pick<Deployment, 'door' | 'pause'>,
  name: string,
  over: (status: string | undefined) => boolean,
): Promise<string | undefined> => {
  for (let waited = 0; ; waited += pollMs) {
    const status = await patiently(() => statusOf(door, name), pause);
    if (over(status)) return status;
    if (waited >= patienceMs)
      throw new ExpectedError(
        `The stack ${name} is still ${status ?? 'not there'} after ${patienceMs / 60_000} minutes.`,
      );
    await pause.sleep(pollMs);
  }
};

/**
 * Creates a stack and waits until all in it is there: in the ledger first, tagged (the tags go to what is in it), rolled back as a
 * whole when a part fails.
 * @throws ExpectedError with the first reason that CloudFormation gives; a stack of that name that is not ours is left alone.
 */
export const createStack = async (deployment: Deployment, { name, template }: StackSource): Promise<void> => {
  const { door, ledger, ownership, pause } = deployment;
  const { sdk, clients } = door;
  try {
    await recorded(ledger, { kind: 'stack', id: name, name }, async () => {
      if ((await patiently(() => statusOf(door, name), pause)) !== undefined)
        throw new ExpectedError(`There is a stack ${name} already; it is left alone.`);
      await clients.cloudformation.send(
        new sdk.CreateStackCommand({
          StackName: name,
          TemplateBody: template,
          Capabilities: ['CAPABILITY_IAM'],
          OnFailure: 'ROLLBACK',
          Tags: Object.entries(tagsOf(ownership)).map(([Key, Value]) => ({ Key, Value })),
          // A start that is made again after a lost answer finds the first one.
          ClientRequestToken: `${ownership.runId}-create`,
        }),
      );
      return true;
    });
  } catch (error) {
    throw refusal('cloudformation:CreateStack', `stack ${name}`, error);
  }
  const status = await wait(deployment, name, (each) => each !== undefined && !each.endsWith('_IN_PROGRESS'));
  if (status !== 'CREATE_COMPLETE')
    throw new ExpectedError(`The stack ${name} could not be created. ${await firstFailure(door, name)}`);
};

/** Waits until a stack whose removal was asked for is gone. @throws ExpectedError when it cannot be removed. */
export const awaitStackGone = async (deployment: Pick<Deployment, 'door' | 'pause'>, name: string): Promise<void> => {
  const gone = (status: string | undefined) => status === undefined || status === 'DELETE_COMPLETE';
  const status = await wait(deployment, name, (each) => gone(each) || each === 'DELETE_FAILED');
  if (!gone(status))
    throw new ExpectedError(`The stack ${name} could not be removed. ${await firstFailure(deployment.door, name)}`);
};

/** Puts rows into a table that a stack has made; CloudFormation itself puts none. */
export const putItems = async (
  { door: { sdk, clients }, pause }: Pick<Deployment, 'door' | 'pause'>,
  table: string,
  items: readonly Readonly<Record<string, Json>>[],
): Promise<void> => {
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((item) => ({
      PutRequest: {
        Item: Object.fromEntries(Object.entries(item).map(([key, value]) => [key, attributeValue(value)])),
      },
    }));
    await patiently(
      () => clients.dynamodb.send(new sdk.BatchWriteItemCommand({ RequestItems: { [table]: requests } })),
      pause,
    );
  }
};
