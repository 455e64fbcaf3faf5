import { describe, expect, it } from 'vitest';
import {
  compileJsonata,
  expressionIn,
  expressionFaults,
  QuerySyntaxError,
  type JsonataOptions,
  type Scope,
} from '../../../../src/engine/query';
import type { Json } from '../../../../src/model/json';
import { failureLater, scopeOf } from './helpers';

const input: Json = {
  n: 5,
  list: [1, 2, 3],
  lines: [
    { sku: 'a', qty: 2 },
    { sku: 'b', qty: 3 },
  ],
  name: 'Ada',
  none: null,
  object: { k: 'v' },
};

const run = async (source: string, scope: Scope = scopeOf(input), options?: JsonataOptions): Promise<Json> =>
  compileJsonata(`{% ${source} %}`, 'Output', options)(scope);
const failure = (source: string, options?: JsonataOptions): Promise<string> =>
  failureLater(() => run(source, scopeOf(input), options));
const sentence = (source: string, end: string, field = 'Output'): string =>
  `States.QueryEvaluationError: The JSONata expression '${source}' specified for the field '${field}'${end} [${field}]`;

describe('expressions', () => {
  it.each<[string, Json]>([
    ['1 + 2', 3],
    ['$states.input.name & "!"', 'Ada!'],
    ['$states.input.lines.qty', [2, 3]],
    ['$sum($states.input.lines.qty)', 5],
    ['$states.input.lines[sku="b"].qty', 3],
    ['$states.input.lines^(>qty).sku', ['b', 'a']],
    ['$map($states.input.list, function($v) { $v * 2 })', [2, 4, 6]],
    ['{"total": $sum($states.input.list)}', { total: 6 }],
    ['$states.input.none', null],
    ['[$states.input.none]', [null]],
    ['$states.input.list[0]', 1],
    ['$states.input.list[]', [1, 2, 3]],
    ['$states.input.lines{sku: qty}', { a: 2, b: 3 }],
    ['$type($states.input.none)', 'null'],
    ['($x := 5; $x + 1)', 6],
    ['$variable := 1', 1],
    ['$contains("hello$world", /^hello\\$/)', true],
    ['$replace("a-b-c", /-/, "+")', 'a+b+c'],
    ['$string(1e20)', '100000000000000000000'],
    ['1/0', 'Infinity'],
    ['{"k": 1/0}', { k: 'Infinity' }],
  ])('%s', async (source, expected) => expect(await run(source)).toEqual(expected));

  it('answers at once where it can, and later where it must', () => {
    const scope = scopeOf(input);
    expect(compileJsonata('{% $states.input.n + 1 %}', 'Output')(scope)).toBe(6);
    expect(compileJsonata('plain', 'Output')(scope)).toBe('plain');
    expect(compileJsonata({ a: '{% $states.input.n %}', b: [1] }, 'Output')(scope)).toEqual({ a: 5, b: [1] });
    expect(compileJsonata('{% $sum($states.input.list) %}', 'Output')(scope)).toBeInstanceOf(Promise);
  });

  it('hands on plain lists, which later expressions read as lists', async () => {
    const one = await run('$states.input.lines[qty > 2]');
    expect(one).toEqual({ sku: 'b', qty: 3 });
    const many = (await run('$states.input.lines[qty > 0]')) as Json[];
    expect(Object.keys(many)).toEqual(['0', '1']);
    expect(Object.getOwnPropertyNames(many).sort()).toEqual(['0', '1', 'length']);
    const again = await run('$states.input[0].sku', scopeOf(many));
    expect(again).toBe('a');
  });

  it('sees only what a field may see', async () => {
    const scope = scopeOf(input, {
      result: { ok: true },
      errorOutput: { Error: 'E' },
      variables: { v: [1] },
      contextObject: { State: { Name: 'S' } },
    });
    expect(await run('$states.result.ok', scope)).toBe(true);
    expect(await run('$states.errorOutput.Error', scope)).toBe('E');
    expect(await run('$states.context.State.Name', scope)).toBe('S');
    expect(await run('$v', scope)).toEqual([1]);
    expect(await run('$keys($states)', scope)).toEqual(['input', 'context', 'result', 'errorOutput']);
    expect(await failure('$states.result')).toContain('returned nothing (undefined)');
  });

  it('asks for the context object only when it is mentioned', async () => {
    let asked = 0;
    const scope: Scope = { ...scopeOf(input), context: () => ((asked += 1), {}) };
    await run('$sum($states.input.list)', scope);
    expect(asked).toBe(0);
    await run('$keys($states.context)[0] = 1', scope);
    expect(asked).toBe(1);
  });

  it('never changes what it is given', async () => {
    const document = structuredClone(input);
    await run('$states.input ~> |lines|{"qty": 0}|', scopeOf(document));
    await run('$append($states.input.list, 4)', scopeOf(document));
    expect(document).toEqual(input);
  });
});

