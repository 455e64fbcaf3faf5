import type { Arm, RunDocument } from '../../src/model/run';
import { canvasChart } from '../charts/draw';
import { markSeries, samplesTable } from '../charts/live';
import type { ChartPoint, ChartSpec } from '../charts/spec';
import { wideFrom, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { armLabel, finishedOf, mainArms, provenanceLabel, systemOf } from '../systems';
import { vacant } from '../views/vacant';
import { chartFrame } from '../views/chartFrame';

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly warm: number;
  readonly cold: number;
}

/** A round width (1, 2 or 5 × a power of ten) that gives about `wanted` bins over `range`. */
export const binWidth = (range: number, wanted: number): number => {
  if (!(range > 0)) return 1;
  const rough = range / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
};

/** Every sample in a bin, none left out; what is not known to be cold counts as warm and is said below the chart. */
export const binsOf = (arm: Arm, from: number, width: number, count: number): Bin[] => {
  const bins = Array.from({ length: count }, (_, index) => ({
    from: from + index * width,
    to: from + (index + 1) * width,
    warm: 0,
    cold: 0,
  }));
  for (const sample of arm.samples) {
    const bin = bins[Math.min(count - 1, Math.max(0, Math.floor((sample.latencyMs - from) / width)))]!;
    if (sample.cold === true) bin.cold++;
    else bin.warm++;
  }
  return bins;
};

const sharedBins = (
  arms: readonly Arm[],
): { readonly from: number; readonly width: number; readonly count: number } => {
  let [low, high] = [Infinity, -Infinity];
  for (const arm of arms) {
    for (const { latencyMs } of arm.samples) {
      low = Math.min(low, latencyMs);
      high = Math.max(high, latencyMs);
    }
  }
  const width = binWidth(high - low, 28);
  const from = Math.floor(low / width) * width;
  return { from, width, count: Math.max(1, Math.floor((high - from) / width) + 1) };
};

const sentenceOf = (arm: Arm, arms: readonly Arm[], context: Context): string => {
  const { t, f } = context;
  const label = armLabel(arm, arms, context);
  const { latencyMs: all, warmLatencyMs: warm, coldLatencyMs: cold } = arm;
  if (warm && cold)
    return t('distributionSentence', label, f.ms(warm.p50), f.count(warm.n), f.ms(cold.p50), f.count(cold.n));
  return all ? t('distributionPlain', label, f.ms(all.p50), f.ms(all.min), f.ms(all.max), f.count(all.n)) : label;
};

