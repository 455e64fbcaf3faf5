import type { Clock } from '../model/clock';
import type { RunDocument } from '../model/run';
import type { RunningServer, ServerOptions } from '../server/options';
import type { Ask, RunOptions } from './contract';
import type { RetryRules } from './retry';

/** What a job gets from outside: time, a server, a person, and someone who looks on. */
export interface JobIo {
  readonly options: RunOptions;
  readonly clock: Clock;
  /** Starts the embedded server; `onExit` when it ends by itself. */
  readonly startServer: (options: ServerOptions, onExit: (message: string) => void) => Promise<RunningServer>;
  readonly ask: Ask;
  readonly onSnapshot: (document: RunDocument) => void;
  readonly onNote: (message: string) => void;
  /** Aborted with a text as its reason when the person stops the run. */
  readonly signal: AbortSignal;
  /** Whether somebody looks at where executions stand just now; as the options say unless told. */
  readonly isWatched?: () => boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Replaced in tests of faults. */
  readonly rules?: RetryRules;
  readonly timeouts?: { readonly callMs?: number; readonly syncMs?: number };
  /** Folder of the product's bundles, where it is not that of the caller. */
  readonly bundles?: string;
  /** Most histories read of one arm; 2,000 unless told. */
  readonly mostHistories?: number;
}
