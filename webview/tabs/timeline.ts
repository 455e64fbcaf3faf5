import { dropdown, progressRing, secondaryButton } from '../controls';
import { contentWidth, roomyFrom, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { failedOf, mainArms, provenanceLabel, systemLabel, systemOf } from '../systems';
import { chartFrame } from '../views/chartFrame';
import { longText } from '../views/longText';
import { vacant } from '../views/vacant';
import type { TimelineReply } from '../../src/protocol';
import type { Arm, RunDocument } from '../../src/model/run';
import type { StringKey } from '../strings';
import { stageKey } from './stages';
import { endOf, timelineRows } from './timelineRows';
import { waterfall } from './waterfall';

/** Executions one can choose by name: the first of a long list; any other is a click on its point away. */
const listed = 200;

const armOf = (state: PanelState, run: RunDocument): { readonly arm: Arm; readonly index: number } | null => {
  const arms = mainArms(run).filter(({ arm }) => arm.samples.length > 0);
  const wanted = state.ui.timeline.arm;
  const at = run.arms[wanted];
  return at && at.samples.length > 0 ? { arm: at, index: wanted } : (arms[0] ?? null);
};

const heads: Readonly<Record<string, StringKey>> = {
  slowest: 'timelineSlowest',
  median: 'timelineMedian',
  failed: 'timelineFailed',
};
/** How it ended, by the service's word for it or by a sample's. */
const ends: Readonly<Record<string, StringKey>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  timedout: 'timedOut',
  aborted: 'aborted',
  running: 'stillRunning',
  unknown: 'unknownEnd',
};
const endWord = (status: string, { t }: Context): string => {
  const key = ends[status.toLowerCase().replace('_', '')];
  return key === undefined ? status : t(key);
};

export const timelineKey = (run: RunDocument, arm: number, pick: string): string => `timeline:${run.id}:${arm}:${pick}`;

const picker = (
  state: PanelState,
  run: RunDocument,
  chosen: { readonly arm: Arm; readonly index: number },
  context: Context,
): VNode => {
  const { t, dispatch } = context;
  const { pick } = state.ui.timeline;
  const arms = run.arms.map((arm, index) => ({ arm, index })).filter(({ arm }) => arm.samples.length > 0);
  const names = chosen.arm.samples.slice(0, listed).map((sample) => sample.name);
  const picks = [
    { value: 'slowest', label: t('slowest') },
    { value: 'median', label: t('median') },
    ...(failedOf(chosen.arm) > 0 ? [{ value: 'failed', label: t('failedOne') }] : []),
    ...[...new Set([...names, ...(['slowest', 'median', 'failed'].includes(pick) ? [] : [pick])])].map((name) => ({
      value: name,
      label: name,
    })),
  ];
  return h(
    'div',
    { class: 'pickers', key: 'pickers' },
    arms.length > 1 &&
      dropdown(
        arms.map(({ arm, index }) => ({ value: String(index), label: systemLabel(arm, context) })),
        String(chosen.index),
        (value) =>
          dispatch({
            kind: 'pick',
            arm: Number(value),
            pick: ['slowest', 'median', 'failed'].includes(pick) ? pick : 'slowest',
          }),
        { 'aria-label': t('system'), key: 'arm' },
      ),
    dropdown(picks, pick, (value) => dispatch({ kind: 'pick', arm: chosen.index, pick: value }), {
      'aria-label': t('execution'),
      key: 'pick',
    }),
  );
};

