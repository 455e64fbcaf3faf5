import { formatMs } from '../model/format';

/** Charts as SVG texts, drawn by our own code: nothing is fetched and nothing runs when a report is opened. */

/** Time of an axis: `2 s`, `2.5 s`, no more decimals than a tick has. */
const axisMs = (ms: number): string => (ms === 0 ? '0' : formatMs(ms).replace(/\.0+(?= )|(\.\d*[1-9])0+(?= )/, '$1'));

export const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign]!)
    .replace(/[\p{Cc}\p{Cf}]/gu, '�');

export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** A linear scale from [0, max] to [from, to] with about `count` round ticks. */
export const linearScale = (max: number, from: number, to: number, count = 5): Scale => {
  const top = max > 0 && Number.isFinite(max) ? max : 1;
  const raw = top / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((each) => each * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let i = 0; i * step <= top * 1.0001; i++) ticks.push(i * step);
  return Object.assign((value: number) => from + (value / top) * (to - from), { ticks });
};

/** The greatest of a list of any length, at least `least`. */
export const greatest = (values: readonly number[], least: number): number =>
  values.reduce((most, value) => Math.max(most, value), least);

export const round = (value: number): string => String(Math.round(value * 10) / 10);

export const frame = (width: number, height: number, label: string, body: string): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}" class="chart">${body}</svg>`;

export const text = (
  x: number,
  y: number,
  content: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  more = '',
): string => `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" ${more}>${escapeHtml(content)}</text>`;

export const grid = (
  x: Scale,
  y: Scale,
  box: Box,
  xText: (value: number) => string,
  yText: (value: number) => string,
): string =>
  [
    ...y.ticks.map(
      (tick) =>
        `<line class="grid" x1="${box.left}" x2="${box.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/>${text(box.left - 6, y(tick) + 4, yText(tick), 'end')}`,
    ),
    ...x.ticks.map((tick) => text(x(tick), box.bottom + 16, xText(tick), 'middle')),
  ].join('');

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const box: Box = { left: 64, right: 700, top: 12, bottom: 248 };

export interface Points {
  readonly name: string;
  /** Its colour class; by its place among the series unless told. */
  readonly kind?: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly failed?: boolean }[];
}

const kindOf = ({ kind }: { readonly kind?: string }, place: number): string => kind ?? `s${place % 6}`;

/** Both scales from 0 to the greatest value of all series. */
const scalesOf = (series: readonly Points[]) => {
  const all = series.flatMap((each) => each.points);
  const most = (of: (point: Points['points'][number]) => number) => greatest(all.map(of), 1);
  return [
    linearScale(
      most((point) => point.x),
      box.left,
      box.right,
    ),
    linearScale(
      most((point) => point.y),
      box.bottom,
      box.top,
    ),
  ] as const;
};

/** Every execution: intended start against latency, both ms; a failed one is a cross. */
export const scatter = (series: readonly Points[], label: string): string => {
  const [x, y] = scalesOf(series);
  const marks = series.map((each, i) => {
    const kind = kindOf(each, i);
    return each.points
      .map((point) => {
        const [cx, cy] = [round(x(point.x)), round(y(point.y))];
        return point.failed
          ? `<path class="${kind} line" d="M${cx} ${cy}m-3-3l6 6m0-6l-6 6"/>`
          : `<circle class="${kind}" cx="${cx}" cy="${cy}" r="2.5"/>`;
      })
      .join('');
  });
  return frame(720, 280, label, grid(x, y, box, axisMs, axisMs) + marks.join(''));
};

/** Share of executions that took at most so long, from every sample; lines are steps. */
export const cumulative = (
  series: readonly { readonly name: string; readonly kind?: string; readonly values: readonly number[] }[],
  label: string,
): string => {
  const x = linearScale(
    greatest(
      series.flatMap((each) => each.values),
      1,
    ),
    box.left,
    box.right,
  );
  const y = linearScale(1, box.bottom, box.top, 4);
  const lines = series.map((each, i) => {
    const sorted = Float64Array.from(each.values).sort();
    const stride = Math.max(1, Math.floor(sorted.length / 400));
    let path = `M${box.left} ${box.bottom}`;
    for (let k = 0; k < sorted.length; k += stride)
      path += `H${round(x(sorted[k]!))}V${round(y((k + 1) / sorted.length))}`;
    if (sorted.length > 0) path += `H${round(x(sorted[sorted.length - 1]!))}V${round(y(1))}`;
    return `<path class="${kindOf(each, i)} line" d="${path}"/>`;
  });
  return frame(720, 280, label, grid(x, y, box, axisMs, (share) => `${Math.round(share * 100)} %`) + lines.join(''));
};

export interface Bar {
  readonly label: string;
  /** Drawn one after the other; `kind` is the colour class. */
  readonly pieces: readonly { readonly kind: string; readonly value: number; readonly title: string }[];
  readonly text: string;
}

/** Horizontal bars of pieces on one scale. */
export const bars = (rows: readonly Bar[], label: string): string => {
  const rowHeight = 22;
  const left = 240;
  const height = rows.length * rowHeight + 12;
  const total = (bar: Bar): number => bar.pieces.reduce((sum, piece) => sum + piece.value, 0);
  const x = linearScale(greatest(rows.map(total), 1e-12), left, 610);
  const drawn = rows.map((bar, i) => {
    const y = 6 + i * rowHeight;
    let from = 0;
    const pieces = bar.pieces.map((piece) => {
      const start = x(from);
      from += piece.value;
      const span = Math.max(0, x(from) - start);
      return span < 0.05
        ? ''
        : `<rect class="${piece.kind}" x="${round(start)}" y="${y}" width="${round(span)}" height="${rowHeight - 6}"><title>${escapeHtml(piece.title)}</title></rect>`;
    });
    const short = bar.label.length > 38 ? `…${bar.label.slice(-37)}` : bar.label;
    return `<g>${text(left - 8, y + 12, short, 'end')}<title>${escapeHtml(bar.label)}</title>${pieces.join('')}${text(x(from) + 6, y + 12, bar.text)}</g>`;
  });
  return frame(720, height, label, drawn.join(''));
};

/** Lines over a swept value, one a system; y in ms. */
export const lines = (series: readonly Points[], label: string, xText: (value: number) => string): string => {
  const [x, y] = scalesOf(series);
  const drawn = series.map((each, i) => {
    const path = each.points
      .map((point, k) => `${k === 0 ? 'M' : 'L'}${round(x(point.x))} ${round(y(point.y))}`)
      .join('');
    return (
      `<path class="${kindOf(each, i)} line" d="${path}"/>` +
      each.points
        .map(
          (point) => `<circle class="${kindOf(each, i)}" cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="3"/>`,
        )
        .join('')
    );
  });
  return frame(720, 280, label, grid(x, y, box, xText, axisMs) + drawn.join(''));
};

export const legend = (names: readonly string[], kinds: readonly string[] = names.map((_, i) => `s${i % 6}`)): string =>
  `<p class="legend">${names.map((name, i) => `<span><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${kinds[i]!}" width="10" height="10"/></svg>${escapeHtml(name)}</span>`).join('')}</p>`;
