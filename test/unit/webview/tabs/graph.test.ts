import { describe, expect, it } from 'vitest';
import { hostileMachine, largeMachine, nestedMachine, orderMachine, outline } from '../../../panel/fixtures/machine';
import { snapshots } from '../../../panel/fixtures/snapshots';
import * as dagre from '../../../../webview/tabs/dagre';
import * as layouts from '../../../../webview/tabs/graphLayout';
import { nodeHeight, nodeWidth, type GraphLayout } from '../../../../webview/tabs/graphLayout';
import { neighbour } from '../../../../webview/tabs/graph';
import { trafficOf, waysOf } from '../../../../webview/tabs/graphScene';
import { fitView, panned, zoomed } from '../../../../webview/tabs/graphView';

type States = Parameters<typeof layouts.graphLayout>[1];
const graphLayout = (states: States, startAt: string | null) => layouts.graphLayout(dagre, states, startAt);
const cachedLayout = (states: States, startAt: string | null) => layouts.cachedLayout(dagre, states, startAt);

const boxes = (layout: GraphLayout) =>
  layout.nodes.map((node) => ({
    ...node,
    left: node.x - node.width / 2,
    right: node.x + node.width / 2,
    top: node.y - node.height / 2,
    bottom: node.y + node.height / 2,
  }));

describe('the layout', () => {
  const order = graphLayout(outline(orderMachine), 'ValidateOrder');

  it('has every state once, and a start and an end', () => {
    expect(
      order.nodes
        .filter((node) => node.kind === 'state')
        .map((node) => node.id)
        .sort(),
    ).toEqual(orderMachine.map((state) => state.name).sort());
    expect(
      order.nodes
        .filter((node) => node.kind !== 'state')
        .map((node) => node.kind)
        .sort(),
    ).toEqual(['end', 'start']);
  });

  it('has every way on as an edge, those to the end included', () => {
    const ways = orderMachine.flatMap((state) => state.next.map((next) => `${state.name}→${next}`));
    const drawn = order.edges.map((edge) => `${edge.from}→${edge.to}`);
    expect(drawn).toEqual(expect.arrayContaining(ways));
    expect(drawn).toHaveLength(ways.length + 3);
    expect(order.edges.every((edge) => edge.points.length >= 2)).toBe(true);
  });

  it.each([
    ['the order', orderMachine],
    ['hostile names', hostileMachine],
    ['60 states', largeMachine(60)],
  ] as const)('lays no state of %s on another, and all of them inside the drawing', (_name, machine) => {
    const layout = graphLayout(outline(machine), null);
    const all = boxes(layout);
    for (const a of all) {
      expect(a.left).toBeGreaterThanOrEqual(-1);
      expect(a.right).toBeLessThanOrEqual(layout.width + 1);
      expect(a.bottom).toBeLessThanOrEqual(layout.height + 1);
      for (const b of all)
        if (a.id < b.id)
          expect(
            a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top,
            `${a.id} / ${b.id}`,
          ).toBe(true);
    }
  });

  it('puts what is inside a Map or Parallel inside its box', () => {
    const layout = graphLayout(outline(nestedMachine), 'ReadOrders');
    const at = new Map(boxes(layout).map((box) => [box.id, box]));
    const groups = layout.nodes.filter((node) => node.kind === 'group').map((node) => node.id);
    expect(groups).toEqual(['Orders', 'Orders/ItemProcessor/Ship']);
    for (const { path, parent } of outline(nestedMachine)) {
      if (parent === undefined) continue;
      const [inner, outer] = [at.get(path)!, at.get(parent)!];
      expect(inner.left).toBeGreaterThan(outer.left);
      expect(inner.right).toBeLessThan(outer.right);
      expect(inner.top).toBeGreaterThan(outer.top);
      expect(inner.bottom).toBeLessThan(outer.bottom);
    }
  });

  it('draws a thousand states in columns without waiting for an optimal order', () => {
    const layout = graphLayout(outline(largeMachine(1000)), 'Step0001');
    expect(layout.nodes).toHaveLength(1000);
    expect(new Set(layout.nodes.map((node) => node.x)).size).toBeGreaterThan(5);
    expect(layout.nodes.every((node) => node.width === nodeWidth && node.height === nodeHeight)).toBe(true);
  });

  it('leaves out a way to nowhere and a state that leads to itself', () => {
    const layout = graphLayout([{ path: 'A', name: 'A', type: 'Task', next: ['A', 'Nowhere'], stale: false }], 'A');
    expect(layout.edges.map((edge) => [edge.from, edge.to])).toEqual([['/>', 'A']]);
  });

  it('has nothing but a start for no states', () => {
    expect(graphLayout([], null).nodes.map((node) => node.kind)).toEqual(['start']);
  });

  it('is kept while the structure is the same, whatever else changed', () => {
    const states = outline(orderMachine);
    const first = cachedLayout(states, 'ValidateOrder');
    expect(
      cachedLayout(
        states.map((state) => ({ ...state, stale: true })),
        'ValidateOrder',
      ),
    ).toBe(first);
    expect(cachedLayout(states.slice(1), 'IsOrderValid')).not.toBe(first);
  });
});

