/** Runs invocations: concurrency, environments, simulated and real durations, log lines. */
import { performance } from 'node:perf_hooks';
import { ServiceError, type LogSink, type ServerContext } from '../contract';
import type { Caller } from '../profile';
import type { Latencies, Pacer } from '../services/latency';
import type { TaskLatency } from '../../model/profile';
import type { LogicalEnvironment } from './environments';
import type { FunctionStore, FunctionVersion, LambdaFunction } from './functions';
import type { ProcessPool } from './pool';
import type { InvokeOutcome, RuntimeProcess } from './process';
import { endLine, exitDocument, logStreamName, reportLine, startLine, timeoutDocument } from './report';
import { processSpec } from './runtimes';

export interface InvokeRequest {
  /** Name or ARN. */
  readonly reference: string;
  readonly qualifier?: string;
  /** The event as JSON text. */
  readonly payload: string;
  readonly caller: Caller;
  /** Whose simulated time it is: an execution's ARN. */
  readonly paceKey?: string;
  readonly clientContext?: string;
  readonly requestId?: string;
  /** Of the environment whose function invokes, if it is one. */
  readonly callerToken?: string;
  readonly signal?: AbortSignal;
}

export interface InvokeAnswer {
  readonly requestId: string;
  /** The result or the error document, as JSON text. */
  readonly payload: string;
  readonly functionError?: 'Unhandled';
  readonly executedVersion: string;
  /** The invocation's log, the last 4 KB of it. */
  readonly logTail: string;
  readonly cold: boolean;
}

export interface InvokerOptions {
  /** Simultaneous invocations of all functions; no limit unless told. */
  readonly accountConcurrency?: number;
  /** Every invocation in a new environment. */
  readonly coldStarts?: 'forced';
}

const maxPayload = 6 * 1024 * 1024;
/** A clock that stands still or creeps is charged for real work longer than this, in ms. */
const chargedFrom = 20;

interface Physical {
  readonly outcome: InvokeOutcome | { readonly kind: 'initFailed'; readonly payload: string } | { readonly kind: 'timeout' };
  /** ms of the handler alone. */
  readonly ran: number;
  /** ms from start of the process to ready; only of a process started for this invocation. */
  readonly init?: number;
  readonly logs: readonly string[];
  readonly logStream: string;
  /** Simulated ms of the calls that the function made to the server. */
  readonly calls: number;
}

interface Running {
  readonly process: RuntimeProcess;
  calls: number;
}

