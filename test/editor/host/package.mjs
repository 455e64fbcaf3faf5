// The extension as a user gets it: packed into a VSIX.
import { stat } from 'node:fs/promises';
import { createVSIX } from '@vscode/vsce';

/** Builds and packs the extension of `root` into `file`; resolves to its size in bytes. `more` are options of vsce. */
export async function packExtension(root, file, more = {}) {
  // vsce prints its own report to the console; what a reader wants is the file.
  const { log } = console;
  console.log = () => {};
  try {
    // The README's pictures are files beside it; there is no address yet to which they could be rewritten.
    await createVSIX({
      cwd: root,
      packagePath: file,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
      ...more,
    });
  } finally {
    console.log = log;
  }
  return (await stat(file)).size;
}
