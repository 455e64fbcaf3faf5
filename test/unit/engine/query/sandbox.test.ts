/** The sandbox as it is shipped: a bundle of its own, run as a worker thread. */
import { buildSync } from 'esbuild';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileJsonata, compilePath, type Scope } from '../../../../src/engine/query';
import { stopSandbox } from '../../../../src/engine/query/sandboxClient';
import type { Json } from '../../../../src/model/json';
import { failureLater, scopeOf } from './helpers';

const root = path.resolve(__dirname, '../../../..');

beforeAll(() => {
  buildSync({
    entryPoints: [path.join(root, 'src/engine/query/sandbox.ts')],
    outfile: path.join(root, 'dist/sandbox.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'error',
  });
});
afterAll(stopSandbox);

const evaluate = (source: string, scope: Scope): Json | Promise<Json> =>
  compileJsonata(`{% ${source} %}`, 'Output')(scope);

/** Backtracks for longer than this test would be waited for. */
const deadly = '$contains($states.input.text, /^(a+)+$/)';
const long = `${'a'.repeat(60)}!`;

describe('a regular expression that would run for minutes', () => {
  it('fails alone, within seconds, while others go on', async () => {
    const started = performance.now();
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 20);
    const others = ['aaa', 'aab', 'a!'].map((text) =>
      Promise.resolve(evaluate('$contains($states.input.text, /^(a|b)+$/)', scopeOf({ text }))),
    );
    const [stuck, ...answers] = await Promise.all([
      failureLater(() => evaluate(deadly, scopeOf({ text: long }))),
      ...others,
    ]);
    clearInterval(ticking);
    expect(stuck).toBe(
      `States.QueryEvaluationError: The JSONata expression '${deadly}' specified for the field 'Output' threw an error during evaluation: Expression evaluation timeout: Check for infinite loop [Output]`,
    );
    expect(answers).toEqual([true, true, false]);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(ticks).toBeGreaterThan(10);
  });

  it('keeps nobody waiting in the engine', async () => {
    let settled = false;
    const stuck = failureLater(() => evaluate(deadly, scopeOf({ text: long }))).then((text) => {
      settled = true;
      return text;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await evaluate('$sum($states.input.list)', scopeOf({ list: [1, 2] }))).toBe(3);
    expect(settled).toBe(false);
    expect(await stuck).toContain('Expression evaluation timeout');
  });

  it('is evaluated all the same where it ends', async () => {
    expect(await evaluate(deadly, scopeOf({ text: 'aaaa' }))).toBe(true);
    expect(await evaluate('$match($states.input.text, /((a|b)*)c/).match', scopeOf({ text: 'abcab' }))).toBe('abc');
  });

  it('keeps those that wait behind a stuck one', async () => {
    const stuck = Array.from({ length: 2 }, () => failureLater(() => evaluate(deadly, scopeOf({ text: long }))));
    const waiting = Array.from({ length: 4 }, () => Promise.resolve(evaluate(deadly, scopeOf({ text: 'aa' }))));
    expect(await Promise.all(waiting)).toEqual([true, true, true, true]);
    for (const failed of await Promise.all(stuck)) expect(failed).toContain('Expression evaluation timeout');
  });
});

describe('the sandbox', () => {
  it('evaluates in full: variables, context, functions of AWS, errors', async () => {
    const scope = scopeOf({ text: 'aaaa' }, { variables: { n: 2 }, contextObject: { State: { Name: 'S' } } });
    expect(
      await evaluate(
        '{"ok": $contains($states.input.text, /(a*)*$/), "n": $n, "s": $states.context.State.Name}',
        scope,
      ),
    ).toEqual({ ok: true, n: 2, s: 'S' });
    expect(await failureLater(() => evaluate('$contains($states.input.text, /(a*)*$/) + 1', scope))).toContain('T2001');
    expect(
      await failureLater(() => evaluate('$contains($states.input.text, /(a*)*$/) ? function($x){$x} : 1', scope)),
    ).toContain('unsupported result type');
    expect(
      await failureLater(() => evaluate('$contains($states.input.text, /(a*)*$/) ? $nothing : 1', scope)),
    ).toContain('returned nothing');
    expect(
      await failureLater(() =>
        evaluate('$contains($states.input.text, /(a*)*$/) ? $range(1, 100000000, 1) : 1', scope),
      ),
    ).toContain('memory limit exceeded');
  });

  it('has the host of the execution: its time, its chance, its clock standing still', async () => {
    let held = 0;
    let releases = 0;
    const hold = (): (() => void) => {
      held += 1;
      return () => void (releases += 1);
    };
    const scope = scopeOf({ text: 'aaaa' }, { host: { now: () => 1_000, random: () => 0.5, uuid: () => 'u', hold } });
    const source = '[$contains($states.input.text, /(a*)*$/), $millis(), $random(), $uuid()]';
    const first = (await evaluate(source, scope)) as Json[];
    expect(first.slice(0, 2)).toEqual([true, 1000]);
    expect(first[2]).toBeLessThan(1);
    expect(first[3]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await evaluate(source, scope)).toEqual(first);
    expect([held, releases]).toEqual([2, 2]);
  });

  it('is not asked where the pattern is plain', async () => {
    await stopSandbox();
    expect(evaluate('$contains($states.input.text, /^SKU-[0-9]+$/)', scopeOf({ text: 'SKU-77' }))).toBe(true);
    expect(await evaluate('$replace($states.input.text, /-/, "+")', scopeOf({ text: 'a-b' }))).toBe('a+b');
  });

  it('is not needed by paths, which refuse such patterns', () => {
    expect(() => compilePath('$.list[?(@.x =~ /(a+)+b/)]')).toThrow('exponential');
  });
});
