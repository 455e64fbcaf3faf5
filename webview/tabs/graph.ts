import type { Arm } from '../../src/model/run';
import { contentWidth, refusal, wideFrom, type Context } from '../context';
import { h, memo, s, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { mainArms, provenanceLabel, systemLabel, systemOf } from '../systems';
import { chartFrame } from '../views/chartFrame';
import { cachedLayout, type GraphLayout } from './graphLayout';
import { nowOf, nowSentence, nowText, type Now } from './graphNow';
import { sceneView, trafficOf, waysOf, type Scene } from './graphScene';
import { fitView, panned, zoomed, type GraphView } from './graphView';

/** The nearest node in the arrow's direction, sideways distance counting double; null where there is none. */
export const neighbour = (layout: GraphLayout, from: string, key: string): string | null => {
  const at = layout.nodes.find((node) => node.id === from);
  const direction = ({ ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] } as const)[
    key as 'ArrowDown'
  ];
  if (!at || direction === undefined) return null;
  const [dx, dy] = direction as readonly [number, number];
  let [best, id] = [Infinity, null as string | null];
  for (const node of layout.nodes) {
    if (node.id === from || node.kind === 'start' || node.kind === 'end') continue;
    const along = (node.x - at.x) * dx + (node.y - at.y) * dy;
    const aside = Math.abs((node.x - at.x) * dy) + Math.abs((node.y - at.y) * dx);
    if (along > 1 && along + 2 * aside < best) [best, id] = [along + 2 * aside, node.id];
  }
  return id;
};

const controls = (
  view: GraphView,
  fit: GraphView,
  size: { width: number; height: number },
  { t, dispatch }: Context,
): VNode => {
  const set = (next: GraphView | null): void => dispatch({ kind: 'graph', view: next });
  const middle = { x: size.width / 2, y: size.height / 2 };
  const button = (label: string, sign: string, onClick: () => void): VNode =>
    h('button', { key: label, class: 'zoom', title: label, 'aria-label': label, on: { click: onClick } }, sign);
  return h(
    'div',
    { class: 'zooms', key: 'zooms' },
    button(t('zoomIn'), '+', () => set(zoomed(view, 1.3, middle))),
    button(t('zoomOut'), '−', () => set(zoomed(view, 1 / 1.3, middle))),
    button(t('zoomFit'), '⤢', () => set(view === fit ? fit : null)),
  );
};

const drawing = (
  scene: Scene,
  size: { width: number; height: number },
  system: string,
  state: PanelState,
  context: Context,
): VNode => {
  const { dispatch, t } = context;
  const { layout } = scene;
  const fit = fitView(layout, size, layout.nodes.find((node) => node.kind === 'start')?.x ?? 0);
  const view = state.ui.graph ?? fit;
  const set = (next: GraphView): void => dispatch({ kind: 'graph', view: next });
  const place = (event: Event): { x: number; y: number } => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const pointer = event as MouseEvent;
    return { x: pointer.clientX - box.left, y: pointer.clientY - box.top };
  };
  return h(
    'div',
    { class: 'viewport', key: 'viewport', style: { height: `${size.height}px` } },
    s(
      'svg',
      {
        class: `graph sys-${system}`,
        key: 'svg',
        width: size.width,
        height: size.height,
        role: 'group',
        'aria-label': `${t('graph')}. ${t('graphKeys')}`,
        'data-rove-group': 'graph',
        on: {
          wheel: (event) => {
            const wheel = event as WheelEvent;
            // Plain scrolling stays the page's; with Ctrl (and pinching) it zooms.
            if (!wheel.ctrlKey && !wheel.metaKey) return;
            event.preventDefault();
            set(zoomed(view, Math.exp(-wheel.deltaY / 300), place(event)));
          },
          pointermove: (event) => {
            const pointer = event as PointerEvent;
            if (pointer.buttons === 1) set(panned(view, pointer.movementX, pointer.movementY));
          },
          keydown: (event) => {
            const { key } = event as KeyboardEvent;
            const middle = { x: size.width / 2, y: size.height / 2 };
            const step = key === '+' || key === '=' ? 1.3 : key === '-' ? 1 / 1.3 : null;
            if (step !== null) set(zoomed(view, step, middle));
            else if (key === '0') dispatch({ kind: 'graph', view: null });
            else {
              const svg = event.currentTarget as SVGElement;
              const from = (event.target as SVGElement).dataset.rove;
              const to = from === undefined ? null : neighbour(layout, from, key);
              if (to === null) return;
              event.preventDefault();
              [...svg.querySelectorAll<SVGElement>('[data-rove]')].find((node) => node.dataset.rove === to)?.focus();
            }
          },
        },
      },
      s(
        'g',
        {
          key: 'all',
          transform: `translate(${view.x.toFixed(1)} ${view.y.toFixed(1)}) scale(${view.zoom.toFixed(3)})`,
        },
        memo(
          'scene',
          [scene.layout, state.snapshot!.run, system, state.ui.selected, state.ui.rove.graph, context.t],
          () => sceneView(scene, state, context),
        ),
      ),
    ),
    controls(view, fit, size, context),
  );
};

