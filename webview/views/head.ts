import { h, type VNode } from '../dom/vnode';
import { refusal, type Context } from '../context';
import type { PanelState } from '../state/reducer';
import { simulatedLabel } from '../systems';

/** File and, beside it and always, where it runs and whether the figures are simulated. */
export const head = (state: PanelState, { t, ask }: Context): VNode => {
  const snapshot = state.snapshot!;
  const workflow = snapshot.workflow!;
  const { simulated, label } = snapshot.target;
  const profile = simulated === null ? '' : simulatedLabel(simulated, { t });
  // The host's label may name the profile itself; then it is not said twice.
  const target = profile === '' || label.includes(profile) ? label : `${label} · ${profile}`;
  const refused = refusal(state, 'pickTarget') ?? refusal(state, 'pickWorkflow');
  return h(
    'header',
    { class: 'head', key: 'head' },
    h(
      'h1',
      { class: 'file' },
      h(
        'button',
        { class: 'plain', title: workflow.file, on: { click: () => ask('pickWorkflow', { kind: 'pickWorkflow' }) } },
        fileName(workflow.file),
      ),
    ),
    h(
      'button',
      {
        class: 'chip',
        title: t('targetHint', target),
        'aria-label': t('targetHint', target),
        on: { click: () => ask('pickTarget', { kind: 'pickTarget' }) },
      },
      target,
    ),
    refused !== null && h('p', { class: 'problem', role: 'alert' }, refused),
  );
};

const fileName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;
