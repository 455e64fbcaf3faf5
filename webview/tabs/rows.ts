import type { RunDocument, StateFigures } from '../../src/model/run';
import type { PanelSnapshot } from '../../src/protocol';
import { mainArms, systemOf, type SystemId } from '../systems';
import type { Arm } from '../../src/model/run';
import type { Sort } from '../state/ui';

/** One state with its figures under each system that was run. */
export interface StateRow {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly stale: boolean;
  readonly cells: readonly { readonly arm: Arm; readonly system: SystemId; readonly figures: StateFigures | null }[];
}

/** States of the file in its order, then those only the run knows (renamed or removed since). */
export const stateRows = (snapshot: Pick<PanelSnapshot, 'states'>, run: RunDocument | null): StateRow[] => {
  const arms = run ? mainArms(run).map(({ arm }) => arm) : [];
  const figures = arms.map((arm) => new Map(arm.states.map((state) => [state.path, state])));
  const known = new Set(snapshot.states.map((state) => state.path));
  const gone = new Map<string, string>();
  for (const arm of arms) for (const state of arm.states) if (!known.has(state.path)) gone.set(state.path, state.type);
  const cells = (path: string): StateRow['cells'] =>
    arms.map((arm, index) => ({ arm, system: systemOf(arm), figures: figures[index]!.get(path) ?? null }));
  return [
    ...snapshot.states.map(({ path, name, type, stale }) => ({ path, name, type, stale, cells: cells(path) })),
    ...[...gone].map(([path, type]) => ({
      path,
      name: path.split('/').at(-1)!,
      type,
      stale: true,
      cells: cells(path),
    })),
  ];
};

export type StateColumn =
  | 'name'
  | 'type'
  | 'stages'
  | 'p50'
  | 'p95'
  | 'transition'
  | 'visits'
  | 'retries'
  | 'failures'
  | 'cold'
  | 'critical'
  | 'cost';

export const figureOf = (figures: StateFigures, column: Exclude<StateColumn, 'name' | 'type'>): number | null => {
  switch (column) {
    case 'stages':
      return (figures.durationMs?.mean ?? 0) + (figures.transitionMs?.mean ?? 0);
    case 'p50':
      return figures.durationMs?.p50 ?? null;
    case 'p95':
      return figures.durationMs?.p95 ?? null;
    case 'transition':
      return figures.transitionMs?.p50 ?? null;
    case 'visits':
      return figures.visits;
    case 'retries':
      return figures.retries;
    case 'failures':
      return figures.failures;
    case 'cold':
      return figures.coldStarts;
    case 'critical':
      return figures.criticalShare;
    case 'cost':
      return figures.costPerMillion;
  }
};

/** What a row is sorted by: the largest figure of its systems, so that both types of one state stay together. */
const sortValue = (row: StateRow, column: Exclude<StateColumn, 'name' | 'type'>): number =>
  row.cells.reduce((most, { figures }) => Math.max(most, (figures && figureOf(figures, column)) ?? -1), -1);

/** Stable: equal rows stay in the file's order. */
export const sortRows = (rows: readonly StateRow[], { column, descending }: Sort): StateRow[] => {
  const sign = descending ? -1 : 1;
  if (column === 'name') return [...rows].sort((a, b) => sign * a.name.localeCompare(b.name));
  if (column === 'type') return [...rows].sort((a, b) => sign * a.type.localeCompare(b.type));
  if (column === 'none') return [...rows];
  const values = new Map(rows.map((row) => [row, sortValue(row, column as 'p50')]));
  return [...rows].sort((a, b) => sign * (values.get(a)! - values.get(b)!));
};
