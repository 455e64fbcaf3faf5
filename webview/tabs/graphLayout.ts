import type { PanelSnapshot } from '../../src/protocol';
import type { Dagre } from '../libraries';

type States = PanelSnapshot['states'];

export interface GraphNode {
  /** Path of the state; `start` and `end` of a scope are `…/>` and `…/<`. */
  readonly id: string;
  readonly kind: 'state' | 'group' | 'start' | 'end';
  readonly name: string;
  readonly type: string;
  /** Centre and size, px. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface GraphLayout {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
}

export const nodeWidth = 168;
export const nodeHeight = 44;
const groupHead = 26;
const groupPadding = 14;
const terminal = 14;
/** Above this, dagre's ordering takes seconds: states stand in columns, in the order of the file. */
const dagreLimit = 400;

interface Scope {
  nodes: GraphNode[];
  edges: GraphEdge[];
  width: number;
  height: number;
}

const move = (scope: Scope, dx: number, dy: number): Pick<Scope, 'nodes' | 'edges'> => ({
  nodes: scope.nodes.map((node) => ({ ...node, x: node.x + dx, y: node.y + dy })),
  edges: scope.edges.map((edge) => ({
    ...edge,
    points: edge.points.map((point) => ({ x: point.x + dx, y: point.y + dy })),
  })),
});

/** Names in the order their scope begins: those no sibling leads to. */
const entrances = (states: States, startAt: string | null): readonly string[] => {
  const start = states.find((state) => state.path === startAt);
  if (start) return [start.path];
  const led = new Set(states.flatMap((state) => state.next));
  const first = states.filter((state) => !led.has(state.path)).map((state) => state.path);
  return first.length > 0 ? first : states.slice(0, 1).map((state) => state.path);
};

const columns = (states: States): Scope => {
  const rows = Math.max(1, Math.ceil(Math.sqrt(states.length * 3)));
  const [stepX, stepY] = [nodeWidth + 70, nodeHeight + 26];
  const places = new Map(
    states.map((state, index) => [
      state.path,
      { x: Math.floor(index / rows) * stepX + nodeWidth / 2, y: (index % rows) * stepY + nodeHeight / 2 },
    ]),
  );
  return {
    nodes: states.map((state) => ({
      id: state.path,
      kind: 'state',
      name: state.name,
      type: state.type,
      ...places.get(state.path)!,
      width: nodeWidth,
      height: nodeHeight,
      depth: 0,
    })),
    edges: states.flatMap((state) =>
      state.next.flatMap((to) => {
        const [a, b] = [places.get(state.path)!, places.get(to)];
        if (!b) return [];
        const down = a.x === b.x && b.y > a.y;
        return [
          {
            from: state.path,
            to,
            points: down
              ? [
                  { x: a.x, y: a.y + nodeHeight / 2 },
                  { x: b.x, y: b.y - nodeHeight / 2 },
                ]
              : [
                  { x: a.x + nodeWidth / 2, y: a.y },
                  { x: b.x - nodeWidth / 2, y: b.y },
                ],
          },
        ];
      }),
    ),
    width: Math.ceil(states.length / rows) * stepX - 70,
    height: rows * stepY - 26,
  };
};

/**
 * One scope by itself: inner scopes of Map and Parallel are laid out first and stand in it as one large node. dagre's own
 * compound graphs refuse edges to a group, and a Map's edges are just that.
 */
const layoutScope = (
  dagre: Dagre,
  states: States,
  parent: string | undefined,
  startAt: string | null,
  depth: number,
): Scope => {
  const own = states.filter((state) => state.parent === parent);
  if (own.length > dagreLimit) return columns(own);
  const paths = new Set(own.map((state) => state.path));
  const inner = new Map<string, Scope>();
  for (const state of own) {
    if (states.some((other) => other.parent === state.path))
      inner.set(state.path, layoutScope(dagre, states, state.path, null, depth + 1));
  }
  // dagre keeps its nodes in plain objects: numbers, so that a state called `__proto__` is only a name.
  const ids = new Map(own.map((state, index) => [state.path, String(index)]));
  const idOf = (path: string): string => ids.get(path)!;
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 26, ranksep: 34, edgesep: 14, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const state of own) {
    const group = inner.get(state.path);
    graph.setNode(
      idOf(state.path),
      group
        ? {
            width: Math.max(nodeWidth, group.width + 2 * groupPadding),
            height: group.height + groupHead + groupPadding,
          }
        : { width: nodeWidth, height: nodeHeight },
    );
  }
  for (const state of own)
    for (const to of state.next) if (paths.has(to) && to !== state.path) graph.setEdge(idOf(state.path), idOf(to));
  const [start, end] = [`${parent ?? ''}/>`, `${parent ?? ''}/<`];
  if (depth === 0) {
    graph.setNode(start, { width: terminal, height: terminal });
    for (const path of entrances(own, startAt)) graph.setEdge(start, idOf(path));
    const last = own.filter((state) => state.next.length === 0);
    if (last.length > 0) graph.setNode(end, { width: terminal, height: terminal });
    for (const state of last) graph.setEdge(idOf(state.path), end);
  }
  dagre.layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  const scope: Scope = { nodes: [], edges: [], width: size.width ?? 0, height: size.height ?? 0 };
  for (const id of graph.nodes()) {
    const { x, y, width, height } = graph.node(id) as { x: number; y: number; width: number; height: number };
    const state = own[Number(id)];
    const group = state && inner.get(state.path);
    scope.nodes.push({
      id: state?.path ?? id,
      kind: state ? (group ? 'group' : 'state') : id === start ? 'start' : 'end',
      name: state?.name ?? '',
      type: state?.type ?? '',
      x,
      y,
      width,
      height,
      depth,
    });
    if (group) {
      const moved = move(group, x - group.width / 2, y - height / 2 + groupHead);
      scope.nodes.push(...moved.nodes);
      scope.edges.push(...moved.edges);
    }
  }
  for (const edge of graph.edges()) {
    const { points } = graph.edge(edge) as { points: { x: number; y: number }[] };
    scope.edges.push({ from: own[Number(edge.v)]?.path ?? edge.v, to: own[Number(edge.w)]?.path ?? edge.w, points });
  }
  return scope;
};

/** Where every state of the workflow stands; a pure function of its structure. */
export const graphLayout = (dagre: Dagre, states: States, startAt: string | null): GraphLayout =>
  layoutScope(dagre, states, undefined, startAt, 0);

let last:
  | { readonly states: States; readonly startAt: string | null; readonly key: string; readonly result: GraphLayout }
  | undefined;

/** The layout of the last structure is kept: a live run sends ten snapshots a second and the graph of none differs. */
export const cachedLayout = (dagre: Dagre, states: States, startAt: string | null): GraphLayout => {
  if (last?.states === states && last.startAt === startAt) return last.result;
  const key = JSON.stringify([startAt, states.map((state) => [state.path, state.type, state.next, state.parent])]);
  const result = last?.key === key ? last.result : graphLayout(dagre, states, startAt);
  last = { states, startAt, key, result };
  return result;
};
