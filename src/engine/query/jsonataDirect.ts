/**
 * The plain part of JSONata, evaluated at once: paths of names, literals, operators, constructors and a few functions, which
 * is most of what workflows write. Where a case is not plain (a list on the way, a wrong type, anything that would fail) the
 * direct form says so and jsonata itself evaluates, so that the language is jsonata's throughout; a property test compares.
 */
import { isObject, type Json, type JsonObject } from '../../model/json';
import type { Scope } from './contract';
import type { AstNode } from './jsonataAst';
import { isAffordable, patternDegree } from './regexSafety';
import { isArray } from './values';

/** Not settled: ask jsonata. */
export const unsettled = Symbol('unsettled');

export type Direct = (scope: Scope) => Json | undefined | typeof unsettled;

/** Below jsonata's own limit, so that what would exceed it is left to it. */
const maxDepth = 60;

/** Undefined for an expression that is not plain in its form. */
export function compileDirect(ast: AstNode, depth = 0): Direct | undefined {
  if (depth > maxDepth || marks.some((mark) => ast[mark] !== undefined)) return undefined;
  switch (ast.type) {
    case 'string':
    case 'number':
    case 'value': {
      const value = ast.value as Json;
      return () => value;
    }
    case 'variable':
      return compileVariable(ast);
    case 'path':
      return compileSteps(ast, depth);
    case 'binary':
      return compileBinary(ast, depth);
    case 'unary':
      return compileUnary(ast, depth);
    case 'condition':
      return compileCondition(ast, depth);
    case 'block':
      return compileBlock(ast, depth);
    case 'function':
      return compileCall(ast, depth);
    default:
      return undefined;
  }
}

/** What makes a node more than its type says. */
const marks = [
  'predicate',
  'group',
  'stages',
  'keepArray',
  'keepSingletonArray',
  'focus',
  'index',
  'ancestor',
  'tuple',
  'seekingParent',
  'nextFunction',
  'thunk',
] as const;

const child = (ast: AstNode, key: string): AstNode => ast[key] as AstNode;
const children = (ast: AstNode, key: string): readonly AstNode[] => (ast[key] as readonly AstNode[] | undefined) ?? [];

function compileVariable(ast: AstNode): Direct | undefined {
  const name = ast.value as string;
  if (name === '' || name === '$' || name === 'states') return undefined;
  // What is no variable may be a function: that is not plain.
  return ({ variables }) => (Object.hasOwn(variables, name) ? variables[name] : unsettled);
}

function compileSteps(ast: AstNode, depth: number): Direct | undefined {
  const [head, ...rest] = children(ast, 'steps');
  if (!head || rest.some((step) => step.type !== 'name' || marks.some((mark) => step[mark] !== undefined)))
    return undefined;
  const names = rest.map((step) => step.value as string);
  if (head.type === 'variable' && head.value === 'states' && marks.every((mark) => head[mark] === undefined))
    return compileStates(names);
  const first = head.type === 'variable' ? compileDirect(head, depth + 1) : undefined;
  return first && ((scope) => walk(first(scope), names, 0));
}

function compileStates([field, ...names]: readonly string[]): Direct | undefined {
  switch (field) {
    case 'input':
      return (scope) => walk(scope.input, names, 0);
    case 'context':
      return (scope) => walk(scope.context(), names, 0);
    case 'result':
      return (scope) => walk(scope.result, names, 0);
    case 'errorOutput':
      return (scope) => walk(scope.errorOutput, names, 0);
    default:
      return undefined;
  }
}

