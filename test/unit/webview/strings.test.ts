import { describe, expect, it } from 'vitest';
import { createTranslate, stringTable } from '../../../webview/strings';

const placeholders = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([found]) => found).sort();

describe('the table of strings', () => {
  it.each(Object.entries(stringTable))(
    '%s has both languages with the same placeholders',
    (_key, [english, german]) => {
      expect(english.trim()).not.toBe('');
      expect(german.trim()).not.toBe('');
      expect(placeholders(german)).toEqual(placeholders(english));
    },
  );

  it('leaves no German word out', () => {
    const same = Object.entries(stringTable).filter(
      ([, [english, german]]) => english === german && /[a-z]{5}/.test(english),
    );
    // Words that are the same in both languages; a new one has to be looked at.
    expect(same.map(([key]) => key).sort()).toEqual(
      ['express', 'gateway', 'graph', 'median', 'queryName', 'standard', 'startNode', 'status', 'system', 'warm']
        .filter((key) => key in stringTable && /[a-z]{5}/.test(stringTable[key]![0]))
        .sort(),
    );
  });

  it.each([
    ['de', 'Beide'],
    ['de-AT', 'Beide'],
    ['DE', 'Beide'],
    ['en', 'Both'],
    ['fr', 'Both'],
    ['den', 'Both'],
  ])('speaks to %s', (locale, both) => {
    expect(createTranslate(locale)('both')).toBe(both);
  });

  it('fills values in where they stand, and what is not there with nothing', () => {
    const t = createTranslate('en');
    expect(t('doneOf', '3', '50')).toBe('3 of 50');
    expect(t('doneOf', '3')).toBe('3 of ');
    expect(t('nCount', '{0}')).toBe('n = {0}');
  });
});
