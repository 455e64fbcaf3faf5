import type { RunDocument } from '../model/run';
import { readManifest, writeManifest, type Manifest, type ManifestEntry } from './manifest';
import type { Trial } from './trials';

/** A trial and the run that was made for it. */
export interface Result {
  readonly trial: Trial;
  readonly document: RunDocument;
}

export interface Conducting {
  /** Workspace or current folder. */
  readonly folder: string;
  readonly experiment: string;
  /** Take runs that are done already. */
  readonly resume: boolean;
  readonly start: (trial: Trial) => Promise<RunDocument>;
  /** A saved run; undefined where it is gone. */
  readonly read: (runId: string) => Promise<RunDocument | undefined>;
  /** Before each trial: the how-manieth of how many, and whether it is there already. */
  readonly onTrial: (trial: Trial, at: number, of: number, kept: boolean) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the runs of an experiment one after the other; those that several rows want are made once. The manifest is written
 * after each. Ends early on a stop; a run that failed, was stopped or reached its cost cap is in the results, and is made again
 * when resumed.
 */
export const conduct = async (trials: readonly Trial[], how: Conducting): Promise<readonly Result[]> => {
  let manifest = await readManifest(how.folder, how.experiment);
  const made = new Map<string, RunDocument>();
  const results: Result[] = [];
  for (const [i, trial] of trials.entries()) {
    if (how.signal.aborted) break;
    const known = made.get(trial.key) ?? (how.resume ? await finished(manifest.runs[trial.key], how) : undefined);
    how.onTrial(trial, i + 1, trials.length, known !== undefined);
    const document = known ?? (await how.start(trial));
    made.set(trial.key, document);
    results.push({ trial, document });
    if (known) continue;
    manifest = withRun(manifest, trial, document);
    await writeManifest(how.folder, manifest);
  }
  return results;
};

/** A run that came to its end and was not cut short by its cost cap. */
export const isWhole = ({ status, notes }: RunDocument): boolean =>
  status.kind === 'finished' && notes.every(({ kind }) => kind !== 'costCap');

const finished = async (entry: ManifestEntry | undefined, how: Conducting): Promise<RunDocument | undefined> => {
  const document = entry?.status === 'finished' ? await how.read(entry.runId) : undefined;
  return document && isWhole(document) ? document : undefined;
};

const withRun = (manifest: Manifest, { key, row, workflow }: Trial, { id, status }: RunDocument): Manifest => ({
  ...manifest,
  runs: { ...manifest.runs, [key]: { row: row.name, workflow, runId: id, status: status.kind } },
});

/** Runs that an earlier call made for rows that this one leaves out, so that a report tells of all there is. */
export const earlierResults = async (
  trials: readonly Trial[],
  folder: string,
  experiment: string,
  read: Conducting['read'],
): Promise<readonly Result[]> => {
  const { runs } = await readManifest(folder, experiment);
  const results: Result[] = [];
  for (const trial of trials) {
    const entry = runs[trial.key];
    const document = entry?.status === 'finished' ? await read(entry.runId) : undefined;
    if (document) results.push({ trial, document });
  }
  return results;
};
