/** Task tokens: what a task that waits for a callback, or an activity's worker, is answered with. */
import type { Json } from '../model/json';

export type TokenOutcome =
  | { readonly kind: 'succeeded'; readonly output: Json; readonly text: string }
  | { readonly kind: 'failed'; readonly error?: string; readonly cause?: string }
  | { readonly kind: 'heartbeat' };

/** A token's waiter: told each outcome; must not throw. */
export type TokenWaiter = (outcome: TokenOutcome) => void;

/**
 * Why a call with a token was refused. The names are the API's exceptions: `InvalidToken` was never issued here,
 * `TaskTimedOut` belongs to a task that is over, `TaskDoesNotExist` to an execution that is.
 */
export class TokenError extends Error {
  constructor(
    readonly code: 'InvalidToken' | 'TaskTimedOut' | 'TaskDoesNotExist' | 'InvalidOutput',
    message: string,
  ) {
    super(message);
    this.name = 'TokenError';
  }
}

/** How many closed tokens are remembered, so that a late answer is told apart from an invalid one. */
const remembered = 10_000;

/** Issues tokens and brings each answer to the task that waits for it. One per server. */
export class TaskTokens {
  readonly #open = new Map<string, TokenWaiter>();
  readonly #closed = new Set<string>();

  constructor(private readonly uuid: () => string) {}

  /** A new token, and what closes it once its task is over. */
  create(waiter: TokenWaiter): { readonly token: string; close(): void } {
    // AWS's tokens are opaque base64 texts; length and alphabet are all that a client may rely on.
    const token = Buffer.from(`stepbench/${this.uuid()}/${this.uuid()}`).toString('base64');
    this.#open.set(token, waiter);
    return { token, close: () => this.#close(token) };
  }

  /** `output` is JSON text, as SendTaskSuccess takes it. Throws TokenError. */
  succeed(token: string, output: string): void {
    const waiter = this.#waiter(token);
    let parsed: Json;
    try {
      parsed = JSON.parse(output) as Json;
    } catch {
      throw new TokenError('InvalidOutput', 'Invalid Output: Output is not valid JSON.');
    }
    this.#close(token);
    waiter({ kind: 'succeeded', output: parsed, text: JSON.stringify(parsed) });
  }

  fail(token: string, error?: string, cause?: string): void {
    const waiter = this.#waiter(token);
    this.#close(token);
    waiter({ kind: 'failed', error, cause });
  }

  heartbeat(token: string): void {
    this.#waiter(token)({ kind: 'heartbeat' });
  }

  isOpen(token: string): boolean {
    return this.#open.has(token);
  }

  #waiter(token: string): TokenWaiter {
    const waiter = this.#open.get(token);
    if (waiter) return waiter;
    if (this.#closed.has(token))
      throw new TokenError('TaskTimedOut', 'Task Timed Out: Provided task does not exist anymore');
    throw new TokenError('InvalidToken', "Invalid Token: 'Invalid token'");
  }

  #close(token: string): void {
    if (!this.#open.delete(token)) return;
    this.#closed.add(token);
    if (this.#closed.size > remembered) for (const oldest of this.#closed) return void this.#closed.delete(oldest);
  }
}
