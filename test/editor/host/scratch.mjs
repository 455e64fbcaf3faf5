// Folders for a while: removed when they are no longer needed, at the latest when the process ends.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const folders = new Set();
const remove = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
process.once('exit', () => folders.forEach(remove));

/** A new folder in the system's place for such, and how to remove it. */
export async function makeScratch(prefix) {
  const folder = await mkdtemp(path.join(os.tmpdir(), prefix));
  folders.add(folder);
  return {
    folder,
    remove() {
      remove(folder);
      folders.delete(folder);
    },
  };
}
