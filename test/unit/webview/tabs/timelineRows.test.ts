import { describe, expect, it } from 'vitest';
import { nestedTimeline, orderTimeline } from '../../../panel/fixtures/timeline';
import { timeTicks } from '../../../../webview/charts/ticks';
import { endOf, foldId, timelineRows } from '../../../../webview/tabs/timelineRows';

describe('rows of a timeline', () => {
  const { trace } = orderTimeline();
  const rows = timelineRows(trace, []);

  it('are a row a visit and one more a retry, in the order of time', () => {
    expect(rows).toHaveLength(trace.visits.length + 1);
    expect(rows.map((row) => row.visit.index)).toEqual([...rows.map((row) => row.visit.index)].sort((a, b) => a - b));
    expect(rows.filter((row) => row.attempt === 2).map((row) => row.visit.name)).toEqual(['ChargeCustomer']);
  });

  it('cover the visit and its transition without gaps but the pause before a retry', () => {
    for (const { visit, key } of rows.filter((row) => row.attempt === 1)) {
      const bars = rows.filter((row) => row.visit === visit).flatMap((row) => row.bars);
      const covered = bars.reduce((sum, bar) => sum + bar.to - bar.from, 0);
      expect(covered, key).toBeCloseTo(
        (visit.transitionInMs ?? 0) + visit.exitedAt! - visit.enteredAt - visit.parts.backoff,
        6,
      );
    }
  });

  it('tell a failed attempt, what it said and how long the pause was', () => {
    const charge = rows.find((row) => row.visit.name === 'ChargeCustomer')!;
    expect(charge.failure).toEqual({ error: 'States.TaskFailed', backoff: expect.closeTo(200, 6) as number });
    expect(charge.bars.map((bar) => bar.kind)).toEqual(['transition', 'queue', 'failed']);
  });

  it('shade waiting apart from work, and a Fail as failed', () => {
    expect(rows.find((row) => row.visit.type === 'Wait')!.bars.map((bar) => bar.kind)).toEqual(['transition', 'wait']);
    const failed = timelineRows(orderTimeline(true).trace, []);
    expect(failed.at(-1)!.bars.at(-1)!.kind).toBe('failed');
  });

  it('fold what is inside a Map or Parallel until it is opened', () => {
    const nested = nestedTimeline(3).trace;
    const folded = timelineRows(nested, []);
    expect(folded.map((row) => row.visit.name)).toEqual(['ReadOrders', 'Orders', 'Report']);
    expect(folded[1]!.inside).toMatchObject({ open: false, count: 3 });
    const map = nested.visits[1]!;
    const opened = timelineRows(nested, [foldId(map)]);
    expect(opened.filter((row) => row.depth === 1)).toHaveLength(6);
    const parallel = nested.visits.find((visit) => visit.name === 'Ship')!;
    expect(
      timelineRows(nested, [foldId(map), foldId(parallel)])
        .filter((row) => row.depth === 2)
        .map((row) => row.visit.name),
    ).toEqual(['Pack', 'Notify', 'Archive']);
  });

  it('mark the critical path', () => {
    const nested = nestedTimeline(2).trace;
    const opened = timelineRows(nested, nested.visits.map(foldId));
    expect(opened.filter((row) => row.critical).map((row) => row.visit.index)).toEqual(
      [...nested.criticalPath].sort((a, b) => a - b),
    );
    expect(opened.some((row) => !row.critical)).toBe(true);
  });

  it('draw what still runs up to the last thing known', () => {
    const visits = trace.visits
      .slice(0, 2)
      .map((visit, index) =>
        index === 1 ? { ...visit, exitedAt: undefined, attempts: [], outcome: 'running' as const } : visit,
      );
    const running = { ...trace, visits, finishedAt: undefined, criticalPath: [] };
    expect(endOf(running)).toBe(visits[1]!.enteredAt);
    expect(timelineRows(running, []).map((row) => row.bars.map((bar) => bar.kind))).toEqual([
      ['queue', 'work'],
      ['transition'],
    ]);
  });

  it('have none without visits', () => {
    const empty = { ...trace, visits: [], finishedAt: undefined, criticalPath: [] };
    expect(timelineRows(empty, [])).toEqual([]);
    expect(endOf(empty)).toBe(trace.startedAt);
  });
});

describe('ticks of time', () => {
  it.each([
    [4000, 6, 1000],
    [900, 4, 500],
    [60_000, 6, 10_000],
    [300_000, 6, 60_000],
    [3_600_000, 4, 900_000],
  ])('%d ms in %d steps are %d ms apart', (span, most, step) => {
    const ticks = timeTicks(span, most);
    expect(ticks[1]! - ticks[0]!).toBe(step);
    expect(ticks.at(-1)).toBeLessThanOrEqual(span);
    expect(ticks.length).toBeLessThanOrEqual(most + 1);
  });

  it.each([0, -5, NaN])('are one for a span of %d', (span) => {
    expect(timeTicks(span, 5)).toEqual([0]);
  });
});
