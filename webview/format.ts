import type { Interval } from '../src/model/distribution';
import {
  formatCount,
  formatInterval,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  formatUsd,
} from '../src/model/format';

/** The shared number formats with the locale filled in. */
export interface Formats {
  readonly locale: string;
  readonly ms: (value: number | null | undefined) => string;
  /** Time in a state: histories have whole ms, so what is shorter is only known to be. */
  readonly stay: (value: number | null | undefined) => string;
  readonly usd: (value: number | null | undefined) => string;
  readonly count: (value: number | null | undefined) => string;
  readonly number: (value: number | null | undefined) => string;
  /** Up to three significant digits, no more than it has. */
  readonly plain: (value: number) => string;
  /** A price of the table, as exact as it is published: at least cents, at most hundredths of one. */
  readonly price: (usd: number) => string;
  /** 0…1 → per cent, two digits. */
  readonly share: (value: number | null | undefined) => string;
  /** Three significant digits of something a second, without its unit: `1.22`, `18.0`. */
  readonly pace: (value: number) => string;
  readonly rate: (value: number | null | undefined) => string;
  readonly interval: (value: Interval | null | undefined, kind: 'ms' | 'share' | 'usd') => string;
  /** Time of an axis: no more decimals than the step needs. */
  readonly axisMs: (value: number) => string;
  /** A count of an axis, shortened: `10K`, `1M`, `1B`; in German `1 Mio.`, `1 Mrd.`. */
  readonly axisCount: (value: number) => string;
}

const trimmed = new Map<string, Intl.NumberFormat>();
const short = (value: number, locale: string): string => {
  let format = trimmed.get(locale);
  if (!format) trimmed.set(locale, (format = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 })));
  return format.format(value);
};

const exactly = new Map<string, Intl.NumberFormat>();
const exact = (value: number, locale: string): string => {
  let format = exactly.get(locale);
  if (!format)
    exactly.set(
      locale,
      (format = new Intl.NumberFormat(locale, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })),
    );
  return format.format(value);
};

const shortened = new Map<string, Intl.NumberFormat>();
const compact = (value: number, locale: string): string => {
  let format = shortened.get(locale);
  if (!format)
    shortened.set(
      locale,
      (format = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 })),
    );
  return format.format(value);
};

export const createFormats = (locale: string): Formats => ({
  locale,
  ms: (value) => formatMs(value, locale),
  stay: (value) => (value !== null && value !== undefined && value < 1 ? '< 1 ms' : formatMs(value, locale)),
  usd: (value) => formatUsd(value, locale),
  count: (value) => formatCount(value, locale),
  number: (value) => formatNumber(value, { locale }),
  plain: (value) => short(value, locale),
  price: (usd) =>
    `$${new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(usd)}`,
  share: (value) => formatShare(value, { locale, digits: 2 }),
  pace: (value) => (value === 0 ? '0' : exact(value, locale)),
  rate: (value) => formatRate(value, locale),
  interval: (value, kind) =>
    formatInterval(value, kind, locale).replace(' to ', /^de\b/i.test(locale) ? ' bis ' : ' to '),
  axisMs: (value) =>
    value === 0
      ? '0'
      : value >= 60_000
        ? `${short(value / 60_000, locale)} min`
        : value >= 1000
          ? `${short(value / 1000, locale)} s`
          : `${short(value, locale)} ms`,
  axisCount: (value) => compact(value, locale),
});
