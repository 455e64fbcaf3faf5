import { refusal, wideFrom, type Context } from '../context';
import { roveKeys } from '../dom/rove';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { tabs, type TabId } from '../state/ui';
import { compareTab } from '../tabs/compare';
import { costTab } from '../tabs/cost';
import { distributionTab } from '../tabs/distribution';
import { graphTab } from '../tabs/graph';
import { statesTab } from '../tabs/states';
import { sweepTab } from '../tabs/sweep';
import { timelineTab } from '../tabs/timeline';

const views: Readonly<Record<TabId, (state: PanelState, context: Context) => VNode>> = {
  states: statesTab,
  graph: graphTab,
  timeline: timelineTab,
  compare: compareTab,
  sweep: sweepTab,
  cost: costTab,
  distribution: distributionTab,
};

/** A tab that fails says so in its own place; the rest of the panel goes on. */
const shownTab = (state: PanelState, context: Context): VNode => {
  try {
    return views[state.ui.tab](state, context);
  } catch (error) {
    console.error(error);
    return h(
      'p',
      { class: 'problem vacant', role: 'alert' },
      context.t('tabFailed', error instanceof Error ? error.message : String(error)),
    );
  }
};

/** The tabs and the one that is chosen; the others are not there at all, so they cost nothing. */
export const results = (state: PanelState, context: Context): VNode => {
  const { t, dispatch, ask } = context;
  const { tab } = state.ui;
  const refused = refusal(state, 'openWide');
  return h(
    'section',
    { class: 'results', key: 'results', 'aria-label': t('tabs') },
    h(
      'div',
      { class: 'tabbar' },
      h(
        'div',
        { class: 'tabs', role: 'tablist', 'aria-label': t('tabs') },
        tabs.map((id) =>
          h(
            'button',
            {
              key: id,
              id: `tab-${id}`,
              role: 'tab',
              'data-rove': id,
              'aria-selected': String(id === tab),
              'aria-controls': id === tab ? 'tabpanel' : undefined,
              tabindex: id === tab ? '0' : '-1',
              on: {
                click: () => dispatch({ kind: 'tab', tab: id }),
                keydown: roveKeys((key) => dispatch({ kind: 'tab', tab: key as TabId })),
              },
            },
            t(id),
          ),
        ),
      ),
      state.width < wideFrom &&
        h(
          'button',
          { class: 'link', key: 'wide', on: { click: () => ask('openWide', { kind: 'openWide', tab }) } },
          t('openWide'),
        ),
    ),
    refused !== null && h('p', { class: 'problem', role: 'alert' }, refused),
    h(
      'div',
      { class: 'tabpanel', id: 'tabpanel', key: tab, role: 'tabpanel', 'aria-labelledby': `tab-${tab}` },
      shownTab(state, context),
    ),
  );
};
