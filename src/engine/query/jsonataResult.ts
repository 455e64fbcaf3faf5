/** From what the JSONata evaluator hands out to plain JSON. */
import type { Json } from '../../model/json';
import { put } from './values';

/** A result that is no JSON: a function, or a list with one in it. */
export class UnsupportedResult extends Error {}

/** Deeper than AWS's payloads can nest. */
const maxDepth = 1000;

/**
 * The same value as plain JSON. The evaluator marks its lists with hidden properties that would change what a later
 * expression makes of them, so marked ones are copied; what is already plain is handed on as it is.
 * Numbers without a JSON form become the texts AWS writes for them ('Infinity', 'NaN'). Throws UnsupportedResult.
 */
export function plainResult(value: unknown, depth = 0): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || depth > maxDepth || value instanceof RegExp) throw new UnsupportedResult();
  if (Array.isArray(value)) return plainList(value, depth);
  return plainObject(value as Record<string, unknown>, depth);
}

const marks = ['sequence', 'cons', 'keepSingleton', 'outerWrapper', 'tupleStream'] as const;

function plainList(list: readonly unknown[], depth: number): Json {
  let copy: Json[] | undefined =
    marks.some((mark) => Object.hasOwn(list, mark)) || Object.hasOwn(list, 'push') ? [] : undefined;
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at];
    const plain = item === undefined ? null : plainResult(item, depth + 1);
    if (copy) copy.push(plain);
    else if (plain !== item) {
      copy = list.slice(0, at) as Json[];
      copy.push(plain);
    }
  }
  return copy ?? (list as readonly Json[]);
}

function plainObject(object: Record<string, unknown>, depth: number): Json {
  if ('_jsonata_lambda' in object || '_jsonata_function' in object) throw new UnsupportedResult();
  const keys = Object.keys(object);
  let copy: Record<string, Json> | undefined;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as string;
    const item = object[key];
    const plain = item === undefined ? undefined : plainResult(item, depth + 1);
    if (!copy && plain !== undefined && plain === item) continue;
    if (!copy) {
      copy = {};
      for (const earlier of keys.slice(0, at)) put(copy, earlier, object[earlier] as Json);
    }
    if (plain !== undefined) put(copy, key, plain);
  }
  return copy ?? (object as Record<string, Json>);
}
