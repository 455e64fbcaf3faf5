/** Reads what a parsed path finds, with the path library's own complaints where a definite path misses. */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { ParsedPath, PathRoot, PathToken } from './pathTokens';
import { isArray, jacksonClass, own, put } from './values';

/** Gives the documents a path can start from. */
export type PathRoots = (root: PathRoot) => Json | undefined;

/** A definite path found nothing; `message` is the library's, which AWS passes on. */
export class PathNotFound extends Error {}

/** Deeper than any document AWS accepts: recursive descent stops here rather than overflow the stack. */
const maxDepth = 1000;

/** `$['a'][0]`, as the path library writes a path it complains about. */
export function canonical(tokens: readonly PathToken[], count = tokens.length): string {
  return `$${tokens.slice(0, count).map(tokenText).join('')}`;
}

function tokenText(token: PathToken): string {
  switch (token.kind) {
    case 'property':
      return `[${token.names.map((name) => `'${name}'`).join(',')}]`;
    case 'index':
      return `[${token.indices.join(',')}]`;
    case 'slice':
      return `[${token.from ?? ''}:${token.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'scan':
      return '..';
    case 'filter':
      return '[?]';
    case 'function':
      return `.${token.name}()`;
  }
}

/**
 * The value of a definite path, or the list an indefinite one finds.
 * `undefined`: the path ends in an index past the end of an array, which AWS's library answers with no value at all.
 * Throws PathNotFound for a definite path that misses.
 */
export function readPath(path: ParsedPath, root: Json, roots: PathRoots): Json | undefined {
  if (path.definite) return readDefinite(path, root, roots);
  const last = path.tokens.at(-1);
  if (last?.kind !== 'function') return readTokens(path, root, roots);
  // A function at the end takes all that was found and makes one value of it.
  return applyFunction(last, readTokens({ ...path, tokens: path.tokens.slice(0, -1) }, root, roots), root, roots);
}

function readDefinite(path: ParsedPath, root: Json, roots: PathRoots): Json | undefined {
  let value: Json | undefined = root;
  const last = path.tokens.length - 1;
  for (let at = 0; at <= last; at += 1) {
    const token = path.tokens[at] as PathToken;
    if (token.kind === 'property') value = property(path.tokens, at, value, token.names);
    else if (token.kind === 'index') value = element(path.tokens, at, value, token.indices[0] as number);
    else if (token.kind === 'function') value = applyFunction(token, value, root, roots);
  }
  return value;
}

function property(tokens: readonly PathToken[], at: number, value: Json | undefined, names: readonly string[]): Json {
  if (!isObject(value)) {
    throw new PathNotFound(
      `Expected to find an object with property ['${names.join("', '")}'] in path ${canonical(tokens, at)} but found '${jacksonClass(value)}'. ` +
        "This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
    );
  }
  if (names.length > 1) return pick(value, names);
  const found = own(value, names[0] as string);
  if (found !== undefined) return found;
  if (at === tokens.length - 1) throw new PathNotFound(`No results for path: ${canonical(tokens)}`);
  throw new PathNotFound(`Missing property in path ${canonical(tokens, at + 1)}`);
}

function element(tokens: readonly PathToken[], at: number, value: Json | undefined, index: number): Json | undefined {
  if (value === undefined) throw new PathNotFound(`The path ${canonical(tokens, at)} is null`);
  if (!isArray(value)) {
    throw new PathNotFound(
      `Filter: [${index}] can only be applied to arrays. Current context is: ${JSON.stringify(value)}`,
    );
  }
  return value.at(index);
}

/** Everything an indefinite path finds, in document order; nothing it misses is an error. */
export function readTokens(path: ParsedPath, root: Json, roots: PathRoots): Json[] {
  let values: Json[] = [root];
  let scanning = false;
  for (const token of path.tokens) {
    if (token.kind === 'scan') {
      values = values.flatMap((value) => descendants(value));
      scanning = true;
      continue;
    }
    if (token.kind === 'function') {
      const subjects: (Json | undefined)[] = scanning || !path.definite ? [values] : values;
      values = subjects
        .map((subject) => applyFunction(token, subject, root, roots))
        .filter((value) => value !== undefined);
      continue;
    }
    const found: Json[] = [];
    for (const value of values) step(token, value, roots, found, scanning);
    values = found;
    scanning = false;
  }
  return values;
}

type Step = Exclude<PathToken, { kind: 'scan' } | { kind: 'function' }>;

function step(token: Step, value: Json, roots: PathRoots, found: Json[], scanning: boolean): void {
  switch (token.kind) {
    case 'property':
      if (!isObject(value)) return;
      if (token.names.length > 1) {
        found.push(pick(value, token.names));
        return;
      }
      pushIf(found, own(value, token.names[0] as string));
      return;
    case 'wildcard':
      if (isArray(value)) found.push(...value);
      else if (isObject(value)) for (const key of Object.keys(value)) found.push(value[key] as Json);
      return;
    case 'index':
      if (isArray(value)) for (const index of token.indices) pushIf(found, value.at(index));
      return;
    case 'slice':
      if (isArray(value)) for (const item of value.slice(token.from ?? 0, token.to ?? value.length)) found.push(item);
      return;
    case 'filter':
      // After .. every node is asked itself, its list's turn comes with its members.
      if (isArray(value) && !scanning) {
        for (const item of value) if (token.test(item, roots)) found.push(item);
      } else if (isObject(value) && token.test(value, roots)) found.push(value);
      return;
  }
}

function pushIf(found: Json[], value: Json | undefined): void {
  if (value !== undefined) found.push(value);
}

/** Several names make an object of those present. */
function pick(value: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const name of names) {
    const found = own(value, name);
    if (found !== undefined) put(picked, name, found);
  }
  return picked;
}

function descendants(value: Json): Json[] {
  const all: Json[] = [];
  const visit = (at: Json, depth: number): void => {
    all.push(at);
    if (depth > maxDepth) return;
    if (isArray(at)) for (const item of at) visit(item, depth + 1);
    else if (isObject(at)) for (const key of Object.keys(at)) visit(at[key] as Json, depth + 1);
  };
  visit(value, 0);
  return all;
}

type FunctionToken = Extract<PathToken, { kind: 'function' }>;

function applyFunction(
  token: FunctionToken,
  subject: Json | undefined,
  root: Json,
  roots: PathRoots,
): Json | undefined {
  const args = token.args.map((arg) =>
    /^-?\d/.test(arg.text) ? Number(arg.text) : readPath(arg, roots(arg.root) ?? root, roots),
  );
  switch (token.name) {
    case 'length':
    case 'size':
      if (typeof subject === 'string' || isArray(subject)) return subject.length;
      return isObject(subject) ? Object.keys(subject).length : undefined;
    case 'keys':
      return isObject(subject) ? Object.keys(subject) : undefined;
    case 'first':
      return isArray(subject) ? subject[0] : undefined;
    case 'last':
      return isArray(subject) ? subject.at(-1) : undefined;
    case 'index':
      return isArray(subject) && typeof args[0] === 'number' ? subject.at(args[0]) : undefined;
    case 'append':
      return isArray(subject) ? [...subject, ...args.filter((arg) => arg !== undefined)] : undefined;
    case 'concat':
      return [subject, ...args]
        .flat()
        .filter((part) => typeof part === 'string')
        .join('');
    default:
      return aggregate(
        token.name,
        [subject, ...args].flat().filter((part) => typeof part === 'number'),
      );
  }
}

function aggregate(name: string, numbers: readonly number[]): number {
  if (numbers.length === 0)
    throw new PathNotFound('Aggregation function attempted to calculate value using empty array');
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (name) {
    case 'min':
      return numbers.reduce((least, number) => Math.min(least, number));
    case 'max':
      return numbers.reduce((most, number) => Math.max(most, number));
    case 'sum':
      return sum;
    case 'avg':
      return sum / numbers.length;
    default: {
      const mean = sum / numbers.length;
      return Math.sqrt(numbers.reduce((total, number) => total + (number - mean) ** 2, 0) / numbers.length);
    }
  }
}
