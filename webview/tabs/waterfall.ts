import type { ExecutionTrace } from '../../src/model/visit';
import { roomyFrom, type Context } from '../context';
import { roveIndex, roveKeys } from '../dom/rove';
import { h, s, type Child, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import type { SystemId } from '../systems';
import { fitText, textWidth } from '../views/svgText';
import { timeTicks } from '../charts/ticks';
import { endOf, type Bar, type TimelineRow } from './timelineRows';

/** Rows drawn before one asks for all. */
const firstRows = 200;
const barHeight = 12;
const fontPx = 12;
const axisHeight = 22;

interface Frame {
  readonly width: number;
  readonly left: number;
  readonly rowHeight: number;
  /** Offset of the bar in its row. */
  readonly barTop: number;
  readonly stacked: boolean;
  /** False where every row is on the critical path: then a mark would say nothing. */
  readonly marks: boolean;
  readonly x: (at: number) => number;
}

const barsOf = (row: TimelineRow, top: number, frame: Frame): VNode[] =>
  row.bars.map((bar: Bar, index) =>
    s('rect', {
      key: `bar${index}`,
      class: `stage ${bar.kind}`,
      x: frame.x(bar.from).toFixed(1),
      y: top + frame.barTop,
      width: Math.max(1, frame.x(bar.to) - frame.x(bar.from)).toFixed(1),
      height: barHeight,
      rx: 1,
    }),
  );

const sayOf = (row: TimelineRow, { t, f }: Context): string => {
  if (row.failure)
    return row.failure.backoff === null
      ? row.failure.error
      : t('backsOff', row.failure.error, f.ms(row.failure.backoff));
  const from = row.attempt === 1 ? row.visit.enteredAt : row.bars[0]?.from;
  const to = row.bars.at(-1)?.to;
  return from === undefined || to === undefined
    ? ''
    : row.visit.exitedAt === undefined
      ? t('stillRunning')
      : f.stay(to - from);
};

const rowView = (
  row: TimelineRow,
  position: number,
  next: TimelineRow | undefined,
  keys: readonly string[],
  frame: Frame,
  state: PanelState,
  context: Context,
): VNode => {
  const { t, dispatch, ask } = context;
  const top = position * frame.rowHeight;
  const marked = row.critical && frame.marks;
  const indent = row.depth * 12 + (row.attempt > 1 ? 12 : 0);
  const fold = row.inside ? (row.inside.open ? '▾ ' : '▸ ') : '';
  const whole = row.attempt > 1 ? `${row.visit.name}, ${t('attempt', String(row.attempt))}` : row.visit.name;
  const name = row.attempt > 1 ? t('attempt', String(row.attempt)) : `${fold}${row.visit.name}`;
  const folded = row.inside && !row.inside.open ? ` (${context.f.count(row.inside.count)})` : '';
  const nameRoom = frame.stacked ? Math.min(textWidth(name, fontPx) + indent + 10, frame.width * 0.62) : 0;
  const full = sayOf(row, context);
  const say = frame.stacked ? fitText(full, frame.width - nameRoom, fontPx - 1) : full;
  const end = Math.max(frame.left, ...row.bars.map((bar) => frame.x(bar.to)));
  const sayWidth = textWidth(say, fontPx);
  // Beside the bar where there is room, else before it, else over it at the right edge.
  const start = row.bars.length > 0 ? Math.min(...row.bars.map((bar) => frame.x(bar.from))) : frame.left;
  const fitsAfter = end + 6 + sayWidth <= frame.width;
  const fitsBefore = start - 6 - sayWidth >= frame.left;
  const sayX = frame.stacked ? frame.width : fitsAfter ? end + 6 : fitsBefore ? start - 6 : frame.width;
  const sayY = frame.stacked ? top + 10 : top + frame.barTop + barHeight / 2;
  const room = frame.stacked ? frame.width - sayWidth - 10 - indent : frame.left - indent - 10;
  const activate = (): void => {
    if (row.inside) dispatch({ kind: 'toggle', id: row.inside.id });
    else {
      dispatch({ kind: 'select', path: row.visit.path });
      ask('reveal', { kind: 'reveal', path: row.visit.path });
    }
  };
  const nextStart = next && next.visit === row.visit ? next.bars[0]?.from : undefined;
  const label = `${row.visit.scope === '' ? '' : `${row.visit.scope} · `}${whole}: ${full}${marked ? `, ${t('onCriticalPath')}` : ''}`;
  const walk = roveKeys(() => undefined);
  return s(
    'g',
    {
      key: row.key,
      class: marked ? 'row critical' : 'row',
      role: 'button',
      'aria-description': label,
      'aria-expanded': row.inside ? String(row.inside.open) : undefined,
      'data-rove': row.key,
      tabindex: roveIndex(keys, state.ui.rove.timeline, row.key),
      on: {
        click: activate,
        focus: () => dispatch({ kind: 'rove', group: 'timeline', key: row.key }),
        keydown: (event) => {
          const { key } = event as KeyboardEvent;
          if (key === 'Enter' || key === ' ') {
            event.preventDefault();
            activate();
          } else walk(event);
        },
      },
    },
    s(
      'rect',
      { key: 'hit', class: 'hit', 'aria-hidden': 'true', x: 0, y: top, width: frame.width, height: frame.rowHeight },
      s('title', {}, label),
    ),
    s(
      'text',
      {
        key: 'name',
        class: 'rowname',
        x: indent,
        y: frame.stacked ? top + 10 : top + frame.barTop + barHeight / 2,
        'dominant-baseline': 'central',
      },
      fitText(name + folded, room, fontPx),
    ),
    barsOf(row, top, frame),
    marked &&
      row.bars.length > 0 &&
      s('rect', {
        key: 'critical',
        class: 'mark',
        x: start.toFixed(1),
        y: top + frame.barTop + barHeight + 1,
        width: Math.max(1, end - start).toFixed(1),
        height: 1.5,
      }),
    nextStart !== undefined &&
      s('line', {
        key: 'backoff',
        class: 'backoff',
        x1: end.toFixed(1),
        y1: top + frame.barTop + barHeight,
        x2: frame.x(nextStart).toFixed(1),
        y2: top + frame.rowHeight + frame.barTop,
      }),
    s(
      'text',
      {
        key: 'say',
        class: row.failure ? 'say bad' : 'say',
        x: sayX.toFixed(1),
        y: sayY,
        'dominant-baseline': 'central',
        'text-anchor': frame.stacked || !fitsAfter ? 'end' : 'start',
      },
      say,
    ),
  );
};

/** One execution as a waterfall: a row a visit, retries below it, time to the right. */
export const waterfall = (
  trace: ExecutionTrace,
  rows: readonly TimelineRow[],
  system: SystemId,
  width: number,
  state: PanelState,
  context: Context,
): Child => {
  const { t, f, dispatch } = context;
  const all = state.ui.opened.includes('timeline');
  const shown = all ? rows : rows.slice(0, firstRows);
  const stacked = width < roomyFrom;
  const longest = shown.reduce(
    (most, row) => Math.max(most, textWidth(row.visit.name, fontPx) + row.depth * 12 + 34),
    0,
  );
  const left = stacked ? 0 : Math.min(Math.round(width * 0.3), Math.max(120, longest));
  const span = Math.max(1, endOf(trace) - trace.startedAt);
  const reach = width - left - (stacked ? 4 : 64);
  const frame: Frame = {
    width,
    left,
    stacked,
    marks: rows.some((row) => !row.critical),
    rowHeight: stacked ? 36 : 24,
    barTop: stacked ? 19 : 6,
    x: (at) => left + ((at - trace.startedAt) / span) * reach,
  };
  const height = shown.length * frame.rowHeight;
  const ticks = timeTicks(span, stacked ? 3 : 6);
  const keys = shown.map((row) => row.key);
  return [
    s(
      'svg',
      {
        key: 'svg',
        class: `waterfall sys-${system}`,
        width,
        height: height + axisHeight,
        role: 'group',
        'aria-label': t('timeline'),
        'data-rove-group': 'timeline',
      },
      ticks.map((tick) => {
        const at = frame.x(trace.startedAt + tick);
        const x = at.toFixed(1);
        const label = f.axisMs(tick);
        const over = at + textWidth(label, fontPx) / 2 > width;
        return s(
          'g',
          { key: `tick${tick}`, 'aria-hidden': 'true' },
          s('line', { class: 'grid', x1: x, x2: x, y1: 0, y2: height }),
          s(
            'text',
            {
              class: 'tick',
              x,
              y: height + 15,
              'text-anchor': tick === 0 && stacked ? 'start' : over ? 'end' : 'middle',
            },
            label,
          ),
        );
      }),
      shown.map((row, position) => rowView(row, position, shown[position + 1], keys, frame, state, context)),
    ),
    rows.length > firstRows &&
      h(
        'button',
        { class: 'link', key: 'more', on: { click: () => dispatch({ kind: 'toggle', id: 'timeline' }) } },
        all ? t('showFewer') : t('showAllRows', f.count(rows.length)),
      ),
  ];
};
