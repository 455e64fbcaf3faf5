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
    [1000, '1K'],
    [2_500_000, '2.5M'],
    [1e9, '1B'],
  ])('writes the count %d at an axis as %s', (value, text) => {
    expect(english.axisCount(value)).toBe(text);
  });

  it('takes the sign of the locale', () => {
    expect([1000, 2.5e6, 1e9].map(german.axisCount)).toEqual(['1000', '2,5\u00a0Mio.', '1\u00a0Mrd.']);
    expect([0.3, 12, 1234].map(english.plain)).toEqual(['0.3', '12', '1,230']);
    expect(german.axisMs(1500)).toBe('1,5 s');
    expect(german.ms(5061)).toBe('5,06 s');
    expect(english.ms(5061)).toBe('5.06 s');
  });

  it('writes a price as it is published', () => {
    expect([25, 0.2, 16.6667, 0.625, 1].map(english.price)).toEqual(['$25.00', '$0.20', '$16.6667', '$0.625', '$1.00']);
    expect(german.price(16.6667)).toBe('$16,6667');
  });

  it('writes an interval in the words of the locale', () => {
    expect(english.interval([-0.42, -0.31], 'share')).toBe('−42 to −31 %');
    expect(german.interval([-0.42, -0.31], 'share')).toBe('−42 bis −31 %');
  });

  it('writes what is missing as a dash', () => {
    expect([english.ms(null), english.usd(undefined), english.share(NaN)]).toEqual(['–', '–', '–']);
  });

  it('gives a pace three digits, also where the last is nought', () => {
    const { pace } = createFormats('en');
    expect([0, 0.148, 1, 18, 26.24, 1234].map(pace)).toEqual(['0', '0.148', '1.00', '18.0', '26.2', '1,230']);
    expect(createFormats('de').pace(18)).toBe('18,0');
  });
});
