import { describe, expect, it, vi } from 'vitest';
import { nestedTimeline, orderTimeline } from '../../../panel/fixtures/timeline';
import { snapshots } from '../../../panel/fixtures/snapshots';
import { findAll, textOf } from '../../../../webview/dom/vnode';
import type { Action, PanelState } from '../../../../webview/state/reducer';
import { tabs, type TabId } from '../../../../webview/state/ui';
import type { PanelSnapshot } from '../../../../src/protocol';
import { statesTab } from '../../../../webview/tabs/states';
import { timelineKey, timelineTab, wantedTimeline } from '../../../../webview/tabs/timeline';
import { results } from '../../../../webview/views/results';
import { chartsIn, click, named, recording, showing } from '../helpers';

vi.mock('@vscode/webview-ui-toolkit', () => ({}));

type Name = keyof typeof snapshots;
const state = (name: Name, tab: TabId, width = 1400, ...actions: readonly Action[]): PanelState =>
  showing(snapshots[name](), width, { kind: 'tab', tab }, ...actions);
const draw = (name: Name, tab: TabId, width = 1400, ...actions: readonly Action[]) => {
  const context = recording();
  const view = results(state(name, tab, width, ...actions), context);
  return { context, view, text: textOf(view) };
};
const shownTimeline = (reply = orderTimeline(), name: Name = 'finished'): Action => ({
  kind: 'timeline',
  timeline: { kind: 'shown', of: timelineKey(snapshots[name]().run!, 0, 'slowest'), reply },
});

