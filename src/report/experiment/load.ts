import { formatCount, formatMs, formatNumber, formatShare, formatUsd } from '../../model/format';
import type { Arm } from '../../model/run';
import { systemName } from '../figures';
import type { Table } from '../table';
import { panels, plot, type PlotSeries } from './charts';
import { colourOf, left, right, type ExperimentResult, type Figure, type Section } from './sections';
import { coldWarm, ended, formOf, greatest, seconds, shown, thin, type Shown } from './shown';

/** So many executions a load are drawn as points. */
const drawnPoints = 40;

/** Orders placed at once. */
const atOf = (arm: Arm): number =>
  arm.load.kind === 'burst' ? arm.load.executions : arm.load.kind === 'iterations' ? arm.load.concurrency : 0;

const systemsIn = (all: readonly Shown[]): readonly string[] => [...new Set(all.map(({ arm }) => arm.system))];

/** A system's arms from the smallest load to the largest. */
const armsOf = (all: readonly Shown[], system: string): readonly Arm[] =>
  all
    .filter(({ arm }) => arm.system === system)
    .map(({ arm }) => arm)
    .sort((a, b) => atOf(a) - atOf(b));

const legendOf = (systems: readonly string[]): Figure['legend'] =>
  systems.map((system) => ({ name: systemName({ system }), colour: colourOf(system) }));

const lineOf = (arms: readonly Arm[], of: (arm: Arm) => number | undefined): NonNullable<PlotSeries['line']> =>
  arms.flatMap((arm) => {
    const y = of(arm);
    return y === undefined ? [] : [{ x: atOf(arm), y }];
  });

const heights = (series: readonly PlotSeries[]): readonly number[] =>
  series.flatMap((each) => [...(each.marks ?? []), ...(each.line ?? [])].map((point) => point.y)).filter((y) => y > 0);

/** From a second to a minute and a half is common under load: by powers of ten neither end is lost. */
const durations = (title: string, series: readonly PlotSeries[]) => {
  const ys = heights(series);
  const max = greatest(ys);
  return { ...seconds(title, max), log: { min: ys.reduce((low, y) => Math.min(low, y), max) } };
};

const pointsFigure = (id: string, all: readonly Shown[]): Figure => {
  const systems = systemsIn(all);
  const max = greatest(all.map(({ arm }) => atOf(arm)));
  // Beside one another, so that none hides another.
  const shift = (system: string) => (systems.indexOf(system) - (systems.length - 1) / 2) * max * 0.011;
  const series = systems.map((system): PlotSeries => {
    const arms = armsOf(all, system);
    return {
      name: system,
      colour: colourOf(system),
      marks: arms.flatMap((arm) =>
        thin(ended(arm), drawnPoints).map((sample) => ({
          x: atOf(arm) + shift(system),
          y: sample.latencyMs,
          form: formOf(sample),
        })),
      ),
      line: lineOf(arms, (arm) => arm.latencyMs?.p50),
      intervals: arms.flatMap((arm) => {
        const interval = arm.latencyMs?.ci95?.p50;
        return arm.latencyMs && interval
          ? [{ x: atOf(arm) + shift(system), y: arm.latencyMs.p50, low: interval[0], high: interval[1] }]
          : [];
      }),
    };
  });
  return {
    id,
    caption: `Figure 9. Duration of orders placed at once, logarithmic. Lines join the medians, with their 95 % intervals; at most ${drawnPoints} executions a load are drawn. ${coldWarm}.`,
    svg: plot(
      'Duration against load',
      { title: 'orders at once', text: formatCount, max },
      durations('duration', series),
      series,
    ),
    legend: legendOf(systems),
  };
};

/** All systems in one chart: above how long the slowest took, below how many ended a second. */
const throughputFigure = (id: string, all: readonly Shown[]): Figure => {
  const systems = systemsIn(all);
  const seriesOf = (of: (arm: Arm) => number | undefined) =>
    systems.map((system): PlotSeries => {
      const line = lineOf(armsOf(all, system), of);
      return { name: system, colour: colourOf(system), line, marks: line };
    });
  const [p95, rate] = [seriesOf((arm) => arm.latencyMs?.p95), seriesOf((arm) => arm.throughputPerSecond)];
  return {
    id: `${id}-throughput-p95`,
    caption:
      'The slowest twentieth (p95 of the duration, logarithmic) and throughput (orders that ended, a second of the load), every system.',
    svg: panels(
      'p95 and throughput against load',
      { title: 'orders at once', text: formatCount, max: greatest(all.map(({ arm }) => atOf(arm))) },
      [
        { y: durations('p95', p95), series: p95 },
        { y: { title: 'orders a second', text: (v) => formatNumber(v), max: greatest(heights(rate)) }, series: rate },
      ],
    ),
    legend: legendOf(systems),
  };
};

/** Figure 9: duration, p95 and throughput of every system against the load. */
export const loadSection = (results: readonly ExperimentResult[]): Section => {
  const all = shown(results);
  const id = `figure-9-${results[0]?.row.name ?? 'load'}`;
  return {
    title: results[0]?.row.title ?? 'Load',
    sentences: [...accountOf(all), ...mostOf(all)],
    figures: [pointsFigure(id, all), throughputFigure(id, all)],
    tables: [loadTable(all)],
  };
};

const lostOf = ({ executions: { failed, timedOut, aborted, unknown = 0 } }: Arm): number =>
  failed + timedOut + aborted + unknown;

const saturatedOf = (arm: Arm): number => arm.samples.filter((sample) => sample.saturated).length;

