// Builds every bundle of the product into dist/. `--watch` rebuilds, `--dev` leaves out minification.
import { build, context } from 'esbuild';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');
const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * Parts that most sessions never need are bundles of their own: `import('./sdk')` in target/ (the AWS SDK, loaded when the
 * first client is made) becomes `./sdk.js`, `import('../../run/recovery')` in views/ `./recovery.js`, and so on.
 */
const lazyParts = {
  name: 'lazy-parts',
  setup(b) {
    b.onResolve({ filter: /(^|\/)(sdk|recovery|conducting)$/ }, (args) =>
      args.kind === 'dynamic-import' ? { path: `./${path.basename(args.path)}.js`, external: true } : undefined,
    );
  },
};

/**
 * dynalite loads its actions by computed name and leveldb for its disk store: name the files' ending, so that esbuild can
 * see them, and put a stub where the native store was (we use it in memory).
 */
const dynalite = {
  name: 'dynalite',
  setup(b) {
    b.onResolve({ filter: /^(level|classic-level)$/ }, () => ({
      path: path.join(root, 'src/server/services/no-level.cjs'),
    }));
    b.onLoad({ filter: /dynalite[\\/]index\.js$/ }, async (args) => ({
      contents: (await readFile(args.path, 'utf8')).replace(
        /require\('\.\/(actions|validations)\/' \+ (\w+)\)/g,
        "require('./$1/' + $2 + '.js')",
      ),
      loader: 'js',
    }));
  },
};

/**
 * Libraries that most sessions never need are bundles of their own, required at the first use of one of their exports:
 * activation then neither reads nor compiles them, and the bundles that use them share one copy.
 */
const deferred = ['yaml', 'jsonata', 'fastify'];
const lazyLibraries = {
  name: 'lazy-libraries',
  setup(b) {
    b.onResolve({ filter: new RegExp(`^(${deferred.join('|')})$`) }, ({ path: name }) => ({
      path: name,
      namespace: 'lazy-library',
    }));
    b.onLoad({ filter: /.*/, namespace: 'lazy-library' }, async ({ path: name }) => {
      const library = await import(name);
      const load = `let loaded; const load = () => (loaded ??= require('./${name}.js'));`;
      return {
        contents:
          typeof library.default === 'function'
            ? `${load} module.exports = (...args) => load()(...args);`
            : `${load} for (const key of ${JSON.stringify(Object.keys(library).filter((key) => key !== 'default'))})
                 Object.defineProperty(exports, key, { enumerable: true, get: () => load()[key] });`,
        loader: 'js',
      };
    });
    b.onResolve({ filter: new RegExp(`^\\./(${deferred.join('|')})\\.js$`) }, (args) =>
      args.namespace === 'lazy-library' ? { path: args.path, external: true } : undefined,
    );
  },
};

/**
 * The editor's API, required once: of `import * as vscode` esbuild makes a copy of all its names in every module that has it,
 * half of what loading the extension takes. The names kept here are those that the sources write.
 */
const editorApi = {
  name: 'editor-api',
  setup(b) {
    b.onResolve({ filter: /^vscode$/ }, (args) =>
      args.namespace === 'editor-api'
        ? { path: 'vscode', external: true }
        : { path: 'vscode', namespace: 'editor-api' },
    );
    b.onLoad({ filter: /.*/, namespace: 'editor-api' }, async () => {
      const files = (await readdir(path.join(root, 'src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
      const texts = await Promise.all(files.map((file) => readFile(path.join(root, 'src', file), 'utf8')));
      const names = new Set(texts.flatMap((text) => [...text.matchAll(/\bvscode\.(\w+)/g)].map(([, name]) => name)));
      const each = [...names].sort().map((name) => `export const ${name} = api.${name};`);
      return { contents: ["const api = require('vscode');", ...each].join('\n'), loader: 'js' };
    });
  },
};

/** `mainFields` module first: otherwise jsonc-parser's UMD build bundles silently and crashes at load. */
const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  external: ['vscode'],
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
  outdir: 'dist',
  plugins: [lazyParts, dynalite],
  loader: { '.json': 'json' },
};

/** Modules, for the panel's libraries are files of their own, imported when they are needed. */
const browser = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  splitting: true,
  chunkNames: 'panel-[name]',
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
  outdir: 'dist',
};

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, plugins: [editorApi, lazyParts, lazyLibraries] },
  { ...node, entryPoints: { recovery: 'src/run/recovery.ts' }, plugins: [lazyParts, lazyLibraries] },
  {
    ...node,
    entryPoints: { conducting: 'src/views/experiments/conducting.ts' },
    plugins: [lazyParts, lazyLibraries],
  },
  ...deferred.map((name) => ({ ...node, entryPoints: { [name]: `./node_modules/${name}` }, plugins: [] })),
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: { server: 'src/server/worker.ts' } },
  { ...node, entryPoints: { run: 'src/run/worker.ts' }, plugins: [lazyParts, lazyLibraries] },
  { ...node, entryPoints: { sandbox: 'src/engine/query/sandbox.ts' } },
  { ...node, entryPoints: { sdk: 'src/target/sdk.ts' }, plugins: [] },
  { ...node, entryPoints: { 'lambda-node': 'src/server/lambda/environment.ts' } },
  { ...node, entryPoints: { 'gateway-host': 'src/systems/host/gatewayHost.ts' }, plugins: [lazyParts, lazyLibraries] },
  { ...node, entryPoints: { 'as-code-host': 'src/systems/host/asCodeHost.ts' }, plugins: [lazyParts, lazyLibraries] },
  { ...browser, entryPoints: { panel: 'webview/main.ts' } },
].filter((options) => existsSync(path.join(root, Object.values(options.entryPoints)[0])));

await mkdir('dist', { recursive: true });
const sizes = {};
for (const options of bundles) {
  if (watch) {
    await (await context(options)).watch();
    continue;
  }
  const { metafile } = await build(options);
  for (const [file, output] of Object.entries(metafile.outputs)) sizes[file] = output.bytes;
}
/** Files that are read at run time as they are. */
for (const [from, to] of [['src/server/lambda/environment.py', 'dist/lambda-python.py']]) {
  if (existsSync(from)) await cp(from, to);
}
await writeFile('dist/sizes.json', JSON.stringify(sizes, null, 2) + '\n');
