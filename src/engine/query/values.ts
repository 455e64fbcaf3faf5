/** Small facts about JSON values that the query languages share. */
import { isObject, type Json, type JsonObject } from '../../model/json';

export const isArray = (value: unknown): value is readonly Json[] => Array.isArray(value);

/** Own property or undefined: `__proto__` and its kin are ordinary keys of a JSON document. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a key on an object under construction, `__proto__` included. */
export function put(object: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}

/** A shallow copy that keeps a `__proto__` key a key. */
export function copyObject(object: JsonObject): Record<string, Json> {
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(object)) put(copy, key, object[key] as Json);
  return copy;
}

/** Equal as JSON documents: object key order does not count, 1 and 1.0 are one number. */
export function deepEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  );
}

/** As `String.valueOf` shows a Java map or list: `{Arg1=1, Arg2=[]}`; what `States.Format` prints. */
export function javaText(value: Json): string {
  if (isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.keys(value)
    .map((key) => `${key}=${javaText(value[key] as Json)}`)
    .join(', ')}}`;
}

/** The Jackson class that AWS's path library names when it meets the wrong kind of value. */
export function jacksonClass(value: Json | undefined): string {
  if (value === undefined) return 'null';
  const kind =
    value === null
      ? 'Null'
      : isArray(value)
        ? 'Array'
        : typeof value === 'string'
          ? 'Text'
          : typeof value === 'boolean'
            ? 'Boolean'
            : typeof value === 'object'
              ? 'Object'
              : !Number.isInteger(value)
                ? 'Double'
                : Math.abs(value) <= 0x7fffffff
                  ? 'Int'
                  : 'Long';
  return `com.fasterxml.jackson.databind.node.${kind}Node`;
}
