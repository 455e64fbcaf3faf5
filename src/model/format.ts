/**
 * Numbers for people: three significant digits, a unit, the locale's decimal sign. Shared by terminal, reports, lenses
 * and panel, so that one figure never reads two ways.
 */

const formats = new Map<string, Intl.NumberFormat>();

const format = (value: number, decimals: number, locale: string): string => {
  const key = `${locale}/${decimals}`;
  let known = formats.get(key);
  if (!known) {
    known = new Intl.NumberFormat(locale, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      // What rounds to nothing has no sign.
      signDisplay: 'negative',
    });
    formats.set(key, known);
  }
  return known.format(value).replace('-', '−');
};

/** Decimals that leave `digits` significant ones, counted after rounding (9.996 has two decimals, as 10.0 has one). */
const decimalsFor = (value: number, digits: number): number => {
  if (value === 0) return 0;
  const exponent = Number(
    Math.abs(value)
      .toExponential(digits - 1)
      .split('e')[1],
  );
  return Math.min(20, Math.max(0, digits - 1 - exponent));
};

const missing = '–';

/** A bare number with `digits` significant digits (3 unless told) and the locale's grouping; integers below 1,000 stay whole. */
export const formatNumber = (
  value: number | null | undefined,
  options: { digits?: number; locale?: string } = {},
): string => {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const { digits = 3, locale = 'en-US' } = options;
  if (Number.isInteger(value)) return format(value, 0, locale);
  return format(value, decimalsFor(value, digits), locale);
};

/** A whole count with grouping: `25,000`. */
export const formatCount = (value: number | null | undefined, locale = 'en-US'): string =>
  value === null || value === undefined || !Number.isFinite(value) ? missing : format(Math.round(value), 0, locale);

const timeUnits: readonly (readonly [string, number])[] = [
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
];

/** A duration given in ms: `0.421 ms`, `412 ms`, `5.06 s`, `2.50 min`, `3.21 h`. Null and NaN read `–`. */
export const formatMs = (ms: number | null | undefined, locale = 'en-US'): string => {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return missing;
  if (ms === 0) return '0 ms';
  const limits = [1000, 60, 60, 24, Infinity];
  for (const [index, [unit, size]] of timeUnits.entries()) {
    const rounded = Number((ms / size).toPrecision(3));
    // 999.6 ms would round to four digits; 59.96 s is well said as 60.0 s.
    const fits = index === 0 ? Math.abs(rounded) < 1000 : Math.abs(ms / size) < limits[index]!;
    if (fits) return `${format(rounded, decimalsFor(rounded, 3), locale)} ${unit}`;
  }
  return missing;
};

/** US dollars: three significant digits (`$0.0000250`, `$4.17`, `$12.1`, `$325`), whole dollars from $1,000. */
export const formatUsd = (usd: number | null | undefined, locale = 'en-US'): string => {
  if (usd === null || usd === undefined || !Number.isFinite(usd)) return missing;
  const size = Math.abs(usd);
  const sign = usd < 0 ? '−' : '';
  if (size === 0) return '$0';
  const decimals = size >= 1000 ? 0 : decimalsFor(size, 3);
  return `${sign}$${format(size, decimals, locale)}`;
};

/** A share of one as a percentage: `0.374` → `37.4 %`; whole from 10 % up when `digits` is 2. */
export const formatShare = (
  share: number | null | undefined,
  options: { digits?: number; locale?: string } = {},
): string => {
  if (share === null || share === undefined || !Number.isFinite(share)) return missing;
  const { digits = 3, locale = 'en-US' } = options;
  const percent = share * 100;
  return `${format(percent, Math.min(2, decimalsFor(percent, digits)), locale)} %`;
};

/** A relative change with its sign: `+14 %`, `−2.4 %`. */
export const formatChange = (share: number | null | undefined, locale = 'en-US'): string =>
  `${typeof share === 'number' && share > 0 ? '+' : ''}${formatShare(share, { digits: 2, locale })}`;

/** Bytes in powers of 1,024: `512 B`, `1.46 KB`, `3.20 MB`. */
export const formatBytes = (bytes: number | null | undefined, locale = 'en-US'): string => {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return missing;
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(Math.round(value)) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? format(value, 0, locale) : format(value, decimalsFor(value, 3), locale)} ${units[unit]}`;
};

/** A rate: `12.4 /s`. */
export const formatRate = (perSecond: number | null | undefined, locale = 'en-US'): string =>
  perSecond === null || perSecond === undefined || !Number.isFinite(perSecond)
    ? missing
    : `${format(perSecond, decimalsFor(perSecond, 3), locale)} /s`;

/** `31–42 %`, `4.05–5.12 s`: both ends in the unit of the larger one, the unit written once. */
export const formatInterval = (
  interval: readonly [number, number] | null | undefined,
  kind: 'ms' | 'share' | 'usd',
  locale = 'en-US',
): string => {
  if (!interval) return missing;
  const [low, high] = interval;
  if (kind === 'usd') return `${formatUsd(low, locale)}–${formatUsd(high, locale)}`;
  if (kind === 'share') {
    const decimals = Math.max(Math.abs(low), Math.abs(high)) * 100 >= 10 ? 0 : 1;
    const [from, to] = [format(low * 100, decimals, locale), format(high * 100, decimals, locale)];
    return from.startsWith('−') || to.startsWith('−') ? `${from} to ${to} %` : `${from}–${to} %`;
  }
  const [lowText, highText] = [formatMs(low, locale), formatMs(high, locale)];
  const [lowUnit, highUnit] = [lowText.split(' ')[1], highText.split(' ')[1]];
  return lowUnit === highUnit ? `${lowText.split(' ')[0]}–${highText}` : `${lowText}–${highText}`;
};
