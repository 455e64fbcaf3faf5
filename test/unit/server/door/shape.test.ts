import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/model/json';
import {
  checkShape,
  flag,
  integer,
  list,
  oneOf,
  structure,
  text,
  textMap,
  type Structure,
} from '../../../../src/server/door/shape';

const shape = structure('ThingInput', {
  'name!': text({ min: 1, max: 5, pattern: /^[a-z]+$/ }),
  count: integer(0, 10),
  on: flag,
  kind: oneOf('A', 'B'),
  secret: text({ max: 3, secret: true }),
  routes: list(structure('Route', { 'to!': text(), weight: integer(0, 100) }), 1, 2),
  tags: textMap(1, 2),
});

function said(input: JsonObject, of: Structure = shape): string {
  try {
    checkShape(of, input);
    return 'ok';
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
}

const one = '1 validation error detected: ';

describe('constraints, as AWS words them', () => {
  test.each<[JsonObject, string]>([
    [{ name: 'abc', count: 3, on: true, kind: 'A', routes: [{ to: 'x' }], tags: { a: 'b' }, unknown: 1 }, 'ok'],
    [{}, `ValidationException: ${one}Value null at 'name' failed to satisfy constraint: Member must not be null`],
    [
      { name: null },
      `ValidationException: ${one}Value null at 'name' failed to satisfy constraint: Member must not be null`,
    ],
    [
      { name: '' },
      "ValidationException: 2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z]+$",
    ],
    [
      { name: 'abcdef' },
      `ValidationException: ${one}Value 'abcdef' at 'name' failed to satisfy constraint: Member must have length less than or equal to 5`,
    ],
    [
      { name: 'a', count: 11 },
      `ValidationException: ${one}Value '11' at 'count' failed to satisfy constraint: Member must have value less than or equal to 10`,
    ],
    [
      { name: 'a', count: -1 },
      `ValidationException: ${one}Value '-1' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 0`,
    ],
    [
      { name: 'a', kind: 'a' },
      `ValidationException: ${one}Value 'a' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]`,
    ],
    [
      { name: 'a', secret: '1234' },
      `ValidationException: ${one}Value '***Sensitive Data Redacted***' at 'secret' failed to satisfy constraint: Member must have length less than or equal to 3`,
    ],
    [
      { name: 'a', routes: [] },
      `ValidationException: ${one}Value '[]' at 'routes' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    ],
    [
      { name: 'a', routes: [{ to: 'x', weight: 101 }] },
      `ValidationException: ${one}Value '101' at 'routes.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100`,
    ],
    [
      { name: 'a', routes: [{ to: 'x' }, { weight: 1 }] },
      `ValidationException: ${one}Value null at 'routes.2.member.to' failed to satisfy constraint: Member must not be null`,
    ],
    [
      { name: 'a', routes: [{ to: 'x', weight: 1 }, { to: 'y' }, { to: 'z' }] },
      `ValidationException: ${one}Value '[Route(to=x, weight=1), Route(to=y), Route(to=z)]' at 'routes' failed to satisfy constraint: Member must have length less than or equal to 2`,
    ],
    [
      { name: 'a', tags: {} },
      `ValidationException: ${one}Value '{}' at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    ],
  ])('%j', (input, expected) => {
    expect(said(input)).toBe(expected);
  });

  test('a service may answer with another code', () => {
    expect(() => checkShape(shape, {}, 'InvalidParameterException')).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException' }),
    );
  });
});

test.each<JsonObject>([
  { name: 1 },
  { name: 'a', count: 'x' },
  { name: 'a', on: 'true' },
  { name: 'a', routes: {} },
  { name: 'a', routes: [1] },
  { name: 'a', tags: [] },
  { name: { a: 1 } },
])('a wrong type is a SerializationException: %j', (input) => {
  expect(said(input)).toMatch(/^SerializationException: /);
});
