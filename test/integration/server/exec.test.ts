/** `stepbench exec` on real files, through the built command line. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cli, isBuilt } from './served';

const folder = mkdtempSync(path.join(tmpdir(), 'stepbench-exec-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: object | string): string => {
  const full = path.join(folder, name);
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
  return full;
};

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const exec = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, 'exec', ...args],
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      },
    );
  });

interface Document {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly events: {
    readonly id: number;
    readonly type: string;
    readonly timestamp: number;
    readonly details: Record<string, unknown>;
  }[];
}

const document = (run: Run): Document => {
  expect(run.err).toBe('');
  expect(run.code).toBe(0);
  return JSON.parse(run.out) as Document;
};

const machine = file('wait.asl.json', {
  StartAt: 'W',
  States: {
    W: { Type: 'Wait', Seconds: 7200, Next: 'P' },
    P: { Type: 'Pass', ResultPath: '$.done', Result: true, End: true },
  },
});
const order = path.resolve(import.meta.dirname, '../../../examples/order-booking/order.asl.json');

describe.skipIf(!isBuilt)('stepbench exec', () => {
  test('two virtual hours take no time; output and all events come as one document', async () => {
    const input = file('input.json', { a: 1 });
    const { status, output, events } = document(await exec(machine, '--input', input, '--clock', 'virtual'));
    expect([status, output]).toEqual(['SUCCEEDED', { a: 1, done: true }]);
    expect(events.map((event) => event.id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events[0]?.details.input).toBe('{"a":1}');
    expect((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0)).toBeGreaterThanOrEqual(7_200_000);
  });

  test('as Express the events come from the log, with their data', async () => {
    const quick = file('quick.asl.json', { StartAt: 'P', States: { P: { Type: 'Pass', Result: 42, End: true } } });
    const { status, output, events } = document(await exec(quick, '--type', 'express'));
    expect([status, output]).toEqual(['SUCCEEDED', 42]);
    expect(events.map((event) => event.type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events.at(-1)?.details.output).toBe('42');
  });

  test('the example: its own functions, tables and topics', async () => {
    const input = path.join(path.dirname(order), 'inputs/good.json');
    const { status, events } = document(await exec(order, '--input', input, '--seed', '1'));
    expect(status).toBe('SUCCEEDED');
    expect(events.filter((event) => event.type === 'TaskSucceeded').length).toBeGreaterThanOrEqual(7);
  });

  test('a failed execution is an answer, not an error of the command', async () => {
    const failing = file('fail.asl.json', { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'C' } } });
    expect(document(await exec(failing))).toMatchObject({ status: 'FAILED', error: 'E', cause: 'C' });
  });

  test.each<[string, string[], RegExp]>([
    ['a file that is not there', ['absent.asl.json'], /There is no file .*absent\.asl\.json/],
    ['a broken file', [file('broken.asl.json', '{"StartAt": ')], /broken\.asl\.json/],
    [
      'a wrong workflow',
      [file('wrong.asl.json', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } })],
      /wrong\.asl\.json:1:\d+ /,
    ],
    ['an input that is not there', [machine, '--input', 'absent.json'], /The input absent\.json is not there/],
    ['an input that is a folder', [machine, '--input', path.dirname(machine)], /is a folder: name one JSON file/],
    [
      'an input that is too large',
      [machine, '--input', file('large.json', ['x'.repeat(262_144)])],
      /large\.json has 262\d\d\d bytes; an execution takes at most 262144/,
    ],
    ['an input that is no JSON', [machine, '--input', file('bad.json', 'no')], /bad\.json is not JSON/],
    ['an unknown type', [machine, '--type', 'quick'], /--type takes standard or express/],
    ['an unknown clock', [machine, '--clock', 'slow'], /--clock takes real, virtual or xN/],
    ['no file', [], /stepbench exec takes FILE/],
  ])('%s: one message, exit 2, nothing on stdout', async (_, args, message) => {
    const { code, out, err } = await exec(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });
});

if (!isBuilt) test.skip('dist/cli.js is absent: npm run build, then these run', () => undefined);
