import type { Door } from './door';
import type { LedgerEntry, ResourceKind } from './ledger';
import { namePrefix } from './names';
import { isAbsent } from './refusal';
import { isOurs } from './remove';

type Found = Pick<LedgerEntry, 'kind' | 'id' | 'name'>;

/**
 * Everything on a target that is ours by name and by tag, whatever ledger knows of it: machines, log groups and roles that
 * begin with our prefix and carry our owner tag. Functions, tables, topics and queues have the user's own names and are
 * found by ledger only.
 */
export const findByTag = async (door: Door): Promise<readonly Found[]> => {
  const candidates = (await Promise.all([machines(door), logGroups(door), roles(door)])).flat();
  const ours: Found[] = [];
  for (const each of candidates) if (await isOurs(door, each)) ours.push(each);
  const order: readonly ResourceKind[] = ['stateMachine', 'logGroup', 'rolePolicy', 'role'];
  return ours.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
};

const machines = async ({ sdk, clients }: Door): Promise<Found[]> => {
  const found: Found[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients.sfn.send(new sdk.ListStateMachinesCommand({ maxResults: 1_000, nextToken }));
    for (const { name, stateMachineArn } of page.stateMachines ?? [])
      if (name?.startsWith(namePrefix) && stateMachineArn)
        found.push({ kind: 'stateMachine', id: stateMachineArn, name });
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
};

const logGroups = async ({ sdk, clients }: Door): Promise<Found[]> => {
  const found: Found[] = [];
  let nextToken: string | undefined;
  do {
    const page = await clients.logs.send(
      new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/vendedlogs/states/${namePrefix}`, nextToken }),
    );
    for (const { logGroupName } of page.logGroups ?? [])
      if (logGroupName) found.push({ kind: 'logGroup', id: logGroupName, name: logGroupName });
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
};

/** A role goes after its one policy. Emulators without IAM have none. */
const roles = async ({ sdk, clients }: Door): Promise<Found[]> => {
  const found: Found[] = [];
  let Marker: string | undefined;
  try {
    do {
      const page = await clients.iam.send(new sdk.ListRolesCommand({ Marker, MaxItems: 1_000 }));
      for (const { RoleName, Arn } of page.Roles ?? [])
        if (RoleName?.startsWith(namePrefix) && Arn)
          found.push(
            { kind: 'rolePolicy', id: `${RoleName}/stepbench`, name: 'stepbench' },
            { kind: 'role', id: Arn, name: RoleName },
          );
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker);
  } catch (error) {
    if (
      isAbsent(error) ||
      /AccessDenied|UnknownOperation|NotImplemented|InvalidAction/.test(error instanceof Error ? error.name : '')
    )
      return [];
    throw error;
  }
  return found;
};
