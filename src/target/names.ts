import { createHash } from 'node:crypto';

/** Everything the product makes is named so, and carries the tags below: what it did not make it never touches. */
export const namePrefix = 'stepbench-';

/** Names of state machines and executions hold at most 80 characters; for logging only these. */
const clean = (text: string) => text.replace(/[^0-9A-Za-z_-]+/g, '-').replace(/^-+|-+$/g, '');

/** `stepbench-order-x-7f3a` from the parts; long ones keep their ends apart by a hash. */
export const resourceName = (...parts: string[]): string => {
  const name =
    namePrefix +
    parts
      .map(clean)
      .filter((part) => part !== '')
      .join('-');
  if (name.length <= 64) return name;
  return `${name.slice(0, 55)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
};

/** `/aws/vendedlogs/states/…`: only there the resource policy of CloudWatch Logs does not fill up. */
export const logGroupName = (machineName: string) => `/aws/vendedlogs/states/${machineName}`;

/** Tags of every resource: who made it, for which run and workflow, and after when it may be removed by anyone. */
export interface Ownership {
  readonly runId: string;
  readonly workflow: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

export const tagNames = {
  owner: 'stepbench:owner',
  run: 'stepbench:run',
  workflow: 'stepbench:workflow',
  created: 'stepbench:created',
  expires: 'stepbench:expires',
} as const;

const day = 86_400_000;

export const tagsOf = (ownership: Ownership): Readonly<Record<string, string>> => ({
  [tagNames.owner]: 'stepbench',
  [tagNames.run]: ownership.runId,
  [tagNames.workflow]: clean(ownership.workflow).slice(0, 128),
  [tagNames.created]: new Date(ownership.createdAt).toISOString(),
  [tagNames.expires]: new Date(ownership.createdAt + 7 * day).toISOString(),
});

/** First part of ARNs: `aws`, in China `aws-cn`, in GovCloud `aws-us-gov`. */
export const partition = (region: string) =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
