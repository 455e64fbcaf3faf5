import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  compileLookup,
  compilePath,
  compileReferencePath,
  compileTemplate,
  parsePath,
  QuerySyntaxError,
} from '../../../../src/engine/query';
import type { Json } from '../../../../src/model/json';
import { failureOf, scopeOf } from './helpers';

const store: Json = {
  book: [
    { title: 'A', price: 8.95, isbn: 'x', tags: ['old', 'good'] },
    { title: 'B', price: 12.99, category: 'fiction' },
    { title: 'C', price: 8.99, isbn: 'y', category: 'fiction', tags: [] },
  ],
  bicycle: { price: 19.95, colour: 'red' },
  'strange key': { 'a.b': 1 },
  limit: 9,
  nothing: null,
};

const find = (path: string, input: Json = store): Json => compilePath(path)(scopeOf(input));

describe('what paths find', () => {
  it.each<[string, Json]>([
    ['$', store],
    ['$.bicycle.colour', 'red'],
    ["$['bicycle']['colour']", 'red'],
    ['$["bicycle"].colour', 'red'],
    ["$['strange key']['a.b']", 1],
    ['$.book[0].title', 'A'],
    ['$.book[-1].title', 'C'],
    ['$.nothing', null],
    ['$.book[*].title', ['A', 'B', 'C']],
    ['$.book[0,2].title', ['A', 'C']],
    ['$.book[1:].title', ['B', 'C']],
    ['$.book[:1].title', ['A']],
    ['$.book[0:2].title', ['A', 'B']],
    ['$.book[-2:].title', ['B', 'C']],
    ['$..price', [8.95, 12.99, 8.99, 19.95]],
    ['$.book..title', ['A', 'B', 'C']],
    ['$.bicycle.*', [19.95, 'red']],
    ['$.book[?(@.isbn)].title', ['A', 'C']],
    ['$.book[?(@.price < 10)].title', ['A', 'C']],
    ['$.book[?(@.price < $.limit)].title', ['A', 'C']],
    ["$.book[?(@.category == 'fiction' && @.price > 9)].title", ['B']],
    ["$.book[?(@.title == 'A' || @.title == 'B')].title", ['A', 'B']],
    ['$.book[?(!@.isbn)].title', ['B']],
    ['$.book[?(!(@.price < 10))].title', ['B']],
    ["$.book[?(@.title in ['A','C'])].title", ['A', 'C']],
    ["$.book[?(@.title nin ['A','C'])].title", ['B']],
    ["$.book[?(@.tags contains 'good')].title", ['A']],
    ['$.book[?(@.tags size 2)].title', ['A']],
    ['$.book[?(@.tags empty true)].title', ['C']],
    ["$.book[?(@.tags subsetof ['good','old','new'])].title", ['A', 'C']],
    ["$.book[?(@.tags anyof ['old'])].title", ['A']],
    ["$.book[?(@.tags noneof ['old'])].title", ['C']],
    ['$.book[?(@.title =~ /[AB]/)].title', ['A', 'B']],
    ["$.book[?(@['price'] >= 12.99)].title", ['B']],
    ['$.book[?(@.price != 8.95)].title', ['B', 'C']],
    ['$.book[?(@.category == null)].title', []],
    ["$['bicycle','limit']", { bicycle: { price: 19.95, colour: 'red' }, limit: 9 }],
    ['$.book.length()', 3],
    ['$.bicycle.colour.length()', 3],
    ['$.bicycle.keys()', ['price', 'colour']],
    ['$.book[*].price.max()', 12.99],
    ['$..price.min()', 8.95],
    ['$.book[*].tags', [['old', 'good'], []]],
  ])('%s', (path, expected) => expect(find(path)).toEqual(expected));

  it.each<[string, Json, Json]>([
    ['$.max()', [3, 9, 1], 9],
    ['$.sum()', [3, 9, 1], 13],
    ['$.avg()', [3, 9], 6],
    ['$.stddev()', [2, 4], 1],
    ['$.first()', [3, 9], 3],
    ['$.last()', [3, 9], 9],
    ['$.index(-1)', [3, 9], 9],
    ['$.a.concat($.b)', { a: 'x', b: 'y' }, 'xy'],
    ['$.a.append($.b)', { a: [1], b: 2 }, [1, 2]],
  ])('the function %s', (path, input, expected) => expect(find(path, input)).toEqual(expected));

  it('answers a list, empty if need be, to an indefinite path', () => {
    expect(find('$.absent[*]')).toEqual([]);
    expect(find('$.absent.deeper[1:2].x')).toEqual([]);
    expect(find('$..absent')).toEqual([]);
  });

  it('starts from the context object and from variables', () => {
    const scope = scopeOf({}, { variables: { order: { lines: [1, 2] } }, contextObject: { Execution: { Name: 'e' } } });
    expect(compilePath('$$.Execution.Name')(scope)).toBe('e');
    expect(compilePath('$$')(scope)).toEqual({ Execution: { Name: 'e' } });
    expect(compilePath('$order.lines[1]')(scope)).toBe(2);
    expect(compilePath('$order')(scope)).toEqual({ lines: [1, 2] });
    expect(failureOf(() => compilePath('$unset.x')(scope))).toContain('States.Runtime: Invalid path');
  });

  it('treats names of the language itself as ordinary keys', () => {
    expect(failureOf(() => find('$.constructor', {}))).toContain('No results');
    expect(find('$.__proto__.x', JSON.parse('{"__proto__": {"x": 1}}') as Json)).toBe(1);
    expect(failureOf(() => find('$.toString', {}))).toContain('No results');
  });
});

