/** Succeed: ends its path well. */
import { chain } from '../chain';
import type { MaybePromise } from '../contract';
import { done } from '../leave';
import type { SucceedNode } from '../nodes';
import type { Outcome } from '../outcome';
import type { Visit } from '../visit';

export const runSucceed = (visit: Visit<SucceedNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  const input = node.prepare ? node.prepare(visit) : visit.rawInput;
  return chain(input, (value) => chain(node.settle(visit, value), (settled) => done(visit, settled, undefined)));
};
