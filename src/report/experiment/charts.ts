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

const logScale = (min: number, max: number, from: number, to: number): Scale => {
  const [low, high] = [
    Math.floor(Math.log10(min)),
    Math.max(Math.floor(Math.log10(min)) + 1, Math.ceil(Math.log10(max))),
  ];
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
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

/** Points, lines and intervals on one pair of axes, with what the axes say. */
export const plot = (label: string, x: Axis, y: Axis, series: readonly PlotSeries[]): string => {
  const inner = { ...box, bottom: box.bottom - 14, top: box.top + 12 };
  const [sx, sy] = [scaleOf(x, inner.left, inner.right), scaleOf(y, inner.bottom, inner.top)];
  return frame(
    720,
    280,
    label,
    grid(sx, sy, inner, x.text, y.text) +
      text((inner.left + inner.right) / 2, 274, x.title, 'middle') +
      text(4, 12, y.title) +
      series.map((each) => drawSeries(each, sx, sy)).join(''),
  );
};

/** A chart as a file of its own, which has to bring its colours. */
export const standaloneSvg = (svg: string, css: string, names: readonly { name: string; colour: number }[]): string => {
  const legend = names
    .map(
      ({ name, colour }, i) =>
        `<rect class="s${colour}" x="${70 + i * 150}" y="284" width="10" height="10"/><text x="${84 + i * 150}" y="293">${escapeHtml(name)}</text>`,
    )
    .join('');
  return svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace(/viewBox="0 0 720 280"/, 'viewBox="0 0 720 300"')
    .replace(/>/, `><style>${css}</style><rect class="back" width="720" height="300"/>`)
    .replace('</svg>', `${legend}</svg>`);
};
