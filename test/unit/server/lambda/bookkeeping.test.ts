import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { CodeStore } from '../../../../src/server/lambda/code';
import { configOf, describeVersion } from '../../../../src/server/lambda/configuration';
import { Environments } from '../../../../src/server/lambda/environments';
import {
  FunctionStore,
  parseReference,
  type FunctionVersion,
  type LambdaFunction,
} from '../../../../src/server/lambda/functions';
import { exitDocument, logStreamName, reportLine, timeoutDocument } from '../../../../src/server/lambda/report';
import { languageOfRuntime, processSource } from '../../../../src/server/lambda/runtimes';
import { fakeContext } from '../services/context';

const prefix = 'arn:aws:lambda:us-east-1:111111111111:function:';

function version(number: string, more: Partial<FunctionVersion> = {}): FunctionVersion {
  return {
    version: number,
    config: configOf({}),
    code: { folder: '/code', sha256: 'x', size: 1, owned: false },
    revisionId: `r${number}`,
    lastModified: 0,
    environments: new Environments(),
    ...more,
  };
}
function lambda(name: string): LambdaFunction {
  return {
    name,
    arn: prefix + name,
    latest: version('$LATEST'),
    published: [version('1')],
    aliases: new Map([['live', '1']]),
    tags: {},
    eventInvoke: {},
    permissions: new Map(),
    running: 0,
  };
}

describe('references', () => {
  it.each([
    ['f', { name: 'f' }],
    ['f:live', { name: 'f', qualifier: 'live' }],
    [`${prefix}f`, { name: 'f' }],
    [`${prefix}f:$LATEST`, { name: 'f', qualifier: '$LATEST' }],
    ['111111111111:function:f:2', { name: 'f', qualifier: '2' }],
  ])('%s', (reference, expected) => {
    expect(parseReference(reference)).toEqual({ qualifier: undefined, ...expected });
  });

  it('find versions by number and alias, and say what is not there', () => {
    const store = new FunctionStore(prefix);
    store.add(lambda('f'));
    expect(store.find('f').version.version).toBe('$LATEST');
    expect(store.find('f:live').version.version).toBe('1');
    expect(store.find('f', '1').arn).toBe(`${prefix}f:1`);
    expect(() => store.find('f:2')).toThrow(`Function not found: ${prefix}f:2`);
    expect(() => store.find('g', undefined, true)).toThrow(`Function not found: ${prefix}g:$LATEST`);
  });
});

describe('settings', () => {
  it('have defaults, keep what an update leaves out, and are shown', () => {
    const config = configOf({ Timeout: 5, Environment: { Variables: { A: 'x' } } });
    expect(config).toMatchObject({ timeout: 5, memorySize: 128, runtime: 'nodejs20.x', environment: { A: 'x' } });
    expect(configOf({ MemorySize: 256 }, config)).toMatchObject({
      timeout: 5,
      memorySize: 256,
      environment: { A: 'x' },
    });
    expect(describeVersion(lambda('f'), version('1', { config }))).toMatchObject({
      FunctionArn: `${prefix}f:1`,
      Timeout: 5,
      Environment: { Variables: { A: 'x' } },
      State: 'Active',
    });
  });

  it.each([
    [{ Timeout: 0 }, /greater than or equal to 1/],
    [{ MemorySize: 64 }, /greater than or equal to 128/],
    [{ Timeout: 1.5 }, /must be an integer/],
    [{ Runtime: 'go1.x' }, /go1\.x cannot run here/],
  ])('refuse %j', (input, message) => {
    expect(() => configOf(input)).toThrow(message);
  });
});

describe('environments', () => {
  it('are reused, the last one first, until they are too old', () => {
    const them = new Environments();
    expect(them.take(0)).toBeUndefined();
    const [a, b] = [
      { logStream: 'a', lastUsed: 0 },
      { logStream: 'b', lastUsed: 0 },
    ];
    them.give(a, 0);
    them.give(b, 1000);
    expect(them.take(2000)).toBe(b);
    them.give(b, 2000);
    expect(them.take(11 * 60_000)).toBeUndefined();
    them.give(a, 0);
    them.clear();
    expect(them.take(0)).toBeUndefined();
  });
});

