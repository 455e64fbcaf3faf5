import { refusal, wideFrom, type Context } from '../context';
import { roveKeys } from '../dom/rove';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { tabs, type TabId } from '../state/ui';
import { statesTab } from '../tabs/states';

const views: Partial<Record<TabId, (state: PanelState, context: Context) => VNode>> = {
  states: statesTab,
};

/** The tabs and the one that is chosen; the others are not there at all, so they cost nothing. */
export const results = (state: PanelState, context: Context): VNode => {
  const { t, dispatch, ask } = context;
  const { tab } = state.ui;
  const refused = refusal(state, 'openWide');
  const known = tabs.filter((id) => views[id]);
  const shown = views[tab] ? tab : 'states';
  return h(
    'section',
    { class: 'results', key: 'results', 'aria-label': t('tabs') },
    h(
      'div',
      { class: 'tabbar' },
      h(
        'div',
        { class: 'tabs', role: 'tablist', 'aria-label': t('tabs') },
        known.map((id) =>
          h(
            'button',
            {
              key: id,
              id: `tab-${id}`,
              role: 'tab',
              'data-rove': id,
              'aria-selected': String(id === shown),
              'aria-controls': id === shown ? 'tabpanel' : undefined,
              tabindex: id === shown ? '0' : '-1',
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
          { class: 'link', key: 'wide', on: { click: () => ask('openWide', { kind: 'openWide', tab: shown }) } },
          t('openWide'),
        ),
    ),
    refused !== null && h('p', { class: 'problem', role: 'alert' }, refused),
    h(
      'div',
      { class: 'tabpanel', id: 'tabpanel', key: shown, role: 'tabpanel', 'aria-labelledby': `tab-${shown}` },
      views[shown]!(state, context),
    ),
  );
};
