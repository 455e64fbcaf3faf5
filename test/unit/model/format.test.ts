import { describe, expect, it } from 'vitest';
import {
  formatChange,
  formatBytes,
  formatCount,
  formatInterval,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  formatUsd,
} from '../../../src/model/format';

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.4213, '0.421 ms'],
    [1, '1.00 ms'],
    [9.996, '10.0 ms'],
    [41.24, '41.2 ms'],
    [412, '412 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [5061, '5.06 s'],
    [59_940, '59.9 s'],
    [59_960, '60.0 s'],
    [150_000, '2.50 min'],
    [3_600_000, '1.00 h'],
    [86_400_000, '1.00 d'],
    [31_536_000_000, '365 d'],
    [-412, '−412 ms'],
  ])('%d reads %s', (ms, text) => expect(formatMs(ms)).toBe(text));
  it('are a dash where there is none', () => {
    for (const nothing of [null, undefined, NaN, Infinity]) expect(formatMs(nothing)).toBe('–');
  });
  it('take the decimal sign of a locale', () => expect(formatMs(5061, 'de-DE')).toBe('5,06 s'));
});

describe('money', () => {
  it.each([
    [0, '$0'],
    [4.17, '$4.17'],
    [0.000025, '$0.0000250'],
    [0.01, '$0.0100'],
    [0.5, '$0.500'],
    [0.9996, '$1.00'],
    [12.06, '$12.1'],
    [123.456, '$123'],
    [999.6, '$1,000'],
    [1234.5, '$1,235'],
    [-4.2, '−$4.20'],
  ])('%d reads %s', (usd, text) => expect(formatUsd(usd)).toBe(text));
});

describe('other figures', () => {
  it('shares, rates, bytes and counts', () => {
    expect(formatShare(0.374)).toBe('37.4 %');
    expect(formatShare(0.374, { digits: 2 })).toBe('37 %');
    expect(formatShare(1)).toBe('100 %');
    expect(formatShare(0.00012)).toBe('0.01 %');
    expect(formatRate(12.44)).toBe('12.4 /s');
    expect(formatBytes(512)).toBe('512 B');
    expect(formatBytes(1500)).toBe('1.46 KB');
    expect(formatBytes(1023.9 * 1024)).toBe('1.00 MB');
    expect(formatCount(25_000.4)).toBe('25,000');
    expect(formatNumber(1234)).toBe('1,234');
    expect(formatNumber(0.0123456)).toBe('0.0123');
    expect([
      formatShare(NaN),
      formatRate(null),
      formatBytes(undefined),
      formatCount(null),
      formatNumber(undefined),
      formatUsd(null),
    ]).toEqual(Array(6).fill('–'));
  });
  it('changes with their sign, and no sign of what rounds to nothing', () => {
    expect([formatChange(0.14), formatChange(-0.024), formatChange(0), formatChange(null)]).toEqual([
      '+14 %',
      '−2.4 %',
      '0 %',
      '–',
    ]);
    expect(formatInterval([-0.0001, 0.2], 'share')).toBe('0–20 %');
    expect(formatChange(-0.5, 'de')).toBe('−50 %');
  });
  it('intervals with their unit once', () => {
    expect(formatInterval([0.31, 0.42], 'share')).toBe('31–42 %');
    expect(formatInterval([0.012, 0.034], 'share')).toBe('1.2–3.4 %');
    expect(formatInterval([-0.02, 0.34], 'share')).toBe('−2 to 34 %');
    expect(formatInterval([4050, 5120], 'ms')).toBe('4.05–5.12 s');
    expect(formatInterval([950, 1200], 'ms')).toBe('950 ms–1.20 s');
    expect(formatInterval([1, 2], 'usd')).toBe('$1.00–$2.00');
    expect(formatInterval(null, 'ms')).toBe('–');
  });
});
