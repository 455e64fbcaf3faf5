/** Number fields in their three forms, and AWS's words for a value that is none. */
import type { Json, JsonObject } from '../model/json';
import type { QueryLanguage } from '../model/machine';
import type { NumberField } from './nodes';
import { compileJsonata, compilePath } from './query';

/** The text a field has; empty where it is none. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/**
 * `field` or `fieldPath` of an object, or undefined where it has neither. Also for Wait's `Timestamp`, which is a text.
 * `within` is where in its state the object stands: it begins the location of a failed evaluation.
 */
export const numberField = (
  state: JsonObject,
  field: string,
  language: QueryLanguage,
  within = '',
): NumberField | undefined => {
  const path = state[`${field}Path`];
  if (typeof path === 'string')
    return { field, location: field, form: 'path', source: path, evaluate: compilePath(path) };
  const value = state[field];
  if (value === undefined) return undefined;
  if (language === 'JSONata' && typeof value === 'string' && value.startsWith('{%'))
    return {
      field,
      location: `${within}${field}`,
      form: 'jsonata',
      source: value,
      evaluate: compileJsonata(value, `${within}${field}`, { expect: field === 'Timestamp' ? 'string' : 'number' }),
    };
  return { field, location: field, form: 'literal', source: JSON.stringify(value), evaluate: (): Json => value };
};
