import { formatCount, formatMs, formatNumber, formatRate } from '../model/format';
import type { SweepFit } from '../model/run';
import { systemName } from './names';
import type { Table } from './table';

const figureOf = { p50: 'p50', throughput: 'throughput', transitionTotal: 'total transition time' } as const;

/** What was swept, as the head of a column. */
const valueOf = {
  concurrency: 'concurrency',
  rate: 'starts a second',
  burst: 'burst of',
  payload: 'payload, KB',
  transitions: 'transitions',
} as const;

/** "Standard: p50 grows by 12.3 ms per execution in flight (R² 0.98, n = 5 loads)." */
export const fitSentence = ({ system, of, over, unit, slope, r2, points, knee }: SweepFit): string => {
  const quality = `R² ${r2 === null ? '–' : r2.toFixed(2)}, n = ${points.length} values of ${over}`;
  const bend = knee === undefined || knee === null ? '' : ` It levels off at a ${over} of ${formatCount(knee)}.`;
  return `${systemName({ system })}: ${figureOf[of]} ${slope < 0 ? 'falls' : 'grows'} by ${formatNumber(Math.abs(slope))} ${unit} (${quality}).${bend}`;
};

/** The points of a line, what it says of each, and by how much it is off. */
export const fitTable = (fit: SweepFit, locale?: string): Table => {
  const shown = (value: number): string =>
    fit.of === 'throughput' ? formatRate(value, locale) : formatMs(value, locale);
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${shown(Math.abs(value))}`;
  return {
    title: `Line · ${systemName(fit)} · ${figureOf[fit.of]} over ${valueOf[fit.over]}`,
    columns: [valueOf[fit.over], 'measured', 'on the line', 'residual'].map((title) => ({
      title,
      align: 'right' as const,
    })),
    rows: fit.points.map(({ x, y, residual }) => [
      formatNumber(x, { locale }),
      shown(y),
      shown(y - residual),
      signed(residual),
    ]),
    notes: [],
  };
};