const shown = (reply: TimelineReply, run: RunDocument, arm: Arm, state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const { trace } = reply;
  const rows = timelineRows(trace, state.ui.opened);
  const took = endOf(trace) - trace.startedAt;
  const { pick } = state.ui.timeline;
  const system = systemLabel(arm, context);
  const head = heads[pick];
  const retries = trace.visits.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0);
  const title = [
    head === undefined ? t('timelineNamed', reply.name, system) : t(head, system),
    f.ms(took),
    ...(retries === 0 ? [] : [retries === 1 ? t('retriesOne') : t('retriesCount', f.count(retries))]),
  ].join(' · ');
  const some = rows.some((row) => !row.critical);
  const sentence = `${t(trace.transitionTotalMs > took ? 'timelineParallel' : 'timelineSentence', reply.name, f.ms(took), f.count(trace.visits.length), f.ms(trace.transitionTotalMs), endWord(reply.status, context))} ${t('nCount', '1')}${some ? `, ${t('criticalMark')}` : ''}.`;
  return h(
    'div',
    { class: 'frames', key: 'shown' },
    chartFrame(
      {
        id: 'timeline',
        title,
        above: stageKey(context),
        sentence,
        known: provenanceLabel(run, 'measured', context),
        chart: waterfall(trace, rows, systemOf(arm), contentWidth(state.width), state, context),
        table: () => ({
          id: 'timeline',
          caption: title,
          columns: [
            { id: 'name', label: t('state'), text: true },
            { id: 'scope', label: t('iterations'), text: true },
            { id: 'at', label: t('startsAt') },
            { id: 'duration', label: t('duration') },
            { id: 'transition', label: t('transitionIn') },
            { id: 'attempts', label: t('attempts') },
            { id: 'outcome', label: t('outcome'), text: true },
          ],
          rows: trace.visits.map((visit) => ({
            key: String(visit.index),
            cells: [
              { text: visit.name },
              { text: visit.scope },
              { text: f.ms(visit.enteredAt - trace.startedAt), value: visit.enteredAt - trace.startedAt },
              {
                text: visit.exitedAt === undefined ? t('stillRunning') : f.stay(visit.exitedAt - visit.enteredAt),
                value: visit.exitedAt === undefined ? null : visit.exitedAt - visit.enteredAt,
              },
              { text: f.ms(visit.transitionInMs), value: visit.transitionInMs ?? null },
              { text: f.count(visit.attempts.length), value: visit.attempts.length },
              { text: visit.attempts.find((attempt) => attempt.error !== undefined)?.error ?? visit.outcome },
            ],
          })),
        }),
      },
      state,
      context,
    ),
    h(
      'div',
      { class: 'texts', key: 'texts' },
      longText(t('input'), reply.input, `${reply.name} ${t('input')}`, context),
      (reply.output !== '' || reply.error === undefined) &&
        longText(t('outputText'), reply.output, `${reply.name} ${t('outputText')}`, context),
      reply.error !== undefined && longText(t('errorText'), reply.error, reply.error, context, true),
      reply.cause !== undefined && longText(t('cause'), reply.cause, `${reply.name} ${t('cause')}`, context, true),
    ),
  );
};

export const timelineTab = (state: PanelState, context: Context): VNode => {
  const { t, ask } = context;
  const { run } = state.snapshot!;
  const chosen = run ? armOf(state, run) : null;
  if (!run || !chosen) return vacant(run, 'emptyTimeline', context);
  const { timeline } = state;
  const key = timelineKey(run, chosen.index, state.ui.timeline.pick);
  const current = timeline.kind !== 'none' && timeline.of === key ? timeline : null;
  const body = (): VNode => {
    switch (current?.kind) {
      case 'shown':
        return shown(current.reply, run, chosen.arm, state, context);
      case 'failed':
        return h(
          'div',
          { class: 'vacant small', key: 'failed' },
          h('p', { class: 'problem', role: 'alert' }, current.message),
          secondaryButton(t('again'), () =>
            ask(key, { kind: 'timeline', armIndex: chosen.index, pick: state.ui.timeline.pick }),
          ),
        );
      default:
        return h(
          'div',
          { class: 'waiting', key: 'waiting', role: 'status' },
          progressRing(t('timelineLoading')),
          h('span', { class: 'note' }, t('timelineLoading')),
        );
    }
  };
  return h(
    'div',
    { class: state.width < roomyFrom ? 'timeline narrow' : 'timeline' },
    picker(state, run, chosen, context),
    body(),
  );
};

/** The execution this tab wants and does not have, as a request; null where there is nothing to ask. */
export const wantedTimeline = (
  state: PanelState,
): { readonly key: string; readonly armIndex: number; readonly pick: string } | null => {
  const run = state.snapshot?.run;
  if (!run || state.ui.tab !== 'timeline') return null;
  const chosen = armOf(state, run);
  if (!chosen) return null;
  const key = timelineKey(run, chosen.index, state.ui.timeline.pick);
  return state.timeline.kind !== 'none' && state.timeline.of === key
    ? null
    : { key, armIndex: chosen.index, pick: state.ui.timeline.pick };
};
