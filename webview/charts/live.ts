import type { Arm, RunDocument } from '../../src/model/run';
import { roomyFrom, wideFrom, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { armLabel, currentArms, isRunning, provenanceLabel, systemOf } from '../systems';
import { chartFrame } from '../views/chartFrame';
import type { TableSpec } from '../views/dataTable';
import { canvasChart } from './draw';
import type { ChartSeries, ChartSpec } from './spec';

/** Points of one arm, a series a mark: filled warm, hollow cold, crossed failed. */
export const markSeries = (
  arm: Arm,
  x: (sample: Arm['samples'][number], position: number) => number,
  y: (sample: Arm['samples'][number]) => number,
  saturated: string,
): ChartSeries[] => {
  type Sample = Arm['samples'][number];
  const marks: Record<'filled' | 'hollow' | 'cross', { points: { x: number; y: number }[]; samples: Sample[] }> = {
    filled: { points: [], samples: [] },
    hollow: { points: [], samples: [] },
    cross: { points: [], samples: [] },
  };
  const nameOf = (sample: Sample): string =>
    [sample.name, sample.error, sample.saturated ? saturated : undefined].filter(Boolean).join(': ');
  arm.samples.forEach((sample, position) => {
    const mark = marks[sample.status !== 'succeeded' ? 'cross' : sample.cold === true ? 'hollow' : 'filled'];
    mark.points.push({ x: x(sample, position), y: y(sample) });
    mark.samples.push(sample);
  });
  return (['filled', 'hollow', 'cross'] as const).map((mark) => ({
    id: `${arm.system}/${mark}`,
    label: '',
    system: systemOf(arm),
    shape: 'points',
    mark,
    points: marks[mark].points,
    nameOf: (position) => nameOf(marks[mark].samples[position]!),
  }));
};

/** What a click on a point does, for the keyboard: opens the execution in the timeline. */
const executionLink = (name: string, run: RunDocument, arm: Arm, { t, dispatch }: Context): VNode =>
  h(
    'button',
    {
      class: 'plain',
      title: `${t('timeline')}: ${name}`,
      on: {
        click: () => {
          dispatch({ kind: 'pick', arm: run.arms.indexOf(arm), pick: name });
          dispatch({ kind: 'tab', tab: 'timeline' });
        },
      },
    },
    name,
  );

export const samplesTable = (run: RunDocument, arms: readonly Arm[], caption: string, context: Context): TableSpec => {
  const { t, f } = context;
  return {
    id: 'samples',
    caption,
    columns: [
      { id: 'name', label: t('execution'), text: true },
      { id: 'system', label: t('system'), text: true },
      { id: 'at', label: t('startsAt') },
      { id: 'latency', label: t('latency') },
      { id: 'cold', label: t('coldStarts'), text: true },
      { id: 'status', label: t('status'), text: true },
    ],
    rows: arms.flatMap((arm) =>
      arm.samples.map((sample) => ({
        key: `${arm.system}/${arm.samples.length}/${sample.index}`,
        cells: [
          { text: sample.name, node: executionLink(sample.name, run, arm, context) },
          { text: armLabel(arm, arms, context) },
          { text: f.ms(sample.atMs), value: sample.atMs },
          { text: f.ms(sample.latencyMs), value: sample.latencyMs },
          { text: sample.cold === null ? t('unknownStart') : sample.cold ? t('cold') : t('warm') },
          {
            text: [sample.error ?? sample.status, sample.saturated ? t('saturatedSample') : '']
              .filter(Boolean)
              .join(', '),
          },
        ],
      })),
    ),
  };
};

const latencySentence = (arm: Arm, arms: readonly Arm[], context: Context): string | null =>
  arm.latencyMs === null
    ? null
    : context.t(
        'latencySentence',
        armLabel(arm, arms, context),
        context.f.ms(arm.latencyMs.p50),
        context.f.ms(arm.latencyMs.p95),
        context.f.count(arm.latencyMs.n),
      );

/** Latency of every execution as it ends, in the order of their starts. */
const latencyChart = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const planned = !isRunning(run)
    ? 0
    : run.plan.load.kind === 'iterations' || run.plan.load.kind === 'burst'
      ? run.plan.load.executions
      : 0;
  const most = Math.max(planned, ...arms.map((arm) => arm.samples.length), 1);
  const spec: ChartSpec = {
    height: state.width < roomyFrom ? 116 : 150,
    series: arms.flatMap((arm) =>
      markSeries(
        arm,
        (sample) => sample.index + 1,
        (sample) => sample.latencyMs,
        t('saturatedSample'),
      ),
    ),
    x: { format: (value) => f.count(value), min: 0.5, max: most + 0.5, bare: true },
    y: { format: f.axisMs, time: true, min: 0 },
  };
  const sentence = arms
    .map((arm) => latencySentence(arm, arms, context))
    .filter((text) => text !== null)
    .join(' ');
  return chartFrame(
    {
      id: 'latency',
      title: t('latencyOf'),
      sentence: `${t('filledWarm')}.`,
      known: provenanceLabel(run, 'measured', context),
      chart: [
        canvasChart('latency', spec, sentence),
        h(
          'div',
          { class: 'spread note axis', key: 'axis', 'aria-hidden': 'true' },
          h('span', {}, t('firstExecution')),
          h('span', {}, t('lastExecution')),
        ),
      ],
      table: () => samplesTable(run, arms, t('latencyOf'), context),
    },
    state,
    context,
  );
};

