// Prints what the runner costs and how true its figures are. Builds itself; needs nothing but `npm ci`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const outdir = path.join(here, '..', '..', 'out', 'bench');
await bundle({
  entryPoints: [path.join(here, 'measureMain.ts'), path.join(here, 'measureServer.ts')],
  outdir,
});
// The run's worker has as large a nursery (src/run/client.ts).
const child = spawn(process.execPath, ['--max-semi-space-size=32', path.join(outdir, 'measureMain.js')], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
  if (code !== 0) return;
  // How long the analysis of what was measured takes: by CPU, for the machine may be shared.
  process.stdout.write('\nanalysis of what was measured\n');
  spawn(process.execPath, [path.join(here, 'analysis.mjs')], { stdio: 'inherit' }).on(
    'exit',
    (after) => (process.exitCode = after ?? 1),
  );
});
