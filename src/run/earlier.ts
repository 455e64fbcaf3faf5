import { initMsOfArm } from '../cost';
import type { RunStore } from '../store/runs';

/** So many of the newest runs of a workflow are looked into. */
const mostRuns = 5;

/**
 * ms that a cold start of the workflow's functions took in earlier runs on an account, the newest that tells; undefined where none
 * does. Simulated runs say nothing of it.
 */
export const initOfEarlierRuns = async (store: RunStore, file: string): Promise<number | undefined> => {
  const { runs } = await store.list();
  const own = runs.filter((run) => run.file === file && run.simulated === null && run.status === 'finished');
  for (const { id } of own.slice(0, mostRuns)) {
    const read = await store.read(id);
    if (!read.ok) continue;
    const told = read.document.arms.flatMap((arm) => initMsOfArm(arm) ?? []);
    if (told.length > 0) return told.reduce((sum, ms) => sum + ms, 0) / told.length;
  }
  return undefined;
};
