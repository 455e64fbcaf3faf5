/** Runs invocations: concurrency, environments, simulated and real durations, log lines. */
import { performance } from 'node:perf_hooks';
import { ServiceError, type LogSink, type ServerContext } from '../contract';
import type { Caller } from '../profile';
import type { Latencies, Pacer } from '../services/latency';
import type { TaskLatency } from '../../model/profile';
import type { FunctionStore, FunctionVersion, LambdaFunction } from './functions';
import type { ProcessPool } from './pool';
import type { InvokeOutcome, ProcessSource, RuntimeProcess } from './process';
import { endLine, exitDocument, logStreamName, reportLine, startLine, timeoutDocument } from './report';
import { processSource } from './runtimes';

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
  /** Asynchronous: it went through Lambda's queue. */
  readonly queued?: boolean;
  readonly requestId?: string;
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
/** Invocations that one Node process may run at once under a profile, while all of them wait. */
const shares = 100;

interface Physical {
  readonly outcome:
    InvokeOutcome | { readonly kind: 'initFailed'; readonly payload: string } | { readonly kind: 'timeout' };
  /** Real ms of the handler alone. */
  readonly ran: number;
  /** Clock ms of the handler alone, and how much of them it did not wait for answers of the server. */
  readonly handled: number;
  readonly busy: number;
  /** Real ms from the process's start to ready; only of a process started for this invocation. */
  readonly init?: number;
  readonly logs: readonly string[];
  readonly logStream: string;
}

interface Target {
  readonly fn: LambdaFunction;
  readonly version: FunctionVersion;
  readonly arn: string;
  readonly requestId: string;
}

interface Timing {
  /** Clock ms at which the handler's time began. */
  readonly from: number;
  /** ms of the clock, or real ones without a profile. */
  readonly duration: number;
  readonly init?: number;
  readonly timedOut: boolean;
}

