import { shuffle } from './random';

/** What is known of an execution before its history is read. */
export interface Candidate {
  readonly status: string;
  readonly latencyMs: number;
}

/**
 * Draws `size` of the executions at random, stratified by status and by quarter of the latency within a status, each
 * stratum by its share (largest remainders), at least one of each while there is room: rare failures and the slow end are
 * in the sample, and its figures stay those of the whole.
 */
export const stratifiedSample = <T extends Candidate>(
  all: readonly T[],
  size: number,
  random: () => number,
): readonly T[] => {
  if (all.length <= size) return all;
  if (size <= 0) return [];
  const strata = [...groupBy(all, (each) => each.status).values()].flatMap(quarters);
  const shares = strata.map((members) => ({ members, exact: (members.length / all.length) * size }));
  const counts = shares.map(({ members, exact }) =>
    Math.min(members.length, Math.max(strata.length <= size ? 1 : 0, Math.floor(exact))),
  );
  const byRemainder = shares
    .map(({ exact }, i) => ({ i, remainder: exact - Math.floor(exact) }))
    .sort((a, b) => b.remainder - a.remainder);
  let left = size - counts.reduce((sum, n) => sum + n, 0);
  while (left > 0) {
    for (const { i } of byRemainder) {
      const members = (shares[i] as (typeof shares)[number]).members;
      if (left > 0 && (counts[i] as number) < members.length) {
        counts[i] = (counts[i] as number) + 1;
        left--;
      }
    }
  }
  while (left < 0) {
    const largest = counts.indexOf(Math.max(...counts));
    counts[largest] = (counts[largest] as number) - 1;
    left++;
  }
  return shares.flatMap(({ members }, i) => shuffle([...members], random).slice(0, counts[i]));
};

const groupBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
};

const quarters = <T extends Candidate>(members: readonly T[]): readonly (readonly T[])[] => {
  const sorted = [...members].sort((a, b) => a.latencyMs - b.latencyMs);
  const step = Math.ceil(sorted.length / 4);
  const parts: T[][] = [];
  for (let from = 0; from < sorted.length; from += step) parts.push(sorted.slice(from, from + step));
  return parts;
};
