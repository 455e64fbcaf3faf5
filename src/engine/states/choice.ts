/** Choice: the first rule that holds says where to go. */
import { chain } from '../chain';
import { nodeNamed } from '../compile';
import type { MaybePromise } from '../contract';
import { done } from '../leave';
import type { ChoiceNode, Settle } from '../nodes';
import { runtimeFailure } from '../failures';
import type { Outcome } from '../outcome';
import type { Visit } from '../visit';

export const runChoice = (visit: Visit<ChoiceNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  const input = node.prepare ? node.prepare(visit) : visit.rawInput;
  return chain(input, (value) => {
    visit.input = value;
    const go = (settle: Settle, next: string): MaybePromise<Outcome> =>
      chain(settle(visit, value), (settled) => done(visit, settled, nodeNamed(node.machine, next)));
    const decide = (from: number): MaybePromise<Outcome> => {
      for (let place = from; place < node.rules.length; place++) {
        const rule = node.rules[place]!;
        const holds = rule.matches(visit);
        if (holds instanceof Promise)
          return holds.then((yes) => (yes ? go(rule.settle, rule.next) : decide(place + 1)));
        if (holds) return go(rule.settle, rule.next);
      }
      if (node.fallback !== undefined) return go(node.settle, node.fallback);
      return runtimeFailure(visit, noChoice);
    };
    return decide(0);
  });
};

/** AWS's documentation names it States.NoChoiceMatched; the service reports States.Runtime, as others measured. */
const noChoice = 'Failed to transition out of the state. The state does not point to a next state.';
