import { pictureOf } from '../charts/picture';
import { refusal, type Context } from '../context';
import { h, type Child, type Props, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { unbroken } from './verdict';
import { csvOf, dataTable, type TableSpec } from './dataTable';

export interface Frame {
  readonly id: string;
  readonly title: string;
  /** What the chart says, in a sentence. */
  readonly sentence: string;
  /** How the figures are known. */
  readonly known?: string;
  readonly chart: Child;
  /** Made only when it is looked at or copied: a live run has ten snapshots a second, and a table of every sample. */
  readonly table: () => TableSpec;
  /** Between the title and the chart: a picker, a key. */
  readonly above?: Child;
}

/** Every chart stands in one of these: head, sentence, chart or its table, and the ways to take it elsewhere. */
export const chartFrame = (frame: Frame, state: PanelState, context: Context): VNode => {
  const { t, dispatch, ask } = context;
  const asTable = state.ui.asTable.includes(frame.id);
  const copyKey = `copy:${frame.id}`;
  const imageKey = `image:${frame.id}`;
  const refused = refusal(state, copyKey) ?? refusal(state, imageKey);
  const saveImage = (event: Event): void => {
    const figure = (event.currentTarget as HTMLElement).closest('figure');
    const dataUrl = figure && pictureOf(figure);
    if (dataUrl) ask(imageKey, { kind: 'saveImage', dataUrl, name: frame.id });
  };
  const copy = (): void => ask(copyKey, { kind: 'copy', text: csvOf(frame.table()), what: `${frame.title} (CSV)` });
  const done = (key: string): boolean => state.asked[key]?.kind === 'done';
  return h(
    'figure',
    { class: 'frame', key: frame.id, 'aria-label': frame.title },
    h(
      'div',
      { class: 'spread wrap', key: 'title' },
      h('h2', {}, unbroken(frame.title)),
      h(
        'div',
        { class: 'chartactions' },
        quietButton(
          t(asTable ? 'showChart' : 'showTable'),
          t('showTableHint'),
          () => dispatch({ kind: 'toggleTable', chart: frame.id }),
          { 'aria-pressed': String(asTable) },
        ),
        !asTable &&
          quietButton(t(done(imageKey) ? 'saved' : 'copyImage'), t('copyImageHint'), saveImage, { key: 'image' }),
        quietButton(t(done(copyKey) ? 'copied' : 'copyCsv'), t('copyCsvHint'), copy, { key: 'csv' }),
      ),
    ),
    frame.above,
    asTable ? dataTable(frame.table(), state, context) : h('div', { class: 'chart', key: 'chart' }, frame.chart),
    h(
      'figcaption',
      { key: 'says', class: 'note' },
      frame.sentence,
      frame.known !== undefined && ` ${capital(frame.known)}.`,
    ),
    refused !== null && h('p', { class: 'problem', role: 'alert', key: 'refused' }, refused),
  );
};

/** A small button in the muted colour: there when looked for. */
const quietButton = (label: string, hint: string, onClick: (event: Event) => void, props: Props = {}): VNode =>
  h('button', { class: 'quiet', title: hint, ...props, on: { click: onClick } }, label);

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
