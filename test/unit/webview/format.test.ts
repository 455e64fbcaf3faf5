import { describe, expect, it } from 'vitest';
import { createFormats } from '../../../webview/format';

describe('formats', () => {
  const english = createFormats('en');
  const german = createFormats('de');

  it.each([
    [0, '0'],
    [250, '250 ms'],
    [1500, '1.5 s'],
    [20_000, '20 s'],
    [90_000, '1.5 min'],
  ])('writes %d ms at an axis as %s', (value, text) => {
    expect(english.axisMs(value)).toBe(text);
  });

  it.each([
    [7, '7'],
    [1000, '1k'],
    [2_500_000, '2.5M'],
    [1e9, '1G'],
  ])('writes the count %d at an axis as %s', (value, text) => {
    expect(english.axisCount(value)).toBe(text);
  });

  it('takes the sign of the locale', () => {
    expect(german.axisMs(1500)).toBe('1,5 s');
    expect(german.ms(5061)).toBe('5,06 s');
    expect(english.ms(5061)).toBe('5.06 s');
  });

  it('writes what is missing as a dash', () => {
    expect([english.ms(null), english.usd(undefined), english.share(NaN)]).toEqual(['–', '–', '–']);
  });
});
