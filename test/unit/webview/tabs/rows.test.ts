import { describe, expect, it } from 'vitest';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { figureOf, sortRows, stateRows } from '../../../../webview/tabs/rows';
import { sharedScale, stageBar, stagesOf, stagesText, stagesTotal } from '../../../../webview/tabs/stages';
import { findAll } from '../../../../webview/dom/vnode';
import { recording } from '../helpers';

const snapshot = snapshots.finished();
const rows = stateRows(snapshot, snapshot.run);

describe('rows of the states', () => {
  it('stand in the file’s order with a cell a system', () => {
    expect(rows.map((row) => row.name)).toEqual(snapshot.states.map((state) => state.name));
    expect(rows[0]!.cells.map(({ system }) => system)).toEqual(['standard', 'express']);
  });

  it('have no cells without a run', () => {
    expect(stateRows(snapshot, null).every((row) => row.cells.length === 0)).toBe(true);
  });

  it('keep a state the file no longer has, marked as edited', () => {
    const shortened = { states: snapshot.states.slice(1) };
    const gone = stateRows(shortened, snapshot.run).at(-1)!;
    expect(gone).toMatchObject({ path: 'ValidateOrder', name: 'ValidateOrder', stale: true });
  });

  it('show a state the run did not know without figures', () => {
    const added = { states: [...snapshot.states, { path: 'New', name: 'New', type: 'Pass', next: [], stale: false }] };
    expect(
      stateRows(added, snapshot.run)
        .at(-1)!
        .cells.map(({ figures }) => figures),
    ).toEqual([null, null]);
  });

  it('are sorted by the larger figure of their systems, either way', () => {
    const down = sortRows(rows, { column: 'p50', descending: true });
    const values = down.map((row) => Math.max(...row.cells.map(({ figures }) => figures?.durationMs?.p50 ?? -1)));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(sortRows(rows, { column: 'p50', descending: false })[0]).not.toBe(down[0]);
  });

  it('are sorted by name and type as words, and are not touched by `none`', () => {
    expect(sortRows(rows, { column: 'name', descending: false })[0]!.name).toBe('ChargeCustomer');
    expect(sortRows(rows, { column: 'type', descending: true })[0]!.type).toBe('Wait');
    expect(sortRows(rows, { column: 'none', descending: true })).toEqual(rows);
  });

  it('stay in the file’s order where they are equal', () => {
    const equal = sortRows(rows, { column: 'failures', descending: true })
      .slice(1)
      .map((row) => row.name);
    expect(equal).toEqual(rows.filter((row) => row.name !== 'OrderRejected').map((row) => row.name));
  });

  it('give every column its own figure', () => {
    const charge = rows.find((row) => row.name === 'ChargeCustomer')!.cells[0]!.figures!;
    expect(figureOf(charge, 'retries')).toBe(charge.retries);
    expect(figureOf(charge, 'p95')).toBe(charge.durationMs!.p95);
    expect(figureOf(charge, 'transition')).toBe(charge.transitionMs!.p50);
    expect(figureOf(charge, 'critical')).toBe(charge.criticalShare);
    expect(figureOf(charge, 'cost')).toBe(charge.costPerMillion);
    expect(figureOf(charge, 'cold')).toBe(charge.coldStarts);
    expect(figureOf(charge, 'visits')).toBe(25);
    expect(figureOf(charge, 'failures')).toBe(0);
    expect(figureOf({ ...charge, durationMs: null, transitionMs: null }, 'stages')).toBe(0);
    expect(figureOf({ ...charge, durationMs: null }, 'p50')).toBeNull();
  });
});

describe('stages', () => {
  const context = recording();
  const wait = rows.find((row) => row.name === 'WaitForPayment')!.cells[0]!.figures!;
  const charge = rows.find((row) => row.name === 'ChargeCustomer')!.cells[0]!.figures!;

  it('sum to the mean duration and the transition in', () => {
    expect(stagesTotal(stagesOf(charge))).toBeCloseTo(charge.durationMs!.mean + charge.transitionMs!.mean, 6);
  });

  it('show a wait as waiting, not as work', () => {
    const stages = stagesOf(wait);
    expect(stages.work).toBe(0);
    expect(stages.wait).toBeGreaterThan(0);
    expect(stagesText(stages, context)).toMatch(/^transition in .* ms, waiting, backing off .* ms$/);
  });

  it('share one scale over all systems, so that no bar is longer than its track', () => {
    const scale = sharedScale(snapshot.run!.arms);
    for (const row of rows)
      for (const { figures } of row.cells) expect(stagesTotal(stagesOf(figures!))).toBeLessThanOrEqual(scale);
    const widths = findAll(stageBar(stagesOf(charge), scale, context), ({ props }) =>
      String(props.class).startsWith('part'),
    ).map(({ props }) => Number.parseFloat(props.style!.width!));
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeLessThanOrEqual(100.001);
    expect(widths).toHaveLength(4);
  });

  it('draw nothing where nothing was measured', () => {
    const bar = stageBar({ transition: 0, queue: 0, work: 0, wait: 0 }, 0, context);
    expect(findAll(bar, () => true)).toHaveLength(1);
    expect((bar as { props: Record<string, unknown> }).props['aria-label']).toBe('–');
  });
});
