import type { Chart, ChartConfiguration, ChartDataset, Plugin, ScaleOptionsByType } from 'chart.js';
import { widget, type VNode, type WidgetHandle } from '../dom/vnode';
import { loadCharts, type ChartLibrary } from '../libraries';
import { textWidth } from '../views/svgText';
import type { ChartAxis, ChartSeries, ChartSpec } from './spec';
import { timeTicks } from './ticks';
import { onThemeChange, readTheme, type ChartTheme } from './theme';

type AnyChart = Chart<'line' | 'bar' | 'scatter', { x: number; y: number }[]>;
type Dataset = ChartDataset<'line' | 'bar' | 'scatter', { x: number; y: number }[]>;

const small = 11;
/** Above so many points of a kind they are drawn smaller. */
const manyPoints = 400;

const dataset = (series: ChartSeries, spec: ChartSpec, theme: ChartTheme): Dataset => {
  const color = theme.systems[series.system];
  const hollow = series.mark === 'hollow';
  const data = series.points as { x: number; y: number }[];
  if (series.shape === 'bars') {
    return {
      type: 'bar',
      label: series.id,
      data,
      backgroundColor: hollow ? 'transparent' : color,
      borderColor: color,
      borderWidth: hollow ? 1.5 : 0,
      barPercentage: 0.92,
      categoryPercentage: 1,
      grouped: false,
    };
  }
  const radius = series.mark === 'none' ? 0 : series.shape === 'line' ? 2 : data.length > manyPoints ? 1.6 : 2.4;
  const points = {
    pointStyle: series.mark === 'cross' ? ('crossRot' as const) : ('circle' as const),
    pointRadius: series.mark === 'cross' ? radius + 1.8 : radius,
    pointHoverRadius: radius + 2,
    pointBackgroundColor: hollow ? theme.background : color,
    pointBorderColor: color,
    pointBorderWidth: series.mark === 'cross' ? 1.8 : hollow ? 1.4 : 0,
    pointHitRadius: 6,
  };
  return {
    type: 'line',
    label: series.id,
    data,
    showLine: series.shape === 'line',
    borderColor: color,
    borderWidth: 1.6,
    borderDash: [...(series.dash ?? [])],
    tension: 0,
    ...points,
    clip: spec.series.length > 0 ? 8 : false,
  };
};

const scale = (
  axis: ChartAxis,
  of: 'x' | 'y',
  spec: ChartSpec,
  theme: ChartTheme,
): Partial<ScaleOptionsByType<'linear'>> => {
  const { ticks } = axis;
  const options = {
    type: axis.logarithmic ? 'logarithmic' : 'linear',
    ...(axis.min === undefined ? {} : { min: axis.min }),
    ...(axis.max === undefined ? {} : { max: axis.max }),
    beginAtZero: of === 'y',
    stacked: spec.stacked === true && of === 'y',
    border: { display: false },
    grid: { display: of === 'y' && !axis.bare, color: theme.line, drawTicks: false, lineWidth: 1 },
    title: {
      display: axis.title !== undefined,
      text: axis.title ?? '',
      color: theme.muted,
      font: { size: small, family: theme.font },
      align: of === 'x' ? ('end' as const) : ('center' as const),
      padding: 2,
    },
    ticks: {
      display: !axis.bare,
      color: theme.muted,
      font: { size: small, family: theme.font },
      maxTicksLimit: of === 'y' ? 5 : 7,
      padding: 4,
      maxRotation: 0,
      autoSkipPadding: 14,
      callback: (value: number | string) => axis.format(Number(value)),
    },
    afterBuildTicks: (built: { min: number; max: number; ticks: { value: number }[] }) => {
      const wanted = ticks ?? (axis.time ? timeTicks(built.max, of === 'y' ? 4 : 6) : null);
      if (wanted)
        built.ticks = wanted.filter((value) => value >= built.min && value <= built.max).map((value) => ({ value }));
    },
    offset: false,
  };
  return options as unknown as Partial<ScaleOptionsByType<'linear'>>;
};

/** Labels at the ends of lines, moved apart where they would lie on each other; and the vertical markers. */
const annotations = (spec: () => ChartSpec, theme: () => ChartTheme): Plugin<'line' | 'bar' | 'scatter'> => ({
  id: 'annotations',
  afterDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    const { markers = [], series } = spec();
    const colors = theme();
    ctx.save();
    ctx.font = `${small}px ${colors.font}`;
    ctx.textBaseline = 'middle';
    markers.forEach((marker, row) => {
      const x = chart.scales.x!.getPixelForValue(marker.x);
      if (x < chartArea.left - 1 || x > chartArea.right + 1) return;
      ctx.strokeStyle = colors.systems[marker.system];
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.fillStyle = colors.text;
      const width = ctx.measureText(marker.label).width;
      const left = Math.max(chartArea.left, x + 5 + width > chartArea.right ? x - 5 - width : x + 5);
      ctx.fillText(marker.label, left, chartArea.top + 7 + row * 14);
    });
    const labels = series
      .map((one, index) => ({ text: one.label, meta: chart.getDatasetMeta(index) }))
      .filter(({ text, meta }) => text !== '' && meta.data.length > 0)
      .map(({ text, meta }) => ({ text, x: chartArea.right + 8, y: meta.data.at(-1)!.y }))
      .sort((a, b) => a.y - b.y);
    for (let i = 1; i < labels.length; i++) labels[i]!.y = Math.max(labels[i]!.y, labels[i - 1]!.y + 14);
    const over = Math.max(0, (labels.at(-1)?.y ?? 0) - chartArea.bottom);
    ctx.fillStyle = colors.muted;
    for (const label of labels) ctx.fillText(label.text, label.x, label.y - over);
    ctx.restore();
  },
});

