import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommand, type Command } from '../../../src/cli/command';
import {
  parseDuration,
  parseLoad,
  parseTarget,
  parseSystems,
  planOf,
  planOptions,
} from '../../../src/cli/planArguments';
import { exitCodeOf, reportFor } from '../../../src/cli/run';
import { runDocument, useFolder } from '../store/fixtures';

const newFolder = useFolder();
const command: Command = {
  name: 'run',
  summary: '',
  operands: 'FILE',
  least: 0,
  most: 1,
  options: planOptions,
  run: () => Promise.resolve(0),
};
const parse = (line: string) => parseCommand(command, line.split(' ').filter(Boolean));

describe('the load of a command line', () => {
  it.each([
    ['', { kind: 'iterations', executions: 25, concurrency: 1 }],
    ['--executions 5 --concurrency 2', { kind: 'iterations', executions: 5, concurrency: 2 }],
    ['--think 2s', { kind: 'iterations', executions: 25, concurrency: 1, thinkMs: 2_000 }],
    [
      '--concurrency 1,10',
      {
        kind: 'sweep',
        over: 'concurrency',
        values: [1, 10],
        base: { kind: 'iterations', executions: 25, concurrency: 1 },
      },
    ],
    ['--burst 100', { kind: 'burst', executions: 100 }],
    ['--burst 1,100', { kind: 'sweep', over: 'burst', values: [1, 100], base: { kind: 'burst', executions: 1 } }],
    ['--rate 20 --duration 30s', { kind: 'arrivalRate', rate: 20, durationMs: 30_000, maxInFlight: 1_000 }],
    [
      '--rate 5-50 --duration 1m --max-in-flight 7',
      { kind: 'arrivalRate', rate: 5, endRate: 50, durationMs: 60_000, maxInFlight: 7 },
    ],
    [
      '--rate 5,20,50 --duration 2s',
      {
        kind: 'sweep',
        over: 'rate',
        values: [5, 20, 50],
        base: { kind: 'arrivalRate', rate: 5, durationMs: 2_000, maxInFlight: 1_000 },
      },
    ],
    [
      '--payload 0,1024',
      {
        kind: 'sweep',
        over: 'payload',
        values: [0, 1024],
        base: { kind: 'iterations', executions: 25, concurrency: 1 },
      },
    ],
  ])('%s', (line, load) => expect(parseLoad(parse(line))).toEqual(load));

  it.each([
    ['--burst 5 --rate 5 --duration 1s', /--burst and --rate exclude each other/],
    ['--rate 5', /--rate needs --duration/],
    ['--rate x --duration 1s', /--rate takes starts a second/],
    ['--rate 1-2-3 --duration 1s', /--rate takes/],
    ['--duration 1s', /--duration goes with --rate/],
    ['--duration 1s --max-in-flight 3', /--duration and --max-in-flight go with --rate/],
    ['--rate 5,,6 --duration 1s', /5,20,50 for a sweep, not "5,,6"/],
    ['--rate 5,1-9 --duration 1s', /--rate takes/],
    ['--rate 5- --duration 1s', /--rate takes/],
    ['--rate 5 --duration 1s --executions 3', /--executions does not go with --rate/],
    ['--burst 5 --executions 3 --think 1s', /--executions and --think do not go with --burst/],
    ['--concurrency 1,,2', /with commas between/],
    ['--concurrency 1,2 --payload 1,2', /cannot be swept together/],
  ])('refuses %s', (line, message) => expect(() => parseLoad(parse(line))).toThrow(message));
});

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('%s', (text, ms) => expect(parseDuration(text, 'x')).toBe(ms));
  it.each(['5', 's', '-1s', '1d', ''])('refuses "%s"', (text) =>
    expect(() => parseDuration(text, 'x')).toThrow(/--x takes a duration/),
  );
});

describe('types and targets', () => {
  it('reads them', () => {
    expect(
      [undefined, 'standard', 'express', 'code', 'both,code', 'gateway,standard,gateway'].map((each) =>
        parseSystems(each),
      ),
    ).toEqual([
      ['standard', 'express'],
      ['standard'],
      ['express'],
      ['as-code'],
      ['standard', 'express', 'as-code'],
      ['gateway', 'standard'],
    ]);
    const more = { profile: 'study' };
    expect(parseTarget(undefined, more)).toEqual({ kind: 'embedded', profile: 'study' });
    expect(parseTarget('local', more)).toEqual({ kind: 'embedded', profile: 'study' });
    expect(parseTarget('http://localhost:4566', { ...more, region: 'r' })).toEqual({
      kind: 'endpoint',
      url: 'http://localhost:4566',
      region: 'r',
    });
    expect(parseTarget('aws', more)).toEqual({ kind: 'aws' });
    expect(parseTarget('aws:dev', { ...more, region: 'eu-west-1', roleArn: 'arn' })).toEqual({
      kind: 'aws',
      profile: 'dev',
      region: 'eu-west-1',
      roleArn: 'arn',
    });
  });
  it('refuses others', () => {
    expect(() => parseSystems('x')).toThrow(/--type takes/);
    expect(() => parseSystems('constructor')).toThrow(/--type takes/);
    expect(() => parseTarget('localhost:4566', { profile: '' })).toThrow(/--target takes local, a URL, or aws/);
    expect(() => parseTarget('aws:', { profile: '' })).toThrow(/--target takes/);
  });
});

