import { describe, expect, it } from 'vitest';
import { initialUi, restoreUi } from '../../../../webview/state/ui';

describe('what was saved', () => {
  it('comes back as it was, but for where the keyboard stood', () => {
    const ui = {
      ...initialUi,
      tab: 'cost' as const,
      volume: 5000,
      selected: 'A',
      opened: ['load'],
      sorts: { states: { column: 'p95', descending: false } },
      timeline: { arm: 1, pick: 'failed' },
      rove: { states: 'A' },
      graph: { x: 1, y: 1, zoom: 1 },
    };
    expect(restoreUi(JSON.parse(JSON.stringify(ui)))).toEqual({ ...ui, rove: {}, graph: null });
  });

  it.each([undefined, null, 7, 'x', [], {}])('is the default where it is %j', (saved) => {
    expect(restoreUi(saved)).toEqual(initialUi);
  });

  it('falls back part by part where another version saved something else', () => {
    const restored = restoreUi({
      tab: 'map',
      sorts: { states: { column: 3 }, cost: { column: 'amount' } },
      asTable: ['a', 7],
      volume: -1,
      timeline: { arm: -2, pick: 5 },
      selected: 9,
    });
    expect(restored).toMatchObject({
      tab: 'states',
      asTable: ['a'],
      volume: initialUi.volume,
      timeline: { arm: 0, pick: 'slowest' },
      selected: null,
    });
    expect(restored.sorts).toEqual({ ...initialUi.sorts, cost: { column: 'amount', descending: false } });
  });
});