export class Invoker {
  private total = 0;
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly context: ServerContext,
    private readonly functions: FunctionStore,
    private readonly pool: ProcessPool,
    private readonly logs: LogSink,
    private readonly latencies: Latencies,
    private readonly pacer: Pacer,
    private readonly options: InvokerOptions,
  ) {}

  /**
   * Adds simulated time to the invocation whose environment made a call; false if the token is nobody's. The function
   * itself need not wait: its process is free sooner, and its duration is right all the same.
   */
  charge(token: string | undefined, ms: number): boolean {
    const running = token === undefined ? undefined : this.running.get(token);
    if (running) running.calls += ms;
    return running !== undefined;
  }

  /**
   * Runs one invocation and answers when its duration, real or simulated, is over. A function's own failure is an answer;
   * throws ServiceError for an unknown function, a payload that is too large, and throttling.
   */
  async invoke(request: InvokeRequest): Promise<InvokeAnswer> {
    const { fn, version, arn } = this.functions.find(request.reference, request.qualifier, true);
    if (Buffer.byteLength(request.payload) > maxPayload) {
      throw new ServiceError('RequestTooLargeException', `Request must be smaller than ${maxPayload} bytes for the InvokeFunction operation`, 413, { Type: 'User' });
    }
    this.admit(fn);
    fn.running++;
    this.total++;
    const caller = request.callerToken === undefined ? undefined : this.running.get(request.callerToken);
    const unblock = caller && this.pool.block(caller.process);
    try {
      const entry = this.latencies.entry(request.caller, 'lambda', fn.name);
      return await this.run(request, fn, version, arn, entry, caller);
    } finally {
      unblock?.();
      fn.running--;
      this.total--;
    }
  }

  private admit(fn: LambdaFunction): void {
    const reserved = fn.reservedConcurrency;
    const full = (limit: number | undefined, used: number): boolean => limit !== undefined && used >= limit;
    if (!full(reserved, fn.running) && !full(this.options.accountConcurrency, this.total)) return;
    throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, {
      Type: 'User',
      Reason: full(reserved, fn.running) ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : 'ConcurrentInvocationLimitExceeded',
    });
  }

  private async run(
    request: InvokeRequest,
    fn: LambdaFunction,
    version: FunctionVersion,
    arn: string,
    entry: TaskLatency | undefined,
    caller: Running | undefined,
  ): Promise<InvokeAnswer> {
    const { clock } = this.context;
    const from = clock.now();
    const requestId = request.requestId ?? this.context.uuid();
    const forced = this.options.coldStarts === 'forced';
    const logical = entry && !forced ? version.environments.take(from) : undefined;
    const physical = await this.runProcess(request, fn, version, arn, requestId, logical?.logStream);
    const timeoutMs = version.config.timeout * 1000;
    let duration = physical.ran;
    let init = physical.init;
    let environment: LogicalEnvironment | undefined;
    if (entry) {
      environment = logical ?? { logStream: physical.logStream, lastUsed: from };
      init = logical ? undefined : this.latencies.draw(entry, 'cold');
      duration = Math.max(this.latencies.draw(entry, 'work'), physical.ran) + physical.calls;
    }
    const timedOut = physical.outcome.kind === 'timeout' || duration > timeoutMs;
    if (timedOut) duration = timeoutMs;
    if (entry) {
      const whole = (init ?? 0) + duration;
      if (caller) caller.calls += whole;
      else await this.pacer.until(request.paceKey, from, whole, request.signal).catch(() => undefined);
      if (environment && !timedOut && reusable(physical)) version.environments.give(environment, clock.now());
    } else await this.chargeRealWork(from, physical, request.signal);
    return this.conclude(fn, version, requestId, physical, { from, duration, init, timedOut });
  }

  /** On a clock that does not run with real time, real work takes its time too: an `after` of a held clock never fires. */
  private async chargeRealWork(from: number, physical: Physical, signal?: AbortSignal): Promise<void> {
    const lag = (physical.init ?? 0) + physical.ran - (this.context.clock.now() - from);
    if (lag >= chargedFrom) await this.context.clock.sleep(lag, signal).catch(() => undefined);
  }

  private async runProcess(
    request: InvokeRequest,
    fn: LambdaFunction,
    version: FunctionVersion,
    arn: string,
    requestId: string,
    stream: string | undefined,
  ): Promise<Physical> {
    const release = this.context.clock.hold();
    const fresh = stream ?? logStreamName(this.context.clock.now(), version.version, this.context.uuid());
    const spec = processSpec(this.context, fn, version, fresh, `stepbench-${this.context.uuid()}`);
    const forced = this.options.coldStarts === 'forced';
    const lease = await this.pool.acquire(spec, forced);
    const token = lease.process.spec.env.AWS_SESSION_TOKEN ?? '';
    const logStream = stream ?? lease.process.spec.env.AWS_LAMBDA_LOG_STREAM_NAME ?? fresh;
    const logs: string[] = [];
    const running: Running = { process: lease.process, calls: 0 };
    lease.process.onLog = (event) => logs.push(event);
    this.running.set(token, running);
    try {
      const started = await lease.process.started;
      const init = lease.fresh ? performance.now() - lease.process.startedAt : undefined;
      if (started.kind === 'failed') {
        logs.push(started.log);
        return { outcome: { kind: 'initFailed', payload: started.payload }, ran: 0, init, logs, logStream, calls: running.calls };
      }
      const begun = performance.now();
      const outcome = await this.invokeWithin(lease.process, request, arn, requestId, version.config.timeout * 1000);
      return { outcome, ran: performance.now() - begun, init, logs, logStream, calls: running.calls };
    } finally {
      this.running.delete(token);
      this.pool.release(lease.process, forced);
      release();
    }
  }

  private async invokeWithin(process: RuntimeProcess, request: InvokeRequest, arn: string, requestId: string, timeoutMs: number): Promise<Physical['outcome']> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<Physical['outcome']>((resolve) => {
      timer = setTimeout(() => {
        resolve({ kind: 'timeout' });
        process.kill();
      }, timeoutMs);
    });
    const { payload: event, clientContext } = request;
    const work = process.invoke({ t: 'invoke', id: requestId, event, arn, deadline: Date.now() + timeoutMs, clientContext });
    const outcome = await Promise.race([work, timeout]);
    clearTimeout(timer);
    return outcome;
  }

  /** Writes the log lines and words the answer. */
  private conclude(
    fn: LambdaFunction,
    version: FunctionVersion,
    requestId: string,
    physical: Physical,
    timing: { readonly from: number; readonly duration: number; readonly init?: number; readonly timedOut: boolean },
  ): InvokeAnswer {
    const { config } = version;
    const { outcome } = physical;
    const now = this.context.clock.now();
    let payload = '';
    let errorType: string | undefined;
    if (timing.timedOut) payload = timeoutDocument(requestId, config.timeout);
    else if (outcome.kind === 'exited') payload = exitDocument(requestId, outcome.reason);
    else if (outcome.kind !== 'timeout') payload = outcome.payload;
    if (outcome.kind === 'result' && Buffer.byteLength(payload) > maxPayload) {
      errorType = 'Function.ResponseSizeTooLarge';
      payload = JSON.stringify({ errorType, errorMessage: `Response payload size exceeded maximum allowed payload size (${maxPayload + 100} bytes).` });
    }
    const failed = timing.timedOut || outcome.kind !== 'result' || errorType !== undefined;
    if (!timing.timedOut && (outcome.kind === 'exited' || outcome.kind === 'initFailed')) errorType = typeOf(payload);
    const lines: string[] = [];
    if (timing.init !== undefined) lines.push(`INIT_START Runtime Version: ${config.runtime}\tRuntime Version ARN: arn:aws:lambda:${this.context.region}::runtime:stepbench`);
    lines.push(startLine(requestId, version.version), ...physical.logs);
    if (timing.timedOut) lines.push(`${new Date(now).toISOString()} ${requestId} Task timed out after ${config.timeout.toFixed(2)} seconds`);
    else if (outcome.kind === 'exited') lines.push(`RequestId: ${requestId} Error: Runtime exited ${outcome.reason === '' ? 'without providing a reason' : `with error: ${outcome.reason}`}`, 'Runtime.ExitError');
    lines.push(
      endLine(requestId),
      reportLine({
        requestId,
        duration: timing.duration,
        initDuration: timing.init,
        memorySize: config.memorySize,
        rss: 'rss' in outcome ? outcome.rss : 0,
        status: timing.timedOut ? 'timeout' : errorType === undefined ? undefined : 'error',
        errorType: timing.timedOut ? undefined : errorType,
      }),
    );
    const events = lines.map((message, at) => ({ timestamp: at < lines.length - 2 ? timing.from : now, message: message + '\n' }));
    this.logs.put(`/aws/lambda/${fn.name}`, physical.logStream, events);
    const tail = events.map((event) => event.message).join('');
    return {
      requestId,
      payload,
      functionError: failed ? 'Unhandled' : undefined,
      executedVersion: version.version,
      logTail: Buffer.from(tail).subarray(-4096).toString('utf8'),
      cold: timing.init !== undefined,
    };
  }
}

/** An environment outlives an error of its handler, but neither its process nor a failed init. */
const reusable = (physical: Physical): boolean => physical.outcome.kind === 'result' || physical.outcome.kind === 'error';

function typeOf(payload: string): string | undefined {
  const document = JSON.parse(payload) as { errorType?: string };
  return document.errorType;
}