describe('the tabs', () => {
  it.each(
    tabs.flatMap((tab) =>
      (
        ['empty', 'starting', 'early', 'finished', 'failed', 'hostile', 'nested', 'sweep', 'compared', 'large'] as const
      ).map((name) => [tab, name] as const),
    ),
  )('%s of %s is drawn, narrow and wide', (tab, name) => {
    for (const width of [260, 1400]) {
      const { text } = draw(name, tab, width);
      expect(text).not.toContain('could not be drawn');
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it('have one of them in the tab order and the panel named after it', () => {
    const { view } = draw('finished', 'cost');
    const heads = findAll(view, ({ props }) => props.role === 'tab');
    expect(heads.filter(({ props }) => props.tabindex === '0').map(textOf)).toEqual(['Cost']);
    expect(findAll(view, ({ props }) => props.role === 'tabpanel')[0]!.props['aria-labelledby']).toBe('tab-cost');
  });

  it('offer the wide view only where it is narrow', () => {
    const narrow = draw('finished', 'cost', 300);
    click(named(narrow.view, 'Open wide'));
    expect(narrow.context.asked[0]!.request).toEqual({ kind: 'openWide', tab: 'cost' });
    expect(draw('finished', 'cost').text).not.toContain('Open wide');
  });

  it('say so in their place when one of them cannot be drawn, and go on', () => {
    const broken = { ...snapshots.finished(), states: null } as unknown as ReturnType<typeof snapshots.finished>;
    const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const text = textOf(results(showing(broken, 1400), recording()));
    silent.mockRestore();
    expect(text).toContain('This could not be drawn');
    expect(text).toContain('Distribution');
  });
});

describe('States', () => {
  it('is bars in a narrow panel and a table in a wide one', () => {
    expect(findAll(draw('finished', 'states', 360).view, ({ tag }) => tag === 'li')).toHaveLength(16);
    expect(findAll(draw('finished', 'states').view, ({ tag }) => tag === 'tbody')).toHaveLength(16);
  });

  it('goes to a state’s line and marks it', () => {
    const { view, context } = draw('finished', 'states', 360);
    click(findAll(view, ({ props }) => props['data-rove'] === 'ShipOrder')[0]!);
    expect(context.asked[0]!.request).toEqual({ kind: 'reveal', path: 'ShipOrder' });
    expect(context.actions).toEqual([{ kind: 'select', path: 'ShipOrder' }]);
  });

  it('says what was not reached, edited, retried and cold', () => {
    const { text } = draw('finished', 'states', 360);
    expect(text).toContain('edited since');
    expect(text).toMatch(/8 retries · 10 cold/);
  });

  it('says why a state has no figures', () => {
    expect(draw('early', 'states', 360).text).toContain('WaitForPayment no figures yet');
    const early = snapshots.early();
    const over = (traced: number) => {
      const arms = early.run!.arms.map((arm) => ({ ...arm, traced }));
      return { ...early, run: { ...early.run!, arms, status: { kind: 'finished' as const } } };
    };
    for (const width of [360, 1400]) {
      const shown = (snapshot: PanelSnapshot) => textOf(statesTab(showing(snapshot, width), recording()));
      expect(shown(over(3))).toMatch(/WaitForPayment( Wait)? not reached/);
      expect(shown(over(0))).toMatch(/WaitForPayment( Wait)? no history read/);
    }
  });

  it('has no key, order or remark before there is anything to be read by them', () => {
    for (const name of ['empty', 'starting'] as const)
      expect(draw(name, 'states', 360).text).not.toMatch(/queued|Sort by|edited since/);
  });

  it('says in one line that nothing is known yet, not at each state', () => {
    const early = snapshots.early();
    const arms = early.run!.arms.map((arm) => ({
      ...arm,
      states: arm.states.map((figures) => ({
        ...figures,
        visits: 0,
        durationMs: null,
        transitionMs: null,
        parts: { pre: 0, queue: 0, work: 0, wait: 0, backoff: 0, post: 0 },
      })),
    }));
    for (const width of [360, 1400]) {
      const text = textOf(statesTab(showing({ ...early, run: { ...early.run!, arms } }, width), recording()));
      expect(text).toContain('Figures appear with the first execution that ends.');
      expect(text).not.toMatch(/no figures yet|queued|Sort by/);
    }
  });

  it('names the types whose rows stand side by side', () => {
    const { view } = draw('finished', 'states', 1400);
    const key = findAll(view, ({ props }) => props.key === 'systems' || props.class === 'key note').map(textOf);
    expect(key).toContain('Standard Express');
  });

  it('says which state takes the time, with its count', () => {
    expect(draw('finished', 'states').text).toMatch(
      /ChargeCustomer takes most of the time: .* as Express, \d+ % of the critical path\.\s+n = 25\./,
    );
  });

  it('draws a hundred of a thousand states until asked for all', () => {
    const { view, text } = draw('large', 'states', 360);
    expect(findAll(view, ({ tag }) => tag === 'li')).toHaveLength(100);
    expect(text).toContain('Show all 1,000');
    expect(
      findAll(draw('large', 'states', 360, { kind: 'toggle', id: 'states' }).view, ({ tag }) => tag === 'li'),
    ).toHaveLength(1000);
  });

  it('copies all figures, whole', () => {
    const { view, context } = draw('finished', 'states');
    click(named(view, 'CSV'));
    const { request } = context.asked[0]!;
    expect(request.kind === 'copy' && request.text.split('\r\n')).toHaveLength(16 * 2 + 2);
  });
});

describe('Timeline', () => {
  it('asks for the execution it has not, once', () => {
    const wanted = wantedTimeline(state('finished', 'timeline'));
    expect(wanted).toEqual({ key: 'timeline:r3:0:slowest', armIndex: 0, pick: 'slowest' });
    const loading: Action = { kind: 'timeline', timeline: { kind: 'loading', of: wanted!.key } };
    expect(wantedTimeline(state('finished', 'timeline', 1400, loading))).toBeNull();
    expect(
      wantedTimeline(state('finished', 'timeline', 1400, loading, { kind: 'pick', arm: 1, pick: 'failed' })),
    ).toMatchObject({ armIndex: 1, pick: 'failed' });
    expect(wantedTimeline(state('finished', 'states'))).toBeNull();
    expect(wantedTimeline(state('empty', 'timeline'))).toBeNull();
  });

  it('offers a failed execution only where there is one', () => {
    expect(draw('finished', 'timeline').text).toContain('A failed one');
    expect(draw('finished', 'timeline', 1400, { kind: 'pick', arm: 1, pick: 'slowest' }).text).not.toContain(
      'A failed one',
    );
  });

  it('shows the waterfall with its sentence, input and output', () => {
    const { text, view } = draw('finished', 'timeline', 1400, shownTimeline());
    expect(text).toContain('Slowest Standard execution · 4.60 s · 1 retry');
    expect(text).toMatch(/standard-0003 succeeded: .* in 14 visits, 818 ms of it in transitions\. n = 1/);
    expect(text).toContain('States.TaskFailed, backs off 200 ms');
    expect(text).toContain('"OrderStatus": "Shipped"');
    // Nothing is marked where everything is critical.
    expect(findAll(view, ({ props }) => props.class === 'mark')).toEqual([]);
  });

  it.each([
    ['failed', 'Failed Standard execution', 'Fehlgeschlagene Ausführung, Standard'],
    ['median', 'Median Standard execution', 'Ausführung im Median, Standard'],
    ['standard-0007', 'Standard execution standard-0003', 'Ausführung standard-0003, Standard'],
  ])('has a head in plain words for %s', (pick, english, german) => {
    const snapshot = snapshots.finished();
    const of = timelineKey(snapshot.run!, 0, pick);
    const state = showing(
      snapshot,
      1400,
      { kind: 'pick', arm: 0, pick },
      { kind: 'timeline', timeline: { kind: 'shown', of, reply: orderTimeline() } },
    );
    for (const [locale, words] of [
      ['en', english],
      ['de', german],
    ] as const)
      expect(textOf(timelineTab(state, recording(locale)))).toContain(`${words} · 4`);
  });

  it('shows how a failed one ended', () => {
    const { text } = draw('finished', 'timeline', 1400, shownTimeline(orderTimeline(true)));
    expect(text).toContain('Order.Rejected');
    expect(text).toContain('The card was declined by </script><b>the bank</b>.');
  });

  it('unfolds a Map by its row and marks the critical path among what is not on it', () => {
    const folded = draw('nested', 'timeline', 1400, shownTimeline(nestedTimeline(4), 'nested'));
    const map =
      findAll(folded.view, ({ props }) => props['aria-expanded'] === 'false' && props.class === 'row')[0] ??
      findAll(folded.view, ({ props }) => props['aria-expanded'] === 'false')[0]!;
    click(map);
    expect(folded.context.actions).toEqual([{ kind: 'toggle', id: 'visit:1' }]);
    const open = draw('nested', 'timeline', 1400, shownTimeline(nestedTimeline(4), 'nested'), {
      kind: 'toggle',
      id: 'visit:1',
    });
    expect(findAll(open.view, ({ props }) => props.class === 'row critical').length).toBeGreaterThan(2);
    expect(findAll(open.view, ({ props }) => props.class === 'row').length).toBeGreaterThan(2);
    expect(open.text).toContain('bold: critical path');
  });

  it('cuts a long output and opens the whole of it', () => {
    const output = 'x'.repeat(50_000);
    const { view, context, text } = draw('finished', 'timeline', 1400, shownTimeline(orderTimeline(false, output)));
    expect(text.length).toBeLessThan(10_000);
    click(named(view, 'Show all (50,000 B)'));
    expect(context.asked[0]!.request).toEqual({ kind: 'showText', title: 'standard-0003 Output', text: output });
  });
});

describe('Sweep, Cost and Distribution', () => {
  it('a sweep has p95 and median lines and marks the knee', () => {
    const { view, text } = draw('sweep', 'sweep');
    const [latency, throughput] = chartsIn(view);
    expect(latency!.series.map(({ id }) => id).slice(0, 4)).toEqual([
      'standard/p95',
      'express/p95',
      'event-driven/p95',
      'gateway/p95',
    ]);
    expect(latency!.series.slice(0, 4).map(({ label }) => label)).toEqual([
      'Standard',
      'Express',
      'Event-driven',
      'Gateway',
    ]);
    expect(latency!.markers!.length).toBeGreaterThan(0);
    expect(throughput!.series).toHaveLength(4);
    expect(text).toMatch(/Standard: p95 from .* to .*, knee at/);
  });

  it('says how to make a sweep where there is none', () => {
    expect(draw('finished', 'sweep').text).toContain('--concurrency 1,10,100');
  });

  it('cost says orchestration, services, total, date, region and how each line is known', () => {
    const { text } = draw('finished', 'cost');
    expect(text).toMatch(/Standard \$325 \$9\.18 \$334/);
    expect(text).toContain('us-east-1, prices of Nov 24, 2026');
    for (const known of ['measured', 'derived', 'assumed', 'no known price', 'Memory rounded up to 64 MB'])
      expect(text).toContain(known);
  });

  it('cost follows the volume', () => {
    const { text, view } = draw('finished', 'cost', 1400, { kind: 'volume', volume: 2_000_000 });
    expect(text).toMatch(/2,000,000 executions a month: Express \$26\.8, Standard \$668\./);
    expect(chartsIn(view)[0]!.markers).toEqual([{ x: 2_000_000, label: '2M', system: 'grey' }]);
  });

  it('a distribution has warm and cold apart on one scale for all systems', () => {
    const [first, second, points] = chartsIn(draw('finished', 'distribution').view);
    expect(first!.series.map(({ mark }) => mark)).toEqual(['filled', 'hollow']);
    expect([first!.x.min, first!.x.max, first!.y.max]).toEqual([second!.x.min, second!.x.max, second!.y.max]);
    expect(points!.series.reduce((sum, series) => sum + series.points.length, 0)).toBe(50);
  });

  it('a point leads to its execution', () => {
    const { view, context } = draw('finished', 'distribution');
    const points = chartsIn(view)[2]!;
    points.onPick!('express/filled', 0);
    const name = points.series.find(({ id }) => id === 'express/filled')!.nameOf!(0);
    expect(context.actions).toEqual([
      { kind: 'pick', arm: 1, pick: name },
      { kind: 'tab', tab: 'timeline' },
    ]);
  });

  it('every chart turns into its table', () => {
    const { view } = draw('finished', 'distribution', 1400, { kind: 'toggleTable', chart: 'points' });
    expect(chartsIn(view)).toHaveLength(2);
    expect(findAll(view, ({ tag }) => tag === 'table')).toHaveLength(1);
  });
});

describe('Compare', () => {
  it('says at which load types are compared where a sweep has several, and counts nothing as a difference', () => {
    expect(draw('finished', 'compare').text).toContain('Express against Standard Express');
    const { text } = draw('sweep', 'compare');
    expect(text).toContain('Express against Standard, 1 at once');
    expect(text).not.toContain('±0 %');
  });

  it('says the types’ difference in the run’s sentence and the states’ with their intervals', () => {
    const { text } = draw('finished', 'compare');
    expect(text).toMatch(
      /Express is {1,2}37 % faster {1,2}than Standard at the median \(31–42 %, n = 25 each\)\. {1,2}It costs 1\.3 % of Standard\./,
    );
    expect(text).toMatch(
      /The largest difference that the intervals show is in ChargeCustomer: 1\.34 s against 1\.94 s\./,
    );
    expect(text).toContain('−31 %, clear');
    expect(text).toContain('too few');
  });

  it('says each type’s difference from an earlier run in its own sentence', () => {
    const { text } = draw('compared', 'compare');
    expect(text).toMatch(/Standard is {1,2}11 % faster {1,2}than Standard before at the median/);
    expect(text).toContain('No difference between Express before and Express is shown at the median (−15 to 1 %');
    expect(text).toContain('Standard, earlier');
  });

  it('chooses another run, and none', () => {
    const { view, context } = draw('compared', 'compare');
    const [picker] = findAll(view, ({ props }) => props['aria-label'] === 'Compare with');
    const choose = (value: string): void => picker!.props.on!.change!({ currentTarget: { value } } as unknown as Event);
    choose('r1');
    choose('none');
    expect(context.asked.map(({ request }) => request)).toEqual([
      { kind: 'baseline', id: 'r1' },
      { kind: 'baseline', id: null },
    ]);
  });
});

describe('Graph', () => {
  it('works before the first run, without figures', () => {
    const { text } = draw('empty', 'graph');
    expect(text).toContain('16 states; figures appear after the first run.');
    expect(text).not.toContain('25×');
  });

  it('changes the type whose figures it carries', () => {
    const { view, context } = draw('finished', 'graph');
    click(findAll(view, ({ props }) => props.class === 'quiet sys-express')[0]!);
    expect(context.actions).toEqual([{ kind: 'pick', arm: 1, pick: 'slowest' }]);
  });

  it('zooms by its buttons and fits again', () => {
    const { view, context } = draw('finished', 'graph');
    click(named(view, 'Zoom in'));
    click(named(view, 'Fit'));
    expect(context.actions[0]).toMatchObject({ kind: 'graph', view: { zoom: expect.any(Number) as number } });
    expect(context.actions).toHaveLength(2);
  });

  it('writes each transition once, on the busiest way in', () => {
    const times = findAll(draw('finished', 'graph').view, ({ props }) => props.class === 'edgetime');
    expect(times).toHaveLength(16);
  });
});
