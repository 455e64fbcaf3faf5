import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '../model/errors';

/** Where everything of a workspace is kept; written with a .gitignore, so that no run ever lands in a repository. */
export const stateFolder = (folder: string) => path.join(folder, '.stepbench');

/** @throws ExpectedError with one clear sentence when the folder cannot be written. */
export const prepareFolder = async (folder: string, ...parts: string[]): Promise<string> => {
  const root = stateFolder(folder);
  const wanted = path.join(root, ...parts);
  try {
    await mkdir(wanted, { recursive: true });
    await writeFile(path.join(root, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw new ExpectedError(diskMessage(error, wanted), { cause: error });
  }
  return wanted;
};

/** One sentence for a write that failed, and what to do about it. */
export const diskMessage = (error: unknown, where: string): string => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk is full: ${where} could not be written. Free some space; the run goes on, and its figures can still be exported (in a terminal with --out).`;
  // A new folder on a read-only file system is refused as one whose parent is not there.
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code === 'ENOENT')
    return `${where} cannot be written (${code}). Runs are kept in memory only; use a folder that is writable to keep them.`;
  return `${where} could not be written: ${error instanceof Error ? error.message : String(error)}`;
};

/** Writes beside the file, then renames over it: a reader sees the old text or the new one, never half of either. */
export const writeAtomically = async (file: string, text: string): Promise<void> => {
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new ExpectedError(diskMessage(error, file), { cause: error });
  }
};
