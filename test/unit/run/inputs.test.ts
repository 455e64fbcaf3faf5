import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputSourceOf, openInputs } from '../../../src/run/inputs';
import { createRandom } from '../../../src/run/random';
import { compileTemplate, type FillContext } from '../../../src/run/template';
import { useFolder } from '../store/fixtures';

const newFolder = useFolder();
const context = (changes: Partial<FillContext> = {}): FillContext => ({
  index: 7,
  random: createRandom(1),
  ...changes,
});
const fill = (text: string, changes: Partial<FillContext> = {}) => compileTemplate(text).fill(context(changes));

describe('templates', () => {
  it('leaves a text without placeholders alone', () => {
    const template = compileTemplate('{"a": "{not one}", "b": 1}');
    expect(template.varies).toBe(false);
    expect(template.fill(context())).toBe('{"a": "{not one}", "b": 1}');
  });

  it('fills inside a text, at both ends and twice', () => {
    expect(fill('"order-{{index}}-x"')).toBe('"order-7-x"');
    expect(fill('"{{index}}-x"')).toBe('"7-x"');
    expect(fill('"x-{{index}}"')).toBe('"x-7"');
    expect(fill('"{{index}}{{index}}"')).toBe('"77"');
    expect(fill('"{{ index }}/{{index}}"')).toBe('"7/7"');
  });

  it('makes a number of a value that is nothing but a counting placeholder', () => {
    expect(JSON.parse(fill('{"n": "{{index}}", "r": "{{randomInt 3 3}}"}'))).toEqual({ n: 7, r: 3 });
    expect(JSON.parse(fill('{"id": "{{uuid}}"}'))).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string,
    });
  });

  it('writes as many bytes as were asked for, and as many as are swept', () => {
    expect(JSON.parse(fill('"{{bytes 5}}"'))).toHaveLength(5);
    expect(JSON.parse(fill('"{{bytes 0}}"'))).toBe('');
    expect(JSON.parse(fill('"{{bytes}}"', { payloadBytes: 300 }))).toHaveLength(300);
    expect(JSON.parse(fill('"{{bytes 5}}"', { payloadBytes: 9 }))).toHaveLength(9);
  });

  it('keeps random numbers within their bounds, both included', () => {
    const seen = new Set<string>();
    const random = createRandom(3);
    for (let i = 0; i < 200; i++) seen.add(fill('"{{randomInt 1 4}}"', { random }));
    expect([...seen].sort()).toEqual(['1', '2', '3', '4']);
  });

  it('is the same for the same seed', () => {
    expect(fill('"{{uuid}}"', { random: createRandom(5) })).toBe(fill('"{{uuid}}"', { random: createRandom(5) }));
    expect(fill('"{{uuid}}"', { random: createRandom(5) })).not.toBe(fill('"{{uuid}}"', { random: createRandom(6) }));
  });

  it.each([
    ['"{{nothing}}"', /\{\{nothing\}\} is not known.*\{\{uuid\}\}/],
    ['"{{randomInt 1}}"', /whole numbers/],
    ['"{{randomInt a b}}"', /not "a"/],
    ['"{{randomInt 5 1}}"', /must not be the smaller/],
    ['"{{bytes -1}}"', /0 to 262,144/],
    ['"{{bytes 1.5}}"', /whole numbers/],
  ])('says what is wrong with %s', (text, message) => expect(() => compileTemplate(text)).toThrow(message));

  it('always gives JSON for JSON', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom('uuid', 'index', 'randomInt 1 9', 'bytes 3'),
        fc.nat(),
        (json, name, index) => {
          fc.pre(!json.includes('{{'));
          expect(
            () => JSON.parse(fill(`[${json}, "a {{${name}}} b", "{{${name}}}"]`, { index })) as unknown,
          ).not.toThrow();
        },
      ),
    );
  });
});

describe('inputs', () => {
  const write = (files: Record<string, string>) => {
    const folder = newFolder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return folder;
  };

  it('gives a value as it is', async () => {
    const inputs = await openInputs({ kind: 'value', label: 'x', value: { a: 1 } }, '/');
    expect(inputs.text(context())).toBe('{"a":1}');
  });

  it('fills a file for every execution, relative to the folder of the settings', async () => {
    const folder = write({ 'in/a.json': '{"n": "{{index}}"}' });
    const inputs = await openInputs({ kind: 'file', path: 'in/a.json' }, folder);
    expect([0, 1].map((index) => inputs.text(context({ index })))).toEqual(['{"n": 0}', '{"n": 1}']);
  });

  it('takes the lines of a file in turn', async () => {
    const folder = write({ 'a.jsonl': '1\n\n2\r\n3\n' });
    const inputs = await openInputs({ kind: 'lines', path: 'a.jsonl' }, folder);
    expect(inputs.size).toBe(3);
    expect([0, 1, 2, 3].map((index) => inputs.text(context({ index })))).toEqual(['1', '2', '3', '1']);
  });

  it('draws the files of a folder by the weights in their names', async () => {
    const folder = write({ 'in/common@9.json': '"c"', 'in/rare.json': '"r"', 'in/readme.txt': 'no input' });
    const inputs = await openInputs({ kind: 'folder', path: 'in' }, folder);
    const random = createRandom(2);
    const rare = Array.from({ length: 2_000 }, (_, index) => inputs.text({ index, random })).filter(
      (text) => text === '"r"',
    ).length;
    expect(inputs.size).toBe(2);
    expect(rare).toBeGreaterThan(130);
    expect(rare).toBeLessThan(270);
  });

  it.each([
    ['a missing file', { kind: 'file', path: 'none.json' } as const, /no input file .*none\.json/],
    ['broken JSON', { kind: 'file', path: 'broken.json' } as const, /broken\.json is not JSON/],
    ['a broken line', { kind: 'lines', path: 'broken.jsonl' } as const, /line 2, is not JSON/],
    ['an empty file of lines', { kind: 'lines', path: 'empty.jsonl' } as const, /no line/],
    ['a folder without inputs', { kind: 'folder', path: 'nothing' } as const, /no \.json file/],
  ])('says what is wrong with %s', async (_name, source, message) => {
    const folder = write({ 'broken.json': '{', 'broken.jsonl': '1\n{\n', 'empty.jsonl': '\n', 'nothing/x.txt': '' });
    await expect(openInputs(source, folder)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });

  it('knows whether a swept payload would fill anything', async () => {
    const folder = write({ 'a.json': '{"pad":"{{bytes}}"}', 'b.json': '{"n":"{{index}}","text":"{{uuid}}"}' });
    const takes = async (name: string) => (await openInputs({ kind: 'file', path: name }, folder)).takesPayload;
    expect([await takes('a.json'), await takes('b.json')]).toEqual([true, false]);
  });

  it('knows what a path is', async () => {
    const folder = write({ 'a.json': '1', 'a.jsonl': '1', 'b.ndjson': '1' });
    expect((await inputSourceOf(folder)).kind).toBe('folder');
    expect((await inputSourceOf(path.join(folder, 'a.json'))).kind).toBe('file');
    expect((await inputSourceOf(path.join(folder, 'a.jsonl'))).kind).toBe('lines');
    expect((await inputSourceOf(path.join(folder, 'b.ndjson'))).kind).toBe('lines');
    await expect(inputSourceOf(path.join(folder, 'no'))).rejects.toThrow(/There is no input/);
  });
});