describe('templates', () => {
  it('evaluate every text that is an expression, however deep', async () => {
    const template: Json = {
      a: '{% $states.input.n %}',
      b: { c: ['{% $sum($states.input.list) %}', 'text', 7, null] },
      d: 'not {% an expression %}',
    };
    expect(await compileJsonata(template, 'Output')(scopeOf(input))).toEqual({
      a: 5,
      b: { c: [6, 'text', 7, null] },
      d: 'not {% an expression %}',
    });
  });

  it('name the place of what fails', async () => {
    const template: Json = { a: { b: [[1, '{% $states.input.missing %}']] } };
    expect(await failureLater(() => compileJsonata(template, 'Output')(scopeOf(input)))).toBe(
      sentence('$states.input.missing', ' returned nothing (undefined).', 'Output/a/b[0][1]'),
    );
    expect(await failureLater(() => compileJsonata('{% $nope %}', 'Choices[1]/Condition')(scopeOf(input)))).toBe(
      sentence('$nope', ' returned nothing (undefined).', 'Choices[1]/Condition'),
    );
  });

  it('tell expressions from texts', () => {
    expect(expressionIn('{% a %}')).toEqual({ source: 'a', offset: 3 });
    expect(expressionIn('{%a%}')).toEqual({ source: 'a', offset: 2 });
    expect(expressionIn('{%%}')).toEqual({ source: '', offset: 2 });
    for (const text of ['a', '{% a', 'a %}', 'x {% a %}', '{%}']) expect(expressionIn(text)).toBeUndefined();
  });
});

