/** The 18 intrinsic functions with AWS's own semantics, where those differ from what their page says. */
import { createHash, randomUUID } from 'node:crypto';
import { isObject, type Json } from '../../model/json';
import type { ScopeHost } from './contract';
import { hashSetOrder, javaRandom } from './javaOrder';
import { copyObject, isArray, javaText, put } from './values';

/** A call whose arguments the function does not take; AWS words it `Invalid arguments in States.X`. */
export class BadArguments extends Error {}

export type IntrinsicFunction = (args: readonly Json[], host: ScopeHost | undefined) => Json;

const maxText = 10_000;
const maxRange = 1000;
const int32 = { least: -(2 ** 31), most: 2 ** 31 - 1 };
const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function refuse(): never {
  throw new BadArguments();
}

const array = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : refuse());
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : refuse());
const number = (value: Json | undefined): number => (typeof value === 'number' ? value : refuse());
const shortText = (value: Json | undefined): string => (text(value).length <= maxText ? text(value) : refuse());
const int = (value: number): number => (value >= int32.least && value <= int32.most ? value : refuse());
/** Fractions are cut off, not rounded, except by MathAdd. */
const cut = (value: Json | undefined): number => int(Math.trunc(number(value)));
/** Half goes up, towards +infinity: -1.5 is -1. No negative zero. */
const round = (value: Json | undefined): number => int(Math.round(number(value)) + 0);

export const intrinsicFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Array': (args) => [...args],
  'States.ArrayPartition': ([list, size]) => {
    const items = array(list);
    const chunk = cut(size);
    if (chunk < 1) refuse();
    const chunks: Json[] = [];
    for (let at = 0; at < items.length; at += chunk) chunks.push(items.slice(at, at + chunk));
    return chunks;
  },
  // Compared as texts: `true` is found among `'true'`, and the order of keys counts.
  'States.ArrayContains': ([list, wanted]) =>
    array(list).some((item) => comparable(item) === comparable(wanted as Json)),
  'States.ArrayRange': ([first, last, step]) => {
    const [from, to, by] = [cut(first), cut(last), cut(step)];
    if (by === 0) refuse();
    const count = Math.max(0, Math.floor((to - from) / by) + 1);
    if (count > maxRange) refuse();
    return Array.from({ length: count }, (_, index) => from + index * by);
  },
  'States.ArrayGetItem': ([list, index]) => {
    const items = array(list);
    const at = cut(index);
    // Out of an empty array AWS gives null, out of any other it fails.
    if (items.length === 0 && at >= 0) return null;
    return at >= 0 && at < items.length ? (items[at] as Json) : refuse();
  },
  'States.ArrayLength': ([list]) => array(list).length,
  'States.ArrayUnique': ([list]) => hashSetOrder(array(list)),
  'States.Base64Encode': ([data]) => Buffer.from(shortText(data), 'utf8').toString('base64'),
  'States.Base64Decode': ([data]) => Buffer.from(shortText(data), 'base64').toString('utf8'),
  'States.Hash': ([data, algorithm]) => {
    const name = algorithms[text(algorithm)] ?? refuse();
    const content = typeof data === 'string' ? data : JSON.stringify(data);
    return createHash(name).update(shortText(content), 'utf8').digest('hex');
  },
  'States.JsonMerge': ([first, second, deep]) => {
    if (deep === true || !isObject(first) || !isObject(second)) return refuse();
    const merged = copyObject(first);
    for (const key of Object.keys(second)) put(merged, key, second[key] as Json);
    return merged;
  },
  'States.StringToJson': ([json]) => {
    const source = text(json);
    if (source.trim() === '') return null;
    try {
      const value = JSON.parse(source) as Json;
      return Object.is(value, -0) ? 0 : value;
    } catch {
      return refuse();
    }
  },
  'States.JsonToString': ([value]) => JSON.stringify(value),
  'States.MathRandom': ([first, last, seed], host) => {
    const [from, to] = [cut(first), cut(last)];
    if (from >= to) refuse();
    const span = to - from;
    if (seed !== undefined)
      return (
        from +
        (span > int32.most
          ? Math.floor(javaRandom(number(seed)).nextDouble() * span)
          : javaRandom(number(seed)).nextInt(span))
      );
    return from + Math.floor((host?.random() ?? Math.random()) * span);
  },
  'States.MathAdd': ([a, b]) => int(round(a) + round(b)),
  'States.StringSplit': ([source, delimiters]) => split(text(source), text(delimiters)),
  'States.UUID': (_args, host) => host?.uuid() ?? randomUUID(),
  'States.Format': ([template, ...args]) => formatParts(text(template), args),
};

const comparable = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As Java's StringTokenizer: every delimiter character splits, empty pieces are dropped. */
function split(source: string, delimiters: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const c of source) {
    if (!delimiters.includes(c)) piece += c;
    else if (piece) {
      pieces.push(piece);
      piece = '';
    }
  }
  if (piece) pieces.push(piece);
  return pieces;
}

/** The fixed texts of a template, one more than its `{}`. Throws BadArguments for a lone brace. */
export function templateParts(template: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < template.length; at += 1) {
    const c = template[at] as string;
    if (c === '\\' && at + 1 < template.length && "{}\\'".includes(template[at + 1] as string)) {
      at += 1;
      part += template[at];
    } else if (c === '{' && template[at + 1] === '}') {
      at += 1;
      parts.push(part);
      part = '';
    } else if (c === '{' || c === '}') refuse();
    else part += c;
  }
  parts.push(part);
  return parts;
}

function formatParts(template: string, args: readonly Json[]): string {
  return joinParts(templateParts(template), args);
}

export function joinParts(parts: readonly string[], args: readonly Json[]): string {
  if (parts.length !== args.length + 1) refuse();
  let out = parts[0] as string;
  for (let at = 0; at < args.length; at += 1) out += javaText(args[at] as Json) + (parts[at + 1] as string);
  return out;
}
