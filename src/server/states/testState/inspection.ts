/** What TestState shows of a state's insides; absent where the state does not come that far. Texts are compact JSON. */
import type { Json } from '../../../model/json';

export interface Inspection {
  input?: string;
  afterArguments?: string;
  afterInputPath?: string;
  afterParameters?: string;
  result?: string;
  afterResultSelector?: string;
  afterResultPath?: string;
  afterItemsPath?: string;
  afterItemsPointer?: string;
  afterItemSelector?: string;
  afterItemBatcher?: string;
  maxConcurrency?: number;
  toleratedFailureCount?: number;
  toleratedFailurePercentage?: number;
  variables?: string;
  errorDetails?: { catchIndex?: number; retryIndex?: number; retryBackoffIntervalSeconds?: number };
}

export type Tested =
  | { readonly status: 'SUCCEEDED'; readonly output: Json; readonly nextState?: string }
  | {
      readonly status: 'CAUGHT_ERROR';
      readonly output: Json;
      readonly nextState: string;
      readonly error?: string;
      readonly cause?: string;
    }
  | { readonly status: 'FAILED' | 'RETRIABLE'; readonly error?: string; readonly cause?: string };

/** A state that failed, as its own value: not a fault of the server. */
export class StateFailure extends Error {
  constructor(
    readonly error: string | undefined,
    readonly causeText: string | undefined,
    /** States.Runtime: neither retried nor caught. */
    readonly fatal = false,
  ) {
    super(causeText ?? error ?? 'failed');
  }
}
