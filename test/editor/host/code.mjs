#!/usr/bin/env node
// Stands in for the `code` executable: @vscode/test-electron's runTests is given this file where no VS Code can be
// downloaded, and the same call then works with the same arguments and exit code.
import path from 'node:path';
import { installEditor } from '../install/install.mjs';
import { startServer } from './server.mjs';
import { launchBrowser, runInHost } from './workbench.mjs';

const args = process.argv.slice(2);
const valuesOf = (name) => args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
const folder = args.find((arg) => !arg.startsWith('-'));
/** The workbench talks about itself; a reader wants the tests. */
const own =
  /^\[|^Ignoring fetching|^(Creating|Resolv|Updating|Extension host|Started)|Canceled: Canceled|\/static\/out\/vs\/|%c|^\s*$/;

const editor = await installEditor();
const server = await startServer(editor, { settings: JSON.parse(process.env.STEPBENCH_EDITOR_SETTINGS ?? '{}') });
let browser;
let code = 99;
try {
  browser = await launchBrowser(editor);
  const result = await runInHost(server, browser, {
    folder: folder && path.resolve(folder),
    extensions: valuesOf('extensionDevelopmentPath'),
    tests: valuesOf('extensionTestsPath')[0],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('STEPBENCH_'))),
    onLog: (type, text) => {
      if (!own.test(text)) console.log(text.replaceAll('%s', '').trimEnd());
    },
  });
  if (result.why) console.error(`the editor: ${result.why}`);
  code = result.code;
} finally {
  await browser?.close();
  await server.stop();
}
process.exit(code);