export class Invoker {
  private total = 0;

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
   * Runs one invocation and answers when its duration, real or simulated, is over. A function's own failure is an answer;
   * throws ServiceError for an unknown function, a payload that is too large, and throttling.
   */
  async invoke(request: InvokeRequest): Promise<InvokeAnswer> {
    const { fn, version, arn } = this.functions.find(request.reference, request.qualifier, true);
    if (Buffer.byteLength(request.payload) > maxPayload) {
      throw new ServiceError(
        'RequestTooLargeException',
        `Request must be smaller than ${maxPayload} bytes for the InvokeFunction operation`,
        413,
        { Type: 'User' },
      );
    }
    this.admit(fn);
    fn.running++;
    this.total++;
    try {
      const target = { fn, version, arn, requestId: request.requestId ?? this.context.uuid() };
      const entry = this.latencies.entry(request.caller, 'lambda', fn.name);
      return await (entry ? this.runSimulated(request, target, entry) : this.runReal(request, target));
    } finally {
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
      Reason: full(reserved, fn.running)
        ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
        : 'ConcurrentInvocationLimitExceeded',
    });
  }

  /** Without a profile an environment is a process, and a duration what it took. */
  private async runReal(request: InvokeRequest, target: Target): Promise<InvokeAnswer> {
    const { clock } = this.context;
    const from = clock.now();
    const physical = await this.runProcess(request, target, target.version.config.timeout * 1000);
    // On a clock that does not run with real time, real work takes its time too.
    const lag = (physical.init ?? 0) + physical.ran - (clock.now() - from);
    if (lag >= chargedFrom) await clock.sleep(lag, request.signal).catch(() => undefined);
    return this.conclude(target, physical, {
      from,
      duration: physical.ran,
      init: physical.init,
      timedOut: physical.outcome.kind === 'timeout',
    });
  }

  /**
   * Under a profile the drawn time passes first and the handler runs at its end: what it sends, saves and returns then
   * comes at the moment at which it would have. What the machine adds (a process's start, a queue for one) is owed to the
   * execution's next wait.
   */
  private async runSimulated(request: InvokeRequest, target: Target, entry: TaskLatency): Promise<InvokeAnswer> {
    const { clock } = this.context;
    const { environments, config } = target.version;
    const { paceKey, signal, caller } = request;
    const asked = clock.now();
    const gone =
      this.options.coldStarts === 'forced' || this.latencies.environmentGone(entry, target.fn.name, caller, paceKey);
    const logical = gone ? undefined : environments.take(asked);
    const init = logical ? undefined : this.latencies.draw(entry, 'cold');
    const queue = request.queued ? this.latencies.draw(entry, 'queue') : 0;
    const timeoutMs = config.timeout * 1000;
    const drawn = this.latencies.draw(entry, 'work');
    const work = Math.min(drawn, timeoutMs);
    const from = asked + queue + (init ?? 0);
    const stream = logical?.logStream ?? logStreamName(asked, target.version.version, this.context.uuid());
    this.pool.prepare(this.sourceOf(target, stream));
    await this.pacer.until(paceKey, asked, queue + (init ?? 0) + work, signal).catch(() => undefined);
    if (drawn >= timeoutMs) {
      const nothing: Physical = {
        outcome: { kind: 'timeout' },
        ran: 0,
        handled: 0,
        busy: 0,
        logs: [],
        logStream: stream,
      };
      return this.conclude(target, nothing, { from, duration: timeoutMs, init, timedOut: true });
    }
    const began = clock.now();
    const physical = await this.runProcess(request, target, timeoutMs, stream);
    if (reusable(physical)) environments.give(logical ?? { logStream: stream, lastUsed: 0 }, clock.now());
    // The drawn work has the handler's own time in it; only what goes beyond counts.
    const machine = Math.min(physical.busy, work);
    const duration = work + physical.handled - machine;
    const timedOut = physical.outcome.kind === 'timeout' || duration > timeoutMs;
    if (paceKey !== undefined) this.pacer.owe(paceKey, clock.now() - began - physical.handled + machine);
    return this.conclude(target, physical, {
      from,
      duration: timedOut ? timeoutMs : duration,
      init,
      timedOut,
    });
  }

  private sourceOf({ fn, version }: Target, logStream: string): ProcessSource {
    return processSource(this.context, fn, version, logStream, this.latencies.profile === undefined ? 1 : shares);
  }

  private async runProcess(
    request: InvokeRequest,
    target: Target,
    timeoutMs: number,
    stream?: string,
  ): Promise<Physical> {
    const { version, arn, requestId } = target;
    const fresh = stream ?? logStreamName(this.context.clock.now(), version.version, this.context.uuid());
    const forced = this.options.coldStarts === 'forced' && stream === undefined;
    const lease = await this.pool.acquire(this.sourceOf(target, fresh), forced);
    const logStream = stream ?? lease.process.spec.env.AWS_LAMBDA_LOG_STREAM_NAME ?? fresh;
    const logs: string[] = [];
    try {
      const started = await lease.process.started;
      const init = lease.fresh ? performance.now() - lease.process.startedAt : undefined;
      if (started.kind === 'failed') {
        return {
          outcome: { kind: 'initFailed', payload: started.payload },
          ran: 0,
          handled: 0,
          busy: 0,
          init,
          logs: [started.log],
          logStream,
        };
      }
      const { clock } = this.context;
      const [begun, from, waited] = [performance.now(), clock.now(), lease.process.waited];
      const outcome = await invokeWithin(lease.process, request, arn, requestId, timeoutMs, logs);
      const handled = clock.now() - from;
      const busy = Math.max(0, handled - (lease.process.waited - waited));
      return { outcome, ran: performance.now() - begun, handled, busy, init, logs, logStream };
    } finally {
      this.pool.release(lease.process, forced);
    }
  }

  /** Writes the log lines and words the answer. */
  private conclude({ fn, version, requestId }: Target, physical: Physical, timing: Timing): InvokeAnswer {
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
      payload = JSON.stringify({
        errorType,
        errorMessage: `Response payload size exceeded maximum allowed payload size (${maxPayload + 100} bytes).`,
      });
    }
    const failed = timing.timedOut || outcome.kind !== 'result' || errorType !== undefined;
    if (!timing.timedOut && (outcome.kind === 'exited' || outcome.kind === 'initFailed')) errorType = typeOf(payload);
    const lines: string[] = [];
    if (timing.init !== undefined)
      lines.push(
        `INIT_START Runtime Version: ${config.runtime}\tRuntime Version ARN: arn:aws:lambda:${this.context.region}::runtime:stepbench`,
      );
    lines.push(startLine(requestId, version.version), ...physical.logs);
    if (timing.timedOut)
      lines.push(
        `${new Date(now).toISOString()} ${requestId} Task timed out after ${config.timeout.toFixed(2)} seconds`,
      );
    else if (outcome.kind === 'exited')
      lines.push(
        `RequestId: ${requestId} Error: Runtime exited ${outcome.reason === '' ? 'without providing a reason' : `with error: ${outcome.reason}`}`,
        'Runtime.ExitError',
      );
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
    const events = lines.map((message, at) => ({
      timestamp: at < lines.length - 2 ? timing.from : now,
      message: message + '\n',
    }));
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

async function invokeWithin(
  process: RuntimeProcess,
  request: InvokeRequest,
  arn: string,
  id: string,
  timeoutMs: number,
  logs: string[],
): Promise<Physical['outcome']> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Physical['outcome']>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'timeout' });
      process.abandon(id);
    }, timeoutMs);
  });
  const { payload: event, clientContext } = request;
  const work = process.invoke(
    { t: 'invoke', id, event, arn, deadline: Date.now() + timeoutMs, clientContext },
    (line) => logs.push(line),
  );
  const outcome = await Promise.race([work, timeout]);
  clearTimeout(timer);
  return outcome;
}

/** An environment outlives an error of its handler, but neither its process nor a failed init. */
const reusable = (physical: Physical): boolean =>
  physical.outcome.kind === 'result' || physical.outcome.kind === 'error';

function typeOf(payload: string): string | undefined {
  const document = JSON.parse(payload) as { errorType?: string };
  return document.errorType;
}
