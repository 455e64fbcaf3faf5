// `npm start`: the example opened in VS Code with the extension. In the desktop editor if there is one on PATH, else in
// an editor served on a loopback address, which is printed. Ctrl+C ends it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findOnPath, installEditor } from './install/install.mjs';
import { startServer } from './host/server.mjs';
import { workbenchUrl } from './host/workbench.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({ options: { port: { type: 'string' }, serve: { type: 'boolean' } } });
const example = path.join(root, 'examples/order-booking');
const file = path.join(example, 'order.asl.json');

if (!existsSync(path.join(root, 'dist/extension.js'))) {
  console.error('dist/extension.js is missing: run `npm run build` first');
  process.exit(1);
}
const desktop = findOnPath(
  process.platform === 'win32' ? ['code.cmd', 'code-insiders.cmd'] : ['code', 'code-insiders', 'codium'],
);
if (desktop && !options.serve) {
  console.log(`opening ${path.relative(root, file)} with ${desktop}`);
  const child = spawn(desktop, ['--new-window', `--extensionDevelopmentPath=${root}`, example, file], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  child.once('exit', (code) => process.exit(code ?? 1));
} else {
  try {
    const editor = await installEditor({ browser: false });
    const server = await startServer(editor, { port: options.port ? Number(options.port) : undefined });
    console.log(
      `the example in VS Code, with StepBench: ${workbenchUrl(server, { folder: example, extensions: [root] })}`,
    );
    console.log('Ctrl+C ends it');
    await server.ended;
    console.error(`the editor's server ended:\n${server.log().slice(-2000)}`);
  } catch (error) {
    console.error(error.message);
  }
  process.exit(1);
}
