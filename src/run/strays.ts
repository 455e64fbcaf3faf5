import type { Door } from '../target/door';
import type { EndedExecution, Outstanding } from './retrace';
import { executionNameOf, type ArmHead, type SampleLine } from './sampleLine';

/** Names that belong to an arm, and what is not on disk of those that were started in the moment before a kill. */
export interface Strays {
  /** Undefined for a name that is known already, or none of this arm's. `startedAt`: service clock, epoch ms. */
  find(name: string, startedAt: number): Outstanding | undefined;
}

/**
 * A start goes out a little before its line is on disk, so a killed run may have started executions that its samples do not name. What the
 * service has under the arm's prefix is its own; when it was intended follows from an execution known to both: between the
 * two lies a duration on the service's clock.
 */
export const createStrays = (
  { namePrefix }: ArmHead,
  number: number,
  lines: readonly SampleLine[],
  known: ReadonlyMap<string, EndedExecution>,
  open: ReadonlyMap<string, Outstanding>,
): Strays => {
  const last = lines.findLast((line) => line.kind === 'ended' && line.arm === number && line.startedAt > 0);
  const reference = last?.kind === 'ended' ? { atMs: last.sample.atMs, startedAt: last.startedAt } : undefined;
  const notStarted = new Set(
    lines.flatMap((line) =>
      line.kind === 'notStarted' && line.arm === number ? [executionNameOf(namePrefix, line.index, line.warmup)] : [],
    ),
  );
  return {
    find: (name, startedAt) => {
      if (!name.startsWith(namePrefix) || known.has(name) || open.has(name) || notStarted.has(name)) return undefined;
      const own = /^(w?)(\d+)$/.exec(name.slice(namePrefix.length));
      if (!own) return undefined;
      const atMs = reference ? Math.max(0, reference.atMs + startedAt - reference.startedAt) : 0;
      return { index: Number(own[2]), warmup: own[1] === 'w', atMs };
    },
  };
};

/** The strays of a Standard arm, from the list of its machine's executions. */
export const listStrays = async (
  { hot }: Door,
  { machineArn }: ArmHead,
  strays: Strays,
  paced: () => Promise<void>,
): Promise<ReadonlyMap<string, Outstanding>> => {
  const found = new Map<string, Outstanding>();
  let nextToken: string | undefined;
  do {
    await paced();
    const page = await hot.listExecutions({
      ...{ stateMachineArn: machineArn, maxResults: 1_000 },
      ...(nextToken ? { nextToken } : {}),
    });
    for (const { name, startedAt } of page.executions) {
      const stray = strays.find(name, startedAt);
      if (stray) found.set(name, stray);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
};
