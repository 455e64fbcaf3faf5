/** Paths compiled to closures: what InputPath, ItemsPath, SecondsPath and the rest are made of. */
import { isObject, type Json } from '../../model/json';
import { QueryError, type EvaluateSync, type Scope } from './contract';
import { parsePath, type ParsedPath, type PathRoot } from './pathTokens';
import { canonical, PathNotFound, readPath } from './pathValue';

/** A path's value, or undefined where a definite path finds nothing. */
export type Lookup = (scope: Scope) => Json | undefined;

/** The document a path starts from in this scope; undefined for a variable that is not set. */
export function rootOf(scope: Scope, root: PathRoot): Json | undefined {
  switch (root.kind) {
    case 'input':
    case 'current':
      return scope.input;
    case 'context':
      return scope.context();
    case 'variable':
      return Object.hasOwn(scope.variables, root.name) ? scope.variables[root.name] : undefined;
  }
}

/** The names of a path made only of single names, the common case that gets a closure of its own. */
function plainNames(path: ParsedPath): readonly string[] | undefined {
  const names: string[] = [];
  for (const token of path.tokens) {
    if (token.kind !== 'property' || token.names.length !== 1) return undefined;
    names.push(token.names[0] as string);
  }
  return names;
}

const missing = Symbol('missing');

/** Walks names without allocating; `missing` where a step fails, for the slow walk to explain. */
function walk(names: readonly string[], from: Json): Json | typeof missing {
  let value: Json = from;
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] as string;
    if (!isObject(value) || !Object.hasOwn(value, name)) return missing;
    value = value[name] as Json;
  }
  return value;
}

/**
 * Reads a parsed path in a scope. Throws PathNotFound where a definite path misses; answers undefined where it ends past
 * the end of an array (AWS takes that for null in a payload template).
 */
export function compileRead(path: ParsedPath): Lookup {
  const names = plainNames(path);
  const slow = (scope: Scope): Json | undefined => {
    const root = rootOf(scope, path.root);
    if (root === undefined) throw new PathNotFound(`No results for path: ${canonical(path.tokens)}`);
    return readPath(path, root, (other) => rootOf(scope, other));
  };
  if (!names) return slow;
  if (path.root.kind === 'input') {
    if (names.length === 0) return (scope) => scope.input;
    return (scope) => {
      const found = walk(names, scope.input);
      return found === missing ? slow(scope) : found;
    };
  }
  return (scope) => {
    const root = rootOf(scope, path.root);
    const found = root === undefined ? missing : walk(names, root);
    return found === missing ? slow(scope) : found;
  };
}

/**
 * A path as InputPath, OutputPath, ItemsPath and TimeoutSecondsPath use it.
 * Throws QueryError('States.Runtime', "Invalid path '$.x' : No results for path: $['x']"); QuerySyntaxError while compiling.
 */
export function compilePath(text: string): EvaluateSync {
  const read = compileRead(parsePath(text));
  return (scope) => {
    try {
      return read(scope) ?? null;
    } catch (error) {
      if (error instanceof PathNotFound)
        throw new QueryError('States.Runtime', `Invalid path '${text}' : ${error.message}`);
      throw error;
    }
  };
}

/** A path whose absence the caller words itself (SecondsPath, TimestampPath, Choice's Variable): undefined where it misses. */
export function compileLookup(text: string): Lookup {
  return lookupOf(parsePath(text));
}

function lookupOf(path: ParsedPath): Lookup {
  const names = plainNames(path);
  // Names alone need no complaint that nobody reads: a miss is a miss (IsPresent asks for things that are not there).
  if (names)
    return (scope) => {
      const root = rootOf(scope, path.root);
      const found = root === undefined ? missing : walk(names, root);
      return found === missing ? undefined : found;
    };
  const read = compileRead(path);
  return (scope) => {
    try {
      return read(scope);
    } catch (error) {
      if (error instanceof PathNotFound) return undefined;
      throw error;
    }
  };
}