/** Whether every order that was started is accounted for, and how far this machine itself was in the way. */
const accountOf = (all: readonly Shown[]): string[] => {
  const sum = (of: (arm: Arm) => number) => all.reduce((total, { arm }) => total + of(arm), 0);
  const started = sum((arm) => arm.executions.started);
  const unknown = sum((arm) => arm.executions.unknown ?? 0);
  const saturated = sum(saturatedOf);
  return [
    `${formatCount(started)} orders were placed: ${formatCount(sum((arm) => arm.executions.succeeded))} succeeded, ${formatCount(sum(lostOf) - unknown)} failed, of ${formatCount(unknown)} the end is not known.`,
    ...(saturated > 0
      ? [
          `${formatCount(saturated)} of them (${formatShare(saturated / Math.max(1, started))}) came in while the machine that placed them was itself saturated: what they waited may be its own delay. The table says which.`,
        ]
      : []),
  ];
};

/** What each did at its largest load, and where it did most. In the order of the declaration: this is no ranking. */
const mostOf = (all: readonly Shown[]): string[] =>
  systemsIn(all).flatMap((system) => {
    const arms = armsOf(all, system);
    const last = arms.at(-1);
    const best = arms.reduce<Arm | undefined>(
      (most, arm) => (most && most.throughputPerSecond >= arm.throughputPerSecond ? most : arm),
      undefined,
    );
    if (!last?.latencyMs || !best) return [];
    const most =
      best === last
        ? 'the most it reached'
        : `most at ${formatCount(atOf(best))}: ${formatNumber(best.throughputPerSecond)}`;
    return [
      `${systemName({ system })}, ${formatCount(atOf(last))} at once: ${formatNumber(last.throughputPerSecond)} orders a second (${most}), median ${formatMs(last.latencyMs.p50)}, p95 ${formatMs(last.latencyMs.p95)}, n ${formatCount(last.latencyMs.n)}.`,
    ];
  });

const loadTable = (all: readonly Shown[]): Table => ({
  title: 'Duration, throughput and cost against load',
  columns: [
    right('orders at once'),
    left('system'),
    right('n'),
    right('p50'),
    left('95 % of p50'),
    right('p95'),
    right('max'),
    right('a second'),
    right('not succeeded'),
    right('saturated'),
    right('USD/million'),
  ],
  rows: all.map(({ arm }) => {
    const latency = arm.latencyMs;
    const interval = latency?.ci95?.p50;
    return [
      formatCount(atOf(arm)),
      systemName(arm),
      formatCount(latency?.n ?? 0),
      formatMs(latency?.p50),
      interval ? `${formatMs(interval[0])} – ${formatMs(interval[1])}` : '–',
      formatMs(latency?.p95),
      formatMs(latency?.max),
      formatNumber(arm.throughputPerSecond),
      formatShare(lostOf(arm) / Math.max(1, arm.executions.started)),
      formatShare(saturatedOf(arm) / Math.max(1, arm.samples.length)),
      arm.cost ? formatUsd(arm.cost.perMillion) : '–',
    ];
  }),
  notes: ['Saturated: share of the executions that came in while the machine that placed them was itself busy.'],
});

/** The same loads with every function cold and after a warm-up, side by side; undefined where one of the two is missing. */
export const coldAgainstWarm = (results: readonly ExperimentResult[]): Section | undefined => {
  const loads = results.filter(({ row }) => row.draw === 'load');
  const [cold, warm] = [true, false].map((which) => shown(loads.filter(({ row }) => (row.cold === true) === which)));
  if (!cold?.length || !warm?.length) return undefined;
  const systems = systemsIn(warm).filter((system) => cold.some(({ arm }) => arm.system === system));
  const seriesOf = (all: readonly Shown[], dashed: boolean) =>
    systems.map((system): PlotSeries => ({
      name: system,
      colour: colourOf(system),
      dashed,
      line: lineOf(armsOf(all, system), (arm) => arm.latencyMs?.p50),
    }));
  const series = [...seriesOf(warm, false), ...seriesOf(cold, true)];
  const pairs = systems.flatMap((system) =>
    armsOf(warm, system).flatMap((arm) => {
      const other = armsOf(cold, system).find((each) => atOf(each) === atOf(arm));
      return other ? [{ system, warm: arm, cold: other }] : [];
    }),
  );
  return {
    title: 'Cold and warm apart',
    sentences: [],
    figures: [
      {
        id: 'figure-9-cold-and-warm',
        caption:
          'Median duration of orders placed at once, logarithmic. Solid: after a warm-up; dashed: every function cold.',
        svg: plot(
          'Median duration against load, cold and warm',
          { title: 'orders at once', text: formatCount, max: greatest(pairs.map((pair) => atOf(pair.warm))) },
          durations('median', series),
          series,
        ),
        legend: legendOf(systems),
      },
    ],
    tables: [
      {
        title: 'Median, cold and warm',
        columns: [
          right('orders at once'),
          left('system'),
          right('warm'),
          right('cold'),
          right('more'),
          right('a second, warm'),
          right('a second, cold'),
          right('n, each'),
        ],
        rows: [...pairs]
          .sort((a, b) => atOf(a.warm) - atOf(b.warm))
          .map((pair) => [
            formatCount(atOf(pair.warm)),
            systemName({ system: pair.system }),
            formatMs(pair.warm.latencyMs?.p50),
            formatMs(pair.cold.latencyMs?.p50),
            pair.warm.latencyMs && pair.cold.latencyMs
              ? formatMs(pair.cold.latencyMs.p50 - pair.warm.latencyMs.p50)
              : '–',
            formatNumber(pair.warm.throughputPerSecond),
            formatNumber(pair.cold.throughputPerSecond),
            formatCount(Math.min(pair.warm.latencyMs?.n ?? 0, pair.cold.latencyMs?.n ?? 0)),
          ]),
        notes: ['Two runs, one after the other: what else the machine did meanwhile is in the difference.'],
      },
    ],
  };
};