const throughputChart = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const spec: ChartSpec = {
    height: state.width < roomyFrom ? 84 : 100,
    series: arms.map((arm) => ({
      id: arm.system,
      label: state.width < roomyFrom && arms.length > 2 ? '' : armLabel(arm, arms, context),
      system: systemOf(arm),
      shape: 'line',
      mark: 'none',
      dash: [],
      points: arm.series.map((point) => ({ x: point.atMs, y: point.finished })),
    })),
    x: { format: f.axisMs, time: true, min: 0 },
    y: { format: (value) => (Number.isInteger(value) ? f.count(value) : ''), min: 0 },
  };
  const sentence = arms
    .map((arm) => `${armLabel(arm, arms, context)}: ${t('perSecond', f.pace(arm.throughputPerSecond))}.`)
    .join(' ');
  return chartFrame(
    {
      id: 'throughput',
      title: t('throughputTitle'),
      sentence,
      known: provenanceLabel(run, 'measured', context),
      chart: canvasChart('throughput', spec, sentence),
      table: () => ({
        id: 'throughput',
        caption: t('throughputTitle'),
        columns: [
          { id: 'at', label: t('startsAt') },
          { id: 'system', label: t('system'), text: true },
          { id: 'started', label: t('started') },
          { id: 'finished', label: t('throughput') },
          { id: 'running', label: t('running') },
          { id: 'failed', label: t('failed') },
        ],
        rows: arms.flatMap((arm) =>
          arm.series.map((point) => ({
            key: `${arm.system}/${point.atMs}`,
            cells: [
              { text: f.ms(point.atMs), value: point.atMs },
              { text: armLabel(arm, arms, context) },
              { text: f.count(point.started), value: point.started },
              { text: f.count(point.finished), value: point.finished },
              { text: f.count(point.running), value: point.running },
              { text: f.count(point.failed), value: point.failed },
            ],
          })),
        ),
      }),
    },
    state,
    context,
  );
};

/** While it runs, and wherever there is room; in a narrow panel afterwards behind one line, so that the tabs are near. */
const throughput = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, dispatch } = context;
  const open = state.ui.opened.includes('throughput');
  if (isRunning(run) || state.width >= wideFrom) return throughputChart(run, arms, state, context);
  return h(
    'div',
    { class: 'frame', key: 'throughput-more' },
    h(
      'button',
      {
        class: 'disclosure',
        'aria-expanded': String(open),
        on: { click: () => dispatch({ kind: 'toggle', id: 'throughput' }) },
      },
      t('throughputTitle'),
    ),
    open && throughputChart(run, arms, state, context),
  );
};

/** The moving charts of a run; nothing until there is a first point. */
export const liveCharts = (state: PanelState, context: Context): VNode | false => {
  const run = state.snapshot!.run!;
  const arms = currentArms(run);
  if (!arms.some((arm) => arm.samples.length > 0)) return false;
  const moving = arms.some((arm) => arm.series.length > 1);
  return h(
    'div',
    { class: 'livecharts', key: 'charts' },
    latencyChart(run, arms, state, context),
    moving && throughput(run, arms, state, context),
  );
};
