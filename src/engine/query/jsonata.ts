/** JSONata fields: one `{% … %}` or a template of them, compiled once, with AWS's sentences around what goes wrong. */
import { isObject, type Json } from '../../model/json';
import { QueryError, QuerySyntaxError, type Evaluate, type MaybePromise, type Scope } from './contract';
import { compileDirect, unsettled } from './jsonataDirect';
import { clockBinding, hostBinding, LimitExceeded } from './jsonataFunctions';
import { plainResult, UnsupportedResult } from './jsonataResult';
import { NeedsSandbox, prepare, type Prepared } from './jsonataRun';
import { evaluateInSandbox } from './sandboxClient';
import { inTurn } from './turns';
import { isArray, put } from './values';

/** The type a field insists on, in AWS's words. */
export type ExpectedType = 'array' | 'object' | 'string' | 'number' | 'boolean';

export interface JsonataOptions {
  /** Checked when the whole field is one expression; a literal's type is the validator's business. */
  readonly expect?: ExpectedType;
}

const maxDepth = 500;

/** The expression within `{% … %}`, or undefined for an ordinary text. `offset` is where the expression begins. */
export function expressionIn(text: string): { source: string; offset: number } | undefined {
  if (!text.startsWith('{%') || !text.endsWith('%}') || text.length < 4) return undefined;
  const inner = text.slice(2, -2);
  const source = inner.trim();
  return { source, offset: 2 + inner.indexOf(source) };
}

/**
 * Compiles a field's value. `field` is its name in the state (`Output`, `Choices[0]/Condition`); nested expressions are
 * named below it (`Output/a/b[0]`), and so are the locations of their errors.
 * Throws QueryError('States.QueryEvaluationError'); QuerySyntaxError while compiling.
 */
export function compileJsonata(value: Json, field: string, options: JsonataOptions = {}): Evaluate {
  return compileNode(value, field, options.expect, 0) ?? (() => value);
}

function compileNode(
  value: Json,
  field: string,
  expect: ExpectedType | undefined,
  depth: number,
): Evaluate | undefined {
  if (depth > maxDepth) throw new QuerySyntaxError(`The field ${field} nests too deeply`, 0);
  if (typeof value === 'string') {
    const expression = expressionIn(value);
    return expression && compileExpression(expression.source, field, expect);
  }
  if (isArray(value)) {
    const parts = value.map((item, index) => compileNode(item, `${field}[${index}]`, undefined, depth + 1));
    if (parts.every((part) => !part)) return undefined;
    return (scope) => collect(parts, value, scope, (results) => results);
  }
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const constants = keys.map((key) => value[key] as Json);
  const parts = keys.map((key, at) => compileNode(constants[at] as Json, `${field}/${key}`, undefined, depth + 1));
  if (parts.every((part) => !part)) return undefined;
  return (scope) =>
    collect(parts, constants, scope, (results) => {
      const out: Record<string, Json> = {};
      for (let at = 0; at < keys.length; at += 1) put(out, keys[at] as string, results[at] as Json);
      return out;
    });
}

/** Evaluates parts from left to right; promises only from the first part that needs one. */
function collect(
  parts: readonly (Evaluate | undefined)[],
  constants: readonly Json[],
  scope: Scope,
  finish: (results: Json[]) => Json,
): MaybePromise<Json> {
  const results: Json[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const result = parts[at] ? (parts[at] as Evaluate)(scope) : (constants[at] as Json);
    if (result instanceof Promise) return collectLater(parts, constants, scope, results, result, at).then(finish);
    results.push(result);
  }
  return finish(results);
}

async function collectLater(
  parts: readonly (Evaluate | undefined)[],
  constants: readonly Json[],
  scope: Scope,
  results: Json[],
  pending: Promise<Json>,
  at: number,
): Promise<Json[]> {
  results.push(await pending);
  for (let next = at + 1; next < parts.length; next += 1) {
    const part = parts[next];
    results.push(part ? await part(scope) : (constants[next] as Json));
  }
  return results;
}

/** Expressions recur, in a definition and over runs; their compiled form is shared. */
const prepared = new Map<string, Prepared>();
const maxPrepared = 5000;