describe('how failures are worded', () => {
  it.each([
    ['$states.input.missing', ' returned nothing (undefined).'],
    ['$fn := function($x){$x}', ' returned an unsupported result type.'],
    ['[function($x){$x}]', ' returned an unsupported result type.'],
    [
      "1 + 'a'",
      ' threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    [
      "$split('a','b',-1)",
      ' threw an error during evaluation. D3020: Third argument of split function must evaluate to a positive number',
    ],
    [
      '$sqrt(-1)',
      ' threw an error during evaluation. D3060: The sqrt function cannot be applied to a negative number: -1',
    ],
    ["$error('my words')", ' threw an error during evaluation. D3137: my words'],
    ["$eval('1+1')", ' threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ["$parse('not json')", ' threw an error during evaluation. D3137: Invalid JSON'],
    ['$partition([1,2,3], -1)', ' threw an error during evaluation. D3137: Second argument must be zero or greater'],
    [
      "$range('0',4,1)",
      ' threw an error during evaluation. T0410: Argument 1 of function "range" does not match function signature',
    ],
  ])('%s', async (source, end) => expect(await failure(source)).toBe(sentence(source, end)));

  it.each<[string, JsonataOptions['expect'], string]>([
    ['true', 'array', "Expected 'array', but was 'boolean' for value: true"],
    ["{'foo': 'bar'}", 'array', `Expected 'array', but was 'object' for value: {"foo":"bar"}`],
    ["'string'", 'array', `Expected 'array', but was 'string' for value: "string"`],
    ['null', 'array', "Expected 'array', but was 'null' for value: null"],
    ['5', 'boolean', "Expected 'boolean', but was 'number' for value: 5"],
  ])('%s where %s is wanted', async (source, expected, end) => {
    expect(await failure(source, { expect: expected })).toBe(
      sentence(source, ` returned an unexpected result type. ${end}`),
    );
  });

  it('refuses what does not parse, with the place', () => {
    expect(() => compileJsonata('{% 1 + %}', 'Output')).toThrow(QuerySyntaxError);
    try {
      compileJsonata('{% $states.input. + 1 %}', 'Output');
      expect.unreachable();
    } catch (error) {
      expect((error as QuerySyntaxError).message).toContain('S0211');
      expect((error as QuerySyntaxError).offset).toBe(15);
    }
  });
});

describe("AWS's own functions", () => {
  it.each<[string, Json]>([
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2,3,4,5], 2.9)', [[1, 2], [3, 4], [5]]],
    ['$partition([1,2,3])', [[1, 2, 3]]],
    ['$partition([0], 1)', [[0]]],
    ['$range(0, 10, 2)', [0, 2, 4, 6, 8, 10]],
    ['$range(10, 0, -5)', [10, 5, 0]],
    ['$range(1.7, 3, 1)', [1, 2, 3]],
    ['$range(-1.7, 0, 1)', [-1, 0]],
    ['$range(1, 9, 9)', 1],
    ["$hash('Hello', 'MD5')", '8b1a9953c4611296a827abf8c47804d7'],
    ["$hash('ñ', 'MD5')", '94e9342ecbb1458b6043ecd3bfcbc192'],
    ['$random(42)', 0.7275636800328681],
    ['$random(0.9)', 0.730967787376657],
    [`$parse('{"b":1,"a":[2]}')`, { b: 1, a: [2] }],
    [`$parse('{"a":1}').a`, 1],
    ["$exists($parse('null'))", true],
    ["$map(['1','2'], $parse)", [1, 2]],
  ])('%s', async (source, expected) => expect(await run(source)).toEqual(expected));

  it.each([
    '$partition([], 2)',
    '$partition([1,2], 0)',
    '$range(5, 1, 1)',
    '$range(1, 5, 0)',
    '$range(1, 5)',
    "$hash('a')",
    '$parse()',
  ])('%s is nothing', async (source) => {
    expect(await failure(source)).toContain('returned nothing (undefined)');
  });

  it.each([
    "$hash('a', 'md5')",
    "$parse('1e400')",
    '$parse(\'[{"a":1e999}]\')',
    '$hash(42, "MD5")',
    '$uuid("x")',
    '$random(1, 2)',
    "$parse('{}', 'x')",
    '$parse(null)',
    '$range(1)',
  ])('%s fails', async (source) => {
    expect(await failure(source)).toContain('threw an error during evaluation. ');
  });

  it('take time, chance and names from the host', async () => {
    const scope = scopeOf(input, { host: { now: () => 1_700_000_000_000.7, random: () => 0.25, uuid: () => 'u-1' } });
    expect(await run('$millis()', scope)).toBe(1_700_000_000_000);
    expect(await run('$now()', scope)).toBe('2023-11-14T22:13:20.000Z');
    expect(await run("$now('[Y0001]-[M01]')", scope)).toBe('2023-11');
    expect(await run('$random()', scope)).toBe(0.25);
    expect(await run('$uuid()', scope)).toBe('u-1');
    expect(await run('$map([1,2], function() { $random() })', scope)).toEqual([0.25, 0.25]);
  });

  it('work without a host', async () => {
    expect(await run('$uuid()')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await run('$random() < 1')).toBe(true);
    expect(await run('$millis() > 1600000000000')).toBe(true);
  });
});

