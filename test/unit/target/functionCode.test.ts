import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knowsNoHotReload, zipCode } from '../../../src/target/functionCode';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stepbench-code-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};

describe('the code of a function', () => {
  it('is its folder with all below it, without what begins with a dot', async () => {
    write('index.js', 'exports.handler = 1;');
    write('lib/one/two.js', '2');
    write('.git/config', 'secret');
    write('.env', 'KEY=secret');
    const files = unzipSync(await zipCode(folder));
    expect(Object.keys(files).sort()).toEqual(['index.js', 'lib/one/two.js']);
    expect(Buffer.from(files['lib/one/two.js']!).toString()).toBe('2');
  });

  it('is the same bytes for the same code', async () => {
    write('index.js', 'exports.handler = 1;');
    const first = await zipCode(folder);
    write('index.js', 'exports.handler = 1;');
    expect(Buffer.from(await zipCode(folder)).equals(Buffer.from(first))).toBe(true);
  });

  it('is a zip as it is', async () => {
    write('code.zip', 'PK-bytes');
    expect(Buffer.from(await zipCode(path.join(folder, 'code.zip'))).toString()).toBe('PK-bytes');
  });

  it('that is more than Lambda takes is refused in one sentence', async () => {
    const noise = Buffer.alloc(2_000);
    for (let i = 0; i < noise.length; i++) noise[i] = Math.imul(i, 2_654_435_761) >>> 24;
    writeFileSync(path.join(folder, 'noise.bin'), noise);
    await expect(zipCode(folder, 1_000)).rejects.toThrow(/more than the 50 MB that Lambda takes/);
    writeFileSync(path.join(folder, 'zeros.bin'), Buffer.alloc(10_000));
    await expect(zipCode(folder, 2_000)).rejects.toThrow(/more than the 50 MB/);
  });
});

describe('a service that wants a zip', () => {
  it('is told by what it says of the hot-reload bucket', () => {
    const said = (name: string, message: string) => Object.assign(new Error(message), { name });
    expect(knowsNoHotReload(said('InvalidParameterValueException', 'S3 Error Code: NoSuchBucket.'))).toBe(true);
    expect(knowsNoHotReload(said('NoSuchBucket', ''))).toBe(true);
    expect(knowsNoHotReload(said('InvalidParameterValueException', 'The role cannot be assumed'))).toBe(false);
    expect(knowsNoHotReload('hot-reload')).toBe(false);
  });
});
