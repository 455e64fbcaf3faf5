/** Number and text fields in their forms, and AWS's words for a value that is no number. */
import type { Json, JsonObject } from '../model/json';
import type { QueryLanguage } from '../model/machine';
import type { NumberField } from './nodes';
import { compileExpression, compileJsonata, compilePath } from './query';
import type { Evaluate } from './query/contract';

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

/** Fail's `Error` and `Cause`: written down, computed, or behind a path (or an intrinsic function). */
export const textField = (
  state: JsonObject,
  field: 'Error' | 'Cause',
  language: QueryLanguage,
): Evaluate | undefined => {
  const path = state[`${field}Path`];
  if (typeof path === 'string') return compileExpression(path, `${field}Path`);
  const value = state[field];
  if (value === undefined) return undefined;
  return language === 'JSONata' ? compileJsonata(value, field, { expect: 'string' }) : () => value;
};

/** A path may lead to a text that spells a number: AWS takes it. */
const spelled = (field: NumberField, value: Json): Json =>
  field.form === 'path' && typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

/** The number that a field's value is, or AWS's words for one of another kind. */
export const numberIn = (field: NumberField, found: Json, kind: 'integer' | 'float'): number | string => {
  const value = spelled(field, found);
  if (typeof value === 'number' && (kind === 'float' || Number.isInteger(value))) return value;
  const shown = typeof found === 'string' ? found : JSON.stringify(found);
  return field.form === 'jsonata'
    ? `The ${field.field} field value ${shown} is not a valid ${kind}`
    : `The ${field.field}Path field refers to value "${shown}" which is not a valid ${kind}: ${field.source}`;
};
