/** Function code on disk: unpacked from a zip into a folder of the server's, or used where it lies. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { ServiceError } from '../contract';

export interface FunctionCode {
  readonly folder: string;
  /** Base64 SHA-256 of the package; of the folder's name for code used in place. */
  readonly sha256: string;
  /** Bytes of the package. */
  readonly size: number;
  /** Made by the server, to be removed with it. */
  readonly owned: boolean;
}

/** LocalStack's convention for code that is used where it lies. */
export const hotReloadBucket = 'hot-reload';

const invalid = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', message, 400, { Type: 'User' });
const digest = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('base64');

export class CodeStore {
  private readonly root = mkdtempSync(path.join(tmpdir(), 'stepbench-lambda-'));

  /** Unpacks a package. Throws InvalidParameterValueException as Lambda does for one it cannot open. */
  async fromZip(zip: Buffer): Promise<FunctionCode> {
    let files: Record<string, Uint8Array>;
    try {
      files = unzipSync(zip);
    } catch {
      throw invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
    }
    const folder = mkdtempSync(path.join(this.root, 'code-'));
    for (const [name, bytes] of Object.entries(files)) {
      const target = path.resolve(folder, name);
      // A name such as ../../x would leave the folder.
      if (!target.startsWith(folder + path.sep))
        throw invalid(`Could not unzip uploaded file: '${name}' leaves the package.`);
      if (name.endsWith('/')) continue;
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, bytes);
    }
    return { folder, sha256: digest(zip), size: zip.length, owned: true };
  }

  /** Code that stays where it is: `folder` is absolute. */
  inPlace(folder: string): FunctionCode {
    if (!path.isAbsolute(folder))
      throw invalid(`S3Key of bucket ${hotReloadBucket} must be the absolute path of a folder: ${folder}`);
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw invalid(`No folder ${folder}: give one that holds the function's code`);
    return { folder, sha256: digest(folder), size: 0, owned: false };
  }

  remove(code: FunctionCode): void {
    if (code.owned) rmSync(code.folder, { recursive: true, force: true });
  }

  stop(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
