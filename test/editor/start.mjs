// `npm start`: the example opened in VS Code with the extension. In the desktop editor if there is one on PATH, else in
// an editor served on a loopback address, which is printed. Ctrl+C ends it.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packExtension } from './host/package.mjs';
import { startServer } from './host/server.mjs';
import { workbenchUrl } from './host/workbench.mjs';
import { findOnPath, installEditor } from './install/install.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({ options: { port: { type: 'string' }, serve: { type: 'boolean' } } });
const example = path.join(root, 'examples/order-booking');
const file = path.join(example, 'order.asl.json');
const windows = process.platform === 'win32';
const desktop = findOnPath(['code', 'code-insiders', 'codium'].map((name) => (windows ? `${name}.cmd` : name)));

if (desktop && !options.serve) {
  console.log(`opening ${path.relative(root, file)} with ${desktop}`);
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, example, file];
  const child = spawn(desktop, args, { stdio: 'inherit', shell: windows });
  child.once('exit', (code) => process.exit(code ?? 1));
} else {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'stepbench-start-'));
  let server;
  const end = async (code) => {
    await server?.stop();
    await rm(scratch, { recursive: true, force: true });
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(0));
  try {
    // A copy: what is tried out stays out of the repository.
    const workspace = path.join(scratch, 'order-booking');
    await cp(example, workspace, { recursive: true });
    const vsix = path.join(scratch, 'stepbench.vsix');
    await packExtension(root, vsix);
    const editor = await installEditor({ browser: false });
    const port = options.port ? Number(options.port) : undefined;
    server = await startServer(editor, { port, vsix: [vsix], smokeDriver: false });
    const open = path.join(workspace, path.basename(file));
    console.log(`the example in VS Code, with StepBench: ${workbenchUrl(server, { folder: workspace, open })}`);
    console.log('Ctrl+C ends it');
    await server.ended;
    console.error(`the editor's server ended:\n${server.log().slice(-2000)}`);
  } catch (error) {
    console.error(error.message);
  }
  await end(1);
}
