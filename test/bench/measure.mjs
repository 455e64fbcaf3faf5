// Prints what the runner costs and how true its figures are. Builds itself; needs nothing but `npm ci`.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const outdir = path.join(here, '..', '..', 'out', 'bench');
await build({
  entryPoints: [path.join(here, 'measureMain.ts'), path.join(here, 'measureServer.ts')],
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});
const child = spawn(process.execPath, [path.join(outdir, 'measureMain.js')], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
child.on('exit', (code) => (process.exitCode = code ?? 1));
