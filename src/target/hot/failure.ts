/** How a hot call failed: what the runner decides on whether to try again. */
export type CallFailureKind =
  /** The service answered with an error. */
  | 'service'
  /** No connection was made: the service has not seen the call. */
  | 'refused'
  /** The connection broke, or the answer was cut off: the service may have done it. */
  | 'broken'
  /** No answer in time: the service may have done it. */
  | 'timeout'
  /** Given up by us: a stop. */
  | 'aborted';

export class CallFailure extends Error {
  constructor(
    readonly kind: CallFailureKind,
    /** AWS's error code without namespace, or Node's (`ECONNRESET`). */
    readonly code: string,
    message: string,
    readonly status = 0,
  ) {
    super(message);
    this.name = 'CallFailure';
  }

  /** A quota or a rate stood in the way: the service has not done it and will, later. */
  get throttled(): boolean {
    return this.status === 429 || /Throttl|TooManyRequests|LimitExceeded|RequestLimit|SlowDown/i.test(this.code);
  }

  get retryable(): boolean {
    return (this.kind !== 'aborted' && this.kind !== 'service') || this.throttled || this.status >= 500;
  }

  /** Whether the service may have carried the call out although we have no answer. */
  get ambiguous(): boolean {
    return (
      this.kind === 'broken' ||
      this.kind === 'timeout' ||
      this.kind === 'aborted' ||
      (this.kind === 'service' && this.status >= 500)
    );
  }
}
