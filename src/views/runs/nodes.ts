import type { DamagedRun, RunSummary } from '../../store/runs';
import type { Speech } from '../words';

/** A run and the folder of the store that keeps it. */
export interface StoredRun {
  readonly folder: string;
  readonly summary: RunSummary;
}

export type RunNode =
  | { readonly kind: 'group'; readonly label: string; readonly children: readonly RunNode[] }
  | ({ readonly kind: 'run' } & StoredRun)
  | { readonly kind: 'damaged'; readonly folder: string; readonly run: DamagedRun };

export type Grouping = 'workflow' | 'day';

/** Pinned runs first, then newest first. */
const inOrder = (runs: readonly StoredRun[]): readonly StoredRun[] =>
  [...runs].sort(
    (a, b) =>
      Number(b.summary.pinned ?? false) - Number(a.summary.pinned ?? false) ||
      b.summary.startedAt.localeCompare(a.summary.startedAt),
  );

const dayOf = (iso: string, { t, locale }: Speech, today: Date): string => {
  const date = new Date(iso);
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return t('Today');
  if (days === 1) return t('Yesterday');
  return date.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
};

/** The tree of runs: groups in the order of their newest run; one workflow alone needs no group; damaged ones last. */
export const runNodes = (
  runs: readonly StoredRun[],
  damaged: readonly { readonly folder: string; readonly run: DamagedRun }[],
  grouping: Grouping,
  speech: Speech,
  today: Date,
): readonly RunNode[] => {
  const groups = new Map<string, StoredRun[]>();
  const newestFirst = [...runs].sort((a, b) => b.summary.startedAt.localeCompare(a.summary.startedAt));
  for (const run of newestFirst) {
    const label = grouping === 'workflow' ? run.summary.workflow : dayOf(run.summary.startedAt, speech, today);
    groups.set(label, [...(groups.get(label) ?? []), run]);
  }
  const nodes = (list: readonly StoredRun[]): readonly RunNode[] =>
    inOrder(list).map((run) => ({ kind: 'run', ...run }));
  const broken = damaged.map((entry): RunNode => ({ kind: 'damaged', ...entry }));
  if (groups.size === 1 && grouping === 'workflow') return [...nodes(runs), ...broken];
  return [...[...groups].map(([label, list]): RunNode => ({ kind: 'group', label, children: nodes(list) })), ...broken];
};
