import type { Arm, RunDocument } from '../../src/model/run';
import { roomyFrom, type Context } from '../context';
import { h, type Child, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import type { StringKey } from '../strings';
import { armLabel, failedOf, isRunning, provenanceLabel, systemOf } from '../systems';

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
const progress = (run: RunDocument, { t, f }: Context): VNode => {
  const { planned, done, running, remainingMs } = run.progress;
  const share = planned === 0 ? 0 : Math.min(1, done / planned);
  const failed = sum(run.arms, failedOf);
  const now =
    run.status.kind === 'running' && run.status.phase !== 'loading'
      ? t(phases[run.status.phase]!)
      : `${t('doneOf', f.count(done), f.count(planned))} · ${t('runningCount', f.count(running))} · `;
  const counted = run.status.kind !== 'running' || run.status.phase === 'loading';
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
      h('span', {}, now, counted && h('span', { class: failed > 0 ? 'bad' : '' }, t('failedCount', f.count(failed)))),
      remainingMs !== null && h('span', {}, t('timeLeft', f.axisMs(roundTime(remainingMs)))),
    ),
  );
};

/** A guess is not known to the millisecond: whole seconds below a minute, tenths of a minute above. */
const roundTime = (ms: number): number =>
  ms < 60_000 ? Math.max(1000, Math.round(ms / 1000) * 1000) : Math.round(ms / 6000) * 6000;

const tile = (label: string, value: string, bad = false): VNode =>
  h('div', { class: bad ? 'tile bad' : 'tile', key: label }, h('dd', {}, value), h('dt', {}, label));

const tiles = (run: RunDocument, { t, f }: Context): VNode => {
  const { arms } = run;
  const failed = sum(arms, failedOf);
  const throttled = sum(arms, (arm) => arm.executions.throttled);
  const dropped = sum(arms, (arm) => arm.executions.dropped);
  return h(
    'dl',
    { class: 'tiles', key: 'tiles' },
    tile(t('started'), f.count(sum(arms, (arm) => arm.executions.started))),
    tile(t('running'), f.count(run.progress.running)),
    tile(t('succeeded'), f.count(sum(arms, (arm) => arm.executions.succeeded))),
    tile(t('failed'), f.count(failed), failed > 0),
    tile(t('throughput'), f.number(round3(sum(arms, (arm) => arm.throughputPerSecond)))),
    throttled > 0 && tile(t('throttled'), f.count(throttled), true),
    dropped > 0 && tile(t('dropped'), f.count(dropped), true),
  );
};

const round3 = (value: number): number => Number(value.toPrecision(3));

/** One row an arm: what a person compares first. In a narrow panel what does not fit moves to the line below it. */
const figures = (run: RunDocument, state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const roomy = state.width >= roomyFrom;
  const head: readonly (readonly [string, boolean])[] = [
    ['p50', true],
    ['p95', true],
    ['p99', true],
    [t('transitions'), roomy],
    [t('perMillion'), roomy],
  ];
  const row = (arm: Arm): VNode => {
    const cost = arm.cost ? f.usd(arm.cost.perMillion) : null;
    const transitions = arm.transitionTotalMs ? f.ms(arm.transitionTotalMs.p50) : null;
    const under: readonly (string | false)[] = [
      t('nCount', f.count(arm.latencyMs?.n ?? 0)),
      t('perSecond', f.number(round3(arm.throughputPerSecond))),
      !roomy && transitions !== null && t('inTransitions', transitions),
      !roomy && cost !== null && t('costPerMillion', cost),
      arm.cost !== null && isRunning(run) && t('costSoFar', f.usd(arm.cost.total)),
    ];
    return h(
      'tbody',
      { key: `${arm.system}/${JSON.stringify(arm.load)}`, class: `sys-${systemOf(arm)}` },
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, h('span', { class: 'swatch' }), armLabel(arm, run.arms, context)),
        h('td', {}, f.ms(arm.latencyMs?.p50)),
        h('td', {}, f.ms(arm.latencyMs?.p95)),
        h('td', {}, f.ms(arm.latencyMs?.p99)),
        roomy && h('td', {}, transitions ?? '–'),
        roomy && h('td', {}, cost ?? '–'),
      ),
      h(
        'tr',
        { class: 'under' },
        h('td', { colspan: roomy ? 6 : 4 }, under.filter((text) => text !== false).join(' · ')),
      ),
    );
  };
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
          head.filter(([, shown]) => shown).map(([label]) => h('th', { scope: 'col' }, label)),
        ),
      ),
      run.arms.map(row),
    ),
    h('p', { class: 'note', key: 'known' }, provenanceLabel(run, 'measured', context)),
  );
};

export const live = (run: RunDocument, state: PanelState, context: Context, chart: Child): VNode =>
  h(
    'section',
    { class: 'live', key: 'live', 'aria-label': context.t('latency') },
    progress(run, context),
    tiles(run, context),
    run.arms.length > 0 && h('h2', { key: 'head' }, context.t('latency')),
    run.arms.length > 0 && figures(run, state, context),
    chart,
  );