describe('syntax alone', () => {
  it('is judged without being prepared to run', () => {
    expect(expressionFaults('$states.input.a')).toEqual({ references: [] });
    expect(expressionFaults('1 +').syntax?.message).toBe('S0207: Unexpected end of expression');
    expect(expressionFaults('1 +')).toBe(expressionFaults('1 +'));
    for (let at = 0; at < 10_100; at += 1) expressionFaults(`${at}`);
    expect(expressionFaults('1 +').syntax?.offset).toBe(2);
  });

  it.each([
    ['phone', ['phone']],
    ['phone.number', ['phone']],
    ['aaa + bbb + aaa', ['aaa', 'bbb']],
    ['$.phone', ['$']],
    ['$', ['$']],
    ['$$.a', ['$$']],
    ['$map($states.input.a, function($x) { b })', ['b']],
    ['$map($states.input.a, function($x) { $x.b })', []],
    ['{"k": v}', ['v']],
    ['[1, -n, (a; $b)]', ['n', 'a']],
    ['($x := y; $x)', ['y']],
    ['a ~> $uppercase', ['a']],
    ['f(1)', ['f']],
    ['$f(?, z)', ['z']],
    ['if_ ? then_ : else_', ['if_', 'then_', 'else_']],
    ['"quoted".name', ['quoted']],
    ['$states.input.items[price > 3].($.name & other)', []],
    ['$states.input.items^(price){name: $sum(price)}', []],
    ['$states.context.Execution.Id', []],
    ['$states.errorOutput.Cause', ['$states.errorOutput']],
    ['"text" & 1 & /a/', []],
  ])('%s reads %j without having it', (source, names) => {
    expect(expressionFaults(source).references.map(({ name }) => name)).toEqual(names);
  });
});

describe('limits', () => {
  const recursion = '($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(';
  it('nests as deep as AWS nests, and no deeper', async () => {
    expect(await run(`1${'+1'.repeat(99)}`)).toBe(100);
    expect(await run(`${'('.repeat(99)}1${')'.repeat(99)}`)).toBe(1);
    expect(await run(`${recursion}31))`)).toBe(31);
    const stack =
      ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive';
    expect(await failure(`1${'+1'.repeat(100)}`)).toContain(`threw an error during evaluation${stack}`);
    expect(await failure(`${recursion}32))`)).toContain(stack);
  });

  it('stops a loop that does not end', async () => {
    expect(await failure('($f := function($x){ $f($x+1) }; $f(1))')).toContain(
      ': Expression evaluation timeout: Check for infinite loop',
    );
  });

  it('stops what grows beyond bounds', async () => {
    const memory = ': Expression evaluation memory limit exceeded: Check for excessive memory usage';
    expect(await failure('[1..900000] ~> $count()')).toContain(memory);
    expect(await failure('$range(1, 1000000000, 1)')).toContain(memory);
    expect(await run('$count($range(1, 360145, 1))')).toBe(360145);
  });

  it('refuses to parse what nests or runs on too far', () => {
    expect(() => compileJsonata(`{% ${'('.repeat(200_000)}1${')'.repeat(200_000)} %}`, 'Output')).toThrow(
      QuerySyntaxError,
    );
    expect(() => compileJsonata(`{% ${'['.repeat(2000)}1${']'.repeat(2000)} %}`, 'Output')).toThrow('nests too deeply');
  });

  it('does not count the time others take', async () => {
    const busy = Array.from({ length: 300 }, () => run('$count($map([1..200], function($v) { $v * 2 }))'));
    expect(await Promise.all(busy)).toEqual(Array.from({ length: 300 }, () => 200));
  });

  it('keeps code out of reach', async () => {
    for (const source of [
      '$states.input.constructor',
      '$states.constructor.constructor("return process")()',
      '$lookup($states.input, "__proto__")',
      '$merge([{"__proto__": {"polluted": 1}}]).polluted',
    ]) {
      expect(await failureLater(() => run(source))).toMatch(/returned nothing|threw an error|no failure, but 1/);
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
