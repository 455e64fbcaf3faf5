/** The direct form against jsonata itself: wherever it settles, both must say the same. */
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { compileDirect, unsettled, type Direct } from '../../../../src/engine/query/jsonataDirect';
import type { AstNode } from '../../../../src/engine/query/jsonataAst';
import type { Json } from '../../../../src/model/json';
import { scopeOf } from './helpers';

const direct = (source: string): Direct | undefined => compileDirect(jsonata(source).ast() as unknown as AstNode);

const reference = async (source: string, input: Json, variables: Record<string, Json>): Promise<Json | undefined> => {
  const value = (await jsonata(source).evaluate(undefined, { ...variables, states: { input } })) as unknown;
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json);
};

describe('what is settled at once', () => {
  const input: Json = {
    n: 5,
    s: 'SKU-1',
    yes: true,
    none: null,
    list: [1, 2],
    one: [7],
    empty: [],
    o: { a: { b: 'deep' } },
    z: 0,
  };
  it.each<[string, Json | undefined]>([
    ['$states.input', input],
    ['$states.input.o.a.b', 'deep'],
    ['$states.input.list', [1, 2]],
    ['$states.input.one', [7]],
    ['$states.input.empty', []],
    ['$states.input.none', null],
    ['$states.input.none.x', undefined],
    ['$states.input.s.x', undefined],
    ['$states.input.missing.deeper', undefined],
    ['$v', 3],
    ['$v + $states.input.n * 2', 13],
    ['$states.input.n > 4 and $states.input.yes', true],
    ['$states.input.z or $states.input.missing', false],
    ['$states.input.n = 5 ? "five" : "other"', 'five'],
    ['$states.input.n = 6 ? "six"', undefined],
    ['"a" & $states.input.n & $states.input.yes & $states.input.none & $states.input.missing', 'a5truenull'],
    [
      '{"x": $states.input.n, "y": $states.input.missing, "z": [1, $states.input.list, [2]]}',
      { x: 5, z: [1, 1, 2, [2]] },
    ],
    ['$merge([$states.input.o, {"b": 1}])', { a: { b: 'deep' }, b: 1 }],
    ['$exists($states.input.missing)', false],
    ['$not($exists($states.input.n))', false],
    ['$contains($states.input.s, "KU")', true],
    ['$contains($states.input.s, /^sku-/i)', true],
    ['$uppercase("ab") & $lowercase("CD")', 'ABcd'],
    ['$count($states.input.list)', 2],
    ['-1 * $states.input.z', 0],
    ['($states.input.n)', 5],
  ])('%s', async (source, expected) => {
    const found = direct(source)?.(scopeOf(input, { variables: { v: 3 } }));
    expect(found).toEqual(expected);
    expect(await reference(source, input, { v: 3 })).toEqual(expected);
  });

  it.each([
    '$states.input.list.x',
    '1 + "a"',
    '$states.input.missing + 1',
    '1 / 0',
    '$sum([1])',
    '$x',
    '$states',
    '$',
    '$$',
    '$states.input.list[0]',
    '$states.input.list[]',
    '$states.input.o.*',
    '$states.input.**',
    '($a := 1; $a)',
    'function($x){$x}',
    '$merge($states.input.o)',
    '$not($states.input.missing)',
    '$string(1.5)',
    '"x" & 1.5',
    '$states.input.o = $states.input.o',
    'name',
    '{$states.input.s: 1}',
    '{"__proto__": 1}',
    '$contains($states.input.n, "5")',
    '$states.input.n ~> $string',
    '1 in [1,2]',
    '$states.input.(n)',
    '$contains($states.input.s, /^(S+)+$/)',
  ])('%s is left to jsonata', (source) => {
    const plain = direct(source);
    expect(plain === undefined || plain(scopeOf(input)) === unsettled).toBe(true);
  });

  it('lets a variable hide a function', () => {
    expect(direct('$exists(1)')?.(scopeOf({}, { variables: { exists: 1 } }))).toBe(unsettled);
  });

  it('does not go as deep as the limit', () => {
    expect(direct(`1${'+1'.repeat(99)}`)).toBeUndefined();
  });
});

describe('generated expressions', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'list', 'text', 'none');
  const path = fc.array(names, { minLength: 0, maxLength: 3 }).map((steps) => ['$states.input', ...steps].join('.'));
  const literal = fc.oneof(
    fc.integer({ min: -5, max: 5 }).map(String),
    fc.constantFrom('"x"', '""', 'true', 'false', 'null', '[]', '{}', '0.1'),
  );
  const expression = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      path,
      literal,
      fc.constantFrom('$v', '$w.a'),
      fc
        .tuple(
          tie('e'),
          fc.constantFrom('+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or'),
          tie('e'),
        )
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      fc.tuple(tie('e'), tie('e'), tie('e')).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
      fc.array(tie('e'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .array(tie('e'), { maxLength: 3 })
        .map((items) => `{${items.map((item, index) => `"k${index}": ${item}`).join(', ')}}`),
      fc
        .tuple(
          fc.constantFrom('exists', 'not', 'boolean', 'merge', 'count', 'string', 'uppercase', 'lowercase'),
          tie('e'),
        )
        .map(([name, a]) => `$${name}(${a})`),
      fc.tuple(tie('e'), fc.constantFrom('"x"', '/x/', '/^[a-z]*$/i')).map(([a, b]) => `$contains(${a}, ${b})`),
    ),
  })).e;
  const document = fc.letrec<{ v: Json }>((tie) => ({
    v: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Json>(null, true, false, 0, 1, -2, 1.5, '', 'x', 'text'),
      fc.array(tie('v'), { maxLength: 3 }),
      fc.dictionary(names, tie('v'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
    ),
  })).v;

  it('are answered alike', async () => {
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(
        expression,
        fc.dictionary(names, document, { maxKeys: 5, noNullPrototype: true }),
        async (source, input) => {
          const variables = { v: input.a ?? 1, w: { a: 2 } };
          const found = direct(source)?.(scopeOf(input, { variables }));
          if (found === unsettled || direct(source) === undefined) return;
          settled += 1;
          expect(found).toEqual(await reference(source, input, variables));
        },
      ),
      { numRuns: 1500 },
    );
    expect(settled).toBeGreaterThan(200);
  });
});
