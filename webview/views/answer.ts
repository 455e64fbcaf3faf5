import type { RunDocument, RunNote } from '../../src/model/run';
import type { Context } from '../context';
import { h, type VNode } from '../dom/vnode';

/** Kinds of notes that put a figure in doubt; the rest only inform. */
const warning: ReadonlySet<RunNote['kind']> = new Set([
  'saturated',
  'incomplete',
  'unknown',
  'throttled',
  'costCap',
  'leftBehind',
]);

const rule = (kind: 'good' | 'bad' | 'warn', key: string, text: string, role: string): VNode =>
  h('p', { class: `ruled ${kind}`, key, role }, text);

/** One sentence with a green rule; what a reader must know about it below. Announced when it comes. */
export const answer = (run: RunDocument, { t, f }: Context): VNode => {
  const thresholds = run.thresholds ?? [];
  return h(
    'section',
    { class: 'answer', key: 'answer', 'aria-label': t('answer'), 'aria-live': 'polite' },
    run.status.kind === 'failed' && rule('bad', 'failed', `${t('runFailed')}: ${run.status.message}`, 'alert'),
    run.status.kind === 'stopped' && rule('warn', 'stopped', t('runStopped', run.status.reason), 'status'),
    run.comparison !== undefined && rule('good', 'sentence', run.comparison.sentence, 'status'),
    thresholds.map((threshold) =>
      rule(
        threshold.ok ? 'good' : 'bad',
        threshold.expression,
        t(threshold.ok ? 'thresholdsMet' : 'thresholdsMissed', threshold.expression, f.number(threshold.value)),
        'status',
      ),
    ),
    run.notes
      .filter((note) => note.kind !== 'simulated')
      .map((note, index) =>
        h('p', { class: warning.has(note.kind) ? 'note warn' : 'note', key: `note${index}` }, note.message),
      ),
  );
};