describe('how a definite path that misses is worded', () => {
  it.each([
    ['$.absent', "States.Runtime: Invalid path '$.absent' : No results for path: $['absent']"],
    ['$.absent.deeper', "States.Runtime: Invalid path '$.absent.deeper' : Missing property in path $['absent']"],
    [
      '$.bicycle.absent',
      "States.Runtime: Invalid path '$.bicycle.absent' : No results for path: $['bicycle']['absent']",
    ],
    [
      '$.bicycle[0]',
      'States.Runtime: Invalid path \'$.bicycle[0]\' : Filter: [0] can only be applied to arrays. Current context is: {"price":19.95,"colour":"red"}',
    ],
    [
      '$.limit.x',
      "States.Runtime: Invalid path '$.limit.x' : Expected to find an object with property ['x'] in path $['limit'] but found 'com.fasterxml.jackson.databind.node.IntNode'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
    ],
  ])('%s', (path, expected) => expect(failureOf(() => find(path))).toBe(expected));

  it('takes an index past the end for null', () => {
    expect(find('$.book[9]')).toBeNull();
    expect(compileLookup('$.book[9]')(scopeOf(store))).toBeUndefined();
    expect(compileTemplate({ 'v.$': '$.book[9]' })(scopeOf(store))).toEqual({ v: null });
  });

  it('is silent in a lookup', () => {
    expect(compileLookup('$.absent.deeper')(scopeOf(store))).toBeUndefined();
    expect(compileLookup('$.nothing')(scopeOf(store))).toBeNull();
  });
});

describe('texts that are no paths', () => {
  it.each([
    '',
    'a',
    'a.b',
    '.a',
    '$.',
    '$..',
    '$...a',
    '$[',
    "$['a'",
    "$['a",
    '$[a]',
    '$[]',
    '$.a[1:2:3]',
    '$[?(@.x',
    '$[?(@.x)',
    '$[?()]',
    '$.a b',
    '$.nofunction()',
    '$.a.length(',
    '$[?(@.x == )]',
    '$[?(@.x =~ /(a+)+/)]',
    "$[?(@.x == 'a)]",
    '$[?(@.x in [1,2)]',
    '$[:]',
  ])('%s', (text) => {
    expect(() => parsePath(text)).toThrow(QuerySyntaxError);
  });

  it('says where', () => {
    try {
      parsePath('$.abc[x]');
      expect.unreachable();
    } catch (error) {
      expect((error as QuerySyntaxError).offset).toBe(6);
      expect((error as QuerySyntaxError).message).toContain("Invalid path '$.abc[x]'");
    }
  });
});

