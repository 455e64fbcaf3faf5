/** Catch: a failure becomes the output of its state. */
import type { Json } from '../model/json';
import type { MaybePromise } from './contract';
import { chain } from './chain';
import { nodeNamed } from './compile';
import { failureOf, matchesError } from './failures';
import { done } from './leave';
import type { Failure, Outcome } from './outcome';
import type { Visit } from './visit';

/** What a catcher sees of a failure; a timeout has no cause and shows an empty one. */
const errorOutput = (failed: Failure): Json => ({ Error: failed.error ?? '', Cause: failed.cause ?? '' });

/** The first catcher that matches takes the failure; where its own fields fail, that failure is not caught again. */
export const caught = (visit: Visit, failed: Failure): MaybePromise<Outcome> => {
  const catcher = visit.node.catchers.find(({ errors }) => matchesError(errors, failed));
  if (!catcher) return failed;
  try {
    const settled = catcher.settle(visit, errorOutput(failed));
    const outcome = chain(settled, (value) => done(visit, value, nodeNamed(visit.node.machine, catcher.next)));
    return outcome instanceof Promise ? outcome.catch((thrown: unknown) => failureOf(visit, thrown)) : outcome;
  } catch (thrown) {
    return failureOf(visit, thrown);
  }
};
