/** The small parts the query languages stand on. */
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { mentionsOf, type AstNode } from '../../../../src/engine/query/jsonataAst';
import { plainResult, UnsupportedResult } from '../../../../src/engine/query/jsonataResult';
import { prepareCached } from '../../../../src/engine/query/jsonata';
import { canonical } from '../../../../src/engine/query/pathValue';
import { parsePath, QueryError, QuerySyntaxError, referenceSteps } from '../../../../src/engine/query';
import { inTurn } from '../../../../src/engine/query/turns';
import { copyObject, deepEqual, jacksonClass, javaText, own, put } from '../../../../src/engine/query/values';
import type { Json, JsonObject } from '../../../../src/model/json';

const hostile = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}') as JsonObject;

describe('values', () => {
  it('are read by own keys only', () => {
    expect(own({ a: 1 }, 'a')).toBe(1);
    expect(own({}, 'toString')).toBeUndefined();
    expect(own(hostile, '__proto__')).toEqual({ x: 1 });
    expect(own(hostile, 'constructor')).toBe(2);
  });

  it('are copied with every key they have', () => {
    const copy = copyObject(hostile);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(hostile));
    put(copy, '__proto__', 5);
    expect(JSON.stringify(copy)).toBe('{"__proto__":5,"constructor":2}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it.each<[Json, Json, boolean]>([
    [1, 1.0, true],
    [1, '1', false],
    [null, null, true],
    [null, 0, false],
    [[1, [2]], [1, [2]], true],
    [[1, 2], [2, 1], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: null }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{}, [], false],
    [hostile, JSON.parse('{"constructor": 2, "__proto__": {"x": 1}}') as Json, true],
  ])('%j and %j are equal: %s', (a, b, expected) => expect(deepEqual(a, b)).toBe(expected));

  it.each<[Json, string]>([
    ['text', 'text'],
    [null, 'null'],
    [1.5, '1.5'],
    [[1, 'a', [true]], '[1, a, [true]]'],
    [{ a: 1, b: { c: [] } }, '{a=1, b={c=[]}}'],
    [{}, '{}'],
  ])('%j in Java is %s', (value, expected) => expect(javaText(value)).toBe(expected));

  it.each<[Json | undefined, string]>([
    [undefined, 'null'],
    [null, 'NullNode'],
    ['x', 'TextNode'],
    [true, 'BooleanNode'],
    [[], 'ArrayNode'],
    [{}, 'ObjectNode'],
    [5, 'IntNode'],
    [3e9, 'LongNode'],
    [0.5, 'DoubleNode'],
  ])('%j is a %s', (value, expected) => expect(jacksonClass(value).endsWith(expected)).toBe(true));
});

describe('paths as the library writes them', () => {
  it.each([
    ['$', '$'],
    ['$.a.b', "$['a']['b']"],
    ["$['a','b']", "$['a','b']"],
    ['$.a[0][1,2]', "$['a'][0][1,2]"],
    ['$.a[1:][:2]', "$['a'][1:][:2]"],
    ['$..a[*]', "$..['a'][*]"],
    ['$.a[?(@.b)]', "$['a'][?]"],
    ['$.a.length()', "$['a'].length()"],
  ])('%s', (text, expected) => expect(canonical(parsePath(text).tokens)).toBe(expected));

  it.each([
    ['$', true],
    ['$.a[0].b', true],
    ["$['a','b']", true],
    ["$['a','b'].c", false],
    ['$.a[0,1]', false],
    ['$.a[:1]', false],
    ['$..a', false],
    ['$.a.*', false],
    ['$.a[?(@.b)]', false],
    ['$.a.length()', true],
  ])('%s is definite: %s', (text, expected) => expect(parsePath(text).definite).toBe(expected));

  it('start somewhere', () => {
    expect([parsePath('$').root, parsePath('$$').root, parsePath('$v.a').root]).toEqual([
      { kind: 'input' },
      { kind: 'context' },
      { kind: 'variable', name: 'v' },
    ]);
    expect(referenceSteps("$.a[3]['b c']")).toEqual([{ name: 'a' }, { index: 3 }, { name: 'b c' }]);
  });
});