/** Names through objects; a list on the way maps and flattens, which is not plain. */
function walk(
  from: Json | undefined | typeof unsettled,
  names: readonly string[],
  start: number,
): Json | undefined | typeof unsettled {
  let value = from;
  for (let at = start; at < names.length; at += 1) {
    if (value === unsettled || isArray(value)) return unsettled;
    const name = names[at] as string;
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

type Operation = (left: Json | undefined, right: Json | undefined) => Json | undefined | typeof unsettled;

const isPrimitive = (value: Json | undefined): boolean => typeof value !== 'object' || value === null;

const numeric =
  (apply: (a: number, b: number) => number): Operation =>
  (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') return unsettled;
    // JSON has no negative zero.
    const result = apply(left, right) + 0;
    return Number.isFinite(result) ? result : unsettled;
  };

const ordering =
  (apply: (a: number, b: number) => boolean): Operation =>
  (left, right) =>
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string')
      ? apply(left as number, right as number)
      : unsettled;

const equality =
  (wanted: boolean): Operation =>
  (left, right) => {
    if (left === undefined || right === undefined) return false;
    return isPrimitive(left) && isPrimitive(right) ? (left === right) === wanted : unsettled;
  };

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['+', numeric((a, b) => a + b)],
  ['-', numeric((a, b) => a - b)],
  ['*', numeric((a, b) => a * b)],
  ['/', numeric((a, b) => a / b)],
  ['%', numeric((a, b) => a % b)],
  ['<', ordering((a, b) => a < b)],
  ['>', ordering((a, b) => a > b)],
  ['<=', ordering((a, b) => a <= b)],
  ['>=', ordering((a, b) => a >= b)],
  ['=', equality(true)],
  ['!=', equality(false)],
  [
    '&',
    (left, right) => {
      const [a, b] = [textOf(left), textOf(right)];
      return a === undefined || b === undefined ? unsettled : a + b;
    },
  ],
]);

/** As `&` writes it; undefined for what needs jsonata's own number format or JSON. */
function textOf(value: Json | undefined): string | undefined {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return String(value);
  return undefined;
}

function compileBinary(ast: AstNode, depth: number): Direct | undefined {
  const left = compileDirect(child(ast, 'lhs'), depth + 1);
  const right = left && compileDirect(child(ast, 'rhs'), depth + 1);
  if (!left || !right) return undefined;
  if (ast.value === 'and' || ast.value === 'or') return compileLogic(left, right, ast.value === 'and');
  const operation = operations.get(ast.value as string);
  if (!operation) return undefined;
  return (scope) => {
    const a = left(scope);
    if (a === unsettled) return unsettled;
    const b = right(scope);
    return b === unsettled ? unsettled : operation(a, b);
  };
}

function compileLogic(left: Direct, right: Direct, and: boolean): Direct {
  return (scope) => {
    const a = left(scope);
    if (a === unsettled) return unsettled;
    if (truth(a) !== and) return !and;
    const b = right(scope);
    return b === unsettled ? unsettled : truth(b);
  };
}