describe('placing a result', () => {
  it.each<[string, Json, Json, Json]>([
    ['$', { a: 1 }, 5, 5],
    ['$.r', { a: 1 }, 5, { a: 1, r: 5 }],
    ['$.a', { a: 1 }, 5, { a: 5 }],
    ['$.a.b.c', {}, 5, { a: { b: { c: 5 } } }],
    ['$.a.b', { a: { x: 1 } }, null, { a: { x: 1, b: null } }],
    ["$['a b']", {}, 5, { 'a b': 5 }],
    ['$.list[1]', { list: [1, 2, 3] }, 9, { list: [1, 9, 3] }],
    ['$.list[0].x', { list: [{ y: 1 }] }, 9, { list: [{ y: 1, x: 9 }] }],
    ['$.list[1]', { list: [1] }, 2, { list: [1, 2] }],
    ['$.a.b', { a: null }, 1, { a: { b: 1 } }],
  ])('%s', (path, into, value, expected) => {
    const before = JSON.stringify(into);
    expect(compileReferencePath(path)(into, value)).toEqual(expected);
    expect(JSON.stringify(into)).toBe(before);
  });

  it('keeps a key called __proto__ a key', () => {
    const out = compileReferencePath('$.__proto__')({ a: 1 }, { evil: true }) as Record<string, unknown>;
    expect(Object.hasOwn(out, '__proto__')).toBe(true);
    expect(({} as { evil?: boolean }).evil).toBeUndefined();
    expect((out as { evil?: boolean }).evil).toBeUndefined();
  });

  it.each<[string, Json]>([
    ['$.r', 'text'],
    ['$.r', null],
    ['$.r', [1]],
    ['$.a.b', { a: 'text' }],
    ['$.list[0]', { list: {} }],
    ['$.list[5]', { list: [1] }],
    ['$[0]', {}],
  ])('%s does not fit into %j', (path, into) => {
    expect(failureOf(() => compileReferencePath(path)(into, 1))).toBe(
      `States.ResultPathMatchFailure: Unable to apply ReferencePath ${path} to input ${JSON.stringify(into)}`,
    );
  });

  it.each(['$..a', '$.a[*]', '$.a[0,1]', '$.a[0:1]', '$.a[?(@.x)]', '$$.a', '$var.a', "$['a','b']", 'a', '$.a[-1]'])(
    '%s is no reference path',
    (path) => {
      expect(() => compileReferencePath(path)).toThrow(QuerySyntaxError);
    },
  );
});

describe('payload templates', () => {
  const scope = scopeOf(
    { id: 7, user: { name: 'Ada' }, list: [1, 2] },
    { variables: { v: 'set' }, contextObject: { State: { Name: 'S' } } },
  );

  it('fills fields that end in .$ and leaves the rest as it is', () => {
    const template: Json = {
      plain: 'text',
      number: 1,
      'id.$': '$.id',
      nested: { 'name.$': '$.user.name', list: [1, { 'v.$': '$v' }, 'x'] },
      'state.$': '$$.State.Name',
      'text.$': "States.Format('order {}', $.id)",
      'all.$': '$',
    };
    expect(compileTemplate(template)(scope)).toEqual({
      plain: 'text',
      number: 1,
      id: 7,
      nested: { name: 'Ada', list: [1, { v: 'set' }, 'x'] },
      state: 'S',
      text: 'order 7',
      all: scope.input,
    });
  });

  it('hands on a template without paths as it stands', () => {
    const template: Json = { a: [1, { b: null }] };
    expect(compileTemplate(template)(scope)).toBe(template);
    expect(compileTemplate('$.id')(scope)).toBe('$.id');
  });

  it('words a miss with the field, the path and the input', () => {
    expect(failureOf(() => compileTemplate({ a: { 'b.$': '$.none' } })(scope))).toBe(
      `States.Runtime: The JSONPath '$.none' specified for the field 'b.$' could not be found in the input '${JSON.stringify(scope.input)}'`,
    );
    expect(failureOf(() => compileTemplate({ 'b.$': '$$.None' })(scope))).toBe(
      `States.Runtime: The JSONPath '$$.None' specified for the field 'b.$' could not be found in the input '{"State":{"Name":"S"}}'`,
    );
    expect(failureOf(() => compileExpression('$.none', 'CausePath')(scope))).toContain(
      "specified for the field 'CausePath'",
    );
  });

  it('refuses what is neither a path nor a call', () => {
    expect(() => compileTemplate({ 'a.$': 5 })).toThrow(
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call",
    );
    expect(() => compileTemplate({ 'a.$': 'text' })).toThrow(QuerySyntaxError);
    expect(() => compileTemplate({ 'a.$': 'States.Nothing()' })).toThrow(QuerySyntaxError);
  });

  it('keeps a __proto__ field a field', () => {
    const out = compileTemplate(JSON.parse('{"__proto__": {"x.$": "$.id"}}') as Json)(scope);
    expect(JSON.stringify(out)).toBe('{"__proto__":{"x":7}}');
  });
});
