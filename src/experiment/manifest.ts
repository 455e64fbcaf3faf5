import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '../model/json';
import type { RunDocument } from '../model/run';

/** A run that was made for an experiment; the document itself is in the store. */
export interface ManifestEntry {
  readonly row: string;
  readonly workflow: string;
  readonly runId: string;
  readonly status: RunDocument['status']['kind'];
}

/** Which runs of an experiment are done: written after each, so that what was interrupted can be resumed. */
export interface Manifest {
  readonly schema: 'stepbench.experiment-runs/1';
  readonly experiment: string;
  readonly runs: Readonly<Record<string, ManifestEntry>>;
}

export const experimentFolder = (folder: string, name: string): string =>
  path.join(folder, '.stepbench', 'experiments', name);

const fileOf = (folder: string, name: string): string => path.join(experimentFolder(folder, name), 'runs.json');

/** Empty where there is none, or none that can be read. */
export const readManifest = async (folder: string, name: string): Promise<Manifest> => {
  const none: Manifest = { schema: 'stepbench.experiment-runs/1', experiment: name, runs: {} };
  try {
    const value: unknown = JSON.parse(await readFile(fileOf(folder, name), 'utf8'));
    return isObject(value) && value['schema'] === none.schema && isObject(value['runs'])
      ? (value as unknown as Manifest)
      : none;
  } catch {
    return none;
  }
};

/** Replaces the file in one step: a reader never sees half of it. */
export const writeManifest = async (folder: string, manifest: Manifest): Promise<void> => {
  const file = fileOf(folder, manifest.experiment);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.new`, file);
};
