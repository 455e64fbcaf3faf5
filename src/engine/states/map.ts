/** Inline Map: each item through the processor, in this execution's own history. */
import type { Json } from '../../model/json';
import { chain } from '../chain';
import type { MaybePromise } from '../contract';
import { Flow } from '../flow';
import { gather, type PathStart } from '../gather';
import { noDetails } from '../history';
import { done } from '../leave';
import { inlineConcurrency } from '../limits';
import { concurrencyOf, itemsOf } from '../items';
import type { MapNode } from '../nodes';
import { aborted, type Failure, type Outcome } from '../outcome';
import type { Visit } from '../visit';

export const runMap = (visit: Visit<MapNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  visit.input = visit.rawInput;
  const prepared = node.prepare ? node.prepare(visit) : visit.rawInput;
  return chain(prepared, (input) => {
    visit.input = input;
    return chain(itemsOf(visit), (items): MaybePromise<Outcome> => {
      if (!Array.isArray(items)) return items as Failure;
      return chain(concurrencyOf(visit), (limit): MaybePromise<Outcome> => {
        if (typeof limit !== 'number') return limit;
        return iterate(visit, input, items as readonly Json[], limit === 0 ? inlineConcurrency : limit);
      });
    });
  });
};

const iterate = (visit: Visit<MapNode>, input: Json, items: readonly Json[], limit: number): MaybePromise<Outcome> => {
  const { node, flow } = visit;
  const { name, selector } = node;
  if (!visit.resumed) flow.emit('MapStateStarted', { length: items.length });
  // The first ones follow MapStateStarted; each further one follows the end of the iteration whose place it takes.
  const begin = (index: number, after: Flow | undefined): MaybePromise<PathStart> => {
    const item = { index, value: items[index]! };
    const child = new Flow(flow.run, after?.previous ?? flow.previous, flow.variables, item, name);
    child.emit('MapIterationStarted', { name, index });
    if (!selector)
      return { flow: child, start: node.processor.start, input: item.value, text: JSON.stringify(item.value) };
    return chain(selector(visit.forItem(item, input)), (selected) => ({
      flow: child,
      start: node.processor.start,
      input: selected,
      text: JSON.stringify(selected),
    }));
  };
  return chain(gather(visit, items.length, limit, begin), (results): MaybePromise<Outcome> => {
    if (!Array.isArray(results)) return results;
    if (flow.dead) return aborted;
    flow.note('MapStateSucceeded', noDetails);
    return chain(node.settle(visit, results), (settled) => done(visit, settled, node.nextNode));
  });
};
