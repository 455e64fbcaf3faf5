/** What a Map iterates over, and how many at a time. */
import type { Json, JsonObject } from '../model/json';
import { isObject } from '../model/json';
import { chain } from './chain';
import type { MaybePromise } from './contract';
import { evaluationFailure, runtimeFailure } from './failures';
import { numberIn } from './fields';
import type { MapNode, NumberField } from './nodes';
import type { Failure } from './outcome';
import type { Visit } from './visit';

const typeName = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** What a distributed Map makes of an object: one item an entry. */
export const entriesOf = (object: JsonObject): Json[] =>
  Object.entries(object).map(([Key, Value]) => ({ Key, Value: Value ?? null }));

/** The array of items, or AWS's failure for what is none. `visit.input` is the effective input. */
export const itemsOf = (visit: Visit<MapNode>): MaybePromise<readonly Json[] | Failure> => {
  const { items, language } = visit.node;
  const value = items ? items.evaluate(visit) : visit.input;
  return chain(value, (found): readonly Json[] | Failure => {
    if (Array.isArray(found)) return found as readonly Json[];
    if (isObject(found) && visit.node.distributed) return entriesOf(found);
    if (language === 'JSONata') {
      const source = items?.source.replace(/^\{%\s*|\s*%\}$/g, '') ?? '$states.input';
      return evaluationFailure(
        visit,
        `The JSONata expression '${source}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${typeName(found)}' for value: ${JSON.stringify(found)}`,
        'Items',
      );
    }
    return runtimeFailure(visit, `Reference path "${items?.source ?? '$'}" must point to array.`);
  });
};

/** A number out of a field, or AWS's failure. */
export const anyNumber = (visit: Visit, field: NumberField): MaybePromise<number | Failure> =>
  chain(field.evaluate(visit), (found) => judged(visit, field, numberIn(field, found, 'float')));

/** A whole number out of a field, or AWS's failure. `visit.input` is the effective input. */
export const wholeNumber = (visit: Visit, field: NumberField): MaybePromise<number | Failure> =>
  chain(field.evaluate(visit), (found) => judged(visit, field, numberIn(field, found, 'integer')));

const judged = (visit: Visit, field: NumberField, value: number | string): number | Failure => {
  if (typeof value === 'number') return value;
  return field.form === 'jsonata' ? evaluationFailure(visit, value, field.location) : runtimeFailure(visit, value);
};

/** MaxConcurrency; 0 means as many as there may be. A negative one is refused as AWS refuses the other counts. */
export const concurrencyOf = (visit: Visit<MapNode>): MaybePromise<number | Failure> => {
  const field = visit.node.maxConcurrency;
  if (!field) return 0;
  return chain(wholeNumber(visit, field), (value) =>
    typeof value === 'number' && value < 0 ? runtimeFailure(visit, 'MaxConcurrency cannot be negative.') : value,
  );
};
