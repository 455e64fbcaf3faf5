/** Fail: ends its path badly, with an error and a cause that may be computed. */
import type { Json } from '../../model/json';
import { chain } from '../chain';
import type { MaybePromise } from '../contract';
import type { FailNode } from '../nodes';
import { failure, type Outcome } from '../outcome';
import type { Visit } from '../visit';

/** A Fail's error or cause; null is none, what is no text is its JSON. */
export const asText = (value: Json | undefined): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === 'string' ? value : JSON.stringify(value);

export const runFail = (visit: Visit<FailNode>): MaybePromise<Outcome> => {
  const { node } = visit;
  return chain(node.error?.(visit), (error) =>
    chain(node.cause?.(visit), (cause) => failure(asText(error), asText(cause))),
  );
};
