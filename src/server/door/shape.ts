/**
 * Input shapes and what AWS says when a request breaks one. Every violation is listed in one ValidationException, in the
 * order of the shape's members.
 */
import type { Json, JsonObject } from '../../model/json';
import { isObject } from '../../model/json';
import { ServiceError } from '../contract';

export type Shape =
  | {
      readonly kind: 'text';
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: RegExp;
      readonly values?: readonly string[];
      readonly secret?: boolean;
    }
  | { readonly kind: 'integer' | 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | { readonly kind: 'map'; readonly min?: number; readonly max?: number }
  | Structure;

export interface Structure {
  readonly kind: 'structure';
  /** As Java prints it in a constraint message. */
  readonly name: string;
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: ReadonlySet<string>;
}

export const text = (limits: Omit<Extract<Shape, { kind: 'text' }>, 'kind'> = {}): Shape => ({
  kind: 'text',
  ...limits,
});
export const oneOf = (...values: readonly string[]): Shape => ({ kind: 'text', values });
export const integer = (min?: number, max?: number): Shape => ({ kind: 'integer', min, max });
export const number = (min?: number, max?: number): Shape => ({ kind: 'number', min, max });
export const flag: Shape = { kind: 'boolean' };
export const list = (of: Shape, min?: number, max?: number): Shape => ({ kind: 'list', of, min, max });
export const textMap = (min?: number, max?: number): Shape => ({ kind: 'map', min, max });

/** Members whose name ends in `!` are required. */
export function structure(name: string, members: Readonly<Record<string, Shape>>): Structure {
  const required = new Set<string>();
  const plain: Record<string, Shape> = {};
  for (const [key, shape] of Object.entries(members)) {
    const bare = key.endsWith('!') ? key.slice(0, -1) : key;
    if (bare !== key) required.add(bare);
    plain[bare] = shape;
  }
  return { kind: 'structure', name, members: plain, required };
}

/** Throws SerializationException on a wrong type and `code` on broken constraints. */
export function checkShape(shape: Structure, input: JsonObject, code = 'ValidationException'): void {
  const violations: string[] = [];
  checkStructure(shape, input, '', violations);
  if (violations.length > 0) {
    throw new ServiceError(
      code,
      `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected: ${violations.join('; ')}`,
    );
  }
}

function checkStructure(shape: Structure, input: JsonObject, path: string, violations: string[]): void {
  for (const name in shape.members) {
    const value = input[name];
    const at = path === '' ? name : `${path}.${name}`;
    if (value === undefined || value === null) {
      if (shape.required.has(name))
        violations.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
    } else check(shape.members[name] as Shape, value, at, violations);
  }
}

function check(shape: Shape, value: Json, at: string, violations: string[]): void {
  const fail = (constraint: string): number =>
    violations.push(`Value '${javaText(shape, value)}' at '${at}' failed to satisfy constraint: ${constraint}`);
  switch (shape.kind) {
    case 'text': {
      if (typeof value !== 'string') throw unexpected(value, 'String');
      if (shape.min !== undefined && value.length < shape.min)
        fail(`Member must have length greater than or equal to ${shape.min}`);
      if (shape.max !== undefined && value.length > shape.max)
        fail(`Member must have length less than or equal to ${shape.max}`);
      if (shape.pattern && !shape.pattern.test(value))
        fail(`Member must satisfy regular expression pattern: ${shape.pattern.source}`);
      if (shape.values && !shape.values.includes(value))
        fail(`Member must satisfy enum value set: [${shape.values.join(', ')}]`);
      return;
    }
    case 'integer':
    case 'number':
      if (typeof value !== 'number') throw unexpected(value, shape.kind === 'integer' ? 'Integer' : 'Float');
      if (shape.min !== undefined && value < shape.min)
        fail(`Member must have value greater than or equal to ${shape.min}`);
      if (shape.max !== undefined && value > shape.max)
        fail(`Member must have value less than or equal to ${shape.max}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw unexpected(value, 'Boolean');
      return;
    case 'timestamp':
      if (typeof value !== 'number') throw unexpected(value, 'Timestamp');
      return;
    case 'list':
      if (!Array.isArray(value)) throw unexpected(value, 'List');
      checkSize(shape, value.length, fail);
      value.forEach((member: Json, index) => check(shape.of, member, `${at}.${index + 1}.member`, violations));
      return;
    case 'map':
      if (!isObject(value)) throw unexpected(value, 'Map');
      checkSize(shape, Object.keys(value).length, fail);
      return;
    case 'structure':
      if (!isObject(value)) throw unexpected(value, shape.name);
      checkStructure(shape, value, at, violations);
  }
}

function checkSize(
  shape: { readonly min?: number; readonly max?: number },
  size: number,
  fail: (constraint: string) => void,
): void {
  if (shape.min !== undefined && size < shape.min)
    fail(`Member must have length greater than or equal to ${shape.min}`);
  if (shape.max !== undefined && size > shape.max) fail(`Member must have length less than or equal to ${shape.max}`);
}

const jsonTypes: Readonly<Record<string, string>> = {
  string: 'STRING_VALUE',
  number: 'NUMBER_VALUE',
  boolean: 'TRUE_VALUE',
};

const unexpected = (value: Json, wanted: string): ServiceError =>
  new ServiceError(
    'SerializationException',
    typeof value === 'object'
      ? 'Start of structure or map found where not expected.'
      : `${value === false ? 'FALSE_VALUE' : (jsonTypes[typeof value] ?? 'VALUE')} can not be converted to ${wanted === 'String' ? 'a String' : `a ${wanted}`}`,
  );

/** How Java prints a request member inside a message. */
function javaText(shape: Shape, value: Json): string {
  if (shape.kind === 'text' && shape.secret) return '***Sensitive Data Redacted***';
  if (shape.kind === 'list' && Array.isArray(value))
    return `[${value.map((member: Json) => javaText(shape.of, member)).join(', ')}]`;
  if (shape.kind === 'structure' && isObject(value)) {
    const fields = Object.keys(shape.members).filter((name) => value[name] !== undefined);
    return `${shape.name}(${fields.map((name) => `${name}=${javaText(shape.members[name] as Shape, value[name] as Json)}`).join(', ')})`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
