import { describe, expect, it, vi } from 'vitest';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { liveCharts } from '../../../../webview/charts/live';
import { findAll, textOf } from '../../../../webview/dom/vnode';
import { initialState } from '../../../../webview/state/reducer';
import { initialUi } from '../../../../webview/state/ui';
import { app } from '../../../../webview/views/app';
import { chartsIn, click, named, recording, showing } from '../helpers';

vi.mock('@vscode/webview-ui-toolkit', () => ({}));

const draw = (name: keyof typeof snapshots, width = 360) => {
  const context = recording(name === 'german' ? 'de' : 'en');
  const view = app(showing(snapshots[name](), width), context, liveCharts);
  return { context, view, text: textOf(view) };
};

describe('the panel', () => {
  it('says that it reads before the first snapshot', () => {
    expect(textOf(app(initialState(initialUi, 300), recording(), liveCharts))).toContain('Reading the workflow…');
  });

  it('says that the host is silent, and asks again', () => {
    const context = recording();
    const silent = {
      ...initialState(initialUi, 300),
      asked: { ready: { kind: 'refused' as const, message: 'The extension did not answer.' } },
    };
    const view = app(silent, context, liveCharts);
    expect(textOf(view)).toContain('The extension did not answer.');
    click(named(view, 'Try again'));
    expect(context.asked).toEqual([{ key: 'ready', request: { kind: 'ready', tab: 'states' } }]);
  });

  it('leads to a workflow where none is open', () => {
    const { view, context, text } = draw('nothing');
    expect(text).toContain('No workflow open');
    click(named(view, 'Choose a workflow…'));
    expect(context.asked).toEqual([{ key: 'pickWorkflow', request: { kind: 'pickWorkflow' } }]);
  });

  it('says where it runs and that it is simulated beside the title, once', () => {
    const { view, context, text } = draw('empty');
    expect(text).toMatch(/^order\.asl\.json embedded · simulated: study/);
    click(named(view, 'Where it runs: embedded · simulated: study. Change…'));
    expect(context.asked[0]!.request).toEqual({ kind: 'pickTarget' });
    const labelled = {
      ...snapshots.empty(),
      target: { ...snapshots.empty().target, label: 'embedded · simulated: study' },
    };
    expect(textOf(app(showing(labelled), recording(), liveCharts)).match(/simulated: study/g)).toHaveLength(1);
  });

  it('says nothing of a simulation on a real account', () => {
    const real = {
      ...snapshots.empty(),
      target: { target: { kind: 'aws' as const }, label: 'aws · eu-west-1', simulated: null },
    };
    expect(textOf(app(showing(real), recording(), liveCharts))).not.toContain('simulated');
  });

  it('invites to the first run where there are no figures', () => {
    expect(draw('empty').text).toContain('No figures yet');
  });

  it('reads from the top: how far it is, the answer, its reasons, what else is to know', () => {
    const { text } = draw('finished');
    const places = ['50 of 50', '37 % faster', 'succeeded', 'Filled: warm', 'Histories of 50', 'States'].map((part) =>
      text.indexOf(part),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  it('shows a run that could not be done, with its message', () => {
    expect(draw('failed').text).toContain('The run could not be done: The function validateOrder is not declared');
  });

  it('says what it does before the first execution', () => {
    expect(draw('starting').text).toContain('Deploying…');
  });

  it('gives every figure its count and how it is known', () => {
    const { text } = draw('finished');
    expect(text.match(/n = 25/g)!.length).toBeGreaterThanOrEqual(3);
    expect(text).toContain('measured, simulated: study');
    expect(text).toContain('(derived)');
  });

  it('shows progress and the time left while it runs', () => {
    const { view, text } = draw('late');
    expect(text).toContain('38 of 50');
    expect(text).toMatch(/about \d+ s left/);
    const [bar] = findAll(view, ({ props }) => props.role === 'progressbar');
    expect(bar!.props).toMatchObject({ 'aria-valuemax': '50', 'aria-valuenow': '38' });
  });

  it('speaks German', () => {
    const { text } = draw('german');
    expect(text).toContain('Benchmark starten');
    expect(text).toContain('gemessen, simuliert: study');
    expect(text).not.toMatch(/\b(measured|simulated|Run benchmark|States)\b/);
  });

  it('puts what does not fit a column below it in the narrowest panel, and leaves nothing out', () => {
    const narrow = draw('finished', 260).text;
    expect(narrow).toMatch(/748 ms in transitions/);
    expect(narrow).toMatch(/\$334 per million/);
    expect(draw('finished', 360).text).toContain('transitions per million');
  });

  it('draws points warm, cold and failed apart', () => {
    const [latency] = chartsIn(draw('finished').view);
    expect(latency!.series.map(({ id, mark, system, points }) => [id, mark, system, points.length])).toEqual([
      ['standard/filled', 'filled', 'standard', expect.any(Number)],
      ['standard/hollow', 'hollow', 'standard', expect.any(Number)],
      ['standard/cross', 'cross', 'standard', 1],
      ['express/filled', 'filled', 'express', expect.any(Number)],
      ['express/hollow', 'hollow', 'express', expect.any(Number)],
      ['express/cross', 'cross', 'express', 0],
    ]);
    expect(latency!.series.reduce((sum, { points }) => sum + points.length, 0)).toBe(50);
  });

  it('shows of a sweep only the load under way, the others have their tab', () => {
    const { view, text } = draw('sweep');
    expect(
      findAll(view, ({ props }) => props.class === 'figures')[0]!.children.filter(
        (child) => child.kind === 'element' && child.tag === 'tbody',
      ),
    ).toHaveLength(4);
    expect(text).toContain('1,000 at once');
    expect(text).toContain('The client was busy at 1,000 at once');
  });

  it('keeps the throughput behind a line when a narrow run is over', () => {
    expect(chartsIn(draw('late').view)).toHaveLength(2);
    expect(chartsIn(draw('finished').view)).toHaveLength(1);
    const { view, context } = draw('finished');
    click(named(view, 'Throughput'));
    expect(context.actions).toEqual([{ kind: 'toggle', id: 'throughput' }]);
    expect(chartsIn(draw('finished', 1200).view)).toHaveLength(2);
  });
});
