import type { Execution, MapRun, MapRunObserver } from '../../engine';

/** A run of a distributed Map with the first of its children, of how many. */
export interface ShelvedMapRun {
  readonly arn: string;
  readonly children: readonly Execution[];
  readonly of: number;
}

export interface MapRunShelf extends MapRunObserver {
  /** From now on the Map Runs of this execution are kept, until they are taken; those of its children are not. */
  open(executionArn: string): void;
  take(executionArn: string): readonly ShelvedMapRun[];
}

/** Children whose histories are kept: they stand for the rest. */
const most = 100;

/** Remembers what distributed Maps run. */
export const createMapRunShelf = (): MapRunShelf => {
  const runs = new Map<string, Map<MapRun, { readonly children: Execution[]; of: number }>>();
  return {
    open: (executionArn) => void runs.set(executionArn, new Map()),
    take: (executionArn) => {
      const its = [...(runs.get(executionArn) ?? [])];
      runs.delete(executionArn);
      return its.map(([{ arn }, { children, of }]) => ({ arn, children, of }));
    },
    mapRunStarted: (run) => void runs.get(run.executionArn)?.set(run, { children: [], of: 0 }),
    childStarted: (run, child) => {
      const entry = runs.get(run.executionArn)?.get(run);
      if (!entry) return;
      entry.of++;
      if (entry.children.length < most) entry.children.push(child);
    },
  };
};
