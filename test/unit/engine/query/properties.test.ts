/** Nothing but declared errors, on anything at all; and nothing hangs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileChoice,
  compileExpression,
  compileJsonata,
  compilePath,
  compileReferencePath,
  compileTemplate,
  compileWildcard,
  parseIntrinsic,
  parsePath,
  parseTimestamp,
  QueryError,
  QuerySyntaxError,
} from '../../../../src/engine/query';
import type { Json, JsonObject } from '../../../../src/model/json';
import { scopeOf } from './helpers';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

/** Texts made of the pieces a grammar knows, so that many get past its first letter. */
const from = (...pieces: string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...pieces) },
        { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join(''));

const pathText = fc.oneof(
  from(
    '$',
    '$$',
    '.',
    '..',
    '*',
    '[',
    ']',
    '[*]',
    "['a']",
    'a',
    'b',
    '0',
    '1',
    ':',
    ',',
    '?(',
    ')',
    '@',
    '@.a',
    ' == ',
    ' < ',
    '1',
    "'x'",
    ' && ',
    '!',
    'length()',
    'min()',
    ' in [1]',
    '=~ /a/',
  ),
  from('$', '.a', '.b', '[0]', '[*]', '..', '[?(@.a)]', "['a','b']", '[1:]', '.length()'),
);
const callText = from(
  'States.',
  'Format',
  'Array',
  'MathAdd',
  'UUID',
  '(',
  ')',
  ',',
  "'a {}'",
  "'",
  '\\',
  '{',
  '}',
  '1',
  '-2.5',
  'true',
  'null',
  '$.a',
  '$$.b[0]',
  ' ',
);
const jsonataText = from(
  '$',
  '$states',
  '.input',
  '.a',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '"x"',
  ':',
  ',',
  '+',
  '-',
  '&',
  '=',
  '?',
  ':=',
  'function($x){',
  '$x',
  '..',
  '~>',
  '^',
  '|',
  '/a+/',
  '$map',
  '$string',
  '1',
  '*',
  '%',
  ' and ',
  '@$y',
  '#$i',
  ';',
);

const onlySyntax = (parse: () => unknown): void => {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(QuerySyntaxError);
    expect((error as QuerySyntaxError).offset).toBeGreaterThanOrEqual(0);
    expect((error as Error).message.length).toBeGreaterThan(0);
  }
};

const onlyDeclared = (evaluate: () => unknown): void => {
  try {
    evaluate();
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) expect(error).toBeInstanceOf(QueryError);
  }
};

describe('parsers', () => {
  it('of paths', () =>
    fc.assert(
      fc.property(pathText, (text) => onlySyntax(() => parsePath(text))),
      { numRuns: 3000 },
    ));
  it('of intrinsic calls', () =>
    fc.assert(
      fc.property(callText, (text) => onlySyntax(() => parseIntrinsic(text))),
      { numRuns: 3000 },
    ));
  it('of reference paths', () =>
    fc.assert(
      fc.property(pathText, (text) => onlySyntax(() => compileReferencePath(text))),
      { numRuns: 1000 },
    ));
  it('of JSONata', () =>
    fc.assert(
      fc.property(jsonataText, (text) => onlySyntax(() => compileJsonata(`{% ${text} %}`, 'Output'))),
      { numRuns: 1500 },
    ));
  it('of wildcards and timestamps', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        expect(typeof compileWildcard(pattern)(text)).toBe('boolean');
        expect(compileWildcard('*')(text)).toBe(true);
        expect(compileWildcard(text.replaceAll(/[\\*]/g, '\\$&'))(text)).toBe(true);
        parseTimestamp(text);
      }),
    );
  });
  it('give every instant back', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});

describe('evaluators', () => {
  it('of paths', () =>
    fc.assert(
      fc.property(pathText, json, (text, input) => onlyDeclared(() => compilePath(text)(scopeOf(input)))),
      { numRuns: 3000 },
    ));

  it('of expressions', () => {
    fc.assert(
      fc.property(fc.oneof(pathText, callText), json, (text, input) =>
        onlyDeclared(() => compileExpression(text, 'a.$')(scopeOf(input))),
      ),
      { numRuns: 3000 },
    );
  });

  it('of templates, which give JSON', () => {
    const key = fc.oneof(fc.constantFrom('a.$', 'b', 'c.$', '__proto__', '.$'), fc.string({ maxLength: 4 }));
    const template = fc.letrec<{ t: Json }>((tie) => ({
      t: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(pathText, callText),
        json,
        fc.array(tie('t'), { maxLength: 3 }),
        fc.dictionary(key, tie('t'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
      ),
    })).t;
    fc.assert(
      fc.property(template, json, (value, input) =>
        onlyDeclared(() => {
          const out = compileTemplate(value)(scopeOf(input));
          expect(out === undefined).toBe(false);
          expect(typeof JSON.stringify(out)).toBe('string');
        }),
      ),
      { numRuns: 2000 },
    );
  });

  it('of choice rules', () => {
    const operator = fc.constantFrom(
      'StringEquals',
      'StringMatches',
      'NumericLessThan',
      'NumericEqualsPath',
      'BooleanEquals',
      'TimestampEquals',
      'IsPresent',
      'IsNull',
      'IsTimestamp',
      'Other',
    );
    const rule = fc.letrec<{ r: JsonObject }>((tie) => ({
      r: fc.oneof(
        { depthSize: 'small' },
        fc
          .tuple(fc.constantFrom('$.a', '$.a.b', '$x', 'bad', '$..a'), operator, fc.oneof(json, fc.constant('$.b')))
          .map(([Variable, op, operand]) => ({ Variable, [op]: operand })),
        fc.array(tie('r'), { maxLength: 3 }).map((And) => ({ And })),
        fc.array(tie('r'), { maxLength: 3 }).map((Or) => ({ Or })),
        tie('r').map((Not) => ({ Not })),
        fc.dictionary(fc.string({ maxLength: 3 }), json, { noNullPrototype: true }) as fc.Arbitrary<JsonObject>,
      ),
    })).r;
    fc.assert(
      fc.property(rule, json, (value, input) =>
        onlyDeclared(() => expect(typeof compileChoice(value)(scopeOf(input))).toBe('boolean')),
      ),
      { numRuns: 2000 },
    );
  });

  it('of JSONata, which give JSON', async () => {
    await fc.assert(
      fc.asyncProperty(jsonataText, json, async (source, input) => {
        try {
          const out = await compileJsonata(`{% ${source} %}`, 'Output')(scopeOf(input));
          const text = JSON.stringify(out);
          expect(JSON.stringify(JSON.parse(text))).toBe(text);
        } catch (error) {
          if (!(error instanceof QuerySyntaxError)) expect(error).toBeInstanceOf(QueryError);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('what is placed', () => {
  const name = fc.constantFrom('a', 'b', 'with space', '__proto__', 'constructor');
  it('is found again at its place, and the rest stays', () => {
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.dictionary(fc.constantFrom('x', 'y'), json, { noNullPrototype: true }) as fc.Arbitrary<JsonObject>,
        json,
        (names, into, value) => {
          const path = `$${names.map((one) => `['${one}']`).join('')}`;
          const out = compileReferencePath(path)(into, value);
          expect(compilePath(path)(scopeOf(out))).toEqual(value);
          for (const key of Object.keys(into)) expect((out as JsonObject)[key]).toEqual(into[key]);
        },
      ),
    );
  });
});
