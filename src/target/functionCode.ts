import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { zip, type AsyncZippable } from 'fflate';
import { ExpectedError } from '../model/errors';

/** Most bytes of a function's code in a call to Lambda (Lambda quotas: "50 MB (zipped, for direct upload)"). */
const mostBytes = 50 * 1_048_576;

/** A time in the zip's own range, so that the same code gives the same bytes. */
const noTime = new Date(1980, 0, 1, 12).getTime();

/**
 * The code of a function as Lambda takes it: a zip file as it is, a folder packed.
 * @throws ExpectedError where it is more than Lambda takes at once.
 */
export const zipCode = async (codePath: string, most = mostBytes): Promise<Uint8Array> => {
  if ((await stat(codePath)).isFile()) return readFile(codePath);
  const files: AsyncZippable = {};
  let total = 0;
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      // Nothing that begins with a dot is code: .git, .stepbench, .DS_Store.
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) await walk(file, `${prefix}${entry.name}/`);
      else if (entry.isFile()) {
        const content = await readFile(file);
        total += content.byteLength;
        if (total > 5 * most) throw tooLarge(codePath);
        files[prefix + entry.name] = [content, { mtime: noTime, attrs: 0o644 << 16, os: 3 }];
      }
    }
  };
  await walk(codePath, '');
  const packed = await new Promise<Uint8Array>((resolve, reject) =>
    zip(files, { level: 6, consume: false }, (error, data) => (error ? reject(error) : resolve(data))),
  );
  if (packed.byteLength > most) throw tooLarge(codePath);
  return packed;
};

const tooLarge = (codePath: string) =>
  new ExpectedError(`${codePath} is more than the 50 MB that Lambda takes in one call, packed. Name a smaller folder.`);

/** Whether a service took the hot-reload bucket, by which the code stays where it is, for one that should exist. */
export const knowsNoHotReload = (error: unknown): boolean =>
  error instanceof Error &&
  /NoSuchBucket|bucket does not exist|NoSuchKey|hot-reload/i.test(`${error.name} ${error.message}`);
