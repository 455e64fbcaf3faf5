// Places 1,000 orders at once (or as many as the first argument says) on each system, with errors, throttles and messages that come
// twice, and prints whether all are accounted for, throughput and p95. Needs `npm run build`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '..', '..');
const outfile = path.join(root, 'out', 'bench', 'systemsMain.js');
await bundle({
  entryPoints: [path.join(here, 'systemsMain.ts')],
  outfile,
  // Never reached: the server is the product's own bundle.
  external: ['dynalite'],
});
const child = spawn(process.execPath, [outfile, root, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
child.on('exit', (code) => (process.exitCode = code ?? 1));
