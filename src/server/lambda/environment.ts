/**
 * An execution environment for Node functions: a process of its own that loads one handler. Bundled as dist/lambda-node.js
 * and started by the server, whose death ends it. It runs one invocation at a time; only under a latency profile may it be
 * given another while all it runs wait for answers of the server (pool.ts says why).
 */
import { Socket } from 'node:net';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { EnvironmentMessage, InvokeMessage } from './channel';
import { describeError, endOutput, errorLog, patchOutput, running, type Invocation } from './nodeErrors';
import { loadHandler, provideSdk, type Handler } from './nodeHandler';

const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();

/**
 * The channel closes when the server dies, and then this process ends; but a handler that loops without end would never let
 * the main thread notice. So a thread looks whether the parent is still the same one. It must not block in a system call
 * meanwhile: `process.exit` waits for threads, and would wait for ever.
 */
function watchParent(parent: number): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (process.ppid === parent) Atomics.wait(never, 0, 0, 250);
  process.kill(process.pid, 'SIGKILL');
}

/** Thrown where `process.exit` was called, so that nothing after it runs. */
class Exited extends Error {}

class Runtime {
  private handler: Handler | undefined;
  private readonly current = new Set<Invocation>();
  /** Node's own, below what handlers call. */
  private readonly exit = process.exit.bind(process);
  private readonly channel = new Socket({ fd: 3, readable: true, writable: true });

  start(): void {
    const { channel } = this;
    channel.on('error', () => process.exit(0));
    channel.on('close', () => process.exit(0));
    // The parent of now: it may be gone before the thread runs.
    new Worker(__filename, { workerData: process.ppid }).unref();
    patchOutput();
    this.patchExit();
    provideSdk(root);
    process.on('beforeExit', () => this.nothingPending());
    process.on('uncaughtException', (error) => this.die(error, 129));
    process.on('unhandledRejection', (reason) => this.die(reason, 128, 'Runtime.UnhandledPromiseRejection'));
    let rest = '';
    channel.setEncoding('utf8');
    channel.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.invoke(JSON.parse(line) as InvokeMessage);
    });
    loadHandler(root, process.env._HANDLER ?? '').then(
      (loaded) => {
        this.handler = loaded;
        this.send({ t: 'ready' });
      },
      (thrown: unknown) => {
        const error = describeError(thrown, root);
        this.send({ t: 'initError', payload: JSON.stringify(error), log: errorLog('Uncaught Exception', error) }, () =>
          process.exit(1),
        );
      },
    );
  }

  private send(message: EnvironmentMessage, sent?: () => void): void {
    this.channel.write(JSON.stringify(message) + '\n', sent);
  }

  private invoke(message: InvokeMessage): void {
    const invocation: Invocation = { id: message.id, waits: false };
    this.current.add(invocation);
    running.run(invocation, () => this.call(invocation, message));
  }

  private call(invocation: Invocation, message: InvokeMessage): void {
    const context = contextOf(message);
    const callback = (error?: unknown, value?: unknown): void => {
      if (!this.current.has(invocation) || invocation.answer) return;
      const answer = (): void =>
        error === undefined || error === null ? this.succeed(invocation, value) : this.fail(invocation, error);
      if (!context.callbackWaitsForEmptyEventLoop) return answer();
      // As on Lambda: the answer is sent once nothing else is pending; `beforeExit` says so when only the channel is left.
      invocation.answer = answer;
      this.waitForEmptyLoop(invocation);
    };
    Object.assign(context, {
      done: callback,
      fail: (error: unknown) => callback(error ?? 'handled'),
      succeed: (value: unknown) => callback(null, value),
    });
    try {
      const returned = this.handler?.(JSON.parse(message.event), context, callback);
      if (isThenable(returned)) {
        returned.then(
          (value) => this.succeed(invocation, value),
          (error: unknown) => this.fail(invocation, error),
        );
      } else if (!invocation.answer) this.waitForEmptyLoop(invocation);
    } catch (error) {
      this.fail(invocation, error);
    }
  }

  private waitForEmptyLoop(invocation: Invocation): void {
    invocation.waits = true;
    if ([...this.current].every(({ waits }) => waits)) this.channel.unref();
  }

  /** Callbacks' answers go out, and null for a handler that never called its own. */
  private nothingPending(): void {
    this.channel.ref();
    for (const invocation of [...this.current]) {
      if (invocation.answer) invocation.answer();
      else if (invocation.waits) this.succeed(invocation, null);
    }
  }

  private finish(invocation: Invocation, message: EnvironmentMessage): void {
    if (!this.current.delete(invocation)) return;
    this.channel.ref();
    endOutput(invocation);
    this.send(message);
  }

  private succeed(invocation: Invocation, value: unknown): void {
    let payload: string;
    try {
      payload = JSON.stringify(value === undefined ? null : value) ?? 'null';
    } catch {
      this.fail(invocation, new Error('Unable to stringify response body'));
      return;
    }
    this.finish(invocation, { t: 'result', id: invocation.id, payload, rss: process.memoryUsage.rss() });
  }

  private fail(invocation: Invocation, thrown: unknown, fatal = false, type?: string): void {
    if (thrown instanceof Exited || !this.current.has(invocation)) return;
    const error = describeError(thrown, root, type);
    running.run(invocation, () => process.stdout.write(errorLog(fatal ? 'Uncaught Exception' : 'Invoke Error', error)));
    this.finish(invocation, {
      t: 'error',
      id: invocation.id,
      payload: JSON.stringify(error),
      rss: process.memoryUsage.rss(),
      fatal,
    });
  }

  /** What nobody caught ends the process, and with it all that it runs. */
  private die(thrown: unknown, code: number, type?: string): void {
    if (thrown instanceof Exited) return;
    for (const invocation of [...this.current]) this.fail(invocation, thrown, true, type);
    this.channel.end(() => this.exit(code));
  }

  private patchExit(): void {
    process.exit = (code) => {
      const invocation = running.getStore();
      if (!invocation || this.current.size < 2) return this.exit(code);
      this.finish(invocation, { t: 'exit', id: invocation.id, code: Number(code ?? process.exitCode ?? 0) });
      throw new Exited('process.exit');
    };
  }
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

if (isMainThread) new Runtime().start();
else watchParent(workerData as number);
