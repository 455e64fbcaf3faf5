import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunDocument } from '../model/run';
import { openStore } from '../store/runs';
import { readDocument } from '../store/upgrade';
import { usageError } from './command';

const isFile = async (file: string): Promise<boolean> => (await stat(file).catch(() => undefined))?.isFile() ?? false;

/**
 * A run by its file, its id in `.stepbench/runs`, or `last`; older documents are upgraded.
 * @throws ExpectedError (usage) that says what is wrong with which.
 */
export const readRun = async (reference: string, cwd: string): Promise<RunDocument> => {
  const file = path.resolve(cwd, reference);
  if (await isFile(file)) {
    const read = readDocument(await readFile(file, 'utf8'));
    if (!read.ok) throw usageError(`${reference} is no run document: ${read.reason}.`);
    return read.document;
  }
  const store = openStore(cwd);
  try {
    let id = reference;
    if (reference === 'last') {
      const newest = (await store.list()).runs[0];
      if (!newest)
        throw usageError(`There is no run under ${path.join(cwd, '.stepbench', 'runs')}. Make one: stepbench run FILE`);
      id = newest.id;
    }
    const read = await store.read(id);
    if (!read.ok)
      throw usageError(
        `There is no file and no run named “${reference}” (${read.reason}). A run is named by its file, its id, or “last”.`,
      );
    return read.document;
  } finally {
    store.dispose();
  }
};
