import type { BenchmarkForm } from '../../src/protocol';

export const tabs = ['states', 'graph', 'timeline', 'compare', 'sweep', 'cost', 'distribution'] as const;
export type TabId = (typeof tabs)[number];

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** `slowest`, `median`, `failed`, or the name of an execution. */
export type TimelinePick = string;

/** What the panel itself decides and keeps over hiding and reloading (vscode.setState). Everything else is the host's. */
export interface Ui {
  readonly tab: TabId;
  /** Sort of each table, by the table's id. */
  readonly sorts: Readonly<Record<string, Sort>>;
  /** State whose row and node are marked. */
  readonly selected: string | null;
  /** Ids of the charts shown as their table. */
  readonly asTable: readonly string[];
  /** Ids of what is opened: all rows, Map iterations, long texts, the load's details. */
  readonly opened: readonly string[];
  readonly timeline: { readonly arm: number; readonly pick: TimelinePick };
  /** Executions a month, for the cost of a volume. */
  readonly volume: number;
  /** Where the arrow keys are in each group of items: group → key. */
  readonly rove: Readonly<Record<string, string>>;
  readonly graph: { readonly x: number; readonly y: number; readonly zoom: number } | null;
}

export const initialUi: Ui = {
  tab: 'states',
  sorts: { states: { column: 'p50', descending: true } },
  selected: null,
  asTable: [],
  opened: [],
  timeline: { arm: 0, pick: 'slowest' },
  volume: 1_000_000,
  rove: {},
  graph: null,
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** Reads what an older or newer version of the panel saved: each part that is not understood falls back to its default. */
export const restoreUi = (saved: unknown): Ui => {
  if (!isRecord(saved)) return initialUi;
  const sorts: Record<string, Sort> = { ...initialUi.sorts };
  for (const [table, sort] of Object.entries(isRecord(saved.sorts) ? saved.sorts : {})) {
    if (isRecord(sort) && typeof sort.column === 'string')
      sorts[table] = { column: sort.column, descending: sort.descending === true };
  }
  const timeline = isRecord(saved.timeline) ? saved.timeline : {};
  const volume = saved.volume;
  return {
    tab: tabs.find((tab) => tab === saved.tab) ?? initialUi.tab,
    sorts,
    selected: typeof saved.selected === 'string' ? saved.selected : null,
    asTable: texts(saved.asTable),
    opened: texts(saved.opened),
    timeline: {
      arm: typeof timeline.arm === 'number' && timeline.arm >= 0 ? timeline.arm : 0,
      pick: typeof timeline.pick === 'string' ? timeline.pick : 'slowest',
    },
    volume: typeof volume === 'number' && volume >= 1 && Number.isFinite(volume) ? volume : initialUi.volume,
    rove: {},
    graph: null,
  };
};

export type NumberField = 'executions' | 'concurrency' | 'rate' | 'durationSeconds' | 'warmup';

/** The form while someone types: the host's form with local changes over it, and number fields as text. */
export interface Draft {
  readonly form: BenchmarkForm;
  readonly texts: Readonly<Partial<Record<NumberField, string>>>;
}