/** Room the end labels need at the right, px. */
const labelRoom = (spec: ChartSpec): number => {
  const labels = spec.series.map((series) => series.label).filter((label) => label !== '');
  return labels.length === 0 ? 6 : Math.max(...labels.map((label) => textWidth(label, small))) + 12;
};

const configuration = (
  spec: ChartSpec,
  theme: ChartTheme,
  current: () => ChartSpec,
  currentTheme: () => ChartTheme,
): ChartConfiguration<'line' | 'bar' | 'scatter', { x: number; y: number }[]> => ({
  type: 'line',
  data: { datasets: spec.series.map((series) => dataset(series, spec, theme)) },
  options: {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { right: labelRoom(spec), top: 10, left: 0, bottom: 0 } },
    interaction: { mode: 'nearest', intersect: true },
    scales: { x: scale(spec.x, 'x', spec, theme), y: scale(spec.y, 'y', spec, theme) },
    onClick: (_event, elements) => {
      const [hit] = elements;
      if (hit) current().onPick?.(current().series[hit.datasetIndex]!.id, hit.index);
    },
    plugins: {
      tooltip: {
        animation: false,
        displayColors: false,
        backgroundColor: theme.hover,
        borderColor: theme.line,
        borderWidth: 1,
        titleColor: theme.text,
        bodyColor: theme.text,
        titleFont: { family: theme.font, size: 12, weight: 'normal' },
        bodyFont: { family: theme.font, size: 12 },
        callbacks: {
          title: (items) =>
            items
              .map(
                (item) =>
                  current().series[item.datasetIndex]?.nameOf?.(item.dataIndex) ??
                  current().series[item.datasetIndex]?.label ??
                  '',
              )
              .slice(0, 1),
          label: (item) => {
            const point = item.raw as { x: number; y: number };
            return current().x.bare
              ? current().y.format(point.y)
              : `${current().x.format(point.x)}: ${current().y.format(point.y)}`;
          },
        },
      },
    },
  },
  plugins: [annotations(current, currentTheme)],
});

/** Everything of a chart but its points: while it is the same, new points are all that is set. */
const frameOf = (spec: ChartSpec): string =>
  JSON.stringify([
    spec.series.map(({ points, nameOf: _nameOf, ...rest }) => [rest, points.length > manyPoints]),
    { ...spec.x, format: null },
    { ...spec.y, format: null },
    spec.stacked,
  ]);

/** Charts waiting to be drawn: one a frame, so that several of them do not make one long frame. */
const waiting = new Set<() => void>();
let frame = 0;
const drawNext = (): void => {
  const [next] = waiting;
  frame = 0;
  if (!next) return;
  waiting.delete(next);
  next();
  if (waiting.size > 0) frame = requestAnimationFrame(drawNext);
};
const drawSoon = (draw: () => void): void => {
  waiting.add(draw);
  frame ||= requestAnimationFrame(drawNext);
};

/** Draws when it is on the screen and not before; takes new data without building the chart again. */
const mount = (element: HTMLElement, first: ChartSpec): WidgetHandle<ChartSpec> => {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  element.append(canvas);
  let spec = first;
  let theme = readTheme();
  let library: ChartLibrary | 'none' | 'asked' = 'none';
  let chart: AnyChart | undefined;
  let visible = false;
  let stale = true;
  let drawn = '';
  let gone = false;
  const fetch = (): void => {
    library = 'asked';
    loadCharts().then(
      (loaded) => {
        library = loaded;
        if (!gone) drawSoon(draw);
      },
      (error: unknown) => {
        // What the chart says stands beside it as a sentence and a table; it is tried again when it changes.
        library = 'none';
        console.error(error);
      },
    );
  };
  const draw = (): void => {
    if (!visible || !stale) return;
    if (library === 'none' || library === 'asked') {
      if (library === 'none') fetch();
      return;
    }
    stale = false;
    const wanted = frameOf(spec);
    if (chart && wanted === drawn) {
      chart.data.datasets.forEach(
        (one, index) => (one.data = spec.series[index]!.points as { x: number; y: number }[]),
      );
      chart.update('none');
      return;
    }
    drawn = wanted;
    const next = configuration(
      spec,
      theme,
      () => spec,
      () => theme,
    );
    if (!chart) {
      chart = new library.Chart(canvas, next);
      return;
    }
    chart.data = next.data;
    chart.options = next.options!;
    chart.update('none');
  };
  const observer = new IntersectionObserver((entries) => {
    visible = entries.at(-1)!.isIntersecting;
    draw();
  });
  observer.observe(element);
  const forget = onThemeChange(() => {
    theme = readTheme();
    drawn = '';
    stale = true;
    drawSoon(draw);
  });
  return {
    update(data) {
      spec = data;
      stale = true;
      drawSoon(draw);
    },
    destroy() {
      gone = true;
      waiting.delete(draw);
      observer.disconnect();
      forget();
      chart?.destroy();
    },
  };
};

/** A chart's canvas; its sentence and table beside it are what a screen reader gets. */
export const canvasChart = (key: string, spec: ChartSpec, label: string): VNode =>
  widget(
    'div',
    { key, class: 'canvas', role: 'img', 'aria-label': label, style: { height: `${spec.height}px` } },
    spec,
    mount,
  );
