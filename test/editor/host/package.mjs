// The extension as a user gets it: packed into a VSIX.
import { stat } from 'node:fs/promises';
import { createVSIX } from '@vscode/vsce';

/** Builds and packs the extension of `root` into `file`; resolves to its size in bytes. */
export async function packExtension(root, file) {
  // vsce prints its own report to the console; what a reader wants is the file.
  const { log } = console;
  console.log = () => {};
  try {
    await createVSIX({ cwd: root, packagePath: file, dependencies: false, allowMissingRepository: true });
  } finally {
    console.log = log;
  }
  return (await stat(file)).size;
}
