/**
 * An execution environment for Node functions: a process of its own that loads one handler and runs one invocation at a
 * time. Bundled as dist/lambda-node.js and started by the server, whose death ends it.
 */
import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import { isMainThread, Worker } from 'node:worker_threads';
import { endOfOutput, type EnvironmentMessage, type InvokeMessage } from './channel';
import { currentRequest, describeError, errorLog, patchConsole } from './nodeErrors';
import { loadHandler, provideSdk, type Handler } from './nodeHandler';

const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();

/**
 * stdin is the lifeline: it closes when the server dies, however that came about. A thread waits for it, since a handler
 * that loops without end would never let the main thread notice.
 */
function watchLifeline(): void {
  const buffer = Buffer.alloc(64);
  for (;;) {
    try {
      if (readSync(0, buffer) === 0) break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') break;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  process.kill(process.pid, 'SIGKILL');
}

function run(): void {
  const channel = new Socket({ fd: 3, readable: true, writable: true });
  channel.on('error', () => process.exit(0));
  channel.on('close', () => process.exit(0));
  const send = (message: EnvironmentMessage): void => void channel.write(JSON.stringify(message) + '\n');
  new Worker(__filename).unref();
  patchConsole();
  provideSdk(root);

  let handler: Handler | undefined;
  let current: Invocation | undefined;

  const finish = (invocation: Invocation, message: EnvironmentMessage): void => {
    if (current !== invocation) return;
    current = undefined;
    channel.ref();
    process.stdout.write(`${endOfOutput}${invocation.message.id}\n`);
    send(message);
    currentRequest.id = '';
  };
  const fail = (invocation: Invocation, thrown: unknown, fatal = false, type?: string): void => {
    const error = describeError(thrown, root, type);
    process.stdout.write(errorLog(fatal ? 'Uncaught Exception' : 'Invoke Error', error));
    finish(invocation, { t: 'error', id: invocation.message.id, payload: JSON.stringify(error), rss: process.memoryUsage.rss(), fatal });
  };
  const succeed = (invocation: Invocation, value: unknown): void => {
    let payload: string;
    try {
      payload = JSON.stringify(value === undefined ? null : value) ?? 'null';
    } catch {
      fail(invocation, new Error('Unable to stringify response body'));
      return;
    }
    finish(invocation, { t: 'result', id: invocation.message.id, payload, rss: process.memoryUsage.rss() });
  };

  const invoke = (message: InvokeMessage): void => {
    const invocation: Invocation = { message };
    current = invocation;
    currentRequest.id = message.id;
    if (message.traceId) process.env._X_AMZN_TRACE_ID = message.traceId;
    const context = contextOf(message);
    const callback = (error?: unknown, value?: unknown): void => {
      if (current !== invocation || invocation.answer) return;
      const answer = (): void => (error === undefined || error === null ? succeed(invocation, value) : fail(invocation, error));
      if (!context.callbackWaitsForEmptyEventLoop) return answer();
      // As on Lambda: the answer is sent once nothing else is pending; `beforeExit` says so when only the channel is left.
      invocation.answer = answer;
      channel.unref();
    };
    Object.assign(context, {
      done: callback,
      fail: (error: unknown) => callback(error ?? 'handled'),
      succeed: (value: unknown) => callback(null, value),
    });
    try {
      const returned = handler?.(JSON.parse(message.event), context, callback);
      if (isThenable(returned)) {
        returned.then(
          (value) => succeed(invocation, value),
          (error: unknown) => fail(invocation, error),
        );
      } else if (!invocation.answer) channel.unref();
    } catch (error) {
      fail(invocation, error);
    }
  };

  process.on('beforeExit', () => {
    // Nothing is pending any more: a callback's answer goes out, or null for a handler that never called it.
    channel.ref();
    const invocation = current;
    if (!invocation) return;
    if (invocation.answer) invocation.answer();
    else succeed(invocation, null);
  });
  process.on('uncaughtException', (error) => {
    if (current) fail(current, error, true);
    channel.end(() => process.exit(129));
  });
  process.on('unhandledRejection', (reason) => {
    if (current) fail(current, reason, true, 'Runtime.UnhandledPromiseRejection');
    channel.end(() => process.exit(128));
  });

  let rest = '';
  channel.setEncoding('utf8');
  channel.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) invoke(JSON.parse(line) as InvokeMessage);
  });

  loadHandler(root, process.env._HANDLER ?? '').then(
    (loaded) => {
      handler = loaded;
      send({ t: 'ready' });
    },
    (thrown: unknown) => {
      const error = describeError(thrown, root);
      channel.write(JSON.stringify({ t: 'initError', payload: JSON.stringify(error), log: errorLog('Uncaught Exception', error) }) + '\n', () => process.exit(1));
    },
  );
}

interface Invocation {
  readonly message: InvokeMessage;
  answer?: () => void;
}

const isThenable = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/** The context object of the Node runtime. */
function contextOf(message: InvokeMessage): Record<string, unknown> & { callbackWaitsForEmptyEventLoop: boolean } {
  const env = process.env;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: message.clientContext === undefined ? undefined : (JSON.parse(message.clientContext) as unknown),
    invokedFunctionArn: message.arn,
    awsRequestId: message.id,
    getRemainingTimeInMillis: () => message.deadline - Date.now(),
  };
}

if (isMainThread) run();
else watchLifeline();
