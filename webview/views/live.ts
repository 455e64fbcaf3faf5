import type { Arm, RunDocument } from '../../src/model/run';
import { firstWidth, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import type { StringKey } from '../strings';
import { currentArms, failedOf, isRunning, loadLabel, provenanceLabel, systemLabel, systemOf } from '../systems';

const phases: Readonly<Record<string, StringKey>> = {
  preparing: 'preparing',
  deploying: 'deploying',
  warmingUp: 'warmingUp',
  loading: 'loadingPhase',
  collecting: 'collecting',
  cleaning: 'cleaning',
};

const sum = (arms: readonly Arm[], of: (arm: Arm) => number): number => arms.reduce((total, arm) => total + of(arm), 0);

/** Bar, what is done, what is left. Its place stays when the run ends, so that nothing below jumps. */
export const progress = (run: RunDocument, { t, f }: Context): VNode => {
  const { planned, done, remainingMs } = run.progress;
  const share = planned === 0 ? 0 : Math.min(1, done / planned);
  const now =
    run.status.kind === 'running' && run.status.phase !== 'loading'
      ? t(phases[run.status.phase]!)
      : t('doneOf', f.count(done), f.count(planned));
  return h(
    'div',
    { class: 'progress', key: 'progress' },
    h(
      'div',
      {
        class: run.status.kind === 'running' ? 'track busy' : 'track',
        role: 'progressbar',
        'aria-label': t('progress'),
        'aria-valuemin': '0',
        'aria-valuemax': String(planned),
        'aria-valuenow': String(Math.min(done, planned)),
      },
      h('div', { class: 'fill', style: { width: `${share * 100}%` } }),
    ),
    h(
      'div',
      { class: 'spread note' },
      h('span', {}, now),
      isRunning(run) &&
        remainingMs !== null &&
        remainingMs > 0 &&
        h('span', {}, t('timeLeft', f.axisMs(roundTime(remainingMs)))),
    ),
  );
};

/** A guess is not known to the millisecond: whole seconds below a minute, tenths of a minute above. */
const roundTime = (ms: number): number =>
  ms < 60_000 ? Math.max(1000, Math.round(ms / 1000) * 1000) : Math.round(ms / 6000) * 6000;

const tile = (label: string, value: string, bad = false): VNode =>
  h('div', { class: bad ? 'tile bad' : 'tile', key: label }, h('dd', {}, value), h('dt', {}, label));

/** Below this width of the column the counts are a line of text: five of them would take as much height as the answer. */
const tilesFrom = 290;

const tiles = (run: RunDocument, state: PanelState, { t, f }: Context): VNode => {
  const { arms } = run;
  const failed = sum(arms, failedOf);
  const throttled = sum(arms, (arm) => arm.executions.throttled);
  const dropped = sum(arms, (arm) => arm.executions.dropped);
  return h(
    'dl',
    { class: firstWidth(state.width) >= tilesFrom ? 'tiles' : 'tiles inline', key: 'tiles' },
    tile(t('started'), f.count(sum(arms, (arm) => arm.executions.started))),
    tile(t('running'), f.count(run.progress.running)),
    tile(t('succeeded'), f.count(sum(arms, (arm) => arm.executions.succeeded))),
    tile(t('failed'), f.count(failed), failed > 0),
    tile(t('throughput'), f.pace(sum(arms, (arm) => arm.throughputPerSecond))),
    throttled > 0 && tile(t('throttled'), f.count(throttled), true),
    dropped > 0 && tile(t('dropped'), f.count(dropped), true),
  );
};

/** Panel widths from which a figure has its own column instead of the line below. */
const columnsFrom = { transitions: 300 } as const;

/** One row an arm: what a person compares first. In a narrow panel what does not fit moves to the line below it. */
const figures = (run: RunDocument, state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const arms = currentArms(run);
  const several = arms.length < run.arms.length;
  const roomy = firstWidth(state.width) >= columnsFrom.transitions;
  const head = ['p50', 'p95', ...(roomy ? [t('transitions'), t('perMillion')] : [])];
  const row = (arm: Arm): VNode => {
    const cost = f.usd(arm.cost?.perMillion);
    const transitions = f.ms(arm.transitionTotalMs?.p50);
    const ended = arm.latencyMs;
    const under = [
      several && loadLabel(arm.load, context),
      !ended && t(run.status.kind === 'running' ? 'noneEnded' : 'noneRan'),
      ended && t('nCount', f.count(ended.n)),
      ended && `p99 ${f.ms(ended.p99)}`,
      ended && t('perSecond', f.pace(arm.throughputPerSecond)),
      !roomy && arm.transitionTotalMs && t('inTransitions', transitions),
      !roomy && arm.cost && t('costPerMillion', cost),
    ];
    return h(
      'tbody',
      { key: `${arm.system}/${JSON.stringify(arm.load)}`, class: `sys-${systemOf(arm)}` },
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, h('span', { class: 'swatch' }), `\u2060${systemLabel(arm, context)}`),
        h('td', {}, f.ms(arm.latencyMs?.p50)),
        h('td', {}, f.ms(arm.latencyMs?.p95)),
        roomy && h('td', {}, transitions),
        roomy && h('td', {}, cost),
      ),
      h(
        'tr',
        { class: 'under' },
        h('td', { colspan: head.length + 1 }, under.filter((text) => typeof text === 'string').join(' · ')),
      ),
    );
  };
  const spent = sum(run.arms, (arm) => arm.cost?.total ?? 0);
  return h(
    'div',
    { key: 'figures' },
    h(
      'table',
      { class: 'figures' },
      h('caption', { class: 'hidden' }, t('latencyOf')),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td', {}),
          head.map((label) => h('th', { scope: 'col', key: label }, label)),
        ),
      ),
      arms.map(row),
    ),
    h(
      'p',
      { class: 'note known', key: 'known' },
      [provenanceLabel(run, 'measured', context), spent > 0 && `${t('costSoFar', f.usd(spent))} (${t('derived')})`]
        .filter((text) => text !== false)
        .join(' · '),
    ),
  );
};

export const live = (run: RunDocument, state: PanelState, context: Context): VNode =>
  h(
    'section',
    { class: 'live', key: 'live', 'aria-label': context.t('latency') },
    (run.arms.length > 0 || isRunning(run)) && tiles(run, state, context),
    run.arms.length > 0 && h('h2', { key: 'head' }, context.t('latency')),
    run.arms.length > 0 && figures(run, state, context),
  );
