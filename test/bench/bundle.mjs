import { build } from 'esbuild';

/** Bundles sources for Node as esbuild.mjs does; `what` names them and where they go (`entryPoints` or `stdin`, `outfile` or `outdir`). */
export const bundle = (what) =>
  build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    ...what,
  });
