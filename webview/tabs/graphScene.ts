import type { StateFigures } from '../../src/model/run';
import type { PanelSnapshot } from '../../src/protocol';
import type { Context } from '../context';
import { roveIndex } from '../dom/rove';
import { s, type ElementNode, type VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';
import { isRunning, unvisited } from '../systems';
import { fitText } from '../views/svgText';
import { nowPill, nowText, pillWidth, type Now } from './graphNow';
import type { GraphEdge, GraphLayout, GraphNode } from './graphLayout';

/** The structure an edge's traffic is read from. */
export interface Ways {
  /** Ways on from a state. */
  readonly out: ReadonlyMap<string, number>;
  /** States that lead to a state. */
  readonly into: ReadonlyMap<string, number>;
}

export const waysOf = (states: PanelSnapshot['states']): Ways => {
  const into = new Map<string, number>();
  for (const state of states) for (const to of state.next) into.set(to, (into.get(to) ?? 0) + 1);
  return { out: new Map(states.map((state) => [state.path, state.next.length])), into };
};

/**
 * How often an edge was taken, derived from visits: all of the source's where it has one way on, all of the target's where
 * there is one way in; null where neither tells.
 */
export const trafficOf = (
  ways: Ways,
  figures: ReadonlyMap<string, StateFigures>,
  from: string,
  to: string,
): number | null => {
  // One way on, or none: then the edge leads to the end.
  if ((ways.out.get(from) ?? 2) <= 1) return figures.get(from)?.visits ?? null;
  return (ways.into.get(to) ?? 0) <= 1 ? (figures.get(to)?.visits ?? null) : null;
};

const edgePath = (edge: GraphEdge): string => {
  const [first, ...rest] = edge.points;
  if (!first) return '';
  const at = (point: { x: number; y: number }): string => `${point.x.toFixed(1)},${point.y.toFixed(1)}`;
  if (rest.length < 2) return `M${at(first)}${rest.map((point) => `L${at(point)}`).join('')}`;
  // Through the middles of the bends, the bends themselves as control points: smooth without overshooting.
  let path = `M${at(first)}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const [bend, next] = [rest[i]!, rest[i + 1]!];
    const end = i === rest.length - 2 ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    path += `Q${at(bend)} ${at(end)}`;
  }
  return path;
};

const arrow = (edge: GraphEdge): string => {
  const end = edge.points.at(-1)!;
  const before = edge.points.at(-2) ?? end;
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [dx, dy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const corner = (side: number): string =>
    `${(end.x - dx * 7 + dy * 3.5 * side).toFixed(1)},${(end.y - dy * 7 - dx * 3.5 * side).toFixed(1)}`;
  return `M${end.x.toFixed(1)},${end.y.toFixed(1)}L${corner(1)}L${corner(-1)}Z`;
};

/** What is drawn: where things stand and what was measured there. */
export interface Scene {
  readonly layout: GraphLayout;
  readonly figures: ReadonlyMap<string, StateFigures>;
  /** Median of the slowest state, ms: full colour. */
  readonly slowest: number;
  /** Visits of the busiest edge. */
  readonly busiest: number;
  readonly ways: Ways;
  readonly now: Now | null;
  /** The edge that carries a target's transition time, by target: the time is the target's, whichever way was taken. */
  readonly labelled: ReadonlyMap<string, string>;
  readonly keys: readonly string[];
}

const edgeView = (edge: GraphEdge, scene: Scene, { f }: Context): VNode => {
  const traffic = trafficOf(scene.ways, scene.figures, edge.from, edge.to);
  const share = traffic === null || scene.busiest === 0 ? 0.2 : traffic / scene.busiest;
  const end = edge.points.at(-1)!;
  // The time stands on the side the line does not come from.
  const fromRight = (edge.points.at(-2)?.x ?? end.x) > end.x + 12;
  const known = scene.figures.size > 0;
  const transition = scene.labelled.get(edge.to) === edge.from ? scene.figures.get(edge.to)?.transitionMs : null;
  return s(
    'g',
    { key: `${edge.from}→${edge.to}`, class: known && traffic === 0 ? 'edge unused' : 'edge', 'aria-hidden': 'true' },
    s('path', {
      key: 'line',
      class: traffic === null && known ? 'flow unsure' : 'flow',
      d: edgePath(edge),
      'stroke-width': (1 + share * 3).toFixed(2),
    }),
    s('path', { key: 'head', class: 'head', d: arrow(edge) }),
    transition &&
      s(
        'text',
        {
          key: 'time',
          class: 'edgetime',
          'aria-hidden': 'true',
          x: (fromRight ? end.x - 8 : end.x + 8).toFixed(1),
          'text-anchor': fromRight ? 'end' : 'start',
          y: (end.y - 10).toFixed(1),
          'dominant-baseline': 'central',
        },
        `+${f.ms(transition.p50)}`,
      ),
  );
};

const nodeLabel = (
  node: GraphNode,
  figures: StateFigures | undefined,
  now: string | null,
  none: string,
  { t, f }: Context,
): string =>
  [
    node.name,
    node.type,
    now === null ? '' : t('inItNow', now),
    figures && figures.visits > 0
      ? `${f.stay(figures.durationMs?.p50)}, ${figures.visits === 1 ? t('visitsOne') : t('visitsCount', f.count(figures.visits))}`
      : figures
        ? none
        : '',
  ]
    .filter((part) => part !== '')
    .join(', ');

const nodeView = (node: GraphNode, scene: Scene, state: PanelState, context: Context): VNode => {
  const { t, f, dispatch, ask } = context;
  const [left, top] = [node.x - node.width / 2, node.y - node.height / 2];
  if (node.kind === 'start' || node.kind === 'end') {
    return s(
      'g',
      { key: node.id, class: `terminal ${node.kind}`, 'aria-hidden': 'true' },
      s('circle', { cx: node.x, cy: node.y, r: 6 }),
      s('title', {}, t(node.kind === 'start' ? 'startNode' : 'endNode')),
    );
  }
  const figures = scene.figures.get(node.id);
  const heat = figures?.durationMs && scene.slowest > 0 ? figures.durationMs.p50 / scene.slowest : 0;
  const reached = !figures || figures.visits > 0;
  const open = (): void => {
    dispatch({ kind: 'select', path: node.id });
    ask('reveal', { kind: 'reveal', path: node.id });
  };
  const none = state.snapshot?.run ? unvisited(state.snapshot.run, context) : '';
  const text = figures ? (reached ? f.stay(figures.durationMs?.p50) : isRunning(state.snapshot!.run) ? '' : none) : '';
  const under = figures && reached ? `${node.type} · ${f.count(figures.visits)}×` : node.type;
  const group = node.kind === 'group';
  const here = scene.now?.at.get(node.id) ?? 0;
  const now = scene.now && here > 0 ? nowText(here, scene.now.standing, context) : null;
  const label = nodeLabel(node, figures, now, none, context);
  const pill = now === null ? 0 : pillWidth(now);
  // On the name's line; a group's own time stands there already.
  const pillEnd = left + node.width - (group ? 84 : 8);
  return s(
    'g',
    {
      key: node.id,
      class: [
        'node',
        group && 'group',
        !reached && 'unreached',
        state.ui.selected === node.id && 'selected',
        figures && figures.failures > 0 && 'failing',
      ]
        .filter(Boolean)
        .join(' '),
      role: 'button',
      'aria-description': label,
      'data-rove': node.id,
      tabindex: roveIndex(scene.keys, state.ui.rove.graph, node.id),
      on: {
        click: open,
        focus: () => dispatch({ kind: 'rove', group: 'graph', key: node.id }),
        keydown: (event) => {
          if ((event as KeyboardEvent).key !== 'Enter' && (event as KeyboardEvent).key !== ' ') return;
          event.preventDefault();
          open();
        },
      },
    },
    s(
      'rect',
      {
        key: 'box',
        'aria-hidden': 'true',
        class: 'box',
        x: left.toFixed(1),
        y: top.toFixed(1),
        width: node.width,
        height: node.height,
        rx: 3,
      },
      s('title', {}, label),
    ),
    !group &&
      heat > 0 &&
      s('rect', {
        key: 'heat',
        class: 'heat',
        x: left.toFixed(1),
        y: top.toFixed(1),
        width: node.width,
        height: node.height,
        rx: 3,
        'fill-opacity': (0.06 + heat * 0.5).toFixed(2),
      }),
    s(
      'text',
      {
        key: 'name',
        class: 'nodename',
        x: (left + 10).toFixed(1),
        y: (top + 15).toFixed(1),
        'dominant-baseline': 'central',
      },
      fitText(node.name, node.width - (group ? 90 : 20) - (pill === 0 ? 0 : pill + 6), 12),
    ),
    !group &&
      s(
        'text',
        {
          key: 'type',
          class: 'nodetype',
          x: (left + 10).toFixed(1),
          y: (top + 31).toFixed(1),
          'dominant-baseline': 'central',
        },
        under,
      ),
    s(
      'text',
      {
        key: 'time',
        class: 'nodetime',
        x: (left + node.width - 10).toFixed(1),
        y: (top + (group ? 15 : 31)).toFixed(1),
        'text-anchor': 'end',
        'dominant-baseline': 'central',
      },
      text,
    ),
    scene.now && now !== null && nowPill(now, pillEnd, top + 14, scene.now.standing.basis),
  );
};

/** Everything inside the window: groups below, then edges, then states. */
export const sceneView = (scene: Scene, state: PanelState, context: Context): ElementNode => {
  const { nodes, edges } = scene.layout;
  return s(
    'g',
    {},
    nodes.filter((node) => node.kind === 'group').map((node) => nodeView(node, scene, state, context)),
    edges.map((edge) => edgeView(edge, scene, context)),
    nodes.filter((node) => node.kind !== 'group').map((node) => nodeView(node, scene, state, context)),
  );
};