describe('the plan of a command line', () => {
  const folder = () => {
    const made = newFolder();
    writeFileSync(path.join(made, 'good.json'), '{}');
    writeFileSync(path.join(made, 'other.jsonl'), '{}\n');
    return made;
  };

  it('takes inputs and profile from the settings, and what is said over them', async () => {
    const cwd = folder();
    const settings = { inputs: { 'good order': 'good.json', other: 'other.jsonl' }, profile: 'none' };
    const plain = await planOf(parse(''), '/w/x.asl.json', settings, cwd, '/');
    expect(plain.input).toEqual({ kind: 'file', path: path.join(cwd, 'good.json') });
    expect(plain.target).toEqual({ kind: 'embedded', profile: 'none' });
    const said = await planOf(
      parse('--input other --profile study --warmup 3 --seed 9 --max-cost 2 --keep --cold --threshold a --threshold b'),
      '/w/x.asl.json',
      settings,
      cwd,
      '/',
    );
    expect(said).toMatchObject({
      input: { kind: 'lines' },
      target: { profile: 'study' },
      warmup: 3,
      seed: 9,
      maxCost: 2,
      keep: true,
      cold: true,
      thresholds: ['a', 'b'],
    });
  });

  it('caps the cost of an account at a dollar, and nobody’s money only where that is asked for', async () => {
    const capOf = async (args: string) => (await planOf(parse(args), 'f', {}, '/', '/')).maxCost;
    expect([await capOf(''), await capOf('--target aws'), await capOf('--max-cost 0.5')]).toEqual([0, 1, 0.5]);
  });

  it('takes an input by its path, from the current folder', async () => {
    const cwd = folder();
    expect((await planOf(parse('--input good.json'), 'f', {}, '/nowhere', cwd)).input).toEqual({
      kind: 'file',
      path: path.join(cwd, 'good.json'),
    });
    await expect(planOf(parse('--input none.json'), 'f', {}, '/', cwd)).rejects.toThrow(/no input/);
    expect((await planOf(parse(''), 'f', {}, '/', cwd)).input).toMatchObject({ kind: 'value', value: {} });
  });

  it('finds a profile beside the settings, or in the current folder', async () => {
    expect((await planOf(parse(''), 'f', { profile: 'p/x.json' }, '/settings', '/cwd')).target).toEqual({
      kind: 'embedded',
      profile: '/settings/p/x.json',
    });
    expect((await planOf(parse('--profile x.json'), 'f', { profile: 'study' }, '/settings', '/cwd')).target).toEqual({
      kind: 'embedded',
      profile: '/cwd/x.json',
    });
  });
});

describe('how a run ends', () => {
  const thresholds = (ok: boolean) => [{ expression: 'x', value: 1, ok }];
  it.each([
    [{ kind: 'finished' } as const, undefined, 0],
    [{ kind: 'finished' } as const, thresholds(true), 0],
    [{ kind: 'finished' } as const, thresholds(false), 1],
    [{ kind: 'failed', message: 'x' } as const, undefined, 3],
    [{ kind: 'stopped', reason: 'x' } as const, thresholds(false), 3],
  ])('%j', (status, results, code) =>
    expect(exitCodeOf(runDocument('a', { status, ...(results ? { thresholds: results } : {}) }))).toBe(code),
  );

  it('writes a report in the form that its file is named for', () => {
    const document = runDocument('a');
    expect(JSON.parse(reportFor('x.json', document))).toEqual(document);
    expect(reportFor('x.HTML', document)).toMatch(/<!doctype html>/i);
    expect(reportFor('x.md', document)).toMatch(/^#/m);
    expect(reportFor('x.xml', document)).toMatch(/^<\?xml/);
    expect(reportFor('states.csv', document)).not.toBe(reportFor('x.csv', document));
    expect(() => reportFor('x.pdf', document)).toThrow(/--out takes/);
  });
});