const chosenArm = (state: PanelState): { readonly arm: Arm; readonly arms: readonly Arm[] } | null => {
  const { run } = state.snapshot!;
  const arms = run ? mainArms(run).map(({ arm }) => arm) : [];
  const arm = run?.arms[state.ui.timeline.arm];
  const chosen = arms.find((one) => one.system === arm?.system) ?? arms[0];
  return chosen ? { arm: chosen, arms } : null;
};

/** Which type's figures the graph carries; the same choice as the timeline's. */
const picker = (state: PanelState, arms: readonly Arm[], chosen: Arm, context: Context): VNode | false =>
  arms.length > 1 &&
  h(
    'div',
    { class: 'chooser', key: 'chooser', role: 'group', 'aria-label': context.t('system') },
    arms.map((arm) =>
      h(
        'button',
        {
          key: arm.system,
          class: `quiet sys-${systemOf(arm)}`,
          'aria-pressed': String(arm === chosen),
          on: {
            click: () =>
              context.dispatch({
                kind: 'pick',
                arm: state.snapshot!.run!.arms.indexOf(arm),
                pick: state.ui.timeline.pick,
              }),
          },
        },
        h('span', { class: 'swatch' }),
        systemLabel(arm, context),
      ),
    ),
  );

const nowCell = (now: Now, path: string, context: Context): { readonly text: string; readonly value: number } => {
  const value = now.at.get(path) ?? 0;
  return { text: nowText(value, now.standing, context), value };
};

/** What lays the graph out is on its way, or could not be had. */
const fetching = (state: PanelState, context: Context): VNode => {
  const refused = refusal(state, 'dagre');
  return refused === null
    ? h('p', { class: 'note vacant', role: 'status' }, context.t('loading'))
    : h('p', { class: 'problem vacant', role: 'alert' }, context.t('tabFailed', refused));
};

export const graphTab = (state: PanelState, context: Context): VNode => {
  const { t, f } = context;
  const snapshot = state.snapshot!;
  if (snapshot.states.length === 0) return h('p', { class: 'note vacant' }, t('noStates'));
  const { dagre } = state;
  if (!dagre) return fetching(state, context);
  const chosen = chosenArm(state);
  const layout = cachedLayout(dagre, snapshot.states, snapshot.startAt);
  const figures = new Map((chosen?.arm.states ?? []).map((figure) => [figure.path, figure]));
  const now = nowOf(snapshot.run, chosen?.arm);
  const ways = waysOf(snapshot.states);
  const traffic = layout.edges.map((edge) => trafficOf(ways, figures, edge.from, edge.to) ?? 0);
  const labelled = new Map<string, string>();
  const most = new Map<string, number>();
  layout.edges.forEach((edge, index) => {
    if (traffic[index]! <= (most.get(edge.to) ?? -1)) return;
    most.set(edge.to, traffic[index]!);
    labelled.set(edge.to, edge.from);
  });
  const scene: Scene = {
    layout,
    figures,
    // A Map or Parallel holds its states' time: it would take the colour from all of them.
    slowest: layout.nodes.reduce(
      (most, node) => Math.max(most, node.kind === 'state' ? (figures.get(node.id)?.durationMs?.p50 ?? 0) : 0),
      0,
    ),
    busiest: traffic.reduce((most, count) => Math.max(most, count), 0),
    ways,
    now,
    labelled,
    keys: layout.nodes.filter((node) => node.kind === 'state' || node.kind === 'group').map((node) => node.id),
  };
  const width = contentWidth(state.width);
  const height =
    state.width >= wideFrom
      ? Math.min(960, Math.max(320, layout.height + 16))
      : Math.min(560, Math.max(320, Math.round(width * 1.6)));
  const count = f.count(snapshot.states.length);
  const sentence = chosen ? t('graphSentence', count, systemLabel(chosen.arm, context)) : t('graphPlain', count);
  return chartFrame(
    {
      id: 'graph',
      title: t('graph'),
      above: [
        chosen && picker(state, chosen.arms, chosen.arm, context),
        now && h('p', { class: 'note', key: 'now' }, nowSentence(now, context)),
      ],
      sentence: `${sentence} ${t('graphKeys')}${chosen ? ` ${t('nCount', f.count(chosen.arm.latencyMs?.n ?? 0))}.` : ''}`,
      known: snapshot.run && chosen ? provenanceLabel(snapshot.run, 'measured', context) : undefined,
      chart: drawing(scene, { width, height }, chosen ? systemOf(chosen.arm) : 'standard', state, context),
      table: () => ({
        id: 'graph',
        caption: t('graph'),
        columns: [
          { id: 'from', label: t('from'), text: true },
          { id: 'to', label: t('to'), text: true },
          ...(now ? [{ id: 'now', label: t('fromNow') }] : []),
          { id: 'traffic', label: t('traffic') },
          { id: 'transition', label: t('transitionIn') },
        ],
        rows: snapshot.states.flatMap((from) =>
          from.next.map((to) => {
            const count = trafficOf(ways, figures, from.path, to);
            const transition = figures.get(to)?.transitionMs?.p50;
            return {
              key: `${from.path}→${to}`,
              cells: [
                { text: from.path },
                { text: to },
                ...(now ? [nowCell(now, from.path, context)] : []),
                { text: count === null ? t('ambiguous') : f.count(count), value: count },
                { text: f.ms(transition), value: transition ?? null },
              ],
            };
          }),
        ),
      }),
    },
    state,
    context,
  );
};
