import type { Plan } from '../model/plan';
import type { RunDocument } from '../model/run';

/** What a run asks of a person. `confirm` is answered by a boolean, `text` by a text or undefined (cancelled). */
export type Question =
  | {
      readonly kind: 'confirm';
      /** What would happen, in one sentence. */
      readonly message: string;
      /** More lines: the forecast, the policy that would be created. */
      readonly detail: string;
      readonly about: 'realAccount' | 'createRole';
    }
  | {
      readonly kind: 'text';
      readonly message: string;
      readonly about: 'mfa' | 'substitution';
      readonly secret: boolean;
    };

export type Answer = boolean | string | undefined;

export type Ask = (question: Question) => Promise<Answer>;

/** Everything a run is told besides its plan. Plain data: it crosses to the worker. */
export interface RunOptions {
  /** Workspace or current folder: `.stepbench/` is made in it. */
  readonly folder: string;
  /** The text of the ASL file as it stands in an editor; read from disk when absent. */
  readonly text?: string;
  /** Values for placeholders that the settings leave open. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /** Quotas of the account where they differ from AWS's defaults, by name (see plan/quotas.ts). */
  readonly quotas?: Readonly<Record<string, number>>;
  /** The embedded server enforces the quotas of its region. */
  readonly enforceQuotas?: boolean;
  /** `true`: nothing is written to disk. */
  readonly inMemory?: boolean;
  /** Do not ask before a run on a real account. */
  readonly yes?: boolean;
  /** The run's threads give way to this process's main thread, which serves an editor. */
  readonly givesWay?: boolean;
  /**
   * Somebody looks at where executions stand: each second some of those in flight are asked. False: nobody does now, but somebody
   * may (see `watch`). Absent: nobody ever will.
   */
  readonly watched?: boolean;
  /** Set by tests to have reproducible names. */
  readonly runId?: string;
}

/** Host → worker. */
export type ToWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'stop'; readonly reason: string }
  /** Somebody looks, or looks no more, at where executions stand. */
  | { readonly kind: 'watch'; readonly on: boolean };

/**
 * Worker → host. A run ends with `done`, its document as it was saved, and when its server is closed too with `closed`; or it is
 * `refused`. `crashed` is a bug, told with its stack.
 */
export type FromWorker =
  | { readonly kind: 'snapshot'; readonly document: RunDocument }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'done'; readonly document: RunDocument }
  | { readonly kind: 'closed' }
  | { readonly kind: 'refused'; readonly message: string; readonly usage: boolean }
  | { readonly kind: 'crashed'; readonly message: string; readonly stack: string };

export interface WorkerData {
  readonly plan: Plan;
  readonly options: RunOptions;
}
