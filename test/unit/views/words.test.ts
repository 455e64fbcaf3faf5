import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { english } from '../../../src/views/words';

const root = path.resolve(__dirname, '../../..');
const json = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, string>;
const sources = readdirSync(path.join(root, 'src/views'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.join('src/views', file));

/** Every literal in the first argument of `t(…)`, both arms of a conditional included. */
const said = (text: string): readonly string[] =>
  [...text.matchAll(/\bt\(\s*(?:[^'"()]*\?\s*)?'((?:[^'\\]|\\.)*)'(?:\s*:\s*'((?:[^'\\]|\\.)*)')?/g)].flatMap((match) =>
    [match[1], match[2]].filter((literal): literal is string => literal !== undefined),
  );
const spoken = new Set(
  [...sources, 'src/commands.ts'].flatMap((file) => said(readFileSync(path.join(root, file), 'utf8'))),
);
const holes = (text: string) => [...text.matchAll(/\{(\d)\}/g)].map((match) => match[1]).sort();

describe('German', () => {
  const german = json('l10n/bundle.l10n.de.json');
  it('knows every sentence of the views, and no other', () => {
    expect([...spoken].filter((text) => !(text in german))).toEqual([]);
    expect(Object.keys(german).filter((text) => !spoken.has(text))).toEqual([]);
    expect(spoken.size).toBeGreaterThan(100);
  });
  it('has the same figures in each sentence', () => {
    for (const [text, translation] of Object.entries(german)) expect(holes(translation), text).toEqual(holes(text));
  });
});

describe('the strings of the manifest', () => {
  const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
  const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]!);
  it.each(['package.nls.json', 'package.nls.de.json'])('are all in %s, and no others', (file) => {
    expect(Object.keys(json(file)).sort()).toEqual([...new Set(used)].sort());
  });
  it('are translated, not copied', () => {
    const [en, de] = [json('package.nls.json'), json('package.nls.de.json')];
    expect(Object.keys(en).filter((key) => en[key] === de[key])).toEqual([]);
  });
});

describe('English', () => {
  it('fills its holes, and leaves what nobody fills', () =>
    expect(english('{0} of {1}, {0} {2}', 1, 'two')).toBe('1 of two, 1 {2}'));
});
