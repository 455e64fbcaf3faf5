import { progressRing, secondaryButton } from '../controls';
import { refusal, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { answer, doubts, remarks } from './answer';
import { form } from './form';
import { head } from './head';
import { live, progress } from './live';
import { results } from './results';

const loading = (state: PanelState, { t, ask }: Context): VNode => {
  const refused = refusal(state, 'ready');
  return refused === null
    ? h(
        'div',
        { class: 'vacant', key: 'loading', role: 'status' },
        progressRing(t('loading')),
        h('p', { class: 'note' }, t('loading')),
      )
    : h(
        'div',
        { class: 'vacant', key: 'silent' },
        h('p', { class: 'problem', role: 'alert' }, refused),
        secondaryButton(t('again'), () => ask('ready', { kind: 'ready', tab: state.ui.tab })),
      );
};

const noWorkflow = (state: PanelState, { t, ask }: Context): VNode => {
  const refused = refusal(state, 'pickWorkflow');
  return h(
    'div',
    { class: 'vacant', key: 'none' },
    h('h1', {}, t('noWorkflow')),
    h('p', {}, t('noWorkflowHint')),
    secondaryButton(t('chooseWorkflow'), () => ask('pickWorkflow', { kind: 'pickWorkflow' }), {
      'data-action': 'pickWorkflow',
    }),
    refused !== null && h('p', { class: 'problem', role: 'alert' }, refused),
  );
};

/** The whole panel: one column that reads from the top, and from 900 px on a second one for the results. */
export const app = (
  state: PanelState,
  context: Context,
  chart: (state: PanelState, context: Context) => VNode | false,
): VNode => {
  const { snapshot } = state;
  if (!snapshot) return h('main', { class: 'app' }, loading(state, context));
  if (!snapshot.workflow) return h('main', { class: 'app' }, noWorkflow(state, context));
  const { run } = snapshot;
  const nothingYet = h(
    'div',
    { class: 'vacant small', key: 'norun' },
    h('h2', {}, context.t('noRun')),
    h('p', { class: 'note' }, context.t('noRunHint')),
  );
  const first = [
    form(state, context),
    run === null
      ? nothingYet
      : [
          progress(run, context),
          answer(run, context),
          live(run, state, context),
          doubts(run),
          chart(state, context),
          remarks(run),
        ],
  ];
  return h(
    'main',
    { class: 'app' },
    head(state, context),
    h(
      'div',
      { class: 'columns', key: 'columns' },
      h('div', { class: 'first', key: 'first' }, first),
      results(state, context),
    ),
  );
};