describe('what an expression mentions', () => {
  const mentions = (
    source: string,
  ): { variables: string[]; states: string[] | undefined; patterns: readonly string[] } => {
    const { variables, states, patterns } = mentionsOf(jsonata(source).ast() as unknown as AstNode);
    return { variables: [...variables].sort(), states: states && [...states].sort(), patterns };
  };

  it.each<[string, string[], string[] | undefined]>([
    ['1', [], []],
    ['$states.input.a', ['states'], ['input']],
    ['$states.input.a + $states.context.b', ['states'], ['context', 'input']],
    ['$states', ['states'], undefined],
    ['$keys($states)', ['keys', 'states'], undefined],
    ['$states[0].input', ['states'], ['input']],
    ['$states.*', ['states'], undefined],
    ['$x & $y.z', ['x', 'y'], []],
    ['$map($states.input, function($v) { $states.result & $v })', ['map', 'states', 'v'], ['input', 'result']],
    ['{"a": [$states.errorOutput.Error]}', ['states'], ['errorOutput']],
    ['$states.input[$states.context.n = 1]', ['states'], ['context', 'input']],
  ])('%s', (source, variables, states) => expect(mentions(source)).toMatchObject({ variables, states }));

  it('lists its regular expressions', () => {
    expect(mentions('$contains($states.input, /a+/) and $match($x, /b/i)').patterns).toEqual(['a+', 'b']);
  });
});

describe('results', () => {
  it('are handed on as they are when they are plain', () => {
    const plain: Json = { a: [1, { b: null }], c: 'x' };
    expect(plainResult(plain)).toBe(plain);
  });

  it('lose the marks of the evaluator', () => {
    const sequence = Object.assign([1, { inner: Object.assign([2], { sequence: true }) }], {
      sequence: true,
      keepSingleton: true,
    });
    const plain = plainResult(sequence) as Json[];
    expect(Object.getOwnPropertyNames(plain).sort()).toEqual(['0', '1', 'length']);
    expect(Object.getOwnPropertyNames((plain[1] as { inner: Json[] }).inner).sort()).toEqual(['0', 'length']);
  });

  it('turn into JSON what has no form in it', () => {
    expect(plainResult({ a: Infinity, b: [NaN, 1], c: undefined, d: 2 })).toEqual({
      a: 'Infinity',
      b: ['NaN', 1],
      d: 2,
    });
    expect(Object.keys(plainResult({ c: undefined, d: 2 }) as object)).toEqual(['d']);
    expect(plainResult([undefined, 1])).toEqual([null, 1]);
  });

  it.each([[(): number => 1], [{ _jsonata_lambda: true }], [[{ deep: /x/ }]], [{ f: { _jsonata_function: true } }]])(
    'are refused with a function in them',
    (value) => {
      expect(() => plainResult(value)).toThrow(UnsupportedResult);
    },
  );

  it('are refused when they nest without end', () => {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    expect(() => plainResult(ring)).toThrow(UnsupportedResult);
  });
});

describe('turns', () => {
  it('come one after the other, failures too', async () => {
    const order: string[] = [];
    const work =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        order.push(`${name} begins`);
        await Promise.resolve();
        await Promise.resolve();
        order.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([inTurn(work('a')), inTurn(work('b', true)), inTurn(work('c'))]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('begin at once when nobody waits', async () => {
    let begun = false;
    const turn = inTurn(() => {
      begun = true;
      return Promise.resolve();
    });
    expect(begun).toBe(true);
    await turn;
  });
});

describe('errors and caches', () => {
  it('carry what the interpreter needs', () => {
    const error = new QueryError('States.Runtime', 'the cause', 'Output/a');
    expect([error.name, error.message, error.error, error.causeText, error.location]).toEqual([
      'QueryError',
      'the cause',
      'States.Runtime',
      'the cause',
      'Output/a',
    ]);
    expect(new QuerySyntaxError('m', 3)).toMatchObject({ name: 'QuerySyntaxError', offset: 3 });
  });

  it('parse an expression once', () => {
    expect(prepareCached('1 + 41')).toBe(prepareCached('1 + 41'));
    for (let at = 0; at < 5100; at += 1) prepareCached(`${at}`);
    expect(prepareCached('1 + 41').ast.type).toBe('binary');
  });
});
