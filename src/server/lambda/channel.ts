/** What the server and an execution environment (one child process) tell each other: one JSON document a line, on fd 3. */

export interface InvokeMessage {
  readonly t: 'invoke';
  readonly id: string;
  /** The event as JSON text: the environment parses it, the server never does. */
  readonly event: string;
  readonly arn: string;
  /** Epoch ms, real time. */
  readonly deadline: number;
  readonly clientContext?: string;
}

export type EnvironmentMessage =
  | { readonly t: 'ready' }
  /** Loading the handler failed; `payload` is the error document as JSON text. */
  | { readonly t: 'initError'; readonly payload: string; readonly log: string }
  | { readonly t: 'result'; readonly id: string; readonly payload: string; readonly rss: number }
  /** `fatal`: the process ends after it, as after an uncaught exception. */
  | {
      readonly t: 'error';
      readonly id: string;
      readonly payload: string;
      readonly rss: number;
      readonly fatal?: boolean;
    }
  /** The handler called exit while other invocations share its process: it is over for this one only. */
  | { readonly t: 'exit'; readonly id: string; readonly code: number };

/** Ends an invocation's output on stdout, so that nothing a function wrote is taken for a later one's. */
export const endOfOutput = '\u0000';
/** Stands for a line break inside one log event. */
export const innerBreak = '\u0002';
/** `mark id mark text`: which invocation wrote a line. Lines without it belong to whichever runs. */
export const ownerMark = '\u0003';