/** One histogram a system on one shared scale, so that they can be laid above each other by eye. */
const histogram = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const { from, width, count } = sharedBins(arms);
  const binned = arms.map((arm) => ({ arm, bins: binsOf(arm, from, width, count) }));
  const end = from + width * (count + 0.5);
  const tallest = Math.max(...binned.flatMap(({ bins }) => bins.map((bin) => bin.warm + bin.cold)), 1);
  // Whole steps, so that the topmost line is one of them.
  const step = Math.max(1, binWidth(tallest, 4));
  const top = Math.ceil(tallest / step) * step;
  const spec = (arm: Arm, bins: readonly Bin[]): ChartSpec => {
    const points = (of: (bin: Bin) => number): ChartPoint[] =>
      bins.map((bin) => ({ x: (bin.from + bin.to) / 2, y: of(bin) }));
    const base = { label: '', system: systemOf(arm), shape: 'bars' } as const;
    const nameOf = (position: number, kind: string): string => {
      const bin = bins[position]!;
      return `${f.ms(bin.from)} – ${f.ms(bin.to)}, ${kind}`;
    };
    return {
      height: 124,
      stacked: true,
      series: [
        {
          ...base,
          id: 'warm',
          mark: 'filled',
          points: points((bin) => bin.warm),
          nameOf: (position) => nameOf(position, t('warm')),
        },
        {
          ...base,
          id: 'cold',
          mark: 'hollow',
          points: points((bin) => bin.cold),
          nameOf: (position) => nameOf(position, t('cold')),
        },
      ],
      x: { format: f.axisMs, time: true, min: from - width / 2, max: end },
      y: {
        format: (value) => (Number.isInteger(value) ? f.count(value) : ''),
        min: 0,
        max: top,
        ticks: Array.from({ length: top / step + 1 }, (_, index) => index * step),
      },
    };
  };
  return chartFrame(
    {
      id: 'histogram',
      title: t('histogram'),
      sentence: [
        ...arms.map((arm) => sentenceOf(arm, arms, context)),
        ...(arms.some((arm) => arm.coldBasis === 'clusters') ? [t('clusters')] : []),
      ].join(' '),
      known: provenanceLabel(run, 'measured', context),
      chart: binned.map(({ arm, bins }) =>
        h(
          'div',
          { key: arm.system, class: `sys-${systemOf(arm)}` },
          h(
            'p',
            { class: 'note key' },
            h('span', {}, h('span', { class: 'swatch' }), `${armLabel(arm, arms, context)}, ${t('warm')}`),
            bins.some((bin) => bin.cold > 0) && h('span', {}, h('span', { class: 'swatch hollow' }), t('cold')),
          ),
          canvasChart('canvas', spec(arm, bins), sentenceOf(arm, arms, context)),
        ),
      ),
      table: () => ({
        id: 'histogram',
        caption: t('histogram'),
        columns: [
          { id: 'from', label: t('fromTo') },
          { id: 'system', label: t('system'), text: true },
          { id: 'warm', label: t('warm') },
          { id: 'cold', label: t('cold') },
        ],
        rows: binned.flatMap(({ arm, bins }) =>
          bins
            .filter((bin) => bin.warm + bin.cold > 0)
            .map((bin) => ({
              key: `${arm.system}/${bin.from}`,
              cells: [
                { text: f.ms(bin.from), value: bin.from },
                { text: armLabel(arm, arms, context) },
                { text: f.count(bin.warm), value: bin.warm },
                { text: f.count(bin.cold), value: bin.cold },
              ],
            })),
        ),
      }),
    },
    state,
    context,
  );
};

const points = (run: RunDocument, arms: readonly Arm[], state: PanelState, context: Context): VNode => {
  const { t, f, dispatch } = context;
  const kept = arms.reduce((sum, arm) => sum + arm.samples.length, 0);
  const all = arms.reduce((sum, arm) => sum + finishedOf(arm), 0);
  const lastStart = arms.flatMap((arm) => arm.samples).reduce((last, { atMs }) => Math.max(last, atMs), 0);
  const spec: ChartSpec = {
    height: state.width >= wideFrom ? 220 : 160,
    series: arms.flatMap((arm) =>
      markSeries(
        arm,
        (sample) => sample.atMs,
        (sample) => sample.latencyMs,
        t('saturatedSample'),
      ),
    ),
    // A single start, or all at once, stand at the left of a second and not all over a hair.
    x: { format: f.axisMs, time: true, min: 0, ...(lastStart < 1000 ? { max: 1000 } : {}), title: t('startsAt') },
    y: { format: f.axisMs, time: true, min: 0 },
    onPick: (series, index) => {
      const picked = spec.series
        .find((one) => one.id === series)
        ?.nameOf?.(index)
        .split(': ')[0];
      const arm = run.arms.findIndex((one) => one.samples.some((sample) => sample.name === picked));
      if (picked === undefined || arm < 0) return;
      dispatch({ kind: 'pick', arm, pick: picked });
      dispatch({ kind: 'tab', tab: 'timeline' });
    },
  };
  const sentence = t('sampleOf', f.count(kept), f.count(all));
  return chartFrame(
    {
      id: 'points',
      title: t('points'),
      sentence: `${kept < all ? `${sentence}. ` : ''}${t('filledWarm')}.`,
      known: provenanceLabel(run, 'measured', context),
      chart: canvasChart('points', spec, sentence),
      table: () => samplesTable(run, arms, t('points'), context),
    },
    state,
    context,
  );
};

export const distributionTab = (state: PanelState, context: Context): VNode => {
  const { run } = state.snapshot!;
  const arms = run
    ? mainArms(run)
        .map(({ arm }) => arm)
        .filter((arm) => arm.samples.length > 0)
    : [];
  if (!run || arms.length === 0) return vacant(run, 'emptyDistribution', context);
  return h('div', { class: 'frames' }, histogram(run, arms, state, context), points(run, arms, state, context));
};
