/** Pass: its input, or `Result`, or what `Parameters` make of it. */
import { chain } from '../chain';
import type { MaybePromise } from '../contract';
import { done } from '../leave';
import type { PassNode } from '../nodes';
import type { Outcome } from '../outcome';
import type { Visit } from '../visit';

export const runPass = (visit: Visit<PassNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  const result = node.prepare ? node.prepare(visit) : visit.rawInput;
  return chain(result, (value) =>
    chain(node.settle(visit, node.fixed ? node.fixed.value : value), (settled) => done(visit, settled, node.nextNode)),
  );
};
