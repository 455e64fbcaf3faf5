/** Parallel: all branches at once, an array of their outputs; the first that fails ends them all. */
import { chain } from '../chain';
import type { MaybePromise } from '../contract';
import { Flow } from '../flow';
import { gather } from '../gather';
import { noDetails } from '../history';
import { done } from '../leave';
import type { ParallelNode } from '../nodes';
import { aborted, type Outcome } from '../outcome';
import type { Visit } from '../visit';

export const runParallel = (visit: Visit<ParallelNode>): MaybePromise<Outcome> => {
  const { node, flow } = visit;
  visit.input = visit.rawInput;
  const prepared = node.prepare ? node.prepare(visit) : visit.rawInput;
  return chain(prepared, (input) => {
    if (!visit.resumed) flow.emit('ParallelStateStarted', noDetails);
    const { previous } = flow;
    const text = input === visit.rawInput ? visit.text : JSON.stringify(input);
    const paths = node.branches.map((branch) => ({
      flow: new Flow(flow.run, previous, flow.variables, flow.mapItem),
      start: branch.start,
      input,
      text,
    }));
    return chain(
      gather(visit, paths.length, paths.length, (index) => paths[index]!),
      (results): MaybePromise<Outcome> => {
        if (!Array.isArray(results)) return results;
        if (flow.dead) return aborted;
        flow.note('ParallelStateSucceeded', noDetails);
        return chain(node.settle(visit, results), (settled) => done(visit, settled, node.nextNode));
      },
    );
  });
};
