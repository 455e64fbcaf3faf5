import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';

const root = path.resolve(__dirname, '../../..');
const packed = async () =>
  (await listFiles({ cwd: root, packageManager: PackageManager.None }))
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !file.startsWith('../'));
const folders = (files: readonly string[]) => [...new Set(files.map((file) => path.posix.dirname(file)))].sort();

describe('what is packed', () => {
  it('is these folders and no other', async () => {
    const allowed = [
      '.',
      'dist',
      'examples/order-booking',
      'examples/order-booking/event-driven',
      'examples/order-booking/functions',
      'examples/order-booking/gateway',
      'examples/order-booking/inputs',
      'l10n',
      'media',
      'media/language',
      'media/walkthrough',
      'schemas',
    ];
    expect(folders(await packed()).filter((folder) => !allowed.includes(folder))).toEqual([]);
  });
  it('has no source, no test, no map, no run of anybody', async () => {
    expect(
      (await packed()).filter((file) => /\.(ts|map|mjs|log|jsonl)$|node_modules|\.stepbench|^test|^src/.test(file)),
    ).toEqual([]);
  });
  it('has every bundle that a packed bundle asks for at run time', async () => {
    const files = await packed();
    const bundles = files.filter((file) => /^dist\/.*\.js$/.test(file));
    const asked = bundles.flatMap((bundle) =>
      [...readFileSync(path.join(root, bundle), 'utf8').matchAll(/(?:require|import)\("\.\/([\w-]+\.js)"\)/g)].map(
        (match) => `dist/${match[1]!}`,
      ),
    );
    expect([...new Set(asked)].filter((file) => !files.includes(file))).toEqual([]);
    if (bundles.length > 0) expect(asked).toContain('dist/yaml.js');
  });
  it('has every file that the manifest names', async () => {
    const text = readFileSync(path.join(root, 'package.json'), 'utf8');
    const named = [...text.matchAll(/"(?:\.\/)?((?:media|schemas|dist)\/[\w./-]+)"/g)]
      .map((match) => match[1]!)
      .filter((file) => file !== 'dist/cli.js');
    const files = await packed();
    // Bundles are there after a build only.
    const there = named.filter((file) => !file.startsWith('dist/') || existsSync(path.join(root, file)));
    expect(there.filter((file) => !files.includes(file))).toEqual([]);
    expect(named.length).toBeGreaterThan(8);
  });
});
