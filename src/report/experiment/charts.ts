import { box, escapeHtml, frame, grid, linearScale, round, text, type Scale } from '../svg';

/** A mark: filled for a warm execution, an outline for a cold one, a cross for one that did not succeed. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly form?: 'warm' | 'cold' | 'failed';
}

export interface PlotSeries {
  readonly name: string;
  /** Number of its colour. */
  readonly colour: number;
  readonly marks?: readonly Mark[];
  readonly line?: readonly { readonly x: number; readonly y: number }[];
  readonly dashed?: boolean;
  /** From low to high at x, with a tick at y: an interval and its centre. */
  readonly intervals?: readonly {
    readonly x: number;
    readonly y: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export interface Axis {
  readonly title: string;
  readonly text: (value: number) => string;
  readonly max: number;
  /** Powers of ten from `min` on. */
  readonly log?: { readonly min: number };
  /** Values that have a tick, instead of round ones. */
  readonly ticks?: readonly number[];
}

/** Powers of ten that span [min, max]; over two decades at most also 2 and 5 between them, and no more room than they need. */
const logTicks = (min: number, max: number): readonly number[] => {
  const low = Math.floor(Math.log10(min));
  const high = Math.max(low + 1, Math.ceil(Math.log10(max)));
  const powers = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  if (high - low > 2) return powers;
  const all = powers.flatMap((power) => [power, 2 * power, 5 * power]);
  const from = Math.max(
    0,
    all.findLastIndex((tick) => tick <= min),
  );
  const to = all.findIndex((tick) => tick >= max);
  return all.slice(from, Math.max(from + 1, to) + 1);
};

const logScale = (min: number, max: number, from: number, to: number): Scale => {
  const ticks = logTicks(min, max);
  const [low, high] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
  return Object.assign(
    (value: number) => from + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (to - from),
    { ticks },
  );
};

const scaleOf = (axis: Axis, from: number, to: number): Scale => {
  const scale = axis.log ? logScale(axis.log.min, axis.max, from, to) : linearScale(axis.max, from, to);
  return axis.ticks ? Object.assign((value: number) => scale(value), { ticks: axis.ticks }) : scale;
};

const markOf = ({ x, y, form = 'warm' }: Mark, colour: number, sx: Scale, sy: Scale): string => {
  const [cx, cy] = [round(sx(x)), round(sy(y))];
  if (form === 'failed') return `<path class="s${colour} line" d="M${cx} ${cy}m-3-3l6 6m0-6l-6 6"/>`;
  return `<circle class="s${colour}${form === 'cold' ? ' open' : ''}" cx="${cx}" cy="${cy}" r="${form === 'cold' ? 3 : 2.5}"/>`;
};

const drawSeries = (series: PlotSeries, sx: Scale, sy: Scale): string => {
  const { colour, marks = [], line = [], intervals = [], dashed } = series;
  const path = line.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(sx(x))} ${round(sy(y))}`).join('');
  const whiskers = intervals.map(({ x, y, low, high }) => {
    const at = sx(x);
    return `<path class="s${colour} line" d="M${round(at)} ${round(sy(low))}V${round(sy(high))}M${round(at - 9)} ${round(sy(y))}h18"/>`;
  });
  return [
    ...marks.map((mark) => markOf(mark, colour, sx, sy)),
    ...(path === '' ? [] : [`<path class="s${colour} line" d="${path}"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`]),
    ...whiskers,
  ].join('');
};

interface Panel {
  readonly y: Axis;
  readonly series: readonly PlotSeries[];
}

const height = 280;

const drawPanel = (x: Axis, { y, series }: Panel, down: number): string => {
  const inner = { ...box, bottom: down + box.bottom - 14, top: down + box.top + 12 };
  const [sx, sy] = [scaleOf(x, inner.left, inner.right), scaleOf(y, inner.bottom, inner.top)];
  return (
    grid(sx, sy, inner, x.text, y.text) +
    text((inner.left + inner.right) / 2, down + height - 6, x.title, 'middle') +
    text(4, down + 12, y.title) +
    series.map((each) => drawSeries(each, sx, sy)).join('')
  );
};

/** Points, lines and intervals on one pair of axes, with what the axes say. */
export const plot = (label: string, x: Axis, y: Axis, series: readonly PlotSeries[]): string =>
  panels(label, x, [{ y, series }]);

/** Several of them below one another along one x axis. */
export const panels = (label: string, x: Axis, each: readonly Panel[]): string =>
  frame(720, each.length * height, label, each.map((panel, i) => drawPanel(x, panel, i * height)).join(''));

/** A chart as a file of its own, which has to bring its colours. */
export const standaloneSvg = (svg: string, css: string, names: readonly { name: string; colour: number }[]): string => {
  const bottom = Number(/viewBox="0 0 720 (\d+)"/.exec(svg)?.[1] ?? height);
  const legend = names
    .map(
      ({ name, colour }, i) =>
        `<rect class="s${colour}" x="${70 + i * 150}" y="${bottom + 4}" width="10" height="10"/><text x="${84 + i * 150}" y="${bottom + 13}">${escapeHtml(name)}</text>`,
    )
    .join('');
  return svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace(/viewBox="0 0 720 \d+"/, `viewBox="0 0 720 ${bottom + 20}"`)
    .replace(/>/, `><style>${css}</style><rect class="back" width="720" height="${bottom + 20}"/>`)
    .replace('</svg>', `${legend}</svg>`);
};
