import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../../../src/model/errors';
import { commandHelp, overallHelp, parseCommand, type Command } from '../../../src/cli/command';
import { commands, main } from '../../../src/cli/main';
import { createProgress, progressLine } from '../../../src/cli/progress';
import type { RunDocument } from '../../../src/model/run';
import { runDocument } from '../store/fixtures';

const command: Command = {
  name: 'try',
  summary: 'Try something. And say more about it.',
  operands: 'FILE',
  least: 1,
  most: 2,
  options: [
    { name: 'number', value: 'N', help: 'a number' },
    { name: 'many', value: 'X', multiple: true, help: 'more than one' },
    { name: 'flag', help: 'a switch' },
  ],
  run: () => Promise.resolve(0),
};

const collect = () => {
  const out: string[] = [];
  const err: string[] = [];
  const context = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    cwd: process.cwd(),
    env: {},
    signal: new AbortController().signal,
  };
  return { context, out: () => out.join(''), err: () => err.join('') };
};

describe('parsing a command', () => {
  it('gives operands, values, repeated values and switches', () => {
    const parsed = parseCommand(command, ['a', '--number', '5', '--many=1', '--many', '2', '--flag', 'b']);
    expect(parsed.operands).toEqual(['a', 'b']);
    expect(parsed.text('number')).toBe('5');
    expect(parsed.texts('many')).toEqual(['1', '2']);
    expect([parsed.flag('flag'), parsed.flag('other')]).toEqual([true, false]);
    expect(parsed.text('many')).toBe('2');
    expect(parseCommand(command, ['a']).text('number')).toBeUndefined();
  });

  it.each([
    [['a', '--nonsense'], /Unknown option '--nonsense'\. See: stepbench try --help/],
    [['a', '--number'], /--number/],
    [['a', '--flag=x'], /--flag/],
    [
      ['a', '--number', '-5'],
      /^--number needs a value; one that begins with a dash is written --number=-1\. See: [^\n]*$/,
    ],
    [[], /takes FILE; none was given/],
    [['a', 'b', 'c'], /takes FILE; 3 were given/],
  ])('refuses %j', (args, message) => {
    const parse = () => parseCommand(command, args);
    expect(parse).toThrow(message);
    expect(parse).toThrow(ExpectedError);
  });
});

describe('help', () => {
  it('shows every option of a command in a line', () => {
    const help = commandHelp(command);
    for (const part of ['stepbench try FILE [options]', '--number N', '--many X …', '--flag', '--help'])
      expect(help).toContain(part);
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(104);
  });

  it('shows every command with the first sentence of its summary', () => {
    const help = overallHelp([command], '1.2.3');
    expect(help).toContain('stepbench 1.2.3');
    expect(help).toMatch(/^ {2}try +Try something$/m);
    expect(help).not.toContain('And say more');
  });

  it('has the commands of the fixed interface', () => {
    const names = commands.map((each) => each.name);
    for (const name of ['run', 'exec', 'serve', 'check', 'cost', 'compare', 'report', 'export', 'clean'])
      expect(names).toContain(name);
    expect(new Set(names).size).toBe(names.length);
    for (const each of commands) {
      expect(new Set(each.options.map((option) => option.name)).size).toBe(each.options.length);
      expect(
        commandHelp(each)
          .split('\n')
          .every((line) => line.length <= 110),
      ).toBe(true);
    }
  });

  it.each([
    'type',
    'target',
    'region',
    'executions',
    'concurrency',
    'burst',
    'rate',
    'duration',
    'input',
    'warmup',
    'seed',
    'profile',
    'threshold',
    'max-cost',
    'yes',
    'out',
    'json',
  ])('run takes --%s', (name) =>
    expect(commands.find((each) => each.name === 'run')?.options.some((option) => option.name === name)).toBe(true),
  );
});

describe('the command line', () => {
  it('prints help and version on stdout', async () => {
    for (const args of [['--help'], ['help'], ['run', '--help'], ['--version']]) {
      const { context, out, err } = collect();
      expect(await main(args, context)).toBe(0);
      expect([out().length > 3, err()]).toEqual([true, '']);
    }
  });

  it('ends with 2 on bad usage, one message on stderr, nothing on stdout', async () => {
    for (const [args, message] of [
      [[], /stepbench/],
      [['nonsense'], /no command "nonsense". It has: run/],
      [['run'], /takes FILE/],
      [['run', 'nofile.asl.json', '--executions', 'x'], /--executions takes a number, not "x"/],
      [['compare', 'last', 'last', '--fail-if', 'much'], /is no limit for --fail-if/],
      [['run', 'a/x.asl.json', 'b/x.asl.json'], /Two variants are called x/],
      [['run', 'x', '--out', 'r.pdf'], /--out takes a file that ends in/],
      [['export', 'nothing'], /not the ARN of an execution/],
      [['check', 'x', '--type', 'both'], /standard or express/],
    ] as const) {
      const { context, out, err } = collect();
      expect([args, await main(args, context)]).toEqual([args, 2]);
      expect(err()).toMatch(message);
      expect(out()).toBe('');
    }
  });

  it('checks files', async () => {
    const { context, out } = collect();
    expect(await main(['check', 'examples/order-booking/order.asl.json'], context)).toBe(0);
    expect(out()).toMatch(/1 file: no errors\.\n$/);
    const missing = collect();
    expect(await main(['check', 'none.asl.json', '--json'], missing.context)).toBe(1);
    expect(JSON.parse(missing.out())).toMatchObject([
      { file: 'none.asl.json', problems: [{ severity: 'error', line: 1, column: 1 }] },
    ]);
  });
});

describe('progress', () => {
  const loading = (done: number, changes: Partial<RunDocument> = {}) =>
    runDocument('a', {
      status: { kind: 'running', phase: 'loading' },
      progress: { planned: 100, done, running: 3, remainingMs: 4_100 },
      ...changes,
    });

  it('says how far it is in a line', () => {
    expect(progressLine(loading(50))).toMatch(
      /^running {5}█{12}░{12} 50\/100, 3 running, 0 succeeded, 0 failed, 5 s left$/,
    );
    expect(progressLine(runDocument('a', { status: { kind: 'stopped', reason: 'x' } }))).toBe('stopped');
    expect(progressLine(loading(0, { progress: { planned: 0, done: 0, running: 0, remainingMs: null } }))).toContain(
      '0/0',
    );
  });

  it('writes a line for a phase and each tenth where nobody watches, without control characters', () => {
    const lines: string[] = [];
    const progress = createProgress({ write: (text) => lines.push(text) });
    for (let done = 0; done <= 100; done++) progress.show(loading(done));
    progress.show(runDocument('a'));
    progress.done();
    expect(lines).toHaveLength(12);
    expect(lines.join('')).not.toMatch(/[\r\x1b]/);
  });

  it('moves one line on a terminal, never wider than it, and takes it away', () => {
    const lines: string[] = [];
    const progress = createProgress({ write: (text) => lines.push(text), isTTY: true, columns: 40 });
    progress.show(loading(1));
    progress.show(loading(1));
    progress.done();
    expect(lines).toHaveLength(2);
    expect(lines[0]?.replace('\r\x1b[2K', '').length).toBeLessThan(40);
    expect(lines[1]).toBe('\r\x1b[2K');
  });
});
