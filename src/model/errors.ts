/** Something a person can put right: shown as one message without a stack. Anything else thrown is a bug. */
export class ExpectedError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown; readonly code?: 'usage' | 'run' }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ExpectedError';
    this.code = options?.code ?? 'run';
  }
  /** `usage`: bad input (exit 2); `run`: it could not be done (exit 3). */
  readonly code: 'usage' | 'run';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