/** Parses an expression, or finds it parsed. Throws QuerySyntaxError. */
export function prepareCached(source: string): Prepared {
  let found = prepared.get(source);
  if (!found) {
    found = prepare(source, true);
    // The oldest goes first: a file being edited leaves a trail of half-written expressions.
    if (prepared.size >= maxPrepared) prepared.delete(prepared.keys().next().value as string);
    prepared.set(source, found);
  }
  return found;
}

function compileExpression(source: string, field: string, expect: ExpectedType | undefined): Evaluate {
  const expression = prepareCached(source);
  const direct = compileDirect(expression.ast);
  const evaluator = (scope: Scope): Promise<Json> =>
    run(expression, source, scope).then(
      (result) => checked(result, source, field, expect, false),
      (error: unknown) => Promise.reject(failure(error, source, field)),
    );
  if (!direct) return evaluator;
  return (scope) => {
    const result = direct(scope);
    return result === unsettled ? evaluator(scope) : checked(result, source, field, expect, true);
  };
}

async function run(expression: Prepared, source: string, scope: Scope): Promise<unknown> {
  const bindings = bindingsOf(expression, scope);
  try {
    return await inTurn(() => expression.run({ ...bindings, [hostBinding]: scope.host }));
  } catch (error) {
    if (!(error instanceof NeedsSandbox)) throw error;
    // The turn is over by then: who waits for the sandbox keeps nobody waiting.
    return await evaluateInSandbox(source, bindings, scope.host);
  }
}

/** Only what the expression mentions: variables, and of `$states` the fields it names. */
function bindingsOf(expression: Prepared, scope: Scope): Record<string, unknown> {
  const bindings: Record<string, unknown> = {};
  const { variables, states } = expression.mentions;
  for (const name of variables) {
    if (name === 'states') bindings.states = statesOf(scope, states);
    else if (Object.hasOwn(scope.variables, name)) bindings[name] = scope.variables[name];
  }
  bindings[clockBinding] = scope.host?.now() ?? new Date().getTime();
  return bindings;
}

function statesOf(scope: Scope, fields: ReadonlySet<string> | undefined): Record<string, Json> {
  const states: Record<string, Json> = { input: scope.input };
  if (!fields || fields.has('context')) states.context = scope.context();
  if (scope.result !== undefined) states.result = scope.result;
  if (scope.errorOutput !== undefined) states.errorOutput = scope.errorOutput;
  return states;
}

/** `isPlain`: the value is made of JSON already, and need not be looked through. */
function checked(
  result: unknown,
  source: string,
  field: string,
  expect: ExpectedType | undefined,
  isPlain: boolean,
): Json {
  if (result === undefined) throw evaluationError(source, field, ' returned nothing (undefined).');
  let plain: Json;
  try {
    plain = isPlain ? (result as Json) : plainResult(result);
  } catch (error) {
    if (error instanceof UnsupportedResult) throw evaluationError(source, field, unsupportedType);
    throw error;
  }
  if (expect && typeOf(plain) !== expect) {
    throw evaluationError(
      source,
      field,
      ` returned an unexpected result type. Expected '${expect}', but was '${typeOf(plain)}' for value: ${JSON.stringify(plain)}`,
    );
  }
  return plain;
}

const unsupportedType = ' returned an unsupported result type.';

const typeOf = (value: Json): string => (value === null ? 'null' : isArray(value) ? 'array' : typeof value);

const evaluationError = (source: string, field: string, outcome: string): QueryError =>
  new QueryError(
    'States.QueryEvaluationError',
    `The JSONata expression '${source}' specified for the field '${field}'${outcome}`,
    field,
  );

/** A coded failure follows AWS's sentence after a full stop, any other after a colon. */
function failure(error: unknown, source: string, field: string): QueryError {
  if (error instanceof QueryError) return error;
  if (error instanceof UnsupportedResult) return evaluationError(source, field, unsupportedType);
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  const tail = !(error instanceof LimitExceeded) && typeof code === 'string' ? `. ${code}: ${text}` : `: ${text}`;
  return evaluationError(source, field, ` threw an error during evaluation${tail}`);
}
