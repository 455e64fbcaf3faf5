import { describe, expect, it, vi } from 'vitest';
import type { RunDocument } from '../../../../src/model/run';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { findAll, textOf, type VNode } from '../../../../webview/dom/vnode';
import type { TabId } from '../../../../webview/state/ui';
import { results } from '../../../../webview/views/results';
import { chartsIn, recording, showing } from '../helpers';

vi.mock('@vscode/webview-ui-toolkit', () => ({}));

const view = (run: RunDocument, tab: TabId, asTable?: string): VNode =>
  results(
    showing(
      { ...snapshots.finished(), run },
      1400,
      { kind: 'tab', tab },
      ...(asTable === undefined ? [] : [{ kind: 'toggleTable', chart: asTable } as const]),
    ),
    recording(),
  );
const finished = snapshots.finished().run!;
const withArms = (
  change: (arm: RunDocument['arms'][number]) => Partial<RunDocument['arms'][number]>,
  run = finished,
): RunDocument => ({ ...run, arms: run.arms.map((arm) => ({ ...arm, ...change(arm) })) });

describe('what a reader must know', () => {
  it('every tab with figures says measured or derived, and simulated with the profile', () => {
    for (const tab of ['states', 'graph', 'compare', 'cost', 'distribution'] as const) {
      const text = textOf(view(finished, tab)).toLowerCase();
      expect(text, tab).toMatch(/measured|derived/);
      expect(text, tab).toContain('simulated: study');
      expect(text, tab).toMatch(/n = \d+/);
    }
  });

  it('nothing says simulated where the service was real', () => {
    const real = { ...finished, target: { ...finished.target, simulated: null }, notes: [] };
    for (const tab of ['states', 'graph', 'compare', 'cost', 'distribution', 'sweep'] as const)
      expect(textOf(view(real, tab)), tab).not.toContain('simulated');
  });

  it('how many histories the figures of states speak of, where it is not all of them', () => {
    expect(
      textOf(
        view(
          withArms(() => ({ traced: 10 })),
          'states',
        ),
      ),
    ).toContain('states of 10 of 25 executions read');
    expect(
      textOf(
        view(
          withArms(() => ({ traced: 25 })),
          'states',
        ),
      ),
    ).not.toContain('executions read');
  });

  it('that cold and warm are only a split of the latencies', () => {
    expect(
      textOf(
        view(
          withArms(() => ({ coldBasis: 'clusters' })),
          'distribution',
        ),
      ),
    ).toContain('only by two clusters');
    expect(
      textOf(
        view(
          withArms(() => ({ coldBasis: 'reported' })),
          'distribution',
        ),
      ),
    ).not.toContain('clusters');
  });

  it('which samples came while the client was saturated', () => {
    const run = withArms((arm) => ({
      samples: arm.samples.map((sample, index) => (index === 0 ? { ...sample, saturated: true } : sample)),
    }));
    expect(textOf(view(run, 'distribution', 'points'))).toContain('succeeded, client saturated');
  });

  it('that a state passed in less time than a history can tell', () => {
    const cells = findAll(view(finished, 'states'), ({ tag }) => tag === 'td').map(textOf);
    expect(cells).toContain('< 1 ms');
    expect(cells.some((text) => /^0 ms$/.test(text))).toBe(false);
  });

  it('the intervals of the differences the statistics give, also of the tails', () => {
    const comparison = {
      ...finished.comparison!,
      p95: { difference: -0.2, ci95: [-0.3, -0.1] as const },
      p99: { difference: -0.1, ci95: null },
    };
    const text = textOf(view({ ...finished, comparison }, 'compare'));
    expect(text).toContain('−37 % −42 to −31 %');
    expect(text).toContain('−20 % −30 to −10 %');
    expect(text).toContain('−10 %');
  });

  it('no largest difference where the intervals show none', () => {
    const same = withArms(() => ({ states: finished.arms[0]!.states }));
    expect(textOf(view(same, 'compare'))).not.toContain('The largest difference');
  });

  it('the knee that the run’s own fit found', () => {
    const sweep = snapshots.sweep().run!;
    const fit = {
      system: 'express',
      over: 'burst',
      of: 'throughput',
      unit: '/s per order',
      slope: 1,
      intercept: 0,
      r2: 1,
      points: [],
      knee: 400,
    } as const;
    const markers = chartsIn(view({ ...sweep, fits: [fit] }, 'sweep'))[0]!.markers!;
    expect(markers).toContainEqual({ x: 400, label: 'knee at 400: Express', system: 'express' });
  });

  it('an architecture that is none of the four by its own name', () => {
    const run = withArms((arm) => (arm.system === 'express' ? { system: 'as-code' } : {}));
    expect(textOf(view(run, 'states'))).toContain('As code');
  });

  it('missing prices as missing, never as nothing to pay', () => {
    const free = withArms((arm) => ({
      cost: arm.cost && {
        ...arm.cost,
        lines: arm.cost.lines.map((line) => ({ ...line, unitPrice: null, amount: null })),
      },
    }));
    const text = textOf(view(free, 'cost'));
    expect(text.match(/no known price/g)).toHaveLength(13);
    expect(text).toContain('a part without a known price is left out');
    expect(text).not.toContain('Break-even');
    expect(
      textOf(
        view(
          withArms(() => ({ cost: null })),
          'cost',
        ),
      ),
    ).toContain('No cost is known for this run.');
  });
});
