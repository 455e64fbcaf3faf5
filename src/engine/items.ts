/** What a Map iterates over, and how many at a time. */
import type { Json } from '../model/json';
import { isObject } from '../model/json';
import { chain } from './chain';
import type { MaybePromise } from './contract';
import { evaluationFailure, runtimeFailure } from './failures';
import type { MapNode, NumberField } from './nodes';
import type { Failure } from './outcome';
import type { Visit } from './visit';

const typeName = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** The array of items, or AWS's failure for what is none. `visit.input` is the effective input. */
export const itemsOf = (visit: Visit<MapNode>): MaybePromise<readonly Json[] | Failure> => {
  const { items, language } = visit.node;
  const value = items ? items.evaluate(visit) : visit.input;
  return chain(value, (found): readonly Json[] | Failure => {
    if (Array.isArray(found)) return found as readonly Json[];
    if (isObject(found) && visit.node.distributed)
      return Object.entries(found).map(([Key, Value]) => ({ Key, Value: Value ?? null }));
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

/** A path may lead to a text that spells a number: AWS takes it. */
const spelled = (field: NumberField, value: Json): Json =>
  field.form === 'path' && typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

/** A number out of a field, or AWS's failure. */
export const anyNumber = (visit: Visit, field: NumberField): MaybePromise<number | Failure> =>
  chain(field.evaluate(visit), (found): number | Failure => {
    const value = spelled(field, found);
    return typeof value === 'number' ? value : notA(visit, field, found, 'float');
  });

/** A whole number out of a field, or AWS's failure. `visit.input` is the effective input. */
export const wholeNumber = (visit: Visit, field: NumberField): MaybePromise<number | Failure> =>
  chain(field.evaluate(visit), (found): number | Failure => {
    const value = spelled(field, found);
    return typeof value === 'number' && Number.isInteger(value) ? value : notA(visit, field, found, 'integer');
  });

/** AWS's words for a field that refers to a value of another kind. */
const notA = (visit: Visit, field: NumberField, value: Json, kind: 'integer' | 'float'): Failure => {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  if (field.form === 'jsonata')
    return evaluationFailure(visit, `The ${field.field} field value ${shown} is not a valid ${kind}`, field.location);
  return runtimeFailure(
    visit,
    `The ${field.field}Path field refers to value "${shown}" which is not a valid ${kind}: ${field.source}`,
  );
};

/** MaxConcurrency; 0 means as many as there may be. A negative one is refused as AWS refuses the other counts. */
export const concurrencyOf = (visit: Visit<MapNode>): MaybePromise<number | Failure> => {
  const field = visit.node.maxConcurrency;
  if (!field) return 0;
  return chain(wholeNumber(visit, field), (value) =>
    typeof value === 'number' && value < 0 ? runtimeFailure(visit, 'MaxConcurrency cannot be negative.') : value,
  );
};
