import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../../src/store/runs';
import { runDetail, runTitle } from '../../../../src/views/panel/runTitle';
import { runNodes, type RunNode } from '../../../../src/views/runs/nodes';
import { english } from '../../../../src/views/words';

const speech = { t: english, locale: 'en-US' };
const summary = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  startedAt: '2026-11-24T10:00:00.000Z',
  finishedAt: null,
  status: 'finished',
  workflow: 'order',
  file: 'order.asl.json',
  target: 'embedded',
  simulated: 'study',
  types: ['STANDARD', 'EXPRESS'],
  executions: 50,
  p50: 5060,
  stamp: '',
  ...more,
});
const stored = (id: string, more?: Partial<RunSummary>) => ({ folder: '/ws', summary: summary(id, more) });
const today = new Date('2026-11-24T12:00:00.000Z');
const ids = (nodes: readonly RunNode[]): unknown[] =>
  nodes.map((node) =>
    node.kind === 'group' ? [node.label, ...ids(node.children)] : node.kind === 'run' ? node.summary.id : node.run.id,
  );

describe('the tree of runs', () => {
  it('needs no group for one workflow, newest first, pinned before', () => {
    const runs = [
      stored('old', { startedAt: '2026-11-20T10:00:00Z', pinned: true }),
      stored('a', { startedAt: '2026-11-23T10:00:00Z' }),
      stored('b'),
    ];
    expect(ids(runNodes(runs, [], 'workflow', speech, today))).toEqual(['old', 'b', 'a']);
  });
  it('groups by workflow, the one run last first', () => {
    const runs = [
      stored('a', { workflow: 'mail', startedAt: '2026-11-20T10:00:00Z' }),
      stored('b'),
      stored('c', { workflow: 'mail', startedAt: '2026-11-21T10:00:00Z' }),
    ];
    expect(ids(runNodes(runs, [], 'workflow', speech, today))).toEqual([
      ['order', 'b'],
      ['mail', 'c', 'a'],
    ]);
  });
  it('groups by day, with names for the near ones', () => {
    const runs = [
      stored('a'),
      stored('b', { startedAt: '2026-11-23T11:00:00Z' }),
      stored('c', { startedAt: '2026-11-02T12:00:00Z' }),
    ];
    expect(ids(runNodes(runs, [], 'day', speech, today)).map((group) => (group as string[])[0])).toEqual([
      'Today',
      'Yesterday',
      'Monday, November 2, 2026',
    ]);
  });
  it('keeps damaged runs at the end, so that they can be deleted', () => {
    expect(
      ids(
        runNodes(
          [stored('a')],
          [{ folder: '/ws', run: { id: 'x', file: 'x.json', reason: 'broken' } }],
          'workflow',
          speech,
          today,
        ),
      ),
    ).toEqual(['a', 'x']);
  });
});

describe('the title of a run', () => {
  it('is what a person called it, else what it ran', () => {
    expect(runTitle(summary('a', { label: 'before the change' }), speech)).toBe('before the change');
    expect(runTitle(summary('a'), speech)).toBe('Standard and Express, 50');
    expect(runTitle(summary('a', { types: ['EXPRESS'], executions: 1 }), speech)).toBe('Express, once');
    expect(runTitle(summary('a', { types: [], executions: 0 }), speech)).toBe('Nothing run, 0');
  });
  it('has its median, its time and where it is simulated beside it', () => {
    expect(runDetail(summary('a'), speech, new Date('2026-12-01'))).toMatch(/^5\.06 s · .*24.* · simulated$/);
    expect(runDetail(summary('a'), speech, new Date('2026-11-24T10:01:00Z'))).not.toContain('24');
    expect(runDetail(summary('a', { p50: null, simulated: null }), speech)).not.toMatch(/simulated| s /);
  });
});
