/** Payload templates of JSONPath states: `Parameters`, `ResultSelector`, `ItemSelector`, `Assign`. */
import { isObject, type Json } from '../../model/json';
import { QueryError, QuerySyntaxError, type EvaluateSync } from './contract';
import { compileIntrinsic } from './intrinsic';
import { isIntrinsic } from './intrinsicParser';
import { compileRead, rootOf } from './path';
import { parsePath } from './pathTokens';
import { PathNotFound } from './pathValue';
import { isArray, put } from './values';

/** Deeper than any payload AWS takes. */
const maxDepth = 500;

/**
 * Compiles a template: fields whose names end in `.$` are paths or intrinsic calls, everything else stands as it is.
 * Throws QueryError('States.Runtime'); while compiling QuerySyntaxError, which a validated definition never does.
 */
export function compileTemplate(template: Json): EvaluateSync {
  return compileNode(template, 0) ?? (() => template);
}

/** Undefined for a node without anything to evaluate: it is used as it stands. */
function compileNode(node: Json, depth: number): EvaluateSync | undefined {
  if (depth > maxDepth) throw new QuerySyntaxError('The template nests too deeply', 0);
  if (isArray(node)) {
    const items = node.map((item) => ({ item, evaluate: compileNode(item, depth + 1) }));
    if (items.every(({ evaluate }) => !evaluate)) return undefined;
    return (scope) => items.map(({ item, evaluate }) => (evaluate ? evaluate(scope) : item));
  }
  if (!isObject(node)) return undefined;
  const names: string[] = [];
  const evaluators: (EvaluateSync | undefined)[] = [];
  const constants: Json[] = [];
  for (const key of Object.keys(node)) {
    const value = node[key] as Json;
    const dynamic = key.endsWith('.$');
    names.push(dynamic ? key.slice(0, -2) : key);
    evaluators.push(dynamic ? compileField(value, key) : compileNode(value, depth + 1));
    constants.push(value);
  }
  if (evaluators.every((evaluate) => !evaluate)) return undefined;
  return (scope) => {
    const out: Record<string, Json> = {};
    for (let at = 0; at < names.length; at += 1) {
      const evaluate = evaluators[at];
      put(out, names[at] as string, evaluate ? evaluate(scope) : (constants[at] as Json));
    }
    return out;
  };
}

function compileField(value: Json, key: string): EvaluateSync {
  if (typeof value !== 'string') throw new QuerySyntaxError(invalidField(key), 0);
  return compileExpression(value, key);
}

/** AWS's sentence for a `.$` field that is neither. */
export const invalidField = (key: string): string =>
  `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call`;

/**
 * One path or intrinsic call that belongs to the named field: a `.$` field of a template, or ErrorPath and CausePath.
 * A path that finds nothing throws QueryError('States.Runtime', "The JSONPath '$.x' specified for the field 'y.$' could not be
 * found in the input '{…}'"); one that ends past an array's end is null.
 */
export function compileExpression(text: string, field: string): EvaluateSync {
  if (isIntrinsic(text)) return compileIntrinsic(text);
  const path = parsePath(text);
  const read = compileRead(path);
  return (scope) => {
    try {
      return read(scope) ?? null;
    } catch (error) {
      if (!(error instanceof PathNotFound)) throw error;
      const document = path.root.kind === 'context' ? rootOf(scope, path.root) : scope.input;
      throw new QueryError(
        'States.Runtime',
        `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(document)}'`,
      );
    }
  };
}
