import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError, messageOf } from '../model/errors';

/** Writes what a person asked for. @throws ExpectedError that names the file, where the disk or the folder refuses. */
export const writeOut = async (cwd: string, file: string, text: string): Promise<void> => {
  try {
    await writeFile(path.resolve(cwd, file), text);
  } catch (error) {
    throw new ExpectedError(`${file} could not be written: ${messageOf(error)}`, { cause: error });
  }
};
