import { describe, expect, it, vi } from 'vitest';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { textOf } from '../../../../webview/dom/vnode';
import type { TabId } from '../../../../webview/state/ui';
import { costTab } from '../../../../webview/tabs/cost';
import { results } from '../../../../webview/views/results';
import { recording, showing } from '../helpers';

vi.mock('@vscode/webview-ui-toolkit', () => ({}));

const draw = (name: keyof typeof snapshots, tab: TabId): { readonly text: string } => ({
  text: textOf(results(showing(snapshots[name](), 1400, { kind: 'tab', tab }), recording())),
});

describe('a tab with nothing to show', () => {
  it.each([
    ['timeline', 'One execution as a waterfall'],
    ['compare', 'Standard against Express'],
    ['cost', 'What a million executions cost'],
    ['distribution', 'How the latencies are spread'],
    ['sweep', 'A sweep runs the same workflow'],
  ] as const)('%s says what would stand there and what to do', (tab, words) => {
    const { text } = draw('empty', tab);
    expect(text).toContain(words);
    expect(text).toMatch(/Run the benchmark|Choose “Rising/);
  });

  it.each(['timeline', 'compare', 'cost', 'distribution'] as const)(
    '%s of a run waits, or says that none ended',
    (tab) => {
      expect(draw('starting', tab).text).toContain('Figures appear with the first execution that ends.');
      expect(draw('failed', tab).text).toContain('No execution of this run has ended');
    },
  );

  it('a price too small to be read is that of a million', () => {
    const { text } = draw('finished', 'cost');
    expect(text).toMatch(/\$25\.00 {1,2}\/ 1M transitions/);
    expect(text).toMatch(/\$0\.50 {1,2}\/ 1M publishes/);
    expect(text).not.toMatch(/\$0\.0000\d+ {1,2}\//);
  });

  it('cost: the forecast has its name, and a run whose prices are not known is not called empty', () => {
    expect(draw('empty', 'cost').text).toMatch(/Forecast of the next run About 40 s/);
    const snapshot = snapshots.finished();
    const arms = snapshot.run!.arms.map((arm) => ({ ...arm, cost: null }));
    const view = costTab(showing({ ...snapshot, run: { ...snapshot.run!, arms } }), recording());
    expect(textOf(view)).toContain('No cost is known for this run.');
  });
});
