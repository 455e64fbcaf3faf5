/** Reference paths: the one place in a document where ResultPath puts a value. */
import { isObject, type Json } from '../../model/json';
import { QueryError, QuerySyntaxError, type Place } from './contract';
import { parsePath } from './pathTokens';
import { copyObject, isArray, put } from './values';

type Step = { readonly name: string } | { readonly index: number };

/** No document within AWS's payload limit has an array this long to be filled up. */
const maxIndex = 100_000;

/**
 * Compiles a reference path (names and single indices only). The document given is never changed: what lies on the path is copied.
 * Throws QuerySyntaxError for anything that is not a reference path.
 */
export function compileReferencePath(text: string): Place {
  const steps = referenceSteps(text);
  if (steps.length === 0) return (_into, value) => value;
  if (steps.length === 1 && 'name' in (steps[0] as Step)) {
    const { name } = steps[0] as { name: string };
    return (into, value) => {
      if (!isObject(into)) throw mismatch(text, into);
      const copy = name === '__proto__' ? copyObject(into) : { ...(into as Record<string, Json>) };
      put(copy, name, value);
      return copy;
    };
  }
  return (into, value) => placeAt(steps, 0, into, value, () => mismatch(text, into));
}

/** Names and indices of a reference path. Throws QuerySyntaxError. */
export function referenceSteps(text: string): readonly Step[] {
  const path = parsePath(text);
  if (path.root.kind !== 'input') throw new QuerySyntaxError(`Reference path '${text}' must start with '$.'`, 0);
  return path.tokens.map((token): Step => {
    if (token.kind === 'property' && token.names.length === 1) return { name: token.names[0] as string };
    if (token.kind === 'index' && token.indices.length === 1 && (token.indices[0] as number) >= 0)
      return { index: token.indices[0] as number };
    throw new QuerySyntaxError(`'${text}' is not a reference path: only names and single indices may follow '$'`, 0);
  });
}

/** What is missing on the way is made: objects for names; what is of the wrong kind is a mismatch. */
function placeAt(
  steps: readonly Step[],
  at: number,
  into: Json | undefined,
  value: Json,
  fail: () => QueryError,
): Json {
  const step = steps[at];
  if (!step) return value;
  if ('name' in step) {
    if (into !== undefined && into !== null && !isObject(into)) throw fail();
    // At the top a null is a document of the wrong kind; below it, nothing stands there yet.
    if (into === null && at === 0) throw fail();
    const copy = into ? copyObject(into) : {};
    put(
      copy,
      step.name,
      placeAt(steps, at + 1, Object.hasOwn(copy, step.name) ? copy[step.name] : undefined, value, fail),
    );
    return copy;
  }
  if (into !== undefined && !isArray(into)) throw fail();
  const copy = into ? [...into] : [];
  if (step.index > maxIndex || step.index > copy.length) throw fail();
  copy[step.index] = placeAt(steps, at + 1, copy[step.index], value, fail);
  return copy;
}

const mismatch = (text: string, into: Json): QueryError =>
  new QueryError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${text} to input ${JSON.stringify(into)}`,
  );
