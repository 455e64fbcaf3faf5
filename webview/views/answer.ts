import type { RunDocument, RunNote } from '../../src/model/run';
import type { Context } from '../context';
import { h, type Child, type VNode } from '../dom/vnode';
import { shows, unbroken, verdict } from './verdict';

/** Kinds of notes that put a figure in doubt; the rest only inform. */
const warning: ReadonlySet<RunNote['kind']> = new Set([
  'saturated',
  'incomplete',
  'unknown',
  'throttled',
  'costCap',
  'leftBehind',
  'unsaved',
]);

/** Thresholds whose value is in ms; the others are counts, shares, rates and dollars. */
const timed = /^(latency|start|cold|warm|transition|states\.)/;

const rule = (kind: 'good' | 'bad' | 'warn' | 'plain', key: string, text: Child, role: string): VNode =>
  h('p', { class: `ruled ${kind}`, key, role }, typeof text === 'string' ? unbroken(text) : text);

/** The reason may say itself that it was a stop: then that is not said twice. */
const stopped = (reason: string, { t }: Context): string =>
  /stopped|angehalten/i.test(reason)
    ? `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}`
    : t('runStopped', reason);

/** One sentence with a green rule, before the figures that are its reasons. Announced when it comes. */
export const answer = (run: RunDocument, context: Context): VNode => {
  const { t, f } = context;
  const thresholds = run.thresholds ?? [];
  return h(
    'section',
    { class: 'answer', key: 'answer', 'aria-label': t('answer'), 'aria-live': 'polite' },
    run.status.kind === 'failed' && rule('bad', 'failed', `${t('runFailed')}: ${run.status.message}`, 'alert'),
    run.status.kind === 'stopped' && rule('warn', 'stopped', stopped(run.status.reason, context), 'status'),
    run.comparison !== undefined &&
      rule(shows(run.comparison) ? 'good' : 'plain', 'sentence', verdict(run.comparison, context), 'status'),
    thresholds.map((threshold) =>
      rule(
        threshold.ok ? 'good' : 'bad',
        threshold.expression,
        t(
          threshold.ok ? 'thresholdsMet' : 'thresholdsMissed',
          threshold.expression,
          timed.test(threshold.expression) ? f.ms(threshold.value) : f.number(threshold.value),
        ),
        'status',
      ),
    ),
  );
};

const notes = (run: RunDocument, key: string, className: string, wanted: (note: RunNote) => boolean): VNode =>
  h(
    'div',
    { class: 'notes', key },
    run.notes.filter(wanted).map((note, index) =>
      // As the run wrote them, which speaks English.
      h('p', { class: className, key: `${key}${index}`, lang: 'en' }, note.message),
    ),
  );

/** What puts the figures in doubt: read before them. */
export const doubts = (run: RunDocument): VNode => notes(run, 'doubts', 'note warn', ({ kind }) => warning.has(kind));

/** What else is to know about the run. That it is simulated stands beside the title and below each figure. */
export const remarks = (run: RunDocument): VNode =>
  notes(run, 'remarks', 'note', ({ kind }) => kind !== 'simulated' && !warning.has(kind));
