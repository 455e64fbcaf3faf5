import { describe, expect, it } from 'vitest';
import { isAffordable, isSafePattern, patternDegree } from '../../../../src/engine/query/regexSafety';

describe('how long a pattern may take', () => {
  it.each([
    ['^abc$', 0],
    ['abc', 1],
    ['^SKU-', 0],
    ['^[a-z]+$', 1],
    ['[a-z]+@', 2],
    ['^\\d{3}-\\d{4}$', 0],
    ['^.*foo.*$', 2],
    ['^(?:ab)+$', 1],
    ['^(a|b)+$', 1],
    ['^(?<year>\\d+)-(?<month>\\d+)$', 2],
    ['^\\u{1F600}+$', 1],
    ['^[\\]a]+$', 1],
    ['^a{2,}$', 1],
    ['^(?=a+)b', 1],
    ['a|b', 1],
    ['^a|^b', 0],
    ['^colou?r$', 0],
  ])('%s has degree %d', (source, degree) => expect(patternDegree(source)).toBe(degree));

  it.each([
    '^(a+)+$',
    '(a*)*',
    '(a|a)+',
    '(a|ab)*c',
    '(A|a)+',
    '(a?)+',
    '(a?a)*',
    '(.*)+x',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(\\w+\\s?)+$',
    '(a+){2,}',
    '(|a)+',
    '(\\d+|x)+',
    '(a)\\1+',
    '(?<n>a)\\k<n>',
    'a?a?a?a?a?a?a?a?a?a?a?a?a?aaaa',
    '(',
    '[a',
    '(?P<x>a)',
    `${'('.repeat(100)}a${')'.repeat(100)}`,
  ])('%s may be exponential', (source) => {
    expect(patternDegree(source)).toBe(Infinity);
    expect(isSafePattern(source)).toBe(false);
  });

  it('is affordable by length', () => {
    expect(isAffordable(0, 1e9)).toBe(true);
    expect(isAffordable(1, 1e8)).toBe(true);
    expect(isAffordable(2, 1e4)).toBe(true);
    expect(isAffordable(2, 1e5)).toBe(false);
    expect(isAffordable(3, 1000)).toBe(false);
    expect(isAffordable(Infinity, 1)).toBe(true);
    expect(isAffordable(Infinity, 2)).toBe(false);
  });
});
