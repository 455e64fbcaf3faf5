import type { BenchmarkForm, PanelSnapshot, TimelineReply } from '../../src/protocol';
import type { Dagre } from '../libraries';
import type { Draft, NumberField, TabId, TimelinePick, Ui } from './ui';
import { tabs } from './ui';

/** A request under way or refused, by what asked for it: shown there, and only there. */
export type Asked =
  { readonly kind: 'pending' } | { readonly kind: 'refused'; readonly message: string } | { readonly kind: 'done' };

export type TimelineState =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly of: string }
  | { readonly kind: 'shown'; readonly of: string; readonly reply: TimelineReply }
  | { readonly kind: 'failed'; readonly of: string; readonly message: string };

export interface PanelState {
  readonly snapshot: PanelSnapshot | null;
  readonly ui: Ui;
  readonly draft: Draft | null;
  /** Form requests not yet answered: until then the host's form is older than what is typed. */
  readonly formRequests: number;
  /** The form was changed since it was last sent. */
  readonly unsent: boolean;
  readonly asked: Readonly<Record<string, Asked>>;
  readonly timeline: TimelineState;
  /** What lays out the graph, once it was needed. */
  readonly dagre: Dagre | null;
  /** Width of the panel in CSS px. */
  readonly width: number;
}

export type Action =
  | { readonly kind: 'snapshot'; readonly snapshot: PanelSnapshot }
  | { readonly kind: 'show'; readonly tab: string; readonly path?: string }
  | { readonly kind: 'tab'; readonly tab: TabId }
  | { readonly kind: 'sort'; readonly table: string; readonly column: string }
  | { readonly kind: 'select'; readonly path: string | null }
  | { readonly kind: 'toggleTable'; readonly chart: string }
  | { readonly kind: 'toggle'; readonly id: string }
  | { readonly kind: 'rove'; readonly group: string; readonly key: string }
  | { readonly kind: 'form'; readonly change: Partial<BenchmarkForm> }
  | { readonly kind: 'number'; readonly field: NumberField; readonly text: string }
  | { readonly kind: 'formSent' }
  | { readonly kind: 'formAnswered' }
  | { readonly kind: 'asked'; readonly key: string; readonly asked: Asked | null }
  | { readonly kind: 'pick'; readonly arm: number; readonly pick: TimelinePick }
  | { readonly kind: 'timeline'; readonly timeline: TimelineState }
  | { readonly kind: 'volume'; readonly volume: number }
  | { readonly kind: 'graph'; readonly view: Ui['graph'] }
  | { readonly kind: 'dagre'; readonly dagre: Dagre }
  | { readonly kind: 'width'; readonly width: number };

export const initialState = (ui: Ui, width: number): PanelState => ({
  snapshot: null,
  ui,
  draft: null,
  formRequests: 0,
  unsent: false,
  asked: {},
  timeline: { kind: 'none' },
  dagre: null,
  width,
});

const toggled = (list: readonly string[], item: string): readonly string[] =>
  list.includes(item) ? list.filter((other) => other !== item) : [...list, item];

const withUi = (state: PanelState, change: Partial<Ui>): PanelState => ({ ...state, ui: { ...state.ui, ...change } });

const sameTarget = (a: PanelSnapshot | null, b: PanelSnapshot): boolean =>
  a?.workflow?.uri === b.workflow?.uri && a?.run?.id === b.run?.id;

const number = /^\s*\d+(\.\d+)?\s*$/;

/** The form as it stands in the panel. */
export const currentForm = (state: PanelState): BenchmarkForm | null =>
  state.draft?.form ?? state.snapshot?.form ?? null;

/** Text in a number field: what was typed while it is being typed, else the form's number. */
export const fieldText = (state: PanelState, field: NumberField): string =>
  state.draft?.texts[field] ?? String(currentForm(state)?.[field] ?? '');

/** Number fields whose text is no number: they are not sent, so only the panel can say so. */
export const notNumbers = (state: PanelState): readonly NumberField[] =>
  Object.entries(state.draft?.texts ?? {})
    .filter(([, text]) => !number.test(text))
    .map(([field]) => field as NumberField);

const snapshotTaken = (state: PanelState, snapshot: PanelSnapshot): PanelState => {
  // What was typed and not yet sent is newer than any snapshot: a live run brings ten of them a second.
  const settled = state.formRequests === 0 && !state.unsent && notNumbers(state).length === 0;
  const same = sameTarget(state.snapshot, snapshot);
  const otherWorkflow = state.snapshot?.workflow?.uri !== snapshot.workflow?.uri;
  return {
    ...state,
    snapshot,
    draft: settled || otherWorkflow ? null : state.draft,
    timeline: same ? state.timeline : { kind: 'none' },
    ui: same || !state.snapshot ? state.ui : { ...state.ui, graph: null },
  };
};

/** Every change of what the panel shows, in one place. */
export const reduce = (state: PanelState, action: Action): PanelState => {
  switch (action.kind) {
    case 'snapshot':
      return snapshotTaken(state, action.snapshot);
    case 'show': {
      const tab = tabs.find((known) => known === action.tab) ?? state.ui.tab;
      return withUi(state, { tab, selected: action.path ?? state.ui.selected });
    }
    case 'tab':
      return withUi(state, { tab: action.tab });
    case 'sort': {
      const last = state.ui.sorts[action.table];
      // A name is read from A, a figure from the largest: what one looks for comes first.
      const descending = last?.column === action.column ? !last.descending : action.column !== 'name';
      return withUi(state, { sorts: { ...state.ui.sorts, [action.table]: { column: action.column, descending } } });
    }
    case 'select':
      return withUi(state, { selected: action.path });
    case 'toggleTable':
      return withUi(state, { asTable: toggled(state.ui.asTable, action.chart) });
    case 'toggle':
      return withUi(state, { opened: toggled(state.ui.opened, action.id) });
    case 'rove':
      return state.ui.rove[action.group] === action.key
        ? state
        : withUi(state, { rove: { ...state.ui.rove, [action.group]: action.key } });
    case 'form': {
      const form = currentForm(state);
      if (!form) return state;
      return {
        ...state,
        unsent: true,
        draft: { form: { ...form, ...action.change }, texts: state.draft?.texts ?? {} },
      };
    }
    case 'number': {
      const form = currentForm(state);
      if (!form) return state;
      const value = number.test(action.text) ? { [action.field]: Number(action.text) } : {};
      return {
        ...state,
        unsent: true,
        draft: { form: { ...form, ...value }, texts: { ...state.draft?.texts, [action.field]: action.text } },
      };
    }
    case 'formSent':
      return { ...state, unsent: false, formRequests: state.formRequests + 1 };
    case 'formAnswered':
      return { ...state, formRequests: Math.max(0, state.formRequests - 1) };
    case 'asked': {
      const { [action.key]: _last, ...rest } = state.asked;
      return { ...state, asked: action.asked ? { ...rest, [action.key]: action.asked } : rest };
    }
    case 'pick':
      return withUi(state, { timeline: { arm: action.arm, pick: action.pick } });
    case 'timeline':
      return { ...state, timeline: action.timeline };
    case 'volume':
      return withUi(state, { volume: action.volume });
    case 'graph':
      return withUi(state, { graph: action.view });
    case 'dagre':
      return { ...state, dagre: action.dagre };
    case 'width':
      return state.width === action.width ? state : { ...state, width: action.width };
  }
};
