/**
 * Whether a mocked result could have come from the service: field types, lengths, ranges and enums by AWS's service
 * models. outputs.json holds the outputs of the operations workflows call most; a result of any other operation passes
 * unchecked.
 */
import { isObject, type Json, type JsonObject } from '../../../model/json';
import type { Integration } from '../../../engine/contract';
import { ServiceError } from '../../contract';
import table from './outputs.json';

/** `c` text, `n` number, `b` flag, `t` time, `a` anything; `l` list of, `m` map of, `s` structure; else a structure's key. */
type Shape = string | Limited;

interface Limited {
  readonly t: string;
  readonly min?: number;
  readonly max?: number;
  readonly e?: readonly string[];
  readonly o?: Shape;
  readonly m?: Readonly<Record<string, Shape>>;
  readonly r?: readonly string[];
}

export type FieldValidation = 'STRICT' | 'PRESENT' | 'NONE';

const operations = table.operations as Readonly<Record<string, string>>;
const shapes = table.shapes as unknown as Readonly<Record<string, Limited>>;

const sdkNames: Readonly<Record<string, string>> = { sfn: 'states', eventbridge: 'events' };

const refuse = (what: string): ServiceError =>
  new ServiceError('ValidationException', `Mock result schema validation error: ${what}`);

/** Throws ValidationException for the first field that the service's model forbids. STRICT also wants its required fields. */
export function checkMockResult(integration: Integration, result: Json, mode: FieldValidation): void {
  if (mode === 'NONE' || !isObject(result)) return;
  // What `.sync` and callbacks bring back is not the operation's own output.
  if (integration.pattern !== 'requestResponse') return;
  const service = sdkNames[integration.service] ?? integration.service;
  const key = operations[`${service}:${integration.action}`];
  if (key === undefined) return;
  // The optimised Lambda integration parses the payload, whatever it is.
  const skip = service === 'lambda' && integration.action === 'invoke' ? 'Payload' : undefined;
  checkStructure(shapes[key], result, mode === 'STRICT', skip);
}

function checkStructure(shape: Limited | undefined, value: JsonObject, strict: boolean, skip?: string): void {
  for (const name of strict ? (shape?.r ?? []) : []) {
    if (value[name] === undefined) throw refuse(`Required field '${name}' is missing`);
  }
  for (const [name, member] of Object.entries(shape?.m ?? {})) {
    const field = value[name];
    if (field !== undefined && field !== null && name !== skip) checkField(name, member, field, strict);
  }
}

function checkField(name: string, given: Shape, value: Json, strict: boolean): void {
  const shape: Limited = typeof given === 'object' ? given : (shapes[given] ?? { t: given });
  const wrong = (kind: string): ServiceError => refuse(`Field '${name}' must be ${kind}`);
  switch (shape.t) {
    case 'c':
      if (typeof value !== 'string') throw wrong('a string');
      if (shape.min !== undefined && value.length < shape.min)
        throw refuse(`Field '${name}' is smaller than the minimum length`);
      if (shape.max !== undefined && value.length > shape.max)
        throw refuse(`Field '${name}' exceeds the maximum length`);
      if (shape.e && !shape.e.includes(value)) throw refuse(`Field '${name}' is not an expected value`);
      return;
    case 't':
      if (typeof value !== 'string' && typeof value !== 'number') throw wrong('a string');
      return;
    case 'n':
      if (typeof value !== 'number') throw wrong('a number');
      if (shape.min !== undefined && value < shape.min) throw refuse(`Field '${name}' is less than the minimum value`);
      if (shape.max !== undefined && value > shape.max) throw refuse(`Field '${name}' exceeds the maximum value`);
      return;
    case 'b':
      if (typeof value !== 'boolean') throw wrong('a boolean');
      return;
    case 'l':
      if (!Array.isArray(value)) throw wrong('an array');
      for (const item of value as readonly Json[])
        if (shape.o !== undefined && item !== null) checkField(name, shape.o, item, strict);
      return;
    case 'm':
      if (!isObject(value)) throw wrong('an object');
      for (const item of Object.values(value))
        if (shape.o !== undefined && item !== undefined && item !== null) checkField(name, shape.o, item, strict);
      return;
    case 's':
      if (!isObject(value)) throw wrong('an object');
      checkStructure(shape, value, strict);
  }
}