describe('the lines and documents of Lambda', () => {
  it('report durations, and bill the start of a cold one', () => {
    const base = { requestId: 'id', duration: 2.305, memorySize: 128, rss: 70 * 1024 * 1024 };
    expect(reportLine(base)).toBe(
      'REPORT RequestId: id\tDuration: 2.31 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t',
    );
    expect(reportLine({ ...base, initDuration: 150.2 })).toContain('\tBilled Duration: 153 ms\t');
    expect(reportLine({ ...base, status: 'error', errorType: 'Runtime.ExitError' })).toContain(
      '\tStatus: error\tError Type: Runtime.ExitError\t',
    );
    expect(reportLine({ ...base, rss: 1e12 })).toContain('Max Memory Used: 128 MB');
  });

  it('word a timeout and an exit', () => {
    expect(JSON.parse(timeoutDocument('id', 3))).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: id Error: Task timed out after 3.00 seconds',
    });
    expect(exitDocument('id', 'signal: killed')).toContain('Runtime exited with error: signal: killed');
    expect(exitDocument('id', '')).toContain('Runtime exited without providing a reason');
    expect(logStreamName(Date.UTC(2026, 0, 2), '$LATEST', 'ab-cd')).toBe('2026/01/02/[$LATEST]abcd');
  });
});

describe('code', () => {
  it('is unpacked with its folders, and removed', async () => {
    const store = new CodeStore();
    const code = await store.fromZip(Buffer.from(zipSync({ 'index.js': strToU8('1'), 'lib/a.js': strToU8('2') })));
    expect(readFileSync(path.join(code.folder, 'lib/a.js'), 'utf8')).toBe('2');
    expect(code.sha256).toMatch(/^[\w+/]{43}=$/);
    store.remove(code);
    expect(existsSync(code.folder)).toBe(false);
    store.stop();
  });

  it('that would leave its folder is refused, and nothing of it is written', async () => {
    const store = new CodeStore();
    await expect(store.fromZip(Buffer.from(zipSync({ '../../escaped.js': strToU8('1') })))).rejects.toThrow(
      /leaves the package/,
    );
    await expect(store.fromZip(Buffer.from('no zip'))).rejects.toThrow(/Could not unzip uploaded file/);
    store.stop();
  });

  it('may stay where it is', () => {
    const store = new CodeStore();
    const folder = mkdtempSync(path.join(tmpdir(), 'in-place-'));
    const code = store.inPlace(folder);
    store.remove(code);
    store.stop();
    expect(existsSync(folder)).toBe(true);
    expect(() => store.inPlace('relative')).toThrow(/absolute path/);
    expect(() => store.inPlace('/no/such/folder')).toThrow(/No folder/);
  });
});

describe('starting a runtime', () => {
  it("gives the environment Lambda's variables and none of the server's secrets", () => {
    process.env.AWS_PROFILE = 'somebody';
    const source = processSource(fakeContext(), lambda('f'), version('$LATEST'), 'stream', 100);
    const { env, command, args } = source.spec();
    expect(env).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_REGION: 'us-east-1',
      LAMBDA_TASK_ROOT: '/code',
      _HANDLER: 'index.handler',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    });
    expect(env.AWS_PROFILE).toBeUndefined();
    delete process.env.AWS_PROFILE;
    expect(command).toBe(process.execPath);
    expect(args[0]).toBe('--max-old-space-size=128');
    expect(source.spec().env.AWS_SESSION_TOKEN).not.toBe(env.AWS_SESSION_TOKEN);
  });

  it('shares Node processes only', () => {
    const python = version('$LATEST', { config: configOf({ Runtime: 'python3.12' }) });
    expect(processSource(fakeContext(), lambda('f'), python, 's', 100).shares).toBe(1);
    expect(processSource(fakeContext(), lambda('f'), version('1'), 's', 100).shares).toBe(100);
    expect([languageOfRuntime('nodejs22.x'), languageOfRuntime('python3.9'), languageOfRuntime('java21')]).toEqual([
      'node',
      'python',
      undefined,
    ]);
  });
});