describe('traffic', () => {
  const snapshot = snapshots.finished();
  const figures = new Map(snapshot.run!.arms[0]!.states.map((state) => [state.path, state]));
  const ways = waysOf(snapshot.states);

  it.each([
    ['ValidateOrder', 'IsOrderValid', 25],
    ['WaitForPayment', 'ChargeCustomer', 3],
    ['IsOrderValid', 'CheckInventory', 25],
    ['OrderShipped', '/<', 25],
    ['PaymentStatus', 'WaitForPayment', 3],
  ])('from %s to %s is %d', (from, to, visits) => {
    expect(trafficOf(ways, figures, from, to)).toBe(visits);
  });

  it('is not guessed where neither end tells', () => {
    expect(trafficOf(ways, figures, 'IsOrderValid', 'HandleFailedOrder')).toBeNull();
    expect(trafficOf(ways, new Map(), 'ValidateOrder', 'IsOrderValid')).toBeNull();
  });
});

describe('walking the graph', () => {
  const layout = graphLayout(outline(orderMachine), 'ValidateOrder');

  it('goes down the workflow and back', () => {
    expect(neighbour(layout, 'ValidateOrder', 'ArrowDown')).toBe('IsOrderValid');
    expect(neighbour(layout, 'IsOrderValid', 'ArrowUp')).toBe('ValidateOrder');
  });

  it('stays where there is nothing, and for other keys', () => {
    expect(neighbour(layout, 'ValidateOrder', 'ArrowUp')).toBeNull();
    expect(neighbour(layout, 'ValidateOrder', 'x')).toBeNull();
    expect(neighbour(layout, 'gone', 'ArrowDown')).toBeNull();
  });
});

describe('the view', () => {
  it('fits a small drawing at its own size in the middle', () => {
    expect(fitView({ width: 100, height: 100 }, { width: 500, height: 400 })).toEqual({ zoom: 1, x: 200, y: 8 });
  });

  it('shrinks one that is a little too large to fit whole', () => {
    const { zoom, x } = fitView({ width: 600, height: 300 }, { width: 500, height: 400 });
    expect(zoom * 600).toBeLessThanOrEqual(500);
    expect(zoom).toBeGreaterThan(0.72);
    expect(x).toBeGreaterThan(0);
  });

  it('starts a large one at its top, readable, with the start in the middle as far as it reaches', () => {
    const view = { width: 500, height: 400 };
    const drawing = { width: 4000, height: 4000 };
    expect(fitView(drawing, view)).toEqual({ zoom: 0.72, x: 8, y: 8 });
    expect(fitView(drawing, view, 2000)).toEqual({ zoom: 0.72, x: 250 - 1440, y: 8 });
    expect(fitView(drawing, view, 4000).x).toBeCloseTo(500 - 2880 - 8, 10);
  });

  it('zooms about the pointer, within bounds', () => {
    const view = { x: 10, y: 20, zoom: 1 };
    const at = { x: 110, y: 220 };
    const nearer = zoomed(view, 2, at);
    expect((at.x - nearer.x) / nearer.zoom).toBeCloseTo(100);
    expect((at.y - nearer.y) / nearer.zoom).toBeCloseTo(200);
    expect(zoomed(view, 1000, at).zoom).toBe(4);
    expect(zoomed(view, 0.0001, at).zoom).toBe(0.05);
    expect(panned(view, 5, -5)).toEqual({ x: 15, y: 15, zoom: 1 });
  });
});