/** JSONata's effective boolean value; undefined counts as false. */
function truth(value: Json | undefined): boolean {
  if (isArray(value)) return value.length === 1 ? truth(value[0]) : value.some(truth);
  if (isObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

function compileCondition(ast: AstNode, depth: number): Direct | undefined {
  const condition = compileDirect(child(ast, 'condition'), depth + 1);
  const then = condition && compileDirect(child(ast, 'then'), depth + 1);
  const otherwise =
    then && (ast.else === undefined ? (): undefined => undefined : compileDirect(child(ast, 'else'), depth + 1));
  if (!condition || !then || !otherwise) return undefined;
  return (scope) => {
    const decided = condition(scope);
    return decided === unsettled ? unsettled : truth(decided) ? then(scope) : otherwise(scope);
  };
}

/** A bracket around one expression. */
function compileBlock(ast: AstNode, depth: number): Direct | undefined {
  const [only, ...more] = children(ast, 'expressions');
  return only && more.length === 0 ? compileDirect(only, depth + 1) : undefined;
}

function compileUnary(ast: AstNode, depth: number): Direct | undefined {
  if (ast.value === '[') return compileList(ast, depth);
  if (ast.value === '{') return compileObject(ast, depth);
  return undefined;
}

function compileList(ast: AstNode, depth: number): Direct | undefined {
  const items = children(ast, 'expressions');
  const parts = items.map((item) => compileDirect(item, depth + 1));
  if (ast.consarray !== undefined || parts.some((part) => !part)) return undefined;
  // A list among the items is poured in, unless it is written there as a list.
  const nested = items.map((item) => item.value === '[');
  return (scope) => {
    const list: Json[] = [];
    for (let at = 0; at < parts.length; at += 1) {
      const value = (parts[at] as Direct)(scope);
      if (value === unsettled) return unsettled;
      if (value === undefined) continue;
      if (isArray(value) && !nested[at]) list.push(...value);
      else list.push(value);
    }
    return list;
  };
}

const reserved = new Set(['__proto__', '_jsonata_lambda', '_jsonata_function']);

function compileObject(ast: AstNode, depth: number): Direct | undefined {
  const pairs = (ast.lhs as readonly (readonly [AstNode, AstNode])[] | undefined) ?? [];
  const keys = pairs.map(([key]) => (key.type === 'string' ? (key.value as string) : undefined));
  const parts = pairs.map(([, value]) => compileDirect(value, depth + 1));
  if (
    keys.some((key) => key === undefined || reserved.has(key)) ||
    new Set(keys).size !== keys.length ||
    parts.some((part) => !part)
  )
    return undefined;
  return (scope) => {
    const object: Record<string, Json> = {};
    for (let at = 0; at < parts.length; at += 1) {
      const value = (parts[at] as Direct)(scope);
      if (value === unsettled) return unsettled;
      if (value !== undefined) object[keys[at] as string] = value;
    }
    return object;
  };
}

type PlainFunction = (...args: (Json | undefined)[]) => Json | undefined | typeof unsettled;

const onText =
  (apply: (text: string) => Json): PlainFunction =>
  (text) =>
    typeof text === 'string' ? apply(text) : unsettled;

/** Functions by name and number of arguments, for the arguments they are meant for. */
const functions: Readonly<Record<string, readonly [number, PlainFunction]>> = {
  exists: [1, (value) => value !== undefined],
  not: [1, (value) => (value === undefined ? unsettled : !truth(value))],
  boolean: [1, (value) => (value === undefined ? unsettled : truth(value))],
  merge: [1, (list) => (isArray(list) && list.every(isObject) ? mergeAll(list) : unsettled)],
  count: [1, (list) => (isArray(list) ? list.length : unsettled)],
  string: [1, (value) => (value === undefined ? unsettled : (textOf(value) ?? unsettled))],
  uppercase: [1, onText((text) => text.toUpperCase())],
  lowercase: [1, onText((text) => text.toLowerCase())],
  contains: [
    2,
    (text, part) => (typeof text === 'string' && typeof part === 'string' ? text.includes(part) : unsettled),
  ],
};

/** Spread keeps a key called `__proto__` a key. */
const mergeAll = (list: readonly JsonObject[]): Json => list.reduce<JsonObject>((all, one) => ({ ...all, ...one }), {});

function compileCall(ast: AstNode, depth: number): Direct | undefined {
  const procedure = child(ast, 'procedure');
  const name = procedure.type === 'variable' ? (procedure.value as string) : '';
  const args = children(ast, 'arguments');
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!known || known[0] !== args.length) return undefined;
  if (name === 'contains' && args[1]?.type === 'regex')
    return compileMatch(args[0] as AstNode, args[1].value as RegExp, depth);
  const parts = args.map((argument) => compileDirect(argument, depth + 1));
  if (parts.some((part) => !part)) return undefined;
  const [first, second] = parts as Direct[];
  const apply = known[1];
  return (scope) => {
    // A variable of that name hides the function.
    if (Object.hasOwn(scope.variables, name)) return unsettled;
    const a = (first as Direct)(scope);
    const b = second?.(scope);
    return a === unsettled || b === unsettled ? unsettled : apply(a, b);
  };
}

function compileMatch(argument: AstNode, pattern: RegExp, depth: number): Direct | undefined {
  const text = compileDirect(argument, depth + 1);
  if (!text) return undefined;
  const degree = patternDegree(pattern.source);
  const matcher = new RegExp(pattern.source, pattern.flags.replace('g', ''));
  return (scope) => {
    if (Object.hasOwn(scope.variables, 'contains')) return unsettled;
    const value = text(scope);
    return typeof value === 'string' && isAffordable(degree, value.length) ? matcher.test(value) : unsettled;
  };
}
