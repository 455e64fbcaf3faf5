import {
  LambdaClient,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  ListFunctionsCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  PublishVersionCommand,
  TagResourceCommand,
  ListTagsCommand,
  AddPermissionCommand,
  GetPolicyCommand,
} from '@aws-sdk/client-lambda';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mkdtempSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { built, createFunction, invoke, serve, zip } from './server';

describe.skipIf(!built)('Lambda through the SDK', () => {
  let stop: () => Promise<void>;
  let lambda: LambdaClient;
  let logs: CloudWatchLogsClient;
  beforeAll(async () => {
    const { server, config } = await serve();
    stop = () => server.stop();
    lambda = new LambdaClient(config);
    logs = new CloudWatchLogsClient(config);
  });
  afterAll(() => stop());

  it('runs a handler cold and then warm, with REPORT lines in its log group', async () => {
    await createFunction(lambda, 'echo', {
      'index.js':
        'let n = 0; exports.handler = async (event, context) => { console.log("hello\\nworld", ++n); return { event, n, id: context.awsRequestId, name: context.functionName, left: context.getRemainingTimeInMillis() > 0 }; };',
    });
    const cold = await invoke(lambda, 'echo', { a: 1 });
    expect(cold.payload).toMatchObject({ event: { a: 1 }, n: 1, name: 'echo', left: true });
    expect(cold.log).toMatch(/INIT_START/);
    expect(cold.log).toMatch(/START RequestId: [\w-]+ Version: \$LATEST\n/);
    expect(cold.log).toMatch(/\tINFO\thello\nworld 1\n/);
    expect(cold.log).toMatch(
      /REPORT RequestId: [\w-]+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t/,
    );
    const warm = await invoke(lambda, 'echo', { a: 2 });
    expect(warm.payload).toMatchObject({ n: 2 });
    expect(warm.log).not.toMatch(/Init Duration/);
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/echo', filterPattern: 'REPORT' }),
    );
    expect(events?.length).toBe(2);
    expect((cold.payload as { id: string }).id).toBe(/RequestId: ([\w-]+)/.exec(cold.log)?.[1]);
  });

  it('takes callback handlers, ES modules and nested exports', async () => {
    await createFunction(lambda, 'callback', {
      'index.js': 'exports.handler = (event, context, done) => { setTimeout(() => done(null, "later"), 5); };',
    });
    expect((await invoke(lambda, 'callback')).payload).toBe('later');
    await createFunction(lambda, 'silent', { 'index.js': 'exports.handler = () => { setTimeout(() => {}, 5); };' });
    expect((await invoke(lambda, 'silent')).payload).toBe(null);
    await createFunction(
      lambda,
      'esm',
      {
        'src/app.mjs': 'import path from "node:path"; export const api = { run: async (e) => path.basename(e.file) };',
      },
      { Handler: 'src/app.api.run' },
    );
    expect((await invoke(lambda, 'esm', { file: '/a/b' })).payload).toBe('b');
  });

  it.each([
    [
      'throws',
      'exports.handler = async () => { throw new RangeError("too far"); };',
      { errorType: 'RangeError', errorMessage: 'too far' },
    ],
    [
      'text',
      'exports.handler = (e, c, done) => done("plain");',
      { errorType: 'string', errorMessage: 'plain', trace: [] },
    ],
    [
      'custom',
      'class Declined extends Error { constructor() { super("no"); this.name = "Declined"; } } exports.handler = async () => { throw new Declined(); };',
      { errorType: 'Declined', errorMessage: 'no' },
    ],
    [
      'missing-export',
      'exports.other = 1;',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    ],
    ['missing-module', 'require("./nowhere");', { errorType: 'Runtime.ImportModuleError' }],
    ['syntax', 'exports.handler = {', { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['top-level', 'throw new TypeError("at load");', { errorType: 'TypeError', errorMessage: 'at load' }],
    [
      'uncaught',
      'exports.handler = () => { setTimeout(() => { throw new Error("late"); }, 1); };',
      { errorType: 'Error', errorMessage: 'late' },
    ],
    [
      'rejection',
      'exports.handler = () => { setTimeout(() => Promise.reject(new Error("lost")), 1); setTimeout(() => {}, 500); };',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
    [
      'circular',
      'exports.handler = async () => { const a = {}; a.a = a; return a; };',
      { errorMessage: 'Unable to stringify response body' },
    ],
  ])('words the error of %s as the Node runtime does', async (name, code, expected) => {
    await createFunction(lambda, `error-${name}`, { 'index.js': code });
    const { payload, error } = await invoke(lambda, `error-${name}`);
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject(expected);
    expect(JSON.stringify(payload)).not.toContain(tmpdir());
  });

  it('shows stack frames under /var/task', async () => {
    await createFunction(lambda, 'stack', {
      'index.js': 'exports.handler = async () => {\n  throw new Error("here");\n};',
    });
    const { payload } = await invoke(lambda, 'stack');
    expect((payload as { trace: string[] }).trace[1]).toMatch(/\/var\/task\/index\.js:2:9/);
  });

  it('ends a handler at its timeout and an exited process, each failing only its own invocation', async () => {
    await createFunction(
      lambda,
      'stuck',
      {
        'index.js':
          'exports.handler = async (e) => { if (e.loop) for (;;); if (e.exit !== undefined) process.exit(e.exit); return "fine"; };',
      },
      { Timeout: 1 },
    );
    const stuck = await invoke(lambda, 'stuck', { loop: true });
    expect(stuck.payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [\w-]+ Error: Task timed out after 1\.00 seconds$/) as string,
    });
    expect(stuck.log).toMatch(/Status: timeout/);
    const exited = await invoke(lambda, 'stuck', { exit: 3 });
    expect(exited.payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Error: Runtime exited with error: exit status 3$/) as string,
    });
    expect((await invoke(lambda, 'stuck', { exit: 0 })).payload).toMatchObject({
      errorMessage: expect.stringMatching(/without providing a reason$/) as string,
    });
    expect((await invoke(lambda, 'stuck')).payload).toBe('fine');
  });

  it('throttles beyond the reserved concurrency', async () => {
    await createFunction(lambda, 'narrow', {
      'index.js': 'exports.handler = () => new Promise((r) => setTimeout(r, 300));',
    });
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'narrow', ReservedConcurrentExecutions: 1 }));
    const results = await Promise.allSettled([invoke(lambda, 'narrow'), invoke(lambda, 'narrow')]);
    const rejected = results.filter((r) => r.status === 'rejected');
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.reason).toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  });

  it('reaches the server from a handler with the SDK that comes with the runtime', async () => {
    await createFunction(lambda, 'caller', {
      'index.js':
        'const { LambdaClient, InvokeCommand } = require("@aws-sdk/client-lambda"); exports.handler = async (e) => { const r = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: "echo", Payload: JSON.stringify(e) })); return JSON.parse(Buffer.from(r.Payload).toString()).event; };',
    });
    expect((await invoke(lambda, 'caller', { deep: true })).payload).toEqual({ deep: true });
    await createFunction(lambda, 'caller-esm', {
      'index.mjs':
        'import { LambdaClient, InvokeCommand } from "@aws-sdk/client-lambda"; export const handler = async (e) => { const r = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: "echo", Payload: JSON.stringify(e) })); return JSON.parse(Buffer.from(r.Payload).toString()).event; };',
    });
    expect((await invoke(lambda, 'caller-esm', { deep: 2 })).payload).toEqual({ deep: 2 });
  });

  it('does not lock up when all processes wait for nested invocations', async () => {
    await createFunction(
      lambda,
      'outer',
      {
        'index.js':
          'const { LambdaClient, InvokeCommand } = require("@aws-sdk/client-lambda"); const c = new LambdaClient({}); exports.handler = async () => { const r = await c.send(new InvokeCommand({ FunctionName: "inner" })); return Buffer.from(r.Payload).toString(); };',
      },
      { Timeout: 20 },
    );
    await createFunction(lambda, 'inner', { 'index.js': 'exports.handler = async () => 7;' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => invoke(lambda, 'outer')));
    expect(answers.map((a) => a.payload)).toEqual(Array(8).fill('7'));
  });

  it('runs Python, with its errors and its logging', async () => {
    const python = { Runtime: 'python3.12' as const, Handler: 'handler.handler' };
    await createFunction(
      lambda,
      'py',
      {
        'handler.py':
          'import logging\ndef handler(event, context):\n    print("printed")\n    logging.getLogger().warning("careful\\ntwice")\n    return {"got": event, "fn": context.function_name, "left": context.get_remaining_time_in_millis() > 0}\n',
      },
      python,
    );
    const fine = await invoke(lambda, 'py', { a: [1] });
    expect(fine.payload).toEqual({ got: { a: [1] }, fn: 'py', left: true });
    expect(fine.log).toMatch(/\nprinted\n/);
    expect(fine.log).toMatch(/\[WARNING\]\t[\dTZ:.-]+\t[\w-]+\tcareful\ntwice\n/);
    await createFunction(
      lambda,
      'py-raise',
      { 'handler.py': 'def handler(event, context):\n    raise Exception("Some exception was raised.")\n' },
      python,
    );
    const raised = await invoke(lambda, 'py-raise');
    expect(Object.keys(raised.payload as object)).toEqual(['errorMessage', 'errorType', 'requestId', 'stackTrace']);
    expect(raised.payload).toMatchObject({
      errorMessage: 'Some exception was raised.',
      errorType: 'Exception',
      stackTrace: [
        '  File "/var/task/handler.py", line 2, in handler\n    raise Exception("Some exception was raised.")\n',
      ],
    });
    expect(raised.log).toMatch(/\[ERROR\] Exception: Some exception was raised\.\nTraceback/);
    await createFunction(lambda, 'py-import', { 'handler.py': 'import nowhere_at_all\n' }, python);
    expect((await invoke(lambda, 'py-import')).payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: "Unable to import module 'handler': No module named 'nowhere_at_all'",
    });
    await createFunction(lambda, 'py-none', { 'handler.py': 'x = 1\n' }, python);
    expect((await invoke(lambda, 'py-none')).payload).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: "Handler 'handler' missing on module 'handler'",
    });
    await createFunction(lambda, 'py-syntax', { 'handler.py': 'def handler(:\n' }, python);
    expect((await invoke(lambda, 'py-syntax')).payload).toMatchObject({
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: expect.stringMatching(
        /^Syntax error in module 'handler': invalid syntax \(handler\.py, line 1\)$/,
      ) as string,
    });
    await createFunction(lambda, 'py-marshal', { 'handler.py': 'def handler(e, c):\n    return {1, 2}\n' }, python);
    expect((await invoke(lambda, 'py-marshal')).payload).toMatchObject({
      errorType: 'Runtime.MarshalError',
      errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
    });
    await createFunction(lambda, 'py-bytes', { 'handler.py': 'def handler(e, c):\n    return b\'"raw"\'\n' }, python);
    expect((await invoke(lambda, 'py-bytes')).payload).toBe('raw');
  });

  it('updates code and settings: the next invocation is cold and new', async () => {
    await createFunction(lambda, 'changing', {
      'index.js': 'exports.handler = async () => process.env.COLOUR ?? "none";',
    });
    expect((await invoke(lambda, 'changing')).payload).toBe('none');
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'changing',
        Environment: { Variables: { COLOUR: 'green' } },
        Timeout: 9,
      }),
    );
    const green = await invoke(lambda, 'changing');
    expect(green.payload).toBe('green');
    expect(green.log).toMatch(/Init Duration/);
    const version = await lambda.send(new PublishVersionCommand({ FunctionName: 'changing' }));
    expect(version.Version).toBe('1');
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'changing',
        ZipFile: zip({ 'index.js': 'exports.handler = async () => "second";' }),
      }),
    );
    expect((await invoke(lambda, 'changing')).payload).toBe('second');
    const old = await lambda.send(new InvokeCommand({ FunctionName: 'changing', Qualifier: '1' }));
    expect(new TextDecoder().decode(old.Payload)).toBe('"green"');
    expect(old.ExecutedVersion).toBe('1');
  });

  it('uses a folder where it lies and leaves it as it was', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hot-'));
    writeFileSync(path.join(folder, 'main.py'), 'import other\ndef handler(e, c):\n    return other.value\n');
    writeFileSync(path.join(folder, 'other.py'), 'value = 42\n');
    await createFunction(
      lambda,
      'hot',
      {},
      { Runtime: 'python3.12', Handler: 'main.handler', Code: { S3Bucket: 'hot-reload', S3Key: folder } },
    );
    expect((await invoke(lambda, 'hot')).payload).toBe(42);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'hot' }));
    expect(readdirSync(folder).sort()).toEqual(['main.py', 'other.py']);
  });

  it('lists, describes, tags, permits and deletes', async () => {
    const arn = await createFunction(
      lambda,
      'managed',
      { 'index.js': 'exports.handler = async () => 1;' },
      { Tags: { team: 'orders' }, MemorySize: 256, Timeout: 5 },
    );
    const got = await lambda.send(new GetFunctionCommand({ FunctionName: arn }));
    expect(got.Configuration).toMatchObject({
      FunctionName: 'managed',
      MemorySize: 256,
      Timeout: 5,
      State: 'Active',
      Version: '$LATEST',
    });
    expect((await lambda.send(new ListFunctionsCommand({}))).Functions?.map((f) => f.FunctionName)).toContain(
      'managed',
    );
    await lambda.send(new TagResourceCommand({ Resource: arn, Tags: { more: 'yes' } }));
    expect((await lambda.send(new ListTagsCommand({ Resource: arn }))).Tags).toEqual({ team: 'orders', more: 'yes' });
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: 'managed',
        StatementId: 's1',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
      }),
    );
    expect((await lambda.send(new GetPolicyCommand({ FunctionName: 'managed' }))).Policy).toContain(
      'sns.amazonaws.com',
    );
    expect(
      (await lambda.send(new InvokeCommand({ FunctionName: 'managed', InvocationType: 'DryRun' }))).StatusCode,
    ).toBe(204);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'managed' }));
    await expect(lambda.send(new GetFunctionCommand({ FunctionName: 'managed' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arn}`,
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('refuses what it cannot do with a message that says why', async () => {
    await expect(createFunction(lambda, 'java', { a: '' }, { Runtime: 'java21' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('java21') as string,
    });
    await expect(
      createFunction(lambda, 'nozip', {}, { Code: { ZipFile: new TextEncoder().encode('not a zip') } }),
    ).rejects.toThrow(/Could not unzip/);
    await expect(
      createFunction(lambda, 'noplace', {}, { Code: { S3Bucket: 'hot-reload', S3Key: '/nowhere/at/all' } }),
    ).rejects.toThrow(/No folder \/nowhere\/at\/all/);
    await expect(createFunction(lambda, 'slow', { 'index.js': '' }, { Timeout: 901 })).rejects.toThrow(
      /less than or equal to 900/,
    );
  });
});
