import { describe, expect, it } from 'vitest';
import { compileIntrinsic, isIntrinsic, parseIntrinsic, QuerySyntaxError } from '../../../../src/engine/query';
import { hashSetOrder, javaHash, javaRandom } from '../../../../src/engine/query/javaOrder';
import type { Json } from '../../../../src/model/json';
import { failureOf, scopeOf } from './helpers';

const input: Json = {
  name: 'Ada',
  n: 5,
  list: [1, 2, 3, 4, 5],
  object: { Arg1: 1, Arg2: [] },
  csv: 'a,b,,c',
  json: '{"a":[1,null]}',
  none: null,
  empty: [],
  flag: true,
};

const call = (text: string, document: Json = input): Json => compileIntrinsic(text)(scopeOf(document));

describe('intrinsic functions', () => {
  it.each<[string, Json]>([
    ["States.Format('Hello {}', $.name)", 'Hello Ada'],
    ["States.Format('{}{}', $.n, $.flag)", '5true'],
    ["States.Format('{}', $.none)", 'null'],
    ["States.Format('{}', $.object)", '{Arg1=1, Arg2=[]}'],
    ["States.Format('{}', $.list)", '[1, 2, 3, 4, 5]'],
    ["States.Format('no braces')", 'no braces'],
    [String.raw`States.Format('\{\} is {}', 1)`, '{} is 1'],
    [String.raw`States.Format('it\'s {}', $.name)`, "it's Ada"],
    [String.raw`States.Format('a\\b')`, 'a\\b'],
    ["States.Format('nested {}', States.Format('{}', 1))", 'nested 1'],
    ['States.Array()', []],
    ["States.Array(1, 'two', true, null, $.n)", [1, 'two', true, null, 5]],
    ['States.ArrayPartition($.list, 2)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayPartition($.list, 2.9)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayPartition($.empty, 2)', []],
    ['States.ArrayContains($.list, 3)', true],
    ['States.ArrayContains($.list, 9)', false],
    ["States.ArrayContains(States.Array('true'), true)", true],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(5, 1, -2)', [5, 3, 1]],
    ['States.ArrayRange(5, 1, 1)', []],
    ['States.ArrayRange(3, 3, -1)', [3]],
    ['States.ArrayRange(1.6, 1.4, 1)', [1]],
    ['States.ArrayGetItem($.list, 1)', 2],
    ['States.ArrayGetItem($.list, 1.2)', 2],
    ['States.ArrayGetItem($.empty, 7)', null],
    ['States.ArrayLength($.list)', 5],
    ['States.ArrayUnique(States.Array(1,1,2,2,3))', [1, 2, 3]],
    ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
    ["States.Base64Decode('4pyT')", '✓'],
    ["States.Hash('hello', 'MD5')", '5d41402abc4b2a76b9719d911017c592'],
    ["States.Hash('hello', 'SHA-1')", 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'],
    ["States.Hash('', 'SHA-256')", 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['States.JsonMerge($.object, States.StringToJson($.json), false)', { Arg1: 1, Arg2: [], a: [1, null] }],
    ["States.StringToJson('')", null],
    ['States.StringToJson(\' {"a": 1} \')', { a: 1 }],
    ["States.StringToJson('-0')", 0],
    ['States.JsonToString($.object)', '{"Arg1":1,"Arg2":[]}'],
    ['States.MathAdd(111, -1)', 110],
    ['States.MathAdd(-1.49, -1.5)', -2],
    ['States.MathAdd(-0.5, 0)', 0],
    ['States.MathAdd(2147483646, 1)', 2147483647],
    ["States.StringSplit($.csv, ',')", ['a', 'b', 'c']],
    ["States.StringSplit('1.2+3,4', '.+,')", ['1', '2', '3', '4']],
    ["States.StringSplit('', ',')", []],
    ["States.StringSplit('abc', '')", ['abc']],
    ["States.StringSplit('a\nb', '\n')", ['a', 'b']],
  ])('%s', (text, expected) => expect(call(text)).toEqual(expected));

  it('takes a template from a path, braces and all', () => {
    expect(call('States.Format($.t, 1)', { t: 'n={}' })).toBe('n=1');
  });

  it('draws numbers within their bounds, and the same ones for a seed', () => {
    const scope = scopeOf({}, { host: { now: () => 0, random: () => 0.999, uuid: () => 'u-1' } });
    expect(compileIntrinsic('States.MathRandom(1, 10)')(scope)).toBe(9);
    expect(compileIntrinsic('States.UUID()')(scope)).toBe('u-1');
    expect(call('States.MathRandom(1, 1000, 42)')).toBe(call('States.MathRandom(1, 1000, 42)'));
    expect(call('States.MathRandom(-1000000, 1000000, 7)')).toBeGreaterThanOrEqual(-1000000);
    expect(call('States.UUID()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('arguments the functions do not take', () => {
  it.each([
    ["States.Format('{} {}', 1)", 'Format'],
    ["States.Format('{}', 1, 2)", 'Format'],
    ["States.Format('{', 1)", 'Format'],
    ["States.Format('}')", 'Format'],
    ["States.ArrayPartition('x', 2)", 'ArrayPartition'],
    ['States.ArrayPartition($.list, 0.6)', 'ArrayPartition'],
    ['States.ArrayPartition($.list, -1)', 'ArrayPartition'],
    ['States.ArrayRange(1, 10, 0)', 'ArrayRange'],
    ['States.ArrayRange(1, 1001, 1)', 'ArrayRange'],
    ["States.ArrayRange('a', 5, 1)", 'ArrayRange'],
    ['States.ArrayGetItem($.list, 5)', 'ArrayGetItem'],
    ['States.ArrayGetItem($.list, -1)', 'ArrayGetItem'],
    ["States.ArrayGetItem($.list, '1')", 'ArrayGetItem'],
    ['States.ArrayLength($.name)', 'ArrayLength'],
    ['States.ArrayUnique($.object)', 'ArrayUnique'],
    ['States.Base64Encode(5)', 'Base64Encode'],
    ["States.Hash('x', 'sha-256')", 'Hash'],
    ["States.Hash('x', 5)", 'Hash'],
    ['States.JsonMerge($.object, $.object, true)', 'JsonMerge'],
    ['States.JsonMerge($.none, $.object, false)', 'JsonMerge'],
    ["States.StringToJson('{bad')", 'StringToJson'],
    ['States.StringToJson($.n)', 'StringToJson'],
    ["States.MathAdd('1', 2)", 'MathAdd'],
    ['States.MathAdd(2147483647, 1)', 'MathAdd'],
    ['States.MathAdd(3000000000, 1)', 'MathAdd'],
    ['States.MathRandom(1, 1)', 'MathRandom'],
    ['States.MathRandom(10, 5)', 'MathRandom'],
    ['States.MathRandom(1, 10, null)', 'MathRandom'],
    ["States.StringSplit(5, ',')", 'StringSplit'],
  ])('%s', (text, name) => {
    expect(failureOf(() => call(text))).toBe(
      `States.Runtime: The function '${text}' had the following error: Invalid arguments in States.${name}`,
    );
  });

  it('limits texts to ten thousand characters', () => {
    expect(call("States.Hash($.s, 'SHA-256')", { s: 'a'.repeat(10_000) })).toHaveLength(64);
    expect(failureOf(() => call("States.Hash($.s, 'SHA-256')", { s: 'a'.repeat(10_001) }))).toContain(
      'Invalid arguments in States.Hash',
    );
    expect(failureOf(() => call('States.Base64Encode($.s)', { s: 'a'.repeat(10_001) }))).toContain('Invalid arguments');
  });

  it('names the whole expression and the path that found nothing', () => {
    const text = "States.Format('{}', States.Format('{}', $.nope))";
    expect(failureOf(() => call(text, { other: 1 }))).toBe(
      `States.Runtime: The function '${text}' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'`,
    );
    expect(failureOf(() => call("States.Format('{}', $$.Nope.Deep)", { other: 1 }))).toContain(
      "for the field '$.Nope.Deep' could not be found in the input '{\"other\":1}'",
    );
    expect(failureOf(() => call("States.Format('{}', $.items[5])", { items: [1, 2] }))).toContain(
      "the field '$.items[5]' could not be found",
    );
    expect(failureOf(() => call("States.Format('{}', $.other[0])", { other: 1 }))).toContain(
      'Filter: [0] can only be applied to arrays. Current context is: 1',
    );
  });

  it('takes a wildcard that finds nothing for an empty list', () => {
    expect(call('States.ArrayLength($.items[*].nope)', { items: [1, 2] })).toBe(0);
  });
});

describe('texts that are no calls', () => {
  it.each([
    'States.Format',
    'States.Format(',
    "States.Format('a'",
    "States.Format('a",
    'States.Format()',
    'States.Nope(1)',
    'States.UUID(1)',
    'States.MathAdd(1)',
    'States.MathAdd(1,2,3)',
    'States.ArrayContains($.arr, )',
    "States.Format('a') x",
    'States.Array(a)',
    String.raw`States.Format('a\n')`,
    String.raw`States.StringToJson('{\"a\"}')`,
    'States.Array(1 2)',
    'Format(1)',
  ])('%s', (text) => {
    expect(() => parseIntrinsic(text)).toThrow(QuerySyntaxError);
  });

  it('nests at most ten calls', () => {
    const nested = (depth: number): string => (depth === 1 ? 'States.Array(1)' : `States.Array(${nested(depth - 1)})`);
    expect(() => parseIntrinsic(nested(10))).not.toThrow();
    expect(() => parseIntrinsic(nested(11))).toThrow('nest more than 10 deep');
  });

  it('tells calls from paths', () => {
    expect(isIntrinsic("States.Format('x')")).toBe(true);
    expect(isIntrinsic('$.States.Format')).toBe(false);
    expect(isIntrinsic('States are fine')).toBe(false);
  });
});

describe("Java's order and chance", () => {
  it('hashes as Java does', () => {
    expect(javaHash('Aa')).toBe(javaHash('BB'));
    expect(javaHash('hello')).toBe(99162322);
    expect(javaHash(true)).toBe(1231);
    expect(javaHash([1, 2])).toBe(994);
    expect(javaHash(1.5)).toBe(1073217536);
    expect(javaHash(2 ** 40)).toBe(256);
    expect(javaHash({ a: 1 })).toBe(97 ^ 1);
  });

  it('gives the order of a HashSet', () => {
    expect(hashSetOrder([true, false, true])).toEqual([false, true]);
    expect(
      hashSetOrder([
        [1, 2],
        [1, 2],
        [2, 1],
      ]),
    ).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(hashSetOrder([null, null, 1])).toEqual([null, 1]);
    expect(hashSetOrder([1, '1', 1, '01'])).toEqual([1, '1', '01']);
    expect(
      hashSetOrder([
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toEqual([{ a: 1, b: 2 }]);
    expect(hashSetOrder(Array.from({ length: 100 }, (_, index) => 99 - index))).toEqual(
      Array.from({ length: 100 }, (_, index) => index),
    );
  });

  it('draws what java.util.Random draws', () => {
    expect(javaRandom(42).nextDouble()).toBe(0.7275636800328681);
    expect(javaRandom(0).nextDouble()).toBe(0.730967787376657);
    expect(javaRandom(42).nextInt(10)).toBe(0);
    expect(javaRandom(42).nextInt(16)).toBe(11);
  });
});
