import type { Arm, RunDocument } from '../../src/model/run';
import { canvasChart } from '../charts/draw';
import type { ChartMarker, ChartSeries, ChartSpec } from '../charts/spec';
import { roomyFrom, wideFrom, type Context } from '../context';
import { h, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { dashes, failedOf, loadLabel, loadValue, provenanceLabel, systemLabel, systemOf } from '../systems';
import { chartFrame } from '../views/chartFrame';
import type { TableSpec } from '../views/dataTable';

export interface SweepLine {
  readonly system: string;
  /** By rising load. */
  readonly arms: readonly Arm[];
}

/** Systems of the run that were measured under at least two loads. */
export const sweepLines = (run: RunDocument): SweepLine[] => {
  const bySystem = new Map<string, Arm[]>();
  for (const arm of run.arms) bySystem.set(arm.system, [...(bySystem.get(arm.system) ?? []), arm]);
  return [...bySystem]
    .filter(([, arms]) => new Set(arms.map((arm) => loadValue(arm.load))).size >= 2)
    .map(([system, arms]) => ({ system, arms: [...arms].sort((a, b) => loadValue(a.load) - loadValue(b.load)) }));
};

const axisTitle = (run: RunDocument, { t }: Context): string => {
  const kind = run.arms[0]?.load.kind;
  return t(kind === 'burst' ? 'atOnce' : kind === 'arrivalRate' ? 'aSecond' : 'atATime');
};

type Figure = 'p50' | 'p95' | 'throughput';
const figure = (arm: Arm, of: Figure): number | null =>
  of === 'throughput' ? arm.throughputPerSecond : (arm.latencyMs?.[of] ?? null);

const series = (lines: readonly SweepLine[], of: Figure, faint: boolean, context: Context): ChartSeries[] =>
  lines.map(({ system, arms }) => ({
    id: `${system}/${of}`,
    label: faint ? '' : systemLabel(arms[0]!, context),
    system: systemOf(arms[0]!),
    shape: 'line',
    mark: faint ? 'none' : 'filled',
    dash: faint ? [1, 3] : dashes[systemOf(arms[0]!)],
    points: arms.flatMap((arm) => {
      const y = figure(arm, of);
      return y === null ? [] : [{ x: loadValue(arm.load), y }];
    }),
  }));

const table = (id: string, lines: readonly SweepLine[], caption: string, context: Context): TableSpec => {
  const { t, f } = context;
  return {
    id,
    caption,
    columns: [
      { id: 'system', label: t('system'), text: true },
      { id: 'load', label: t('shape') },
      { id: 'n', label: 'n' },
      { id: 'p50', label: 'p50' },
      { id: 'p95', label: 'p95' },
      { id: 'p99', label: 'p99' },
      { id: 'throughput', label: t('throughput') },
      { id: 'failed', label: t('failed') },
      { id: 'throttled', label: t('throttled') },
      { id: 'cost', label: t('costMillion') },
    ],
    rows: lines.flatMap(({ system, arms }) =>
      arms.map((arm, index) => {
        const ms = (value: number | undefined): { text: string; value: number | null } => ({
          text: f.ms(value),
          value: value ?? null,
        });
        const count = (value: number): { text: string; value: number } => ({ text: f.count(value), value });
        return {
          key: `${system}/${index}`,
          cells: [
            { text: systemLabel(arm, context) },
            { text: loadLabel(arm.load, context), value: loadValue(arm.load) },
            count(arm.latencyMs?.n ?? 0),
            ms(arm.latencyMs?.p50),
            ms(arm.latencyMs?.p95),
            ms(arm.latencyMs?.p99),
            { text: f.pace(arm.throughputPerSecond), value: arm.throughputPerSecond },
            count(failedOf(arm)),
            count(arm.executions.throttled),
            { text: f.usd(arm.cost?.perMillion), value: arm.cost?.perMillion ?? null },
          ],
        };
      }),
    ),
  };
};

/** The knee of throughput that the run's own fit found; null where it saw none, undefined where it made no fit. */
const kneeOf = (run: RunDocument, system: string): number | null | undefined =>
  run.fits?.find((fit) => fit.system === system && fit.of === 'throughput')?.knee;

interface Knee {
  readonly line: SweepLine;
  readonly knee: number | null | undefined;
}

/** One marker a load, with the systems that bend there; in a narrow panel the sentence below names them. */
const kneeMarkers = (knees: readonly Knee[], narrow: boolean, context: Context): ChartMarker[] => {
  const { t, f } = context;
  const byLoad = new Map<number, SweepLine[]>();
  for (const { line, knee } of knees)
    if (typeof knee === 'number') byLoad.set(knee, [...(byLoad.get(knee) ?? []), line]);
  return [...byLoad].map(([x, lines]) => {
    const names = narrow ? '' : `: ${lines.map((line) => systemLabel(line.arms[0]!, context)).join(', ')}`;
    return {
      x,
      label: `${t('sweepKnee', f.count(x))}${names}`,
      system: lines.length === 1 ? systemOf(lines[0]!.arms[0]!) : 'grey',
    };
  });
};

export const sweepTab = (state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const { run } = state.snapshot!;
  const lines = run ? sweepLines(run) : [];
  if (!run || lines.length === 0) return h('p', { class: 'note vacant' }, t('sweepHint'));
  const points = (line: SweepLine): readonly { x: number; y: number }[] =>
    series([line], 'p95', false, context)[0]!.points;
  const knees = lines.map((line) => ({ line, knee: kneeOf(run, line.system) }));
  const markers = kneeMarkers(knees, state.width < roomyFrom, context);
  const most = Math.max(...lines.flatMap(({ arms }) => arms.map((arm) => loadValue(arm.load))));
  const x = { title: axisTitle(run, context), format: f.axisCount, min: 0, max: most };
  const height = state.width >= wideFrom ? 300 : 220;
  const latency: ChartSpec = {
    height,
    series: [...series(lines, 'p95', false, context), ...series(lines, 'p50', true, context)],
    x,
    y: { format: f.axisMs, time: true, min: 0 },
    markers,
  };
  const throughput: ChartSpec = {
    height: height * 0.7,
    series: series(lines, 'throughput', false, context),
    x,
    y: { format: f.plain, min: 0 },
  };
  const sentence = knees
    .map(({ line, knee }) => {
      const measured = points(line);
      const said = t(
        'sweepSentence',
        systemLabel(line.arms[0]!, context),
        f.ms(measured[0]?.y),
        f.ms(measured.at(-1)?.y),
      );
      if (knee === undefined) return `${said}.`;
      return `${said}, ${knee === null ? t('sweepNoKnee') : t('sweepKnee', f.count(knee))}.`;
    })
    .join(' ');
  const known = provenanceLabel(run, 'measured', context);
  return h(
    'div',
    { class: 'frames' },
    chartFrame(
      {
        id: 'sweep',
        title: `p95, ${t('sweepLatency')}`,
        sentence: `${sentence} ${t('sweepDotted')}`,
        known,
        chart: canvasChart('latency', latency, sentence),
        table: () => table('sweep', lines, t('sweepLatency'), context),
      },
      state,
      context,
    ),
    chartFrame(
      {
        id: 'sweep-throughput',
        title: t('sweepThroughput'),
        sentence:
          lines
            .map(
              ({ arms }) =>
                `${systemLabel(arms[0]!, context)}: ${t('perSecond', f.pace(Math.max(...arms.map((arm) => arm.throughputPerSecond))))}`,
            )
            .join(', ') + '.',
        known,
        chart: canvasChart('throughput', throughput, t('sweepThroughput')),
        table: () => table('sweep-throughput', lines, t('sweepThroughput'), context),
      },
      state,
      context,
    ),
  );
};
