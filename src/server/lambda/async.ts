/** Asynchronous invocations: accepted at once, retried as Lambda retries them, and handed on when they fail for good. */
import { setMaxListeners } from 'node:events';
import type { ServerContext } from '../contract';
import { EventQueue } from './eventQueue';
import type { LambdaFunction } from './functions';
import type { InvokeAnswer, Invoker, InvokeRequest } from './invoker';

/** Sends a document to a queue, topic, function or bus by its ARN. */
export type Deliver = (
  arn: string,
  body: string,
  attributes: Readonly<Record<string, string>>,
  fifo?: { readonly group?: string; readonly deduplication?: string },
) => Promise<void>;

export interface AsyncOptions {
  /** ms before the first and the second retry of a failed function; AWS's own 1 and 2 minutes unless told. */
  readonly retryDelaysMs?: readonly [number, number];
}

/** A throttled event is kept for up to six hours. */
const keptMs = 6 * 60 * 60_000;

export class AsyncInvoker {
  private stopped = false;
  private readonly ending = new AbortController();
  private readonly queues = new WeakMap<LambdaFunction, EventQueue>();

  constructor(
    private readonly context: ServerContext,
    private readonly invoker: Invoker,
    private readonly deliver: Deliver,
    private readonly options: AsyncOptions,
  ) {
    // Every event that waits for its retry listens to it: thousands are no leak.
    setMaxListeners(0, this.ending.signal);
  }

  /** Takes the event; what becomes of it shows in the function's log group, its destination or its dead-letter queue. */
  accept(fn: LambdaFunction, request: InvokeRequest): void {
    this.process(fn, request).catch((error: unknown) => {
      if (!this.stopped) this.context.log(`asynchronous invocation of ${fn.name}: ${String(error)}`);
    });
  }

  stop(): void {
    this.stopped = true;
    this.ending.abort(new Error('the server stops'));
  }

  private async process(fn: LambdaFunction, request: InvokeRequest): Promise<void> {
    const { clock } = this.context;
    const delays = this.options.retryDelaysMs ?? [60_000, 120_000];
    const retries = fn.eventInvoke.maximumRetryAttempts ?? 2;
    const accepted = clock.now();
    const queue = this.queueOf(fn);
    let throttled = 0;
    for (let attempt = 0; !this.stopped;) {
      await queue.enter();
      let answer: InvokeAnswer;
      try {
        answer = await this.invoker.invoke({ ...request, queued: true });
        queue.leave(false);
      } catch (error) {
        const refused = (error as { code?: string }).code === 'TooManyRequestsException';
        queue.leave(refused);
        if (!refused || clock.now() - accepted > keptMs) throw error;
        // Exponential from one second to five minutes, as Lambda's queue backs off.
        await clock.sleep(Math.min(300_000, 1000 * 2 ** throttled++), this.ending.signal);
        continue;
      }
      if (answer.functionError === undefined) return this.succeeded(fn, request, answer);
      if (attempt >= retries) return this.failed(fn, request, answer, attempt + 1);
      await clock.sleep(delays[Math.min(attempt, 1)] ?? 0, this.ending.signal);
      attempt++;
    }
  }

  private queueOf(fn: LambdaFunction): EventQueue {
    const queue = this.queues.get(fn) ?? new EventQueue();
    this.queues.set(fn, queue);
    return queue;
  }

  private async succeeded(fn: LambdaFunction, request: InvokeRequest, answer: InvokeAnswer): Promise<void> {
    const target = fn.eventInvoke.onSuccess;
    if (target !== undefined) await this.deliver(target, this.record(fn, request, answer, 'Success', 1), {});
  }

  private async failed(
    fn: LambdaFunction,
    request: InvokeRequest,
    answer: InvokeAnswer,
    attempts: number,
  ): Promise<void> {
    const deadLetters = fn.latest.config.deadLetterTarget;
    if (deadLetters !== undefined) {
      const message = (JSON.parse(answer.payload) as { errorMessage?: string }).errorMessage ?? '';
      await this.deliver(deadLetters, request.payload, {
        RequestID: answer.requestId,
        ErrorCode: '200',
        ErrorMessage: message.slice(0, 1024),
      });
    }
    const target = fn.eventInvoke.onFailure;
    if (target !== undefined)
      await this.deliver(target, this.record(fn, request, answer, 'RetriesExhausted', attempts), {});
  }

  /** The document that a destination gets (Lambda developer guide, "Capturing records of asynchronous invocations"). */
  private record(
    fn: LambdaFunction,
    request: InvokeRequest,
    answer: InvokeAnswer,
    condition: string,
    count: number,
  ): string {
    return JSON.stringify({
      version: '1.0',
      timestamp: new Date(this.context.clock.now()).toISOString(),
      requestContext: {
        requestId: answer.requestId,
        functionArn: `${fn.arn}:$LATEST`,
        condition,
        approximateInvokeCount: count,
      },
      requestPayload: JSON.parse(request.payload) as unknown,
      responseContext: {
        statusCode: 200,
        executedVersion: answer.executedVersion,
        functionError: answer.functionError,
      },
      responsePayload: JSON.parse(answer.payload) as unknown,
    });
  }
}
