import type { ArmCost, CostLine } from '../model/cost';
import { formatShare, formatUsd } from '../model/format';
import type { CostForecast } from './forecast';

export interface ForecastCheck {
  /** measured / forecast − 1, per execution; null where there is nothing to compare. */
  readonly difference: number | null;
  readonly sentence: string;
}

const perExecution = (lines: readonly CostLine[], executions: number): Map<string, { label: string; usd: number }> => {
  const sums = new Map<string, { label: string; usd: number }>();
  for (const { label, amount } of lines)
    sums.set(label, { label, usd: (sums.get(label)?.usd ?? 0) + (amount ?? 0) / executions });
  return sums;
};

/** `+4.2 %`, `−12 %`, `0 %`: what would round to zero has no sign. */
const signedShare = (share: number): string => {
  const size = formatShare(Math.abs(share) < 0.000_05 ? 0 : Math.abs(share), { digits: 2 });
  return size === '0 %' ? size : `${share < 0 ? '−' : '+'}${size}`;
};

/** How a measured bill stands to its forecast, and which line makes most of the difference where it is more than 5 %. */
export const checkForecast = (expected: CostForecast, measured: ArmCost): ForecastCheck => {
  if (measured.executions === 0 || expected.perExecution === 0)
    return { difference: null, sentence: 'There is nothing to compare with the forecast.' };
  const difference = measured.perExecution / expected.perExecution - 1;
  const head = `An execution cost ${formatUsd(measured.perExecution)} where ${formatUsd(expected.perExecution)} were forecast (${signedShare(difference)})`;
  if (Math.abs(difference) < 0.05) return { difference, sentence: `${head}.` };
  const [a, b] = [
    perExecution(expected.lines, Math.max(1, expected.executions)),
    perExecution(measured.lines, measured.executions),
  ];
  const labels = [...new Set([...a.keys(), ...b.keys()])];
  const change = (label: string): number => (b.get(label)?.usd ?? 0) - (a.get(label)?.usd ?? 0);
  const most = labels.sort((x, y) => Math.abs(change(y)) - Math.abs(change(x)))[0]!;
  return {
    difference,
    sentence: `${head}: most of it ${most}, ${formatUsd(a.get(most)?.usd ?? 0)} forecast and ${formatUsd(b.get(most)?.usd ?? 0)} measured. The forecast assumed: ${expected.assumptions.join(' ')}`,
  };
};
