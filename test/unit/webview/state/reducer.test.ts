import { describe, expect, it } from 'vitest';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { orderTimeline } from '../../../panel/fixtures/timeline';
import {
  currentForm,
  fieldText,
  initialState,
  notNumbers,
  reduce,
  type Action,
  type PanelState,
} from '../../../../webview/state/reducer';
import { initialUi } from '../../../../webview/state/ui';
import { showing } from '../helpers';

const after = (state: PanelState, ...actions: readonly Action[]): PanelState => actions.reduce(reduce, state);

describe('the form', () => {
  it('is the host’s until something is typed, then what is typed', () => {
    const state = showing(snapshots.empty());
    expect(currentForm(state)!.executions).toBe(25);
    const typed = after(state, { kind: 'number', field: 'executions', text: '250' });
    expect(currentForm(typed)!.executions).toBe(250);
    expect(fieldText(typed, 'executions')).toBe('250');
    expect(fieldText(typed, 'concurrency')).toBe('5');
  });

  it('keeps a text that is no number, and the last number with it', () => {
    const state = after(showing(snapshots.empty()), { kind: 'number', field: 'executions', text: '25x' });
    expect(notNumbers(state)).toEqual(['executions']);
    expect(currentForm(state)!.executions).toBe(25);
    expect(notNumbers(after(state, { kind: 'number', field: 'executions', text: ' 7 ' }))).toEqual([]);
    expect(notNumbers(after(state, { kind: 'number', field: 'executions', text: '' }))).toEqual(['executions']);
    expect(notNumbers(after(state, { kind: 'number', field: 'rate', text: '-3' }))).toContain('rate');
  });

  it('is not overwritten by a snapshot made before the host had the change', () => {
    const typed = after(
      showing(snapshots.empty()),
      { kind: 'form', change: { types: ['EXPRESS'] } },
      { kind: 'formSent' },
    );
    const stale = after(typed, { kind: 'snapshot', snapshot: snapshots.empty() });
    expect(currentForm(stale)!.types).toEqual(['EXPRESS']);
    const answered = after(stale, { kind: 'formAnswered' }, { kind: 'snapshot', snapshot: snapshots.empty() });
    expect(currentForm(answered)!.types).toEqual(['STANDARD', 'EXPRESS']);
  });

  it('is not overwritten by a snapshot that comes before the change was sent, as ten a second do in a run', () => {
    const typed = after(
      showing(snapshots.empty()),
      { kind: 'number', field: 'executions', text: '4' },
      { kind: 'snapshot', snapshot: snapshots.empty() },
    );
    expect(fieldText(typed, 'executions')).toBe('4');
    const taken = after(
      typed,
      { kind: 'formSent' },
      { kind: 'formAnswered' },
      { kind: 'snapshot', snapshot: snapshots.empty() },
    );
    expect(fieldText(taken, 'executions')).toBe('25');
  });

  it('is not overwritten while a field holds a wrong text, but is with another workflow', () => {
    const typed = after(showing(snapshots.empty()), { kind: 'number', field: 'warmup', text: '?' });
    expect(fieldText(after(typed, { kind: 'snapshot', snapshot: snapshots.empty() }), 'warmup')).toBe('?');
    const other = { ...snapshots.empty(), workflow: { file: 'b.asl.json', name: 'b', uri: 'file:///b' } };
    expect(fieldText(after(typed, { kind: 'snapshot', snapshot: other }), 'warmup')).toBe('0');
  });

  it('has nothing to change before the first snapshot', () => {
    const state = initialState(initialUi, 300);
    expect(after(state, { kind: 'form', change: { warmup: 2 } })).toBe(state);
    expect(after(state, { kind: 'number', field: 'rate', text: '1' })).toBe(state);
    expect(currentForm(state)).toBeNull();
  });

  it('never counts below no open request', () => {
    expect(after(showing(snapshots.empty()), { kind: 'formAnswered' }).formRequests).toBe(0);
  });
});

describe('the panel’s own state', () => {
  const state = showing(snapshots.finished());

  it('sorts by a name from A, by a figure from the largest, and turns round at the second time', () => {
    const byP95 = after(state, { kind: 'sort', table: 'states', column: 'p95' });
    expect(byP95.ui.sorts.states).toEqual({ column: 'p95', descending: true });
    expect(after(byP95, { kind: 'sort', table: 'states', column: 'p95' }).ui.sorts.states!.descending).toBe(false);
    expect(after(byP95, { kind: 'sort', table: 'states', column: 'name' }).ui.sorts.states!.descending).toBe(false);
  });

  it('goes to a tab the host names, and stays where it does not know it', () => {
    expect(after(state, { kind: 'show', tab: 'timeline', path: 'ShipOrder' }).ui).toMatchObject({
      tab: 'timeline',
      selected: 'ShipOrder',
    });
    expect(after(state, { kind: 'show', tab: 'nonsense' }).ui.tab).toBe('states');
  });

  it('forgets an execution with its run, and keeps it over a snapshot of the same one', () => {
    const shown = after(state, { kind: 'timeline', timeline: { kind: 'shown', of: 'k', reply: orderTimeline() } });
    expect(after(shown, { kind: 'snapshot', snapshot: snapshots.finished() }).timeline.kind).toBe('shown');
    expect(after(shown, { kind: 'snapshot', snapshot: snapshots.sweep() }).timeline.kind).toBe('none');
  });

  it('keeps each request’s state under its key', () => {
    const asked = after(
      state,
      { kind: 'asked', key: 'run', asked: { kind: 'pending' } },
      { kind: 'asked', key: 'stop', asked: { kind: 'refused', message: 'no' } },
    );
    expect(asked.asked).toEqual({ run: { kind: 'pending' }, stop: { kind: 'refused', message: 'no' } });
    expect(after(asked, { kind: 'asked', key: 'run', asked: null }).asked).toEqual({
      stop: { kind: 'refused', message: 'no' },
    });
  });

  it('opens and closes what is folded, and changes nothing where nothing changed', () => {
    const open = after(state, { kind: 'toggle', id: 'load' });
    expect(open.ui.opened).toEqual(['load']);
    expect(after(open, { kind: 'toggle', id: 'load' }).ui.opened).toEqual([]);
    expect(after(state, { kind: 'toggleTable', chart: 'cost' }).ui.asTable).toEqual(['cost']);
    expect(after(state, { kind: 'width', width: state.width })).toBe(state);
    const roved = after(state, { kind: 'rove', group: 'states', key: 'A' });
    expect(after(roved, { kind: 'rove', group: 'states', key: 'A' })).toBe(roved);
  });

  it('keeps volume, pick and view', () => {
    const changed = after(
      state,
      { kind: 'volume', volume: 5 },
      { kind: 'pick', arm: 1, pick: 'failed' },
      { kind: 'graph', view: { x: 1, y: 2, zoom: 3 } },
      { kind: 'select', path: 'X' },
      { kind: 'tab', tab: 'cost' },
    );
    expect(changed.ui).toMatchObject({
      volume: 5,
      timeline: { arm: 1, pick: 'failed' },
      graph: { x: 1, y: 2, zoom: 3 },
      selected: 'X',
      tab: 'cost',
    });
  });
});
